"""What is asked of SQL about cases and what stands in them."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true

from network.accounts.models import Membership, MembershipStatus, User
from network.permissions import Role
from network.referrals.models import (
    Case,
    CaseEntry,
    CaseGlass,
    CasePart,
    CaseWorker,
    PartKey,
    RiskAssessment,
)
from network.tenancy import Actor


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Need to know, as ``policies.can_read_case`` has it: a supervisor all, others what they work on or broke the
    glass of. One that is stopped for safety is the supervisors' alone; its owner's, where there is no supervisor."""
    if actor.holds(Role.SUPERVISOR):
        return true()
    own = Case.owner_id == actor.user_id
    assigned = exists().where(CaseWorker.case_id == Case.id, CaseWorker.user_id == actor.user_id)
    opened = exists().where(
        CaseGlass.case_id == Case.id, CaseGlass.user_id == actor.user_id, CaseGlass.ends_at > func.now()
    )
    supervised = exists().where(
        Membership.tenant_id == actor.tenant_id,
        Membership.status == MembershipStatus.ACTIVE,
        Membership.roles.contains([Role.SUPERVISOR.value]),
    )
    return or_(and_(Case.frozen_at.is_(None), or_(own, assigned, opened)), and_(own, ~supervised))


def cases_of(actor: Actor) -> Select[Case]:
    """Files this person works on, newest first; a supervisor sees the whole desk's."""
    return (
        select(Case)
        .where(Case.tenant_id == actor.tenant_id, known_to(actor))
        .order_by(Case.created_at.desc(), Case.id)
    )


def admitted(case_id: uuid.UUID, user_id: uuid.UUID | None) -> Select[uuid.UUID]:
    """This person, where she is assigned to the case or broke its glass and that has not ended."""
    assigned = exists().where(CaseWorker.case_id == case_id, CaseWorker.user_id == User.id)
    opened = exists().where(
        CaseGlass.case_id == case_id, CaseGlass.user_id == User.id, CaseGlass.ends_at > func.now()
    )
    return select(User.id).where(User.id == user_id, or_(assigned, opened))


def present_parts(case_id: uuid.UUID) -> Select[CaseEntry, CasePart]:
    """The newest version of each category of a case with its sealed content."""
    newest = (
        select(CaseEntry.category, func.max(CaseEntry.number).label("number"))
        .where(CaseEntry.case_id == case_id)
        .group_by(CaseEntry.category)
        .subquery()
    )
    return (
        select(CaseEntry, CasePart)
        .join(CasePart, and_(CasePart.id == CaseEntry.part_id, CasePart.tenant_id == CaseEntry.tenant_id))
        .join(newest, and_(newest.c.category == CaseEntry.category, newest.c.number == CaseEntry.number))
        .where(CaseEntry.case_id == case_id)
    )


def opened_parts(case_id: uuid.UUID, tenant_id: uuid.UUID) -> Select[CaseEntry, CasePart, PartKey]:
    """The same with the owner's key to each."""
    own = and_(
        PartKey.sealed_id == CasePart.id, PartKey.tenant_id == tenant_id, PartKey.holder_id == tenant_id
    )
    return present_parts(case_id).add_columns(PartKey).join(PartKey, own)


def part_version(
    case_id: uuid.UUID, tenant_id: uuid.UUID, category: str, number: int
) -> Select[CaseEntry, CasePart, PartKey]:
    """One version of a category with the owner's key to it."""
    own = and_(
        PartKey.sealed_id == CasePart.id, PartKey.tenant_id == tenant_id, PartKey.holder_id == tenant_id
    )
    return (
        select(CaseEntry, CasePart, PartKey)
        .join(CasePart, and_(CasePart.id == CaseEntry.part_id, CasePart.tenant_id == CaseEntry.tenant_id))
        .join(PartKey, own)
        .where(CaseEntry.case_id == case_id, CaseEntry.category == category, CaseEntry.number == number)
    )


def versions_of(case_id: uuid.UUID, category: str) -> Select[CaseEntry]:
    """Every version of a category, the newest first."""
    return (
        select(CaseEntry)
        .where(CaseEntry.case_id == case_id, CaseEntry.category == category)
        .order_by(CaseEntry.number.desc())
    )


def newest_number(case_id: uuid.UUID, category: str) -> Select[int | None]:
    return select(func.max(CaseEntry.number)).where(
        CaseEntry.case_id == case_id, CaseEntry.category == category
    )


def newest_risk_assessment(case_id: uuid.UUID) -> Select[RiskAssessment]:
    return (
        select(RiskAssessment)
        .where(RiskAssessment.case_id == case_id)
        .order_by(RiskAssessment.assessed_on.desc(), RiskAssessment.created_at.desc())
        .limit(1)
    )


def opened_risks(case_id: uuid.UUID, tenant_id: uuid.UUID) -> Select[RiskAssessment, PartKey]:
    """The newest risk assessments of a case with the owner's key to each."""
    own = and_(
        PartKey.sealed_id == RiskAssessment.id, PartKey.tenant_id == tenant_id, PartKey.holder_id == tenant_id
    )
    return (
        select(RiskAssessment, PartKey)
        .join(PartKey, own)
        .where(RiskAssessment.case_id == case_id)
        .order_by(RiskAssessment.assessed_on.desc(), RiskAssessment.created_at.desc())
        .limit(10)
    )
