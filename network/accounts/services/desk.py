"""The desk's keys: founded by the first key holder, handed on in person, begun anew when somebody leaves."""

from __future__ import annotations

import hmac
import uuid

from sqlalchemy import Delete, delete
from sqlalchemy.orm import Session

from network import audit
from network.accounts import policies, queries
from network.accounts.desk_keys import DeskKeys, NoDeskKey, sheet_info, signing_info, wrap_info
from network.accounts.models import (
    DeskEpoch,
    DeskKey,
    Membership,
    SheetKey,
    SheetWrap,
    SigningSeed,
)
from network.accounts.services import news
from network.audit import Action
from network.database import now
from network.keys import PRODUCT, PrivateKey, PublicKey, SigningKey, canon
from network.keys.boxes import derive
from network.permissions import Stale, Unfit, require
from network.tenancy import Actor


def found_desk(session: Session, actor: Actor, private: PrivateKey) -> DeskKeys:
    """Make the first keys of a tenant's desk. Only where there are none: a desk is never founded twice."""
    require(actor.reads_cases)
    assert actor.tenant_id and actor.user_id  # noqa: S101  # reads_cases says so.
    if session.scalars(queries.current_epoch(actor.tenant_id)).one_or_none() is not None:
        raise Stale
    desk = PrivateKey.generate()
    _add_epoch(session, actor.tenant_id, 1, desk)
    _hand_over(session, actor.tenant_id, 1, desk, actor.user_id, private.public)
    session.flush()
    audit.record(session, actor, Action.DESK_FOUNDED, actor.user_id)
    return DeskKeys(session, actor, private)


def let_in(session: Session, actor: Actor, desk: DeskKeys, newcomer: Membership, fingerprint: str) -> None:
    """Seal every epoch of the desk to a colleague, after comparing six words with her.

    ``fingerprint`` is of the key that was compared; :class:`Stale` where hers is another by now.
    """
    require(policies.can_let_in(actor, newcomer))
    key = session.scalars(queries.user_keys([newcomer.user_id])).one_or_none()
    if key is None or not desk.let_in:
        raise NoDeskKey
    public = PublicKey.from_bytes(key.public_key)
    if not hmac.compare_digest(public.fingerprint(), fingerprint):
        raise Stale
    session.execute(_wraps_of(desk.tenant_id, newcomer.user_id))
    for epoch in desk.epochs:
        _hand_over(session, desk.tenant_id, epoch, desk.private(epoch), newcomer.user_id, public)
    session.flush()
    news.of_keys(session, desk.tenant_id, news.KeyNews.LET_IN)
    audit.record(session, actor, Action.DESK_LET_IN, newcomer.user_id, key=public.fingerprint()[:9])


def take_over(session: Session, actor: Actor, public: PublicKey, opened: dict[int, PrivateKey]) -> None:
    """Seal epochs that the recovery sheet opened to the member who typed its code."""
    assert actor.tenant_id and actor.user_id  # noqa: S101  # Callers required a reader of cases.
    session.execute(_wraps_of(actor.tenant_id, actor.user_id))
    for epoch, private in sorted(opened.items()):
        _hand_over(session, actor.tenant_id, epoch, private, actor.user_id, public)
    session.flush()


def leave(session: Session, actor: Actor, user_id: uuid.UUID, desk: DeskKeys | None) -> None:
    """Take the desk's keys from a member who leaves it, and begin a new epoch at once, or at the next chance.

    ``desk`` are the keys of whoever removes her, where she holds any. :class:`Unfit` where nobody could open the
    desk's cases afterwards.
    """
    assert actor.tenant_id  # noqa: S101  # Callers required a role of this tenant.
    current = session.scalars(queries.current_epoch(actor.tenant_id).with_for_update()).one_or_none()
    if current is None or not session.scalars(queries.desk_keys_of(actor.tenant_id, user_id)).all():
        return
    refuse_to_lose_the_last(session, actor.tenant_id, user_id, current)
    session.execute(_wraps_of(actor.tenant_id, user_id))
    audit.record(session, actor, Action.DESK_LEFT, user_id)
    current.stale_at = now()
    session.flush()
    if desk is not None and desk.user_id != user_id and current.epoch in desk.epochs:
        start_epoch(session, actor, desk, current)


def refuse_to_lose_the_last(
    session: Session, tenant_id: uuid.UUID, user_id: uuid.UUID, current: DeskEpoch
) -> None:
    """Raise ``Unfit("last_key_holder")`` where she alone can open the desk and no recovery sheet is in the safe."""
    others = set(session.scalars(queries.holders(tenant_id, current.epoch))) - {user_id}
    if not others and session.scalars(queries.sheet(tenant_id)).one_or_none() is None:
        raise Unfit("last_key_holder")


def renew_if_stale(session: Session, actor: Actor, desk: DeskKeys) -> bool:
    """Begin the epoch that somebody's leaving left undone. The first key holder who comes by does it."""
    waiting = (
        queries.current_epoch(desk.tenant_id)
        .where(DeskEpoch.stale_at.is_not(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    current = session.scalars(waiting).one_or_none()
    if current is None or current.epoch not in desk.epochs:
        return False
    newest = session.scalars(queries.current_epoch(desk.tenant_id)).one_or_none()
    if newest is None or newest.epoch != current.epoch:
        return False
    start_epoch(session, actor, desk, current)
    return True


def start_epoch(session: Session, actor: Actor, desk: DeskKeys, current: DeskEpoch) -> None:
    """New keys for what is written from now on, sealed to everyone who holds the present ones, and to the sheet.

    A key is only handed to a public key that the present epoch endorsed: one that was swapped in the database gets
    nothing, and its owner must be let in anew.
    """
    require(actor.reads_cases)
    old, fresh, epoch = desk.private(current.epoch), PrivateKey.generate(), current.epoch + 1
    _add_epoch(session, desk.tenant_id, epoch, fresh)
    current.stale_at = None
    for held, key in session.execute(queries.holders_with_keys(desk.tenant_id, current.epoch)):
        public = PublicKey.from_bytes(key.public_key)
        if hmac.compare_digest(endorse(old, held.user_id, current.epoch, public), held.endorsement):
            _hand_over(session, desk.tenant_id, epoch, fresh, held.user_id, public)
    seal_to_sheet(session, desk, epoch, fresh)
    session.flush()
    news.of_keys(session, desk.tenant_id, news.KeyNews.NEW_KEYS)
    audit.record(session, actor, Action.DESK_EPOCH_STARTED, None, epoch=epoch)


def seal_to_sheet(session: Session, desk: DeskKeys, epoch: int, private: PrivateKey) -> None:
    """The newest private half to the recovery sheet; a sheet whose key was swapped is thrown away instead."""
    sheet = session.scalars(queries.sheet(desk.tenant_id)).one_or_none()
    if sheet is None:
        return
    public = PublicKey.from_bytes(sheet.public_key)
    known = sheet.epoch in desk.epochs and hmac.compare_digest(
        endorse(desk.private(sheet.epoch), sheet.id, sheet.epoch, public), sheet.endorsement
    )
    if not known:
        discard_sheet(session, desk.tenant_id)
        return
    sealed = public.seal(private.seed, sheet_info(sheet.id, desk.tenant_id, epoch))
    session.add(SheetWrap(tenant_id=desk.tenant_id, epoch=epoch, sealed=sealed))


def discard_sheet(session: Session, tenant_id: uuid.UUID) -> None:
    """Destroy what the recovery sheet opens: its paper is worth nothing from now on."""
    session.execute(delete(SheetWrap).where(SheetWrap.tenant_id == tenant_id))
    session.execute(delete(SheetKey).where(SheetKey.tenant_id == tenant_id))


def endorse(desk: PrivateKey, owner_id: uuid.UUID, epoch: int, public: PublicKey) -> bytes:
    """A mark that only somebody with the desk's private half can make over a public key."""
    secret = derive(desk.seed, canon(PRODUCT, "endorsement"))
    return hmac.digest(secret, canon(owner_id, epoch, public.raw), "sha256")


def holders(session: Session, tenant_id: uuid.UUID) -> set[uuid.UUID]:
    """Members in good standing who can open the newest epoch."""
    return set(session.scalars(queries.holders(tenant_id, queries.newest_epoch(tenant_id))))


def _wraps_of(tenant_id: uuid.UUID, user_id: uuid.UUID) -> Delete:
    return delete(DeskKey).where(DeskKey.tenant_id == tenant_id, DeskKey.user_id == user_id)


def _add_epoch(session: Session, tenant_id: uuid.UUID, epoch: int, desk: PrivateKey) -> None:
    signing = SigningKey.generate()
    session.add_all(
        [
            DeskEpoch(
                tenant_id=tenant_id, epoch=epoch, public_key=desk.public.raw, signing_public=signing.public
            ),
            SigningSeed(
                tenant_id=tenant_id,
                epoch=epoch,
                sealed=desk.public.seal(signing.seed, signing_info(tenant_id, epoch)),
            ),
        ]
    )


def _hand_over(
    session: Session,
    tenant_id: uuid.UUID,
    epoch: int,
    desk: PrivateKey,
    user_id: uuid.UUID,
    public: PublicKey,
) -> None:
    session.add(
        DeskKey(
            tenant_id=tenant_id,
            user_id=user_id,
            epoch=epoch,
            sealed=public.seal(desk.seed, wrap_info(user_id, tenant_id, epoch)),
            endorsement=endorse(desk, user_id, epoch, public),
        )
    )
