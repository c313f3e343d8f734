"""The link and the half hour behind it: found by a token, opened by a code, ended with the referral."""

from __future__ import annotations

import datetime
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys, NoDeskKey
from network.audit import Action
from network.database import now, uuid7
from network.keys import (
    PRODUCT,
    Cost,
    GuestLock,
    Keyring,
    PrivateKey,
    SigningKey,
    Tampered,
    canon,
    new_guest_code,
    new_token,
    normalise_guest_code,
    session_kek,
    token_hash,
    unwrap,
    wrap,
)
from network.referrals import notices, queries
from network.referrals.models import GuestLink, GuestSession, Referral
from network.tenancy import Actor, become

SESSION = datetime.timedelta(minutes=30)
LASTS = datetime.timedelta(days=30)
"""A link that nobody issued again is closed after this; consent may end it earlier."""
TRIES = 5
LONGEST_TOKEN = 100


class GuestKeys(DeskKeys):
    """A guest's one private key in the place of a desk's: it opens and seals, and signs nothing."""

    def __init__(self, guest_id: uuid.UUID, epoch: int, private: PrivateKey) -> None:
        self.tenant_id = guest_id
        self._opened = {epoch: private}
        self._sealed = {epoch: b""}
        self._signing = {}

    def signing_key(self) -> SigningKey:
        """Guests sign nothing."""
        raise NoDeskKey


@dataclass(frozen=True, slots=True)
class Issued:
    """What is shown once, and handed over by two different ways."""

    token: str
    code: str
    expires_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class CameIn:
    """A guest session that has begun: what its browser keeps."""

    cookie: str
    keys: GuestKeys


class WrongCode(Exception):
    """The code does not open this link; ``left`` more may be tried."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


def issue(session: Session, keyring: Keyring, cost: Cost, referral: Referral) -> Issued:
    """A new pair of keys, link and code for this guest. What an earlier link opened stays shut to it."""
    former = session.scalars(queries.link_of(referral.receiving_id)).one_or_none()
    token, code, private, at = new_token(), new_guest_code(), PrivateKey.generate(), now()
    epoch = former.epoch + 1 if former is not None else 1
    end_links(session, referral.id)
    link = GuestLink(
        id=uuid7(),
        guest_id=referral.receiving_id,
        referring_id=referral.referring_id,
        referral_id=referral.id,
        epoch=epoch,
        token_hash=token_hash(token),
        public_key=private.public.raw,
        locked=GuestLock.lock(private, token, code, keyring, cost, referral.receiving_id),
        expires_at=at + LASTS,
    )
    session.add(link)
    session.flush()
    return Issued(token, code, link.expires_at)


def end_links(session: Session, referral_id: uuid.UUID) -> bool:
    """Close link and sessions of a referral; whether there was a link. The seed that was locked in it is gone with it."""
    ids = list(session.scalars(select(GuestLink.id).where(GuestLink.referral_id == referral_id)))
    if not ids:
        return False
    session.execute(delete(GuestSession).where(GuestSession.link_id.in_(ids)))
    session.execute(delete(GuestLink).where(GuestLink.id.in_(ids)))
    return True


def find(session: Session, token: str) -> GuestLink | None:
    """The link of this token, while it has not run out."""
    if len(token) > LONGEST_TOKEN:
        return None
    return session.scalars(queries.link_by_token(token_hash(token), now())).one_or_none()


def try_code(session: Session, keyring: Keyring, link: GuestLink, token: str, typed: str) -> CameIn:
    """Begin a guest session. ``ValueError`` for what cannot be a code (not counted), :class:`WrongCode` for a wrong one.

    The row is locked, so that codes tried at the same time all count. The fifth wrong one locks the link and tells the
    sender; then no code opens it any more.
    """
    code = normalise_guest_code(typed)
    session.refresh(link, with_for_update=True)
    if link.locked_at is not None:
        raise WrongCode(0)
    try:
        private = GuestLock.unlock(link.locked, token, code, keyring, link.guest_id)
    except Tampered:
        link.failures += 1
        if link.failures >= TRIES:
            link.locked_at = now()
            session.execute(delete(GuestSession).where(GuestSession.link_id == link.id))
            notices.tell(session, link.referring_id, urgent=True)
            session.flush()
            _note(session, link, Action.GUEST_LINK_LOCKED)
        raise WrongCode(max(0, TRIES - link.failures)) from None
    link.failures, link.views, link.viewed_at = 0, link.views + 1, now()
    cookie, session_id = secrets.token_urlsafe(32), uuid7()
    sealed = wrap(session_kek(cookie), private.seed, _aad(session_id, link.guest_id))
    session.add(GuestSession(id=session_id, token_hash=token_hash(cookie), link_id=link.id, sealed=sealed))
    session.flush()
    keys = GuestKeys(link.guest_id, link.epoch, private)
    _note(session, link, Action.GUEST_CAME_IN)
    return CameIn(cookie, keys)


def resume(session: Session, link: GuestLink, cookie: str) -> GuestKeys | None:
    """The guest's key from her session, while its half hour lasts and nobody has locked the link."""
    if not cookie or len(cookie) > LONGEST_TOKEN or link.locked_at is not None:
        return None
    row = session.scalars(
        queries.guest_session_by_token(token_hash(cookie), link.id, now() - SESSION)
    ).one_or_none()
    if row is None:
        return None
    try:
        seed = unwrap(session_kek(cookie), row.sealed, _aad(row.id, link.guest_id))
    except Tampered:
        return None
    return GuestKeys(link.guest_id, link.epoch, PrivateKey.from_seed(seed))


def leave(session: Session, cookie: str) -> None:
    """End this browser's session."""
    session.execute(delete(GuestSession).where(GuestSession.token_hash == token_hash(cookie)))


def sweep(session: Session, at: datetime.datetime) -> None:
    """Forget sessions that are over, and links that have run out. Run by the clock."""
    session.execute(delete(GuestSession).where(GuestSession.created_at < at - SESSION))
    session.execute(delete(GuestLink).where(GuestLink.expires_at < at))


def _note(session: Session, link: GuestLink, action: Action) -> None:
    """Written into the guest's own chain: from here on the session acts as this guest."""
    actor = Actor.guest(link.guest_id)
    referral_id = link.referral_id
    become(session, actor)
    audit.record(session, actor, action, referral_id)


def _aad(session_id: uuid.UUID, guest_id: uuid.UUID) -> bytes:
    return canon(PRODUCT, "guest session", session_id, guest_id)
