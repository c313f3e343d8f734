"""Sign in, second factor, unlock, sign out, quick exit."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.accounts import gate
from network.accounts.forms import CodeForm, PassphraseForm, SignInForm, form_fault
from network.accounts.labels import refusal
from network.accounts.models import SessionState, UserSession
from network.accounts.services import sign_in as services
from network.accounts.services.sign_in import SignedIn, Wrong
from network.accounts.views.rooms import accounts, after_sign_in, agent, cost, page, wrong_passphrase
from network.face import QUICK_EXIT, link
from network.limits import limit, spend
from network.permissions import Unfit
from network.tenancy import Actor, ActorKind, become
from network.web import EVERYONE, allow


@accounts.route("/login", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("sign-in", per_address="30/minute;300/hour", per_account="10/minute;60/hour")
def login() -> ResponseReturnValue:
    """Address and passphrase. The answer to a wrong pair never says which of the two is wrong."""
    if request.method == "GET" and g.actor.signed_in:
        return redirect(after_sign_in(), 303)
    waiting = gate.held()
    if request.method == "GET" and waiting is not None and waiting.state is SessionState.LOCKED:
        return redirect(url_for("accounts.unlock", next=request.args.get("next") or None), 303)
    form = SignInForm(data={"next": request.args.get("next", "")})
    if not form.validate_on_submit():
        return page("accounts/login.html", form)
    try:
        signed = services.sign_in(
            g.db,
            gate.app().keyring,
            cost(),
            email=form.email.data,
            passphrase=form.password.data,
            agent=agent(),
        )
    except Wrong:
        form_fault(form, _("Address and passphrase do not belong together. Please try again."))
        return page("accounts/login.html", form)
    except Unfit as error:
        form_fault(form, refusal(error))
        return page("accounts/login.html", form)
    return _enter(signed)


def _enter(signed: SignedIn) -> Response:
    """Send the browser on: to the second factor, or to where it wanted to go, with what was kept for it."""
    to = gate.safe_next(request.values.get("next"), "")
    if signed.state is SessionState.PENDING:
        to = url_for("accounts.code", next=to or None)
    return gate.admit(signed, make_response(redirect(to or after_sign_in(), 303)))


@accounts.route("/login/code", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("sign-in-code", per_address="30/minute")
def code() -> ResponseReturnValue:
    """The second factor: six digits, or the printed recovery code where the phone is lost."""
    mine = gate.held()
    if mine is None or mine.state is not SessionState.PENDING:
        return redirect(url_for("accounts.login", next=request.values.get("next") or None), 303)
    form = CodeForm(data={"next": request.args.get("next", "")})
    if not form.validate_on_submit():
        return page("accounts/code.html", form)
    spend("second-factor", mine.user_id, "20/hour")
    row = g.db.get_one(UserSession, mine.session_id)
    try:
        signed = services.answer_second_factor(g.db, gate.app().keyring, row, mine.token, form.code.data)
    except Wrong:
        form_fault(form, _("This code does not fit, or was used before. Wait for the next one."), "code")
        return page("accounts/code.html", form)
    if signed.code:
        shown = page("accounts/new-code.html", code=signed.code, next=after_sign_in())
        return gate.admit(signed, make_response(shown))
    return _enter(signed)


@accounts.route("/account/unlock", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("unlock", per_address="30/minute")
def unlock() -> ResponseReturnValue:
    """After ten quiet minutes: the passphrase alone, and everything is where it was."""
    mine = gate.held()
    if mine is None or mine.state is not SessionState.LOCKED:
        if g.actor.signed_in:
            return redirect(after_sign_in(), 303)
        return redirect(url_for("accounts.login", next=request.values.get("next") or None), 303)
    form = PassphraseForm(data={"next": request.args.get("next", "")})
    if not form.validate_on_submit():
        return page("accounts/unlock.html", form)
    owner = _owner(g.db, mine)
    row = g.db.get_one(UserSession, mine.session_id)
    try:
        signed = services.unlock(g.db, gate.app().keyring, owner, row, form.password.data)
    except Wrong:
        form_fault(form, wrong_passphrase(), "password")
        return page("accounts/unlock.html", form)
    return _enter(signed)


def _owner(session: Session, mine: gate.Held) -> Actor:
    """The owner of a locked session, to whom its deeds are written down."""
    actor = Actor(ActorKind.MEMBER, mine.tenant_id, mine.user_id, session_id=mine.session_id)
    become(session, actor)
    return actor


@accounts.post("/logout")
@allow(EVERYONE)
def logout() -> ResponseReturnValue:
    """End the session, and have the browser forget what it kept."""
    gate.forget_session()
    return gate.dismiss(make_response(redirect(link(), 303)))


@accounts.get("/exit")
@allow(EVERYONE)
def exit_now() -> ResponseReturnValue:
    """Quick exit without script: the one GET that ends something. Leads to a page that explains nothing."""
    gate.forget_session()
    return gate.dismiss(make_response(redirect(QUICK_EXIT, 303)))


@accounts.post("/exit")
@allow(EVERYONE)
def exit_beacon() -> ResponseReturnValue:
    """Quick exit's beacon: sent while the page disappears, so it carries no token and its answer is not read."""
    gate.forget_session()
    return gate.dismiss(Response(status=204))
