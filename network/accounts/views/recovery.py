"""The printed recovery code: a new passphrase without anybody's help."""

from __future__ import annotations

from flask import g, make_response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate
from network.accounts.forms import RecoverForm, form_fault
from network.accounts.models import SessionState
from network.accounts.services import recovery as services
from network.accounts.services.sign_in import Wrong
from network.accounts.views.rooms import accounts, after_sign_in, agent, cost, page
from network.limits import limit
from network.web import EVERYONE, allow


@accounts.route("/recover", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("recover", per_address="10/minute;60/hour", per_account="10/hour")
def recover() -> ResponseReturnValue:
    """Address, printed code and a new passphrase. A second factor is still asked for."""
    form = RecoverForm()
    form.not_like = (form.email.data or "",)
    if not form.validate_on_submit():
        return page("accounts/recover.html", form)
    try:
        signed = services.recover(
            g.db,
            gate.app().keyring,
            cost(),
            email=form.email.data,
            code=form.code.data,
            passphrase=form.new_password.data,
            agent=agent(),
        )
    except Wrong:
        form_fault(form, _("Address and recovery code do not belong together, or the code was used before."))
        return page("accounts/recover.html", form)
    go_on = url_for("accounts.code") if signed.state is SessionState.PENDING else after_sign_in()
    return gate.admit(signed, make_response(page("accounts/new-code.html", code=signed.code, next=go_on)))
