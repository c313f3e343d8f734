"""Ending a referral: the side of the tenant that asked."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.referrals import notices
from network.referrals.models import (
    Referral,
)
from network.referrals.services import package
from network.referrals.services.origins import own_referral
from network.referrals.services.transitions import transition
from network.referrals.states import Move
from network.tenancy import Actor


def confirm_decline(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Declined pending → declined: the sender has read the reason. The receiver's keys are destroyed."""
    referral, _origin = own_referral(session, actor, referral_id, Move.CONFIRM_DECLINE, seen)
    package.end_access(session, referral)
    transition(session, actor, referral, Move.CONFIRM_DECLINE)
    audit.record(session, actor, Action.REFERRAL_CLOSED, referral.id)
    return referral


def close_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Outcome reported → closed: the sender confirms. The receiver keeps its own service notes, not the package."""
    referral, _origin = own_referral(session, actor, referral_id, Move.CLOSE, seen)
    package.end_access(session, referral)
    transition(session, actor, referral, Move.CLOSE)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_CLOSED, referral.id)
    return referral
