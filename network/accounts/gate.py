"""The edge between the browser and accounts: whose cookie this is, whether it still counts, and what it opens.

Nothing else in Kopuro reads the session cookie. flask-login holds the person of the request; our table decides.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any, cast

from flask import Request, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import delete
from sqlalchemy.orm import Session

from network.accounts import policies, queries
from network.accounts.desk_keys import DeskKeys, Locked
from network.accounts.models import KeptForm, SessionState, User, UserKey, UserSession
from network.accounts.services import desk as desks
from network.accounts.services import kept, sessions
from network.accounts.services.sign_in import SignedIn
from network.database import now
from network.keys import PrivateKey, Tampered, token_hash
from network.permissions import CASE_READERS
from network.tenancy import Actor, ActorKind, Tenant, become
from network.web import EVERYONE, Kopuro, here

OWN_PAGES = ("accounts.", "admin.")
"""Forms of these are never kept: they hold passphrases and codes."""
LONGEST_TOKEN = 100
BEFORE_SECOND_FACTOR = {
    "accounts.second_factor",
    "accounts.logout",
    "accounts.exit_now",
    "accounts.exit_beacon",
}


class Somebody(UserMixin):  # type: ignore[misc]  # flask-login is untyped.
    """The person of this request, for flask-login and templates."""

    def __init__(self, actor: Actor, user: User, tenant: Tenant) -> None:
        self.actor, self.name, self.language = actor, user.name, user.language
        self.tenant_name, self.tenant_kind, self.demonstration = (
            tenant.name,
            tenant.kind,
            tenant.demonstration,
        )
        self.second_factor = user.totp is not None

    def get_id(self) -> str:
        return str(self.actor.user_id)


@dataclass(frozen=True, slots=True)
class Held:
    """What the browser's cookie leads to, in whatever state."""

    token: str
    session_id: uuid.UUID
    user_id: uuid.UUID
    tenant_id: uuid.UUID
    state: SessionState


def app() -> Kopuro:
    return cast(Kopuro, current_app)


def cookie_name() -> str:
    return app().session_cookie


def identify(session: Session) -> Actor:
    """From the request's cookie to an actor; anonymous where it does not count, or not for more than a stranger may."""
    somebody = current_user if current_user.is_authenticated else None
    if somebody is None:
        return Actor.anonymous()
    actor: Actor = somebody.actor
    if _second_factor_missing(session, somebody):
        if EVERYONE in app().access_of(request.endpoint or "").who:
            become(session, Actor.anonymous())
            return Actor.anonymous()
        abort(redirect(url_for("accounts.second_factor"), 303))
    return actor


def _load(_request: Request) -> Somebody | None:
    """The person of the cookie, for flask-login."""
    if "db" not in g:
        return None  # An address without a page is answered without asking who reads it.
    database: Session = g.db
    found = _find(database)
    if found is None:
        return None
    row, user, tenant = found
    state = sessions.settle(row, now())
    g.held = Held(request.cookies[cookie_name()], row.id, user.id, tenant.id, state)
    g.session_row = row  # Stays readable when the session forgets what it loaded for nobody in particular.
    if state is not SessionState.ACTIVE or tenant.suspended_at is not None:
        return None
    become(database, Actor(ActorKind.MEMBER, tenant.id, user.id))
    membership = database.scalars(queries.membership_of(tenant.id, user.id)).one_or_none()
    if membership is None or not policies.may_sign_in(membership, tenant):
        become(database, Actor.anonymous())
        return None
    # On a journey her account is one that reads no cases: no page has to remember it.
    g.travelling = membership.travelling_since is not None
    roles = membership.held - CASE_READERS if g.travelling else membership.held
    actor = Actor.member(tenant.id, user.id, roles, session_id=row.id, country=tenant.country)
    become(database, actor)
    return Somebody(actor, user, tenant)


def _find(database: Session) -> tuple[UserSession, User, Tenant] | None:
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return database.execute(queries.session_by_token(token_hash(token))).one_or_none()


def _second_factor_missing(database: Session, somebody: Somebody) -> bool:
    if somebody.second_factor or request.endpoint in BEFORE_SECOND_FACTOR:
        return False
    return policies.needs_second_factor(somebody.actor.roles) and second_factor_required(database)


def second_factor_required(database: Session) -> bool:
    """Whether this installation asks for a second factor; where nothing is set, not beside the demonstration."""
    asked = app().settings.require_mfa
    return bool(asked) if asked is not None else not database.scalars(queries.demonstration()).one()


def held() -> Held | None:
    """The browser's session in whatever state: pending, locked or ended ones too."""
    bool(current_user)  # Makes flask-login look once.
    return cast("Held | None", g.get("held"))


def user_key() -> PrivateKey:
    """The signed-in person's private key, for this request. Raises :class:`Locked` where her session holds none."""
    if "user_key" not in g:
        mine = held()
        if mine is None or mine.state is not SessionState.ACTIVE or not g.actor.signed_in:
            raise Locked
        try:
            g.user_key = sessions.unseal(mine.token, g.session_row)
        except Tampered:
            raise Locked from None
    return cast(PrivateKey, g.user_key)


def desk_keys() -> DeskKeys:
    """The desk's keys, as far as the signed-in person holds them; a new epoch is begun where one is due.

    Raises :class:`Locked` (becomes the page that asks for the passphrase) and ``NoDeskKey`` for whoever reads no cases.
    """
    if "desk_keys" not in g:
        desk = DeskKeys(g.db, g.actor, user_key())
        if desk.stale and desks.renew_if_stale(g.db, g.actor, desk):
            desk = DeskKeys(g.db, g.actor, user_key())
        g.desk_keys = desk
    return cast(DeskKeys, g.desk_keys)


def desk_keys_or_none() -> DeskKeys | None:
    """The same for pages where a key is of use but not needed."""
    if not g.actor.reads_cases:
        return None
    desk = desk_keys()
    return desk if desk.let_in else None


def too_late(database: Session) -> Response | None:
    """Keep a form whose session ended while it was filled in, sealed to the person it belongs to."""
    mine = held()
    if mine is None or mine.state not in (SessionState.LOCKED, SessionState.ENDED):
        return None
    back = here()
    if not (request.endpoint or "").startswith(OWN_PAGES):
        key = database.get(UserKey, mine.user_id)
        if key is not None:
            database.execute(delete(KeptForm).where(KeptForm.session_id == mine.session_id))
            fields = list(request.form.items(multi=True))
            kept.keep(database, key, mine.session_id, request.full_path.rstrip("?"), fields)
            back = url_for("accounts.kept_forms")
    page = "accounts.unlock" if mine.state is SessionState.LOCKED else "accounts.login"
    return cast(Response, redirect(url_for(page, next=back), 303))


def admit(signed: SignedIn, response: Response) -> Response:
    """Give the browser its session. The token of its forms stays for the same person and changes for another."""
    mark = app().keyring.mac("form owner", signed.user_id).hex()[:32]
    if session.get("owner") != mark:
        session.clear()
        session["owner"] = mark
    response.set_cookie(
        cookie_name(),
        signed.token,
        httponly=True,
        secure=app().settings.production,
        samesite="Lax",
        path="/",
        max_age=int(sessions.ABSOLUTE.total_seconds()),
    )
    return response


def dismiss(response: Response) -> Response:
    """Take the session from the browser, with all it kept of ours."""
    session.clear()
    response.delete_cookie(
        cookie_name(), path="/", secure=app().settings.production, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return response


def forget_session() -> None:
    """End the session of this browser, in whatever state it is."""
    if g.actor.signed_in:
        sessions.sign_out(g.db, g.actor)
        return
    mine = held()
    if mine is not None:
        g.db.execute(delete(UserSession).where(UserSession.id == mine.session_id))


def safe_next(typed: str | None, otherwise: str) -> str:
    """A path of ours to go on to; whatever could lead elsewhere is not followed."""
    if (
        typed
        and re.fullmatch(r"/[a-z]{2}/[^\\\x00-\x20\x7f]*", typed)
        and "//" not in typed.partition("?")[0]
    ):
        return typed
    return otherwise


def _locked(_error: Exception) -> Any:
    return redirect(url_for("accounts.unlock", next=here()), 303)


def register(kopuro: Kopuro) -> None:
    """Put the gate into the application."""
    manager = LoginManager()
    manager.session_protection = None  # Phones change their address with every tunnel; our table decides.
    manager.request_loader(_load)
    manager.init_app(kopuro, add_context_processor=False)
    kopuro.identify = identify
    kopuro.session_cookie = "__Host-session" if kopuro.settings.production else "session"
    kopuro.too_late = too_late
    kopuro.register_error_handler(Locked, _locked)
