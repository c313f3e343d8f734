"""The recovery ladder: one's own printed code, then the organization's sheet from the safe."""

from __future__ import annotations

import os

from sqlalchemy.orm import Session

from network import audit
from network.accounts import policies, queries
from network.accounts.desk_keys import DeskKeys, sheet_info
from network.accounts.models import SessionState, SheetKey, SheetWrap, User, UserKey
from network.accounts.services import desk as desks
from network.accounts.services import news, sessions
from network.accounts.services.people import email_key, open_by_code, renew_code
from network.accounts.services.sign_in import SignedIn, Wrong, place_of
from network.audit import Action
from network.database import now, uuid7
from network.keys import (
    PRODUCT,
    SALT_BYTES,
    Cost,
    Keyring,
    LockedKey,
    PrivateKey,
    Tampered,
    burn,
    canon,
    new_recovery_code,
    recovery_kek,
    unwrap,
    wrap,
)
from network.permissions import NotThere, Unfit, require
from network.tenancy import Actor, become


def change_passphrase(
    session: Session, actor: Actor, keyring: Keyring, cost: Cost, private: PrivateKey, new: str
) -> None:
    """Lock one's key with another passphrase; every other session of hers ends."""
    key = session.get_one(UserKey, actor.user_id)
    key.locked = LockedKey.lock(private, new, keyring, cost, key.user_id)
    sessions.end_all(session, key.user_id, but=actor.session_id)
    assert actor.tenant_id  # noqa: S101  # Whoever has a key belongs to a tenant.
    news.of_account(session, actor.tenant_id, key.user_id, news.AccountNews.CHANGED)
    audit.record(session, actor, Action.PASSPHRASE_CHANGED, key.user_id)


def new_code(session: Session, actor: Actor, keyring: Keyring, private: PrivateKey) -> str:
    """A new recovery code for oneself; the one printed before is worthless from now on."""
    key = session.get_one(UserKey, actor.user_id)
    code = renew_code(keyring, key, private)
    audit.record(session, actor, Action.RECOVERY_CODE_MADE, key.user_id)
    return code


def recover(
    session: Session, keyring: Keyring, cost: Cost, *, email: str, code: str, passphrase: str, agent: str = ""
) -> SignedIn:
    """Set a new passphrase with the printed code. The code is used up; a second factor is still asked for.

    Raises :class:`Wrong` for whatever does not fit, after the same work.
    """
    row = session.execute(queries.user_by_email(email_key(keyring, email))).one_or_none()
    user_id = row[0].id if row else uuid7()
    membership, tenant = place_of(session, user_id)
    private = None
    if membership and tenant and policies.may_sign_in(membership, tenant):
        become(session, Actor.member(tenant.id, user_id, membership.held, country=tenant.country))
        private = _open(session, keyring, user_id, code)
    if private is None or membership is None or tenant is None:
        burn(passphrase, cost)
        raise Wrong
    actor = Actor.member(tenant.id, user_id, membership.held, country=tenant.country)
    user, key = session.get_one(User, user_id), session.get_one(UserKey, user_id)
    key.locked = LockedKey.lock(private, passphrase, keyring, cost, user_id)
    fresh = renew_code(keyring, key, private)
    sessions.end_all(session, user_id)
    state = SessionState.PENDING if user.totp else SessionState.ACTIVE
    token = sessions.open_session(
        session, user_id=user_id, tenant_id=tenant.id, private=private, state=state, agent=agent
    )
    news.of_account(session, tenant.id, user_id, news.AccountNews.RECOVERED)
    audit.record(session, actor, Action.ACCOUNT_RECOVERED, user_id)
    return SignedIn(token, state, user_id, user.language, fresh)


def _open(session: Session, keyring: Keyring, user_id: object, code: str) -> PrivateKey | None:
    key = session.get(UserKey, user_id)
    if key is None:
        return None
    # Locked, so that of two who type the same code at once only one finds it unused.
    session.refresh(key, with_for_update=True)
    try:
        return open_by_code(keyring, key, code)
    except (Tampered, ValueError):
        return None


def print_sheet(session: Session, actor: Actor, desk: DeskKeys) -> tuple[SheetKey, str]:
    """Make the organization recovery sheet: its row, and the code that stands on the paper and nowhere else.

    A sheet printed earlier opens nothing from now on.
    """
    require(actor.reads_cases and desk.let_in)
    desks.discard_sheet(session, desk.tenant_id)
    code, salt, private, ident = new_recovery_code(), os.urandom(SALT_BYTES), PrivateKey.generate(), uuid7()
    epoch = desk.current_epoch
    sheet = SheetKey(
        id=ident,
        tenant_id=desk.tenant_id,
        public_key=private.public.raw,
        salt=salt,
        wrapped=wrap(recovery_kek(code, salt), private.seed, _aad(desk.tenant_id, ident)),
        epoch=epoch,
        endorsement=desks.endorse(desk.private(epoch), ident, epoch, private.public),
    )
    session.add(sheet)
    for number in desk.epochs:
        sealed = private.public.seal(desk.private(number).seed, sheet_info(ident, desk.tenant_id, number))
        session.add(SheetWrap(tenant_id=desk.tenant_id, epoch=number, sealed=sealed))
    session.flush()
    news.of_keys(session, desk.tenant_id, news.KeyNews.SHEET_PRINTED)
    audit.record(session, actor, Action.SHEET_PRINTED, actor.user_id)
    return sheet, code


def use_sheet(session: Session, actor: Actor, private: PrivateKey, code: str) -> DeskKeys:
    """Open the desk with the code from the safe: for a member who reads cases, when nobody can let her in.

    Raises :class:`NotThere` without a sheet, ``ValueError`` for what is no code, :class:`Wrong` for another one.
    """
    require(actor.reads_cases)
    assert actor.tenant_id and actor.user_id  # noqa: S101  # reads_cases says so.
    sheet = session.scalars(queries.sheet(actor.tenant_id).with_for_update()).one_or_none()
    if sheet is None:
        raise NotThere
    try:
        seed = unwrap(recovery_kek(code, sheet.salt), sheet.wrapped, _aad(actor.tenant_id, sheet.id))
    except Tampered:
        raise Wrong from None
    paper = PrivateKey.from_seed(seed)
    opened: dict[int, PrivateKey] = {}
    for held in session.scalars(queries.sheet_wraps(actor.tenant_id)):
        info = sheet_info(sheet.id, actor.tenant_id, held.epoch)
        opened[held.epoch] = PrivateKey.from_seed(paper.open(held.sealed, info))
    if not opened:
        raise Unfit("empty_sheet")
    desks.take_over(session, actor, private.public, opened)
    sheet.used_at = now()
    news.of_keys(session, actor.tenant_id, news.KeyNews.SHEET_USED)
    audit.record(session, actor, Action.SHEET_USED, actor.user_id)
    return DeskKeys(session, actor, private)


def _aad(tenant_id: object, sheet_id: object) -> bytes:
    return canon(PRODUCT, "recovery sheet", str(tenant_id), str(sheet_id))
