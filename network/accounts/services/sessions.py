"""Sessions: opened, seen, locked, unlocked, ended."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from network import audit
from network.accounts.models import SessionState, UserSession
from network.audit import Action
from network.database import now, uuid7
from network.keys import PRODUCT, PrivateKey, canon, new_token, session_kek, token_hash, unwrap, wrap
from network.tenancy import Actor

IDLE = datetime.timedelta(minutes=10)
ABSOLUTE = datetime.timedelta(hours=12)
PENDING = datetime.timedelta(minutes=5)
SEEN_EVERY = datetime.timedelta(seconds=30)
"""How often a moment of use is written down: not with each request, but well within the idle limit."""
REMEMBERED = datetime.timedelta(hours=24)
"""How long the row of an ended session stays, so that a form posted too late finds its owner."""
TRIES = 5
"""Wrong codes or passphrases after which a session ends."""

# Most browsers claim to be others too: the first mark that is found counts.
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def agent_family(header: str) -> str:
    """Browser and system in two words. More would be a fingerprint, which we have no use for."""
    found = [
        next((name for mark, name in names.items() if mark in header), "") for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(word for word in found if word)


def open_session(
    session: Session,
    *,
    user_id: uuid.UUID,
    tenant_id: uuid.UUID,
    private: PrivateKey,
    state: SessionState = SessionState.ACTIVE,
    agent: str = "",
) -> str:
    """A new session; returns its token, which is kept nowhere but in the browser."""
    token, session_id = new_token(), uuid7()
    session.add(
        UserSession(
            id=session_id,
            token_hash=token_hash(token),
            user_id=user_id,
            tenant_id=tenant_id,
            state=state,
            sealed=seal(token, session_id, user_id, private),
            agent=agent[:40],
        )
    )
    session.flush()
    return token


def seal(token: str, session_id: uuid.UUID, user_id: uuid.UUID, private: PrivateKey) -> bytes:
    return wrap(session_kek(token), private.seed, _aad(session_id, user_id))


def unseal(token: str, row: UserSession) -> PrivateKey:
    """The person's key from her session. ``Tampered`` where the token is another's, or the key is gone from it."""
    return PrivateKey.from_seed(unwrap(session_kek(token), row.sealed or b"", _aad(row.id, row.user_id)))


def _aad(session_id: uuid.UUID, user_id: uuid.UUID) -> bytes:
    return canon(PRODUCT, "session", session_id, user_id)


def state_at(row: UserSession, at: datetime.datetime) -> SessionState:
    """What a session has become by now, whatever its row still says."""
    if row.state is SessionState.ENDED or at - row.created_at > ABSOLUTE:
        return SessionState.ENDED
    if row.state is SessionState.PENDING:
        return SessionState.PENDING if at - row.created_at <= PENDING else SessionState.ENDED
    if row.state is SessionState.LOCKED or at - row.last_seen_at > IDLE:
        return SessionState.LOCKED
    return SessionState.ACTIVE


def settle(row: UserSession, at: datetime.datetime) -> SessionState:
    """Write down what a session has become: a lock takes the key away, a moment of use is noted now and then."""
    state = state_at(row, at)
    if state is not row.state:
        row.state, row.sealed = state, None
    elif state is SessionState.ACTIVE and at - row.last_seen_at > SEEN_EVERY:
        row.last_seen_at = at
    return state


def renew(session: Session, row: UserSession, private: PrivateKey) -> str:
    """A new token for the same session, active from now on: after unlocking or the second factor."""
    token = new_token()
    row.token_hash = token_hash(token)
    row.sealed = seal(token, row.id, row.user_id, private)
    row.state, row.failures, row.last_seen_at = SessionState.ACTIVE, 0, now()
    session.flush()
    return token


def fail(session: Session, row: UserSession) -> bool:
    """Count a wrong answer; whether the session is still there. The row is locked, so that parallel tries all count."""
    session.refresh(row, with_for_update=True)
    row.failures += 1
    if row.failures >= TRIES:
        row.state, row.sealed = SessionState.ENDED, None
    session.flush()
    return row.failures < TRIES


def sign_out(session: Session, actor: Actor) -> None:
    """End one's own session."""
    session.execute(delete(UserSession).where(UserSession.id == actor.session_id))
    audit.record(session, actor, Action.SIGNED_OUT, actor.user_id)


def end_own(session: Session, actor: Actor, session_id: uuid.UUID) -> bool:
    """End one of one's own sessions from another; whether there was one."""
    ended = session.execute(
        delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == actor.user_id)
    )
    gone = bool(ended.rowcount)  # type: ignore[attr-defined]  # A delete gives a cursor result.
    if gone:
        audit.record(session, actor, Action.SESSION_ENDED, actor.user_id)
    return gone


def end_all(session: Session, user_id: uuid.UUID, *, but: uuid.UUID | None = None) -> None:
    """End every session of a person, except one: her place, passphrase or keys have changed."""
    chosen = delete(UserSession).where(UserSession.user_id == user_id)
    session.execute(chosen.where(UserSession.id != but) if but else chosen)


def end_of_tenant(session: Session, tenant_id: uuid.UUID) -> None:
    """End the sessions of a whole tenant."""
    session.execute(delete(UserSession).where(UserSession.tenant_id == tenant_id))


def sweep(session: Session, at: datetime.datetime) -> None:
    """Take the keys out of idle sessions, and forget those that ended long ago. Run by the clock."""
    session.execute(
        update(UserSession)
        .where(UserSession.state == SessionState.ACTIVE, UserSession.last_seen_at < at - IDLE)
        .values(state=SessionState.LOCKED, sealed=None)
    )
    session.execute(delete(UserSession).where(UserSession.created_at < at - REMEMBERED))
    session.execute(
        delete(UserSession).where(
            UserSession.state == SessionState.PENDING, UserSession.created_at < at - PENDING
        )
    )
