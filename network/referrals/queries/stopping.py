"""What is asked of SQL about what must be stopped: obligations, and what suspended organizations could read."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from network.referrals.models import (
    CasePart,
    Obligation,
    PartKey,
    PausedShare,
    Referral,
)
from network.referrals.states import ENVELOPE
from network.tenancy import Tenant


def owed_to_us(
    tenant_id: uuid.UUID,
) -> Select[Obligation, datetime.datetime | None, datetime.datetime | None]:
    """Each unconfirmed obligation towards this tenant, locked, with since when either of the two is suspended."""
    ours, theirs = aliased(Tenant), aliased(Tenant)
    return (
        select(Obligation, ours.suspended_at, theirs.suspended_at)
        .join(ours, ours.id == Obligation.referring_id)
        .join(theirs, theirs.id == Obligation.receiving_id)
        .where(Obligation.referring_id == tenant_id, Obligation.confirmed_at.is_(None))
        .order_by(Obligation.id)
        .with_for_update(of=Obligation)
    )


def wraps_of_suspended(tenant_id: uuid.UUID) -> Select[PartKey]:
    """The wraps that this tenant made for others that are suspended now."""
    away = exists().where(Tenant.id == PartKey.holder_id, Tenant.suspended_at.is_not(None))
    return select(PartKey).where(PartKey.tenant_id == tenant_id, PartKey.holder_id != tenant_id, away)


def paused_shares(tenant_id: uuid.UUID, referral_id: uuid.UUID) -> Select[PausedShare, PartKey]:
    """What the other desk of a referral could read before it was suspended, with one's own key to each."""
    own = and_(
        PartKey.sealed_id == PausedShare.sealed_id,
        PartKey.tenant_id == tenant_id,
        PartKey.holder_id == tenant_id,
    )
    return (
        select(PausedShare, PartKey)
        .join(PartKey, own)
        .where(PausedShare.referral_id == referral_id)
        .order_by(PausedShare.id)
    )


def parts_named(ids: Iterable[uuid.UUID]) -> Select[CasePart]:
    return select(CasePart).where(CasePart.id.in_(list(ids)))


def waits_to_read_again() -> ColumnElement[bool]:
    """Of a referral: the other desk, back from a suspension, waits for this one to let it read again."""
    other = aliased(Tenant)
    return and_(
        Referral.status.in_(sorted(ENVELOPE)),
        exists().where(
            PausedShare.referral_id == Referral.id,
            other.id == PausedShare.holder_id,
            other.suspended_at.is_(None),
        ),
    )
