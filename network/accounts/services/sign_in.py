"""Coming in: one derivation proves the passphrase and opens the key; a second factor where one is set up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network import audit
from network.accounts import policies, queries
from network.accounts.models import Membership, SessionState, User, UserKey, UserSession
from network.accounts.services import second_factor, sessions
from network.accounts.services.people import email_key, open_by_code, renew_code
from network.audit import Action
from network.database import uuid7
from network.keys import Cost, Keyring, LockedKey, PrivateKey, Tampered, burn
from network.permissions import Unfit
from network.tenancy import Actor, ActorKind, Tenant, become


class Wrong(Exception):
    """Address and passphrase, or a code, do not belong together. Pages never say which of them was wrong."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened or renewed, and what its browser must be given."""

    token: str
    state: SessionState
    user_id: uuid.UUID
    language: str
    code: str | None = None
    """A new recovery code to be shown once, where the printed one was just used up."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What an address leads to, read before the connection is given back for the slow derivation."""

    user_id: uuid.UUID
    locked: bytes | None


def sign_in(
    session: Session, keyring: Keyring, cost: Cost, *, email: str, passphrase: str, agent: str = ""
) -> SignedIn:
    """Open a session for whoever proves to be this person: a pending one where a second factor must be answered.

    The same questions to the database and one derivation for known and unknown addresses. Raises :class:`Wrong`;
    ``Unfit("suspended")`` for a right passphrase of somebody whose access is paused; ``Busy``.
    """
    found = _find(session, keyring, email)
    private = _prove(found, keyring, cost, passphrase)
    membership, tenant = place_of(session, found.user_id)
    if private is None or membership is None or tenant is None:
        _refuse(session, membership, found.user_id)
        raise Wrong
    if not policies.may_sign_in(membership, tenant):
        raise Unfit("suspended")
    actor = Actor.member(tenant.id, found.user_id, membership.held, country=tenant.country)
    become(session, actor)
    user = session.get_one(User, found.user_id)
    _relock(session, keyring, cost, user, private, passphrase)
    state = SessionState.PENDING if user.totp else SessionState.ACTIVE
    token = sessions.open_session(
        session, user_id=user.id, tenant_id=tenant.id, private=private, state=state, agent=agent
    )
    if state is SessionState.ACTIVE:
        audit.record(session, actor, Action.SIGNED_IN, user.id)
    return SignedIn(token, state, user.id, user.language)


def _find(session: Session, keyring: Keyring, email: str) -> _Found:
    row = session.execute(queries.user_by_email(email_key(keyring, email))).one_or_none()
    found = _Found(row[0].id, row[1].locked) if row else _Found(uuid7(), None)
    # Nothing was written yet. The derivation takes a third of a second and may queue: give the connection back, so
    # that twenty people signing in do not keep everybody else from the database.
    session.rollback()
    return found


def _prove(found: _Found, keyring: Keyring, cost: Cost, passphrase: str) -> PrivateKey | None:
    if found.locked is None:
        burn(passphrase, cost)
        return None
    try:
        return LockedKey.unlock(found.locked, passphrase, keyring, found.user_id)
    except Tampered:
        return None


def place_of(session: Session, user_id: uuid.UUID) -> tuple[Membership | None, Tenant | None]:
    become(session, Actor(ActorKind.MEMBER, user_id=user_id))
    membership = session.scalars(queries.living_membership(user_id)).one_or_none()
    tenant = session.get(Tenant, membership.tenant_id if membership else uuid7())
    return membership, tenant


def _refuse(session: Session, membership: Membership | None, user_id: uuid.UUID) -> None:
    """Write down the failed try: in the person's tenant, or the network's where nobody has this address."""
    network = session.scalars(queries.network_tenant()).one_or_none()
    tenant_id = membership.tenant_id if membership else network.id if network else None
    if tenant_id is None:
        return
    actor = Actor(ActorKind.MEMBER, tenant_id, user_id if membership else None)
    become(session, actor)
    audit.record(session, actor, Action.SIGN_IN_FAILED, user_id if membership else None)


def _relock(
    session: Session, keyring: Keyring, cost: Cost, user: User, private: PrivateKey, passphrase: str
) -> None:
    """Lock the key anew where an older pepper or a cheaper derivation locked it."""
    key = session.get_one(UserKey, user.id)
    if LockedKey.needs_rewrap(key.locked, keyring, cost):
        key.locked = LockedKey.lock(private, passphrase, keyring, cost, user.id)


def answer_second_factor(
    session: Session, keyring: Keyring, row: UserSession, token: str, answer: str
) -> SignedIn:
    """Take a code of the authenticator, or the printed recovery code, for a pending session.

    A recovery code also clears the second factor (the phone is lost) and is used up. Raises :class:`Wrong`; after
    five wrong answers the session is gone.
    """
    membership, tenant = place_of(session, row.user_id)
    if membership is None or tenant is None or not policies.may_sign_in(membership, tenant):
        raise Wrong
    actor = Actor.member(tenant.id, row.user_id, membership.held, country=tenant.country)
    become(session, actor)
    row = session.get_one(UserSession, row.id)
    user = session.get_one(User, row.user_id)
    private = sessions.unseal(token, row)
    code = None
    if not second_factor.take(session, keyring, user, answer):
        code = _take_printed(session, actor, keyring, user, answer)
        if code is None:
            sessions.fail(session, row)
            audit.record(session, actor, Action.SIGN_IN_FAILED, user.id, step="code")
            raise Wrong
    fresh = sessions.renew(session, row, private)
    audit.record(session, actor, Action.SIGNED_IN, user.id)
    return SignedIn(fresh, SessionState.ACTIVE, user.id, user.language, code)


def _take_printed(session: Session, actor: Actor, keyring: Keyring, user: User, answer: str) -> str | None:
    """The printed code instead of the phone: it is used up, and a new one takes its place."""
    key = session.get_one(UserKey, user.id)
    session.refresh(key, with_for_update=True)
    try:
        private = open_by_code(keyring, key, answer)
    except (Tampered, ValueError):
        return None
    user.totp, user.totp_step = None, None
    audit.record(session, actor, Action.SECOND_FACTOR_CLEARED, user.id)
    return renew_code(keyring, key, private)


def unlock(session: Session, keyring: Keyring, actor: Actor, row: UserSession, passphrase: str) -> SignedIn:
    """Open an idle session again with the passphrase alone. Raises :class:`Wrong`; five wrong ones end it."""
    key = session.get_one(UserKey, row.user_id)
    try:
        private = LockedKey.unlock(key.locked, passphrase, keyring, row.user_id)
    except Tampered:
        sessions.fail(session, row)
        audit.record(session, actor, Action.SIGN_IN_FAILED, row.user_id, step="unlock")
        raise Wrong from None
    token = sessions.renew(session, row, private)
    audit.record(session, actor, Action.SESSION_UNLOCKED, row.user_id)
    return SignedIn(token, SessionState.ACTIVE, row.user_id, "")


def step_up(session: Session, keyring: Keyring, actor: Actor, passphrase: str) -> PrivateKey:
    """Prove the passphrase once more before a change of keys or roles. Raises :class:`Wrong`."""
    key = session.get_one(UserKey, actor.user_id)
    assert actor.user_id  # noqa: S101  # Only a signed-in person comes here.
    try:
        return LockedKey.unlock(key.locked, passphrase, keyring, actor.user_id)
    except Tampered:
        row = session.get(UserSession, actor.session_id)
        if row is not None:
            sessions.fail(session, row)
        raise Wrong from None
