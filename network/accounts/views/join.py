"""Answering an invitation."""

from __future__ import annotations

from flask import Response, g, make_response, url_for
from flask.typing import ResponseReturnValue

from network.accounts import gate
from network.accounts.forms import JoinForm
from network.accounts.labels import ROLES, refusal
from network.accounts.models import SessionState
from network.accounts.services import joining, sessions
from network.accounts.services.sign_in import SignedIn
from network.accounts.views.rooms import accounts, agent, cost, page
from network.i18n.prefix import current_language
from network.limits import limit
from network.permissions import Unfit
from network.web import EVERYONE, allow


@accounts.route("/join/<token>", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("join", per_address="60/minute", methods=("GET", "POST"))
def join(token: str) -> ResponseReturnValue:
    """Name, language and passphrase; then the recovery code, once."""
    keyring = gate.app().keyring
    try:
        invitation, tenant = joining.open_invitation(g.db, token)
    except Unfit as error:
        return _closed(error)
    roles = [ROLES[role] for role in sorted(invitation.held)]
    tenant_name, address = tenant.name, joining.address_of(keyring, invitation)
    form = JoinForm(data={"name": invitation.name, "language": invitation.language})
    form.not_like = (form.name.data or "", address, tenant_name)
    if not form.validate_on_submit():
        return page("accounts/join.html", form, tenant=tenant_name, email=address, roles=roles)
    try:
        actor, person = joining.accept(
            g.db,
            keyring,
            cost(),
            token,
            name=form.name.data,
            language=form.language.data,
            passphrase=form.new_password.data,
        )
    except Unfit as error:
        return _closed(error)
    g.actor = actor
    assert actor.tenant_id  # noqa: S101  # A new member is somewhere.
    opened = sessions.open_session(
        g.db,
        user_id=person.user.id,
        tenant_id=actor.tenant_id,
        private=person.private,
        agent=agent(),
    )
    shown = page(
        "accounts/joined.html",
        code=person.code,
        waits_to_be_let_in=actor.reads_cases and not invitation.founding,
        six_words=person.private.public.six_words(current_language()),
        next=url_for("accounts.account"),
    )
    return gate.admit(
        SignedIn(opened, SessionState.ACTIVE, person.user.id, person.user.language), make_response(shown)
    )


def _closed(error: Unfit) -> ResponseReturnValue:
    """Why this link leads nowhere any more, and what to do."""
    text, _status = page("accounts/closed.html", reason=refusal(error))
    return Response(text, 410)
