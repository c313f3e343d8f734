"""What is asked of SQL about the versions of a package."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ColumnElement, Select, String, Uuid, and_, any_, cast, exists, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from network.referrals.models import Attachment, CasePart, Disclosure, PartKey


def makes_version() -> ColumnElement[bool]:
    """Whether a disclosure made a version of its package: files, copies and offers of a hand-over made none."""
    brought = aliased(Attachment)
    file = exists().where(
        brought.referral_id == Disclosure.referral_id, cast(brought.id, String) == any_(Disclosure.part_ids)
    )
    return and_(Disclosure.purpose.is_(None), Disclosure.copied_as.is_(None), ~file)


def packages_of(
    referral_id: uuid.UUID, since: datetime.datetime, holder_id: uuid.UUID, *, own: bool
) -> Select[Disclosure, PartKey, CasePart]:
    """Every disclosure that made a version of the package, the first one first: one row for each part that came with it,
    with this desk's key to it where that shows itself now. ``since``: when it was sent, since what was taken back before
    is no version of what was sent after. ``own``: the holder is who sent it."""
    key = and_(
        PartKey.sealed_id == any_(cast(Disclosure.part_ids, ARRAY(Uuid()))),
        PartKey.holder_id == holder_id,
        PartKey.tenant_id == holder_id if own else PartKey.referral_id == referral_id,
    )
    return (
        select(Disclosure, PartKey, CasePart)
        .outerjoin(PartKey, key)
        .outerjoin(CasePart, CasePart.id == PartKey.sealed_id)
        .where(Disclosure.referral_id == referral_id, Disclosure.disclosed_at >= since, makes_version())
        .order_by(Disclosure.disclosed_at, Disclosure.id)
    )


__all__ = ["makes_version", "packages_of"]
