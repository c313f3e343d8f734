"""What is asked of SQL about keys and what they open."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, and_, select

from network.referrals.models import (
    CasePart,
    PartKey,
    Referral,
    ReferralAnswer,
)
from network.referrals.models.keys import Sealed


def own_keys(tenant_id: uuid.UUID, sealed_ids: Iterable[uuid.UUID]) -> Select[PartKey]:
    """The owner's wraps of these sealed things."""
    return select(PartKey).where(
        PartKey.tenant_id == tenant_id,
        PartKey.holder_id == tenant_id,
        PartKey.sealed_id.in_(list(sealed_ids)),
    )


def keys_given(referral: Referral, sealed_ids: Iterable[uuid.UUID]) -> Select[PartKey]:
    """Of these sealed things the wraps that the receiving desk of a referral has."""
    return select(PartKey).where(
        PartKey.referral_id == referral.id,
        PartKey.holder_id == referral.receiving_id,
        PartKey.sealed_id.in_(list(sealed_ids)),
    )


def released_parts(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[PartKey, CasePart]:
    """What this referral lets the holder's desk open now; of several versions of one category the newest last."""
    return (
        select(PartKey, CasePart)
        .join(CasePart, CasePart.id == PartKey.sealed_id)
        .where(
            PartKey.referral_id == referral_id,
            PartKey.holder_id == holder_id,
            PartKey.sealed_kind == Sealed.CASE_PART,
        )
        .order_by(CasePart.id)
    )


def envelope_key(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[PartKey]:
    return select(PartKey).where(
        PartKey.referral_id == referral_id,
        PartKey.holder_id == holder_id,
        PartKey.sealed_kind == Sealed.ENVELOPE,
    )


def answers_of(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[ReferralAnswer, PartKey]:
    """The sealed answers to a referral with this desk's keys to them."""
    return (
        select(ReferralAnswer, PartKey)
        .join(PartKey, and_(PartKey.sealed_id == ReferralAnswer.id, PartKey.holder_id == holder_id))
        .where(ReferralAnswer.referral_id == referral_id)
        .order_by(ReferralAnswer.at, ReferralAnswer.id)
    )


def parts_by_id(part_ids: Iterable[uuid.UUID]) -> Select[CasePart]:
    return select(CasePart).where(CasePart.id.in_(list(part_ids)))
