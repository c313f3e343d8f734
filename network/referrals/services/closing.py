"""Ending a referral: the side of the tenant that asked."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.referrals import notices
from network.referrals.models import (
    Referral,
)
from network.referrals.services import package, timing
from network.referrals.services.answers import say
from network.referrals.services.origins import own_referral
from network.referrals.services.transitions import transition
from network.referrals.states import Move, SurvivorView
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
    session: Session,
    actor: Actor,
    referral_id: uuid.UUID,
    *,
    view: SurvivorView = SurvivorView.NOT_ASKED,
    desk: DeskKeys | None = None,
    seen: int | None = None,
) -> Referral:
    """Outcome reported → closed: the sender confirms. The receiver keeps its own service notes, not the package.

    ``view``: what the person said of the help, sealed to the sender's ``desk`` alone.
    """
    referral, _origin = own_referral(session, actor, referral_id, Move.CLOSE, seen)
    package.end_access(session, referral)
    transition(session, actor, referral, Move.CLOSE)
    if desk is not None and view is not SurvivorView.NOT_ASKED:
        say(session, desk, referral, Move.CLOSE, {"view": view.value}, private=True)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_CLOSED, referral.id)
    return referral


def return_decline(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    why: str,
    seen: int | None = None,
) -> Referral:
    """The sender asks to think again, once: acknowledged, and the clock of the answer runs on where it was."""
    referral, _origin = own_referral(session, actor, referral_id, Move.RETURN_DECLINE, seen)
    transition(session, actor, referral, Move.RETURN_DECLINE)
    referral.declines_returned += 1
    say(session, desk, referral, Move.RETURN_DECLINE, {"why": why})
    timing.run_on(session, referral)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_DECLINE_RETURNED, referral.id)
    return referral


def dispute_outcome(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    why: str,
    seen: int | None = None,
) -> Referral:
    """Outcome reported → in service: the sender says what was otherwise, and the receiver reports anew."""
    referral, _origin = own_referral(session, actor, referral_id, Move.DISPUTE, seen)
    transition(session, actor, referral, Move.DISPUTE)
    say(session, desk, referral, Move.DISPUTE, {"why": why})
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_DISPUTED, referral.id)
    return referral
