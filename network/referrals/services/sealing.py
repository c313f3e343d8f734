"""Sealing and opening: the only place of this feature that touches keys.

A sealed thing has a random key of its own; that key is sealed to the desk of its owner and, where consent says so, to
the desk of a recipient. Neither the thing nor its key tells of which case it is.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys, NoDesk, public_of
from network.keys import PublicKey, decrypt_part, encrypt_part, info_for, new_part_key
from network.permissions import Unfit
from network.referrals import queries
from network.referrals.models import PartKey
from network.referrals.models.keys import Sealed

Content = dict[str, Any]
"""What stands in a sealed thing: JSON, mostly field name → what was typed."""


def _aad(kind: Sealed, row: uuid.UUID, category: str) -> dict[str, Any]:
    column = "envelope" if kind is Sealed.ENVELOPE else "ciphertext"
    table = "referral" if kind is Sealed.ENVELOPE else kind.value
    return {"table": table, "column": column, "row": row, "category": category}


def _purpose(kind: Sealed, row: uuid.UUID, tenant_id: uuid.UUID, epoch: int) -> bytes:
    return info_for(kind.value, str(row), tenant_id, epoch)


def seal(
    session: Session,
    desk: DeskKeys,
    kind: Sealed,
    row: uuid.UUID,
    content: Content,
    *,
    category: str = "",
    referral_id: uuid.UUID | None = None,
) -> tuple[bytes, bytes]:
    """Seal ``content`` for one's own desk. Returns the ciphertext and its key; the wrap is added to the session."""
    key = new_part_key()
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    ciphertext = encrypt_part(key, plain, **_aad(kind, row, category))
    epoch, public = recipient_key(session, desk.tenant_id)
    session.add(
        PartKey(
            tenant_id=desk.tenant_id,
            holder_id=desk.tenant_id,
            epoch=epoch,
            sealed_kind=kind,
            sealed_id=row,
            referral_id=referral_id,
            ciphertext=public.seal(key, _purpose(kind, row, desk.tenant_id, epoch)),
        )
    )
    return ciphertext, key


def recipient_key(session: Session, tenant_id: uuid.UUID) -> tuple[int, PublicKey]:
    """To what this recipient's things are sealed: the newest epoch of a desk, or the pair of a guest's present link.

    Raises :class:`Unfit` ``no_key`` where nobody could open it: a partner without a desk, a guest whose link was closed.
    """
    try:
        return public_of(session, tenant_id)
    except NoDesk:
        link = session.scalars(queries.link_of(tenant_id)).one_or_none()
        if link is None:
            raise Unfit("no_key") from None
        return link.epoch, PublicKey.from_bytes(link.public_key)


def open_key(desk: DeskKeys, wrap: PartKey) -> bytes:
    """The key of a sealed thing, from the wrap made for this desk. ``Tampered`` where it does not fit."""
    purpose = _purpose(wrap.sealed_kind, wrap.sealed_id, wrap.holder_id, wrap.epoch)
    key: bytes = desk.open(wrap.ciphertext, purpose, wrap.epoch)
    return key


def open_sealed(desk: DeskKeys, wrap: PartKey, ciphertext: bytes, *, category: str = "") -> Content:
    """What stands in a sealed thing."""
    plain = decrypt_part(open_key(desk, wrap), ciphertext, **_aad(wrap.sealed_kind, wrap.sealed_id, category))
    content: Content = json.loads(plain)
    return content


class Shared(NamedTuple):
    """A sealed thing whose key is given to somebody: what it is, its key, until when it is read."""

    kind: Sealed
    row: uuid.UUID
    key: bytes
    readable_until: datetime.datetime | None = None


def share(
    session: Session,
    desk: DeskKeys,
    things: Iterable[Shared],
    *,
    recipient_id: uuid.UUID,
    referral_id: uuid.UUID,
) -> None:
    """Seal the keys of things to the recipient's desk, for one referral. Row-level security decides when they show.

    Its public key is asked for once, and only where there is anything to give.
    """
    given = list(things)
    if not given:
        return
    epoch, public = recipient_key(session, recipient_id)
    session.add_all(
        PartKey(
            tenant_id=desk.tenant_id,
            holder_id=recipient_id,
            epoch=epoch,
            sealed_kind=thing.kind,
            sealed_id=thing.row,
            referral_id=referral_id,
            readable_until=thing.readable_until,
            ciphertext=public.seal(thing.key, _purpose(thing.kind, thing.row, recipient_id, epoch)),
        )
        for thing in given
    )


def reseal(session: Session, wraps: Iterable[tuple[PartKey, bytes]], *, holder_id: uuid.UUID) -> None:
    """Seal the keys of wraps to the present key of their holder: a guest whose link was issued again."""
    again = list(wraps)
    if not again:
        return
    epoch, public = recipient_key(session, holder_id)
    for wrap, key in again:
        wrap.ciphertext = public.seal(key, _purpose(wrap.sealed_kind, wrap.sealed_id, holder_id, epoch))
        wrap.epoch = epoch
