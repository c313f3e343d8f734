"""What waits of cases and their consents, of colleagues and keys, of callers and listings."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from network.accounts.models import DeskEpoch, DeskKey, KeptForm, Membership, MembershipStatus, SheetKey
from network.directory import grants
from network.directory.policies import EDITORS
from network.directory.upkeep import queries as upkeep
from network.permissions import CASE_READERS, Role
from network.referrals.models import (
    Case,
    CaseGlass,
    Consent,
    HotlineCall,
)
from network.referrals.models.cases import CaseStatus
from network.referrals.queries import (
    erased_soon,
    known_to,
    reminders_waiting,
)
from network.statements import built_once
from network.tenancy import Actor, Tenant, TenantKind

CONSENT_ENDS_SOON = datetime.timedelta(days=30)
"""As long before the end as the first notice of the design."""
FINISHED = (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED)


@built_once
def consents_ending(
    actor: Actor, at: datetime.datetime, today: datetime.date
) -> Select[int, datetime.datetime, Any, int]:
    """Consents of the cases this person works on that end within 30 days: how many, the first end, their cases. And
    of how many things in those cases somebody wished to be reminded by now."""
    reminders = reminders_waiting(actor, today).correlate(None).scalar_subquery()
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


@built_once
def people_waiting(actor: Actor, at: datetime.datetime, today: datetime.date) -> Select[Any]:
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
            _ending_cases(actor, today).label("erasing"),
            *_listings(actor, at, today),
        )
        .select_from(Membership)
        .where(Membership.tenant_id == actor.tenant_id, Membership.status == MembershipStatus.ACTIVE)
    )


def _ending_cases(actor: Actor, today: datetime.date) -> ColumnElement[Any]:
    """How many of the cases I may read will be destroyed within 30 days."""
    soon = erased_soon(actor, today + CONSENT_ENDS_SOON)
    return select(func.count(Case.id)).where(soon).correlate(None).scalar_subquery()


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


def _listings(actor: Actor, at: datetime.datetime, today: datetime.date) -> list[ColumnElement[Any]]:
    """For those who keep listings: how many wait to be confirmed, and how many corrections to be decided."""
    if actor.tenant_id is None or not actor.holds(*EDITORS, Role.COORDINATOR):
        return []
    return [
        upkeep.waiting_count(actor.tenant_id, at).scalar_subquery().label("confirm"),
        upkeep.proposals_count(actor.tenant_id).scalar_subquery().label("proposals"),
        grants.ending_count(actor.tenant_id, today).scalar_subquery().label("grants"),
    ]


def partners_without_desk() -> Select[int]:
    """Partner organizations whose first key holder has not come yet."""
    return select(func.count(Tenant.id)).where(
        Tenant.kind == TenantKind.MEMBER,
        Tenant.suspended_at.is_(None),
        ~exists().where(DeskEpoch.tenant_id == Tenant.id),
    )
