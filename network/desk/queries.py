"""Everything the desk asks of SQL: counts and the earliest dates, never a word of what a case says."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from network.accounts.models import DeskEpoch, DeskKey, KeptForm, Membership, MembershipStatus, SheetKey
from network.digest.models import Activity, ActivityState, Edition, EditionState
from network.directory import grants
from network.directory.policies import EDITORS
from network.directory.upkeep import queries as upkeep
from network.events.models import Event, EventStatus, Registration, RegistrationState
from network.permissions import CASE_READERS, Role
from network.referrals.inbox import GROUPS, Group
from network.referrals.models import (
    Case,
    CaseGlass,
    Consent,
    ConsentOverride,
    HotlineCall,
    Obligation,
    Overdue,
    OverdueAnswer,
    Referral,
    ReferralOrigin,
)
from network.referrals.models.cases import CaseStatus
from network.referrals.queries import (
    erased_soon,
    has_supervisor,
    is_open,
    known_to,
    reminders_waiting,
    waits_to_read_again,
)
from network.referrals.states import STEPS, Move, Priority, Status
from network.tenancy import Actor, Tenant, TenantKind

CONSENT_ENDS_SOON = datetime.timedelta(days=30)
"""As long before the end as the first notice of the design."""
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
FINISHED = (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED)


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


def consents_ending(actor: Actor, at: datetime.datetime) -> Select[int, datetime.datetime, Any, int]:
    """Consents of the cases this person works on that end within 30 days: how many, the first end, their cases. And
    of how many things in those cases somebody wished to be reminded by now."""
    reminders = reminders_waiting(actor, at.date()).correlate(None).scalar_subquery()
    ending = and_(
        Consent.withdrawn_at.is_(None),
        Consent.superseded_at.is_(None),
        Consent.expires_at > at,
        Consent.expires_at <= at + CONSENT_ENDS_SOON,
    )
    return (
        select(
            func.count(Consent.id).label("n"),
            func.min(Consent.expires_at).label("due"),
            func.array_agg(aggregate_order_by(Case.id, Consent.expires_at)).label("cases"),
            reminders.label("reminders"),
        )
        .select_from(Consent)
        .join(Case, Case.id == Consent.case_id)
        .where(ending, Case.tenant_id == actor.tenant_id, Case.status.not_in(FINISHED), known_to(actor))
    )


def people_waiting(actor: Actor, at: datetime.datetime) -> Select[Any]:
    """One row about people and keys: colleagues who wait to be let in, whether I do, whether a recovery sheet is
    valid, and how many forms of mine came too late and were kept."""
    kept = select(func.count(KeptForm.id)).where(KeptForm.user_id == actor.user_id, KeptForm.expires_at > at)
    epoch = select(func.max(DeskEpoch.epoch)).where(DeskEpoch.tenant_id == actor.tenant_id).scalar_subquery()
    holds = exists().where(
        DeskKey.tenant_id == Membership.tenant_id,
        DeskKey.user_id == Membership.user_id,
        DeskKey.epoch == epoch,
    )
    reads = or_(*(Membership.roles.contains([role.value]) for role in sorted(CASE_READERS)))
    without = and_(reads, ~holds)
    sheet = exists().where(SheetKey.tenant_id == actor.tenant_id, SheetKey.used_at.is_(None))
    me = Membership.user_id == actor.user_id
    return (
        select(
            func.count().filter(without, ~me).label("newcomers"),
            func.bool_or(and_(without, me)).label("outside"),
            select(sheet).scalar_subquery().label("sheet"),
            kept.scalar_subquery().label("kept"),
            _opened(actor).scalar_subquery().label("opened"),
            *_callbacks(actor, at),
            _ending_cases(actor, at).label("erasing"),
            *_listings(actor, at),
        )
        .select_from(Membership)
        .where(Membership.tenant_id == actor.tenant_id, Membership.status == MembershipStatus.ACTIVE)
    )


def _ending_cases(actor: Actor, at: datetime.datetime) -> ColumnElement[Any]:
    """How many of the cases I may read will be destroyed within 30 days."""
    soon = (at + CONSENT_ENDS_SOON).date()
    return select(func.count(Case.id)).where(erased_soon(actor, soon)).correlate(None).scalar_subquery()


def _callbacks(actor: Actor, at: datetime.datetime) -> list[ColumnElement[Any]]:
    """How many people I have to call back within a day, and the first moment."""
    waiting = and_(
        HotlineCall.tenant_id == actor.tenant_id,
        HotlineCall.worker_id == actor.user_id,
        HotlineCall.called_back_at.is_(None),
        HotlineCall.callback_at <= at + datetime.timedelta(days=1),
    )
    return [
        select(func.count(HotlineCall.id)).where(waiting).scalar_subquery().label("callbacks"),
        select(func.min(HotlineCall.callback_at)).where(waiting).scalar_subquery().label("callbacks_due"),
    ]


def _opened(actor: Actor) -> Select[int]:
    """Cases that colleagues opened in need and no supervisor has looked at; where there is none, everybody does."""
    supervised = exists().where(
        Membership.tenant_id == actor.tenant_id,
        Membership.status == MembershipStatus.ACTIVE,
        Membership.roles.contains([Role.SUPERVISOR.value]),
    )
    return select(func.count(CaseGlass.id)).where(
        CaseGlass.tenant_id == actor.tenant_id,
        CaseGlass.seen_at.is_(None),
        CaseGlass.user_id != actor.user_id,
        true() if actor.holds(Role.SUPERVISOR) else ~supervised,
    )


def _listings(actor: Actor, at: datetime.datetime) -> list[ColumnElement[Any]]:
    """For those who keep listings: how many wait to be confirmed, and how many corrections to be decided."""
    if actor.tenant_id is None or not actor.holds(*EDITORS, Role.COORDINATOR):
        return []
    return [
        upkeep.waiting_count(actor.tenant_id, at).scalar_subquery().label("confirm"),
        upkeep.proposals_count(actor.tenant_id).scalar_subquery().label("proposals"),
        grants.ending_count(actor.tenant_id, at.date()).scalar_subquery().label("grants"),
    ]


def registrations_waiting(actor: Actor, at: datetime.datetime) -> Select[str, int, datetime.datetime]:
    """Own events to come with registrations that wait for the organiser's word: slug, how many, since when."""
    return (
        select(Event.slug, func.count(Registration.id), func.min(Registration.created_at))
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Event.tenant_id == actor.tenant_id,
            Event.end_at > at,
            Registration.state == RegistrationState.PENDING,
        )
        .group_by(Event.slug)
        .order_by(func.min(Registration.created_at))
    )


def own_events(actor: Actor, at: datetime.datetime) -> Select[Event]:
    """One's organization's events that are not over, drafts too, the next one first."""
    return (
        select(Event)
        .where(Event.tenant_id == actor.tenant_id, Event.end_at > at, Event.status != EventStatus.CANCELLED)
        .order_by(Event.start_at, Event.id)
        .limit(50)
    )


def open_editions(actor: Actor) -> Select[str, datetime.datetime]:
    """Editions that wait for the coordinator's note, with the hour at which they are published without one."""
    return (
        select(Edition.slug, Edition.publish_at)
        .where(Edition.tenant_id == actor.tenant_id, Edition.state == EditionState.OPEN)
        .order_by(Edition.publish_at)
    )


def activity_drafts(actor: Actor) -> Select[str]:
    """What the organization began to tell and has not published."""
    return (
        select(Activity.slug)
        .where(Activity.tenant_id == actor.tenant_id, Activity.state == ActivityState.DRAFT)
        .order_by(Activity.created_at, Activity.id)
    )


def partners_without_desk() -> Select[int]:
    """Partner organizations whose first key holder has not come yet."""
    return select(func.count(Tenant.id)).where(
        Tenant.kind == TenantKind.MEMBER,
        Tenant.suspended_at.is_(None),
        ~exists().where(DeskEpoch.tenant_id == Tenant.id),
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
