"""From the acceptance to the help: appointments, a person who did not come, one who cannot be reached."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import NotThere
from network.referrals import notices, policies
from network.referrals.models import Referral
from network.referrals.services.answers import say
from network.referrals.services.origins import own_case
from network.referrals.services.receiving import asked_referral
from network.referrals.services.transitions import lock, transition
from network.referrals.states import Move, Outcome, Side
from network.tenancy import Actor


def make_appointment(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    when: datetime.datetime,
    place: str,
    seen: int | None = None,
) -> Referral:
    """Say when and where the person is expected (``when`` is aware). Again: the appointment is moved."""
    referral = asked_referral(session, actor, referral_id, Move.SCHEDULE, seen)
    transition(session, actor, referral, Move.SCHEDULE)
    say(session, desk, referral, Move.SCHEDULE, {"when": when.isoformat(), "place": place})
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_SCHEDULED, referral.id)
    return referral


def note_attempt(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    move: Move,
    *,
    note: str = "",
    seen: int | None = None,
) -> Referral:
    """The person did not come (``NO_SHOW``) or could not be reached (``UNREACHABLE``). The sender is told at once and
    asked to make sure that she is safe; three attempts over seven days at least, and it may be closed."""
    referral = asked_referral(session, actor, referral_id, move, seen)
    transition(session, actor, referral, move)
    moment = now()
    referral.attempts += 1
    referral.first_attempt_at = referral.first_attempt_at or moment
    referral.last_attempt_at = moment
    if note:
        say(session, desk, referral, move, {"note": note})
    notices.tell(session, referral.referring_id, urgent=True)
    audit.record(session, actor, Action.REFERRAL_NOT_REACHED, referral.id)
    return referral


def note_reached(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """She is there again: accepted, and attempts are counted anew."""
    referral = asked_referral(session, actor, referral_id, Move.REACHED, seen)
    transition(session, actor, referral, Move.REACHED)
    referral.attempts = 0
    referral.first_attempt_at = referral.last_attempt_at = None
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_REACHED, referral.id)
    return referral


def give_up(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Looked for often and long enough: unreachable is the outcome, for the sender to confirm."""
    referral = asked_referral(session, actor, referral_id, Move.GIVE_UP, seen)
    transition(session, actor, referral, Move.GIVE_UP)
    say(session, desk, referral, Move.GIVE_UP, {"outcome": Outcome.UNREACHABLE.value})
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_OUTCOME, referral.id)
    return referral


def note_safety_check(session: Session, actor: Actor, referral_id: uuid.UUID) -> Referral:
    """The sending desk made sure that the person is safe, after she was not reached. Twice changes nothing."""
    referral = lock(session, referral_id)
    if policies.side_of(actor, referral) is not Side.REFERRING:
        raise NotThere
    origin, _case = own_case(session, actor, referral)
    if safety_check_due(referral, origin.safety_checked_at):
        origin.safety_checked_at = now()
        audit.record(session, actor, Action.SAFETY_CHECKED, referral.id)
    return referral


def safety_check_due(referral: Referral, checked_at: datetime.datetime | None) -> bool:
    """Whether the sender has still to make sure that the person is safe: each attempt in vain asks anew."""
    last = referral.last_attempt_at
    return last is not None and (checked_at is None or checked_at < last)
