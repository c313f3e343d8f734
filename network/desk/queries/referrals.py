"""What of referrals waits: counts, which they are, and the earliest dates."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from network.permissions import Role
from network.referrals.inbox import GROUPS, Group
from network.referrals.models import (
    Case,
    ConsentOverride,
    Obligation,
    Overdue,
    OverdueAnswer,
    Referral,
    ReferralOrigin,
)
from network.referrals.queries import (
    has_supervisor,
    is_open,
    known_to,
    waits_to_read_again,
)
from network.referrals.states import STEPS, Move, Priority, Status
from network.statements import built_once
from network.tenancy import Actor, Tenant

REFERRALS: dict[str, dict[str, str]] = {
    "emergency": {"box": "received", "state": "answer", "priority": "emergency"},
    "override": {"box": "sent"},
    "stop": {"box": "received", "state": "stopping"},
    "urgent": {"box": "received", "state": "answer", "priority": "urgent"},
    "routine": {"box": "received", "state": "answer", "priority": "routine"},
    "approve": {"box": "sent", "state": "approval_pending"},
    "unconfirmed": {"box": "sent", "state": "stopping"},
    "back": {"box": "sent"},
    "asked": {"box": "sent", "state": "info_requested"},
    "redirect": {"box": "sent", "state": "redirect_proposed"},
    "onward": {"box": "sent", "state": "helping"},
    "handover": {"box": "received", "state": "helping"},
    "approved": {"box": "sent", "state": "ready", "mine": "1"},
    "declined": {"box": "sent", "state": "declined_pending"},
    "outcome": {"box": "sent", "state": "outcome_reported"},
    "helping": {"box": "received", "state": "helping", "mine": "1"},
    "drafts": {"box": "sent", "state": "prepared", "mine": "1"},
}
"""What of referrals can wait for somebody, and where in the inbox several of it stand."""
OVERDUE_SHOWN = datetime.timedelta(days=14)
"""So long the coordinator sees that something between two partners was overdue."""


@built_once
def referrals_waiting(actor: Actor) -> Select[Any]:
    """One row: for each thing that waits, how many (``…``), which (``…_ids``), when it is due (``…_due``).

    The organization's inbox is everybody's of its desk; what it sent, only of those who may read the case.
    """
    received = Referral.receiving_id == actor.tenant_id
    ours = and_(Referral.referring_id == actor.tenant_id, known_to(actor))
    columns: list[ColumnElement[Any]] = []
    for name, (condition, moment) in _waiting(actor, received, ours).items():
        columns += [
            func.count(Referral.id).filter(condition).label(name),
            func.min(moment).filter(condition).label(f"{name}_due"),
            func.array_agg(aggregate_order_by(Referral.id, moment, Referral.id))
            .filter(condition)
            .label(f"{name}_ids"),
        ]
    return (
        select(*columns)
        .select_from(Referral)
        .outerjoin(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .outerjoin(Case, Case.id == ReferralOrigin.case_id)
        .outerjoin(ConsentOverride, ConsentOverride.referral_id == Referral.id)
        .where(is_open(), or_(received, Referral.referring_id == actor.tenant_id))
    )


Waiting = tuple[ColumnElement[bool], Any]
"""Which referrals wait for something, and the moment from which or until which they do."""


def _waiting(actor: Actor, received: ColumnElement[bool], ours: ColumnElement[bool]) -> dict[str, Waiting]:
    """By the name of what waits (``REFERRALS``), in the order in which the statement asks."""
    owed, stands = _first_owed(Obligation.due_at), _first_owed(Obligation.clock_stopped_at)
    answer = {priority: _to_answer(received, priority) for priority in Priority}
    decides = true() if actor.holds(Role.SUPERVISOR) else ~has_supervisor().scalar_subquery()
    return {
        "emergency": answer[Priority.EMERGENCY],
        "override": (and_(ours, decides, _to_look_at(actor)), _looked_at_by()),
        "stop": (and_(received, or_(Referral.status == Status.STOPPING, owed.is_not(None))), owed),
        "urgent": answer[Priority.URGENT],
        "routine": answer[Priority.ROUTINE],
        "approve": (_to_approve(actor, ours), Referral.changed_at),
        "unconfirmed": (and_(ours, or_(owed < func.now(), stands.is_not(None))), owed),
        "back": (and_(ours, waits_to_read_again()), Referral.changed_at),
        "asked": (and_(ours, Referral.status == Status.INFO_REQUESTED), Referral.changed_at),
        "redirect": (and_(ours, Referral.status == Status.REDIRECT_PROPOSED), Referral.changed_at),
        "onward": (_to_pass_on(ours), Referral.onward_asked_at),
        "handover": (_to_take_over(received, decides), Referral.handover_proposed_at),
        "declined": (and_(ours, Referral.status == Status.DECLINED_PENDING), Referral.changed_at),
        "outcome": (and_(ours, Referral.status == Status.OUTCOME_REPORTED), Referral.changed_at),
        **_mine(actor, received, ours),
    }


def _first_owed(moment: Any) -> Any:
    """Of a referral whose consent was narrowed more than once, several deletions may be owed: the first counts."""
    return (
        select(func.min(moment))
        .where(Obligation.referral_id == Referral.id, Obligation.confirmed_at.is_(None))
        .correlate(Referral)
        .scalar_subquery()
    )


def _to_answer(received: ColumnElement[bool], priority: Priority) -> Waiting:
    """Emergencies first, each with the moment by which it is to be answered."""
    unanswered = Referral.status.in_(sorted(GROUPS[Group.ANSWER]))
    return (
        and_(received, unanswered, Referral.priority == priority),
        func.coalesce(Referral.answer_due_at, Referral.changed_at),
    )


def _to_approve(actor: Actor, ours: ColumnElement[bool]) -> ColumnElement[bool]:
    """A supervisor looks at what somebody else wrote."""
    return and_(
        ours,
        true() if actor.holds(Role.SUPERVISOR) else false(),
        Referral.status == Status.APPROVAL_PENDING,
        ReferralOrigin.author_id != actor.user_id,
    )


def _to_pass_on(ours: ColumnElement[bool]) -> ColumnElement[bool]:
    """The receiver asks whether it may pass something on."""
    return and_(
        ours,
        Referral.onward_asked_at.is_not(None),
        Referral.status.in_(sorted(STEPS[Move.ANSWER_ONWARD].origins)),
    )


def _to_take_over(received: ColumnElement[bool], decides: ColumnElement[bool]) -> ColumnElement[bool]:
    """A case is offered for hand-over. A supervisor decides; where there is none, everybody."""
    return and_(
        received,
        Referral.handover_proposed_at.is_not(None),
        Referral.status.in_(sorted(STEPS[Move.TAKE_OVER].origins)),
        decides,
    )


def _mine(actor: Actor, received: ColumnElement[bool], ours: ColumnElement[bool]) -> dict[str, Waiting]:
    """What waits for this person alone: what she wrote, and whom she looks after."""
    wrote = and_(ours, ReferralOrigin.author_id == actor.user_id)
    approved = ReferralOrigin.approved_at
    helping = Referral.status.in_(sorted(GROUPS[Group.HELPING]))
    begun = Referral.status.in_(sorted(GROUPS[Group.PREPARED]))
    return {
        "approved": (
            and_(wrote, Referral.status == Status.READY, approved.is_not(None)),
            Referral.changed_at,
        ),
        "helping": (and_(received, helping, Referral.worker_id == actor.user_id), Referral.changed_at),
        "drafts": (and_(wrote, begun, approved.is_(None)), Referral.changed_at),
    }


def _to_look_at(actor: Actor) -> ColumnElement[bool]:
    """It left without consent, and somebody other than who sent it has to agree, or to look again."""
    somebody = or_(ConsentOverride.requested_by_id != actor.user_id, ConsentOverride.alone)
    waits = and_(ConsentOverride.ended_at.is_(None), ConsentOverride.reviewed_at.is_(None))
    return and_(Referral.sent_at.is_not(None), waits, somebody)


def _looked_at_by() -> ColumnElement[Any]:
    """Until when: the end of the 24 hours for the second person, then of the 72 for the review."""
    agreed = ConsentOverride.approved_at.is_not(None)
    return func.coalesce(
        case((agreed, None), else_=ConsentOverride.approve_by), ConsentOverride.review_due_at
    )


def overdue_between(actor: Actor, at: datetime.datetime) -> Select[Overdue, str, str, datetime.datetime]:
    """What the coordinator is told of partners, and all of it: an answer or a confirmation between two is overdue."""
    asks, asked = aliased(Tenant), aliased(Tenant)
    return (
        select(OverdueAnswer.what, asks.name, asked.name, OverdueAnswer.since)
        .join(asks, asks.id == OverdueAnswer.referring_id)
        .join(asked, asked.id == OverdueAnswer.receiving_id)
        .where(OverdueAnswer.tenant_id == actor.tenant_id, OverdueAnswer.since > at - OVERDUE_SHOWN)
        .order_by(OverdueAnswer.since.desc())
        .limit(20)
    )
