"""One's own account: name, language, passphrase, sessions, recovery code, forms that were kept."""

from __future__ import annotations

import uuid

from flask import flash, g, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate, queries
from network.accounts.forms import ChangePassphraseForm, PassphraseForm, ProfileForm, form_fault
from network.accounts.labels import ROLES, refusal
from network.accounts.models import User, UserKey
from network.accounts.services import kept, recovery, sessions
from network.accounts.services import travel as travelling
from network.accounts.services.people import email_of
from network.accounts.views.rooms import accounts, cost, page, proven
from network.forms import Form
from network.i18n.prefix import current_language
from network.keys import PublicKey
from network.limits import limit
from network.permissions import NotThere, Unfit
from network.web import SIGNED_IN, allow


@accounts.route("/account/", methods=["GET", "POST"])
@allow(SIGNED_IN)
def account() -> ResponseReturnValue:
    """Who I am here, and the language I am written to in."""
    user = g.db.get_one(User, g.actor.user_id)
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        user.name, user.language = form.name.data, form.language.data
        flash(_("Saved."))
        return redirect(url_for("accounts.account"), 303)
    public = PublicKey.from_bytes(g.db.get_one(UserKey, user.id).public_key)
    desk = gate.desk_keys_or_none()
    return page(
        "accounts/account.html",
        form,
        email=email_of(gate.app().keyring, user),
        roles=[ROLES[role] for role in sorted(g.actor.roles)],
        second_factor=user.totp is not None,
        waits_to_be_let_in=g.actor.reads_cases and desk is None,
        six_words=public.six_words(current_language()),
    )


@accounts.route("/account/passphrase", methods=["GET", "POST"])
@allow(SIGNED_IN)
@limit("step-up", per_address="60/minute", per_user="20/hour")
def passphrase() -> ResponseReturnValue:
    """Another passphrase; the present one is asked for, and every other session ends."""
    user = g.db.get_one(User, g.actor.user_id)
    form = ChangePassphraseForm()
    form.not_like = (user.name, email_of(gate.app().keyring, user))
    if form.validate_on_submit() and (private := proven(form)):
        recovery.change_passphrase(g.db, g.actor, gate.app().keyring, cost(), private, form.new_password.data)
        flash(_("Your passphrase is changed. Your other sessions are signed out."))
        return redirect(url_for("accounts.account"), 303)
    return page("accounts/passphrase.html", form)


@accounts.route("/account/recovery-code", methods=["GET", "POST"])
@allow(SIGNED_IN)
@limit("step-up", per_address="60/minute", per_user="20/hour")
def recovery_code() -> ResponseReturnValue:
    """A new recovery code, shown this once."""
    form = PassphraseForm()
    if form.validate_on_submit() and (private := proven(form)):
        code = recovery.new_code(g.db, g.actor, gate.app().keyring, private)
        # Shown in the very answer: what is shown once cannot be had again by another request.
        return page("accounts/new-code.html", code=code, next=url_for("accounts.account"))
    return page("accounts/recovery-code.html", form)


@accounts.route("/account/travel", methods=["GET", "POST"])
@allow(SIGNED_IN)
def travel() -> ResponseReturnValue:
    """Have my account show no cases while I am on a journey."""
    if not (g.actor.reads_cases or g.travelling):
        raise NotThere
    form = Form()
    if form.validate_on_submit() and g.actor.reads_cases:
        try:
            travelling.begin(g.db, g.actor)
        except Unfit as error:
            form_fault(form, refusal(error))
        else:
            flash(_("Your account shows no cases from now on. A good journey!"))
            return redirect(url_for("accounts.travel"), 303)
    return page("accounts/travel.html", form, travelling=g.travelling)


@accounts.get("/account/sessions")
@allow(SIGNED_IN)
def my_sessions() -> ResponseReturnValue:
    """Where I am signed in."""
    rows = g.db.scalars(queries.sessions_of(g.actor.user_id)).all()
    return page("accounts/sessions.html", rows=rows)


@accounts.post("/account/sessions/<uuid:session_id>/end")
@allow(SIGNED_IN)
def end_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of my sessions, on a phone that was lost or a computer that was left."""
    if session_id == g.actor.session_id:
        gate.forget_session()
        return gate.dismiss(make_response(redirect(url_for("accounts.login"), 303)))
    if sessions.end_own(g.db, g.actor, session_id):
        flash(_("That session is signed out."))
    return redirect(url_for("accounts.my_sessions"), 303)


@accounts.get("/account/kept")
@allow(SIGNED_IN)
def kept_forms() -> ResponseReturnValue:
    """What I was filling in when my session ended: mine to send, or to throw away."""
    forms = kept.waiting(g.db, g.actor, gate.user_key())
    if g.travelling:  # What she was writing about a case is not shown on a journey either.
        forms = [one for one in forms if not one.of_cases]
    return page("accounts/kept.html", forms=forms)


@accounts.post("/account/kept/<uuid:ident>/discard")
@allow(SIGNED_IN)
def discard_kept(ident: uuid.UUID) -> ResponseReturnValue:
    """Forget what was kept."""
    kept.discard(g.db, g.actor, ident)
    flash(_("It is thrown away."))
    return redirect(url_for("accounts.kept_forms"), 303)
