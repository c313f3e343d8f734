"""The clocks of a referral: set, stopped, run on; what they say at each mark. Rows of the scheduler, and no key."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts import queries as accounts
from network.audit import Action
from network.database import now, uuid7
from network.outbox import notify
from network.permissions import Role
from network.referrals import clocks, notices, queries
from network.referrals.clocks import Mark
from network.referrals.models import OverdueAnswer, Referral, ReferralEvent
from network.referrals.services import package
from network.referrals.services.transitions import transition
from network.referrals.states import UNANSWERED, Move, Priority, Status
from network.tenancy import Actor, Tenant

SILENCE = "referrals.silent_decline"
TELL_SUPERVISORS = "referrals.tell_supervisors"
TELL_COORDINATORS = "referrals.tell_coordinators"


class Clock(StrEnum):
    """A clock of a referral; its value is the kind of its rows."""

    ACKNOWLEDGE = "referrals.acknowledge_clock"
    ANSWER = "referrals.answer_clock"


RUNS_IN = {Clock.ACKNOWLEDGE: frozenset({Status.SENT, Status.RECEIVED}), Clock.ANSWER: UNANSWERED}
MARKS = {
    Clock.ACKNOWLEDGE: tuple(mark for mark in Mark if mark is not Mark.TIME_OUT),
    Clock.ANSWER: tuple(Mark),
}


def begin(session: Session, referral: Referral, at: datetime.datetime) -> None:
    """Start both clocks: every sending does, on whatever path."""
    receiver = session.get(Tenant, referral.receiving_id)
    referral.clock_from = at
    referral.clock_stopped_at = referral.acknowledge_mark = referral.answer_mark = None
    referral.asked_at = None
    country = receiver.country if receiver else None
    referral.acknowledge_due_at = clocks.acknowledge_by(at, referral.priority, country)
    referral.answer_due_at = clocks.answer_by(at, referral.priority)
    for clock in Clock:
        _plan(session, referral, clock)


def pause(session: Session, referral: Referral, at: datetime.datetime) -> None:
    """A question stops the clock of the answer for 48 hours at most, the first one alone."""
    if referral.asked_at is None:
        referral.asked_at = at
        _move_on(session, referral, clocks.PAUSE)


def answered(session: Session, referral: Referral, at: datetime.datetime) -> None:
    """The first question was answered: what is left of its pause is given back."""
    if referral.asked_at is not None:
        _move_on(session, referral, -clocks.unused_pause(referral.asked_at, at))


def run_on(session: Session, referral: Referral) -> None:
    """A refusal was sent back: the time that it stood is not counted against the receiver's answer."""
    declined = select(func.max(ReferralEvent.at)).where(
        ReferralEvent.referral_id == referral.id, ReferralEvent.move == Move.DECLINE
    )
    if (at := session.scalar(declined)) is not None:
        _move_on(session, referral, now() - at)


def stands(session: Session, referral: Referral) -> bool:
    """Whether the clocks stand now; stops them, or lets them run on from where they stood, as it must be.

    They stand while the case is frozen or one of the two organizations is suspended. Asked hourly and at each mark.
    """
    since = _standing_since(session, referral)
    if since is not None:
        if referral.clock_stopped_at is None:
            referral.clock_stopped_at = max(since, referral.clock_from or since)
        return True
    if referral.clock_stopped_at is not None:
        stood = now() - referral.clock_stopped_at
        referral.clock_stopped_at = None
        _move_on(session, referral, stood)
    return False


def look_after(session: Session) -> None:
    """Stop and start the clocks of everything that this tenant sent and that waits for an answer."""
    for referral in session.scalars(queries.waiting_referrals()).all():
        stands(session, referral)


def tick(session: Session, actor: Actor, clock: Clock, referral_id: uuid.UUID) -> None:
    """Say what is to be said at the marks that were reached, each once, and plan the next."""
    referral = session.scalars(queries.locked(referral_id)).one_or_none()
    if referral is None or referral.status not in RUNS_IN[clock] or stands(session, referral):
        return
    moment = now()
    for mark in _untold(referral, clock):
        if _moment_of(referral, clock, mark) > moment:
            break
        _set_told(referral, clock, mark)
        _say(session, actor, referral, clock, mark)
    if referral.status in RUNS_IN[clock]:
        _plan(session, referral, clock)


def await_silence(session: Session, referral: Referral) -> None:
    """Five silent days confirm a refusal."""
    scheduler.plan(session, referral.referring_id, SILENCE, referral.id, now() + clocks.SILENCE_CONFIRMS)


def confirm_by_silence(session: Session, actor: Actor, referral_id: uuid.UUID) -> None:
    """The clock five days after a refusal: declined, unless the sender did something meanwhile."""
    referral = session.scalars(queries.locked(referral_id)).one_or_none()
    if referral is None or referral.status is not Status.DECLINED_PENDING:
        return
    over = referral.changed_at + clocks.SILENCE_CONFIRMS
    if over > now():  # Sent back and declined anew: the newer refusal has a row of its own.
        return
    if _standing_since(session, referral) is not None:
        scheduler.plan(session, referral.referring_id, SILENCE, referral.id, now() + clocks.DAY)
        return
    package.end_access(session, referral)
    transition(session, actor, referral, Move.LAPSE_DECLINE)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_CLOSED, referral.id)


def tell_supervisors(session: Session, tenant_id: uuid.UUID) -> None:
    """Something of this tenant is overdue: its supervisors are told, everybody with a key where it has none."""
    members = [
        one
        for one in session.scalars(accounts.members(tenant_id))
        if one.active and one.travelling_since is None
    ]
    told = [one.user_id for one in members if Role.SUPERVISOR in one.held]
    for user_id in told:
        notify(session, tenant_id, user_id, urgent=True)
    if not told:
        notices.tell(session, tenant_id, urgent=True)


def tell_coordinators(session: Session, tenant_id: uuid.UUID) -> None:
    """Something waits for the coordinators of the network, in its own tenant."""
    for one in session.scalars(accounts.members(tenant_id)):
        if one.active and Role.COORDINATOR in one.held:
            notify(session, tenant_id, one.user_id)


def escalate(session: Session, referral: Referral, since: datetime.datetime | None = None) -> None:
    """Tell the supervisors of both sides; with ``since`` also the coordinator: an answer between these two is overdue."""
    moment = now()
    for tenant_id in (referral.referring_id, referral.receiving_id):
        scheduler.plan(session, tenant_id, TELL_SUPERVISORS, tenant_id, moment)
    network = session.scalars(accounts.network_tenant()).one_or_none() if since else None
    if since is not None and network is not None:
        row = OverdueAnswer(
            id=uuid7(),
            tenant_id=network.id,
            referring_id=referral.referring_id,
            receiving_id=referral.receiving_id,
            since=since,
        )
        session.add(row)
        session.flush()
        scheduler.plan(session, network.id, TELL_COORDINATORS, row.id, moment)


def _say(session: Session, actor: Actor, referral: Referral, clock: Clock, mark: Mark) -> None:
    urgent = referral.priority is not Priority.ROUTINE
    if mark is Mark.TIME_OUT:
        package.end_access(session, referral)
        transition(session, actor, referral, Move.TIME_OUT)
        notices.tell(session, referral.referring_id, urgent=urgent)
        notices.tell(session, referral.receiving_id)
        audit.record(session, actor, Action.REFERRAL_TIMED_OUT, referral.id)
        return
    if mark is Mark.ESCALATE:
        escalate(session, referral, referral.answer_due_at if clock is Clock.ANSWER else None)
        return
    notices.tell(session, referral.receiving_id, urgent=urgent)
    if mark is Mark.REMIND_100:
        notices.tell(session, referral.referring_id, urgent=urgent)


def _standing_since(session: Session, referral: Referral) -> datetime.datetime | None:
    moments = session.execute(queries.stops_of(referral.id, [referral.referring_id, referral.receiving_id]))
    found = [moment for row in moments for moment in row if moment is not None]
    return min(found) if found else None


def _move_on(session: Session, referral: Referral, by: datetime.timedelta) -> None:
    """Let the clocks run so much later, from where they stand."""
    if referral.clock_from is None or referral.answer_due_at is None:
        return
    referral.clock_from += by
    referral.answer_due_at += by
    if referral.acknowledge_due_at is not None and referral.status in RUNS_IN[Clock.ACKNOWLEDGE]:
        referral.acknowledge_due_at += by
        _plan(session, referral, Clock.ACKNOWLEDGE)
    _plan(session, referral, Clock.ANSWER)


def _plan(session: Session, referral: Referral, clock: Clock) -> None:
    """A row for the next mark that was not told, instead of the one that stands there."""
    session.flush()
    scheduler.cancel(session, clock.value, referral.id)
    if left := _untold(referral, clock):
        scheduler.plan(
            session, referral.referring_id, clock.value, referral.id, _moment_of(referral, clock, left[0])
        )


def _untold(referral: Referral, clock: Clock) -> tuple[Mark, ...]:
    told = referral.acknowledge_mark if clock is Clock.ACKNOWLEDGE else referral.answer_mark
    marks = MARKS[clock]
    return marks if told is None else marks[marks.index(told) + 1 :]


def _set_told(referral: Referral, clock: Clock, mark: Mark) -> None:
    if clock is Clock.ACKNOWLEDGE:
        referral.acknowledge_mark = mark
    else:
        referral.answer_mark = mark


def _moment_of(referral: Referral, clock: Clock, mark: Mark) -> datetime.datetime:
    due = referral.acknowledge_due_at if clock is Clock.ACKNOWLEDGE else referral.answer_due_at
    assert referral.clock_from is not None and due is not None  # noqa: S101  # Set at every sending.
    return clocks.moment_of(mark, referral.clock_from, due)
