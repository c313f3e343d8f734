"""Destroying what the receiving desk can open of a referral: the one thing that no rule ever refuses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from network.referrals.models import PartKey, PausedShare, Referral
from network.referrals.models.keys import Sealed

Wraps = type[PartKey] | type[PausedShare]


def destroy_keys(session: Session, referral: Referral) -> None:
    """Delete every wrap the recipient holds of this referral, the envelope's too. What it would be let read again after
    a suspension is not given back either."""
    for cls in (PartKey, PausedShare):
        session.execute(delete(cls).where(_held(cls, referral)))


def destroy_some(session: Session, referral: Referral, sealed_ids: Iterable[uuid.UUID]) -> None:
    """The same for these sealed things."""
    gone = list(sealed_ids)
    for cls in (PartKey, PausedShare):
        session.execute(delete(cls).where(_held(cls, referral), cls.sealed_id.in_(gone)))


def destroy_envelope(session: Session, referral: Referral) -> None:
    """Delete the wrap of the envelope, which is sealed anew. Whoever is suspended is given that of the new one later."""
    session.execute(delete(PartKey).where(_held(PartKey, referral), PartKey.sealed_kind == Sealed.ENVELOPE))


def _held(cls: Wraps, referral: Referral) -> ColumnElement[bool]:
    return (cls.referral_id == referral.id) & (cls.holder_id == referral.receiving_id)
