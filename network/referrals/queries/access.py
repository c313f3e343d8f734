"""What is asked of SQL about who works on a case and who else opened it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from sqlalchemy import Delete, Select, Update, and_, delete, exists, func, select, update

from network.accounts.models import User
from network.referrals.models import (
    Case,
    CaseGlass,
    CaseLook,
    CaseWorker,
    LookKind,
    PartKey,
    Referral,
    ReferralOrigin,
)
from network.referrals.models.cases import CaseStatus
from network.referrals.states import ENDED
from network.tenancy import Actor


def case_by_code(tenant_id: uuid.UUID | None, code: str) -> Select[Case]:
    """The case of one's own tenant under this code."""
    return select(Case).where(Case.tenant_id == tenant_id, Case.code == code)


def assigned_to(case_id: uuid.UUID) -> Select[CaseWorker]:
    """Everybody who is assigned to a case beside its owner, the earliest first."""
    return (
        select(CaseWorker)
        .where(CaseWorker.case_id == case_id)
        .order_by(CaseWorker.assigned_at, CaseWorker.id)
    )


def open_cases_by_owner(tenant_id: uuid.UUID | None) -> Select[uuid.UUID, int]:
    """How many open cases each person owns."""
    return (
        select(Case.owner_id, func.count(Case.id))
        .where(Case.tenant_id == tenant_id, Case.status.in_(OPEN_CASES))
        .group_by(Case.owner_id)
    )


def open_cases_by_worker(tenant_id: uuid.UUID | None) -> Select[uuid.UUID, int]:
    """On how many open cases each person helps without owning them."""
    return (
        select(CaseWorker.user_id, func.count(CaseWorker.id))
        .join(Case, Case.id == CaseWorker.case_id)
        .where(Case.tenant_id == tenant_id, Case.status.in_(OPEN_CASES))
        .group_by(CaseWorker.user_id)
    )


def cases_without_keeper(tenant_id: uuid.UUID | None, holders: Collection[uuid.UUID]) -> Select[Case]:
    """Open cases whose owner holds no key of the desk any more: somebody else must take them on."""
    return (
        select(Case)
        .where(Case.tenant_id == tenant_id, Case.status.in_(OPEN_CASES), Case.owner_id.not_in(list(holders)))
        .order_by(Case.created_at, Case.id)
    )


def stoppable_referrals(case_id: uuid.UUID) -> Select[Referral]:
    """The referrals of a case that have not ended, locked in a fixed order."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(ReferralOrigin.case_id == case_id, Referral.status.not_in(sorted(ENDED)))
        .order_by(Referral.id)
        .with_for_update(of=Referral)
        .execution_options(populate_existing=True)
    )


def glasses_of(tenant_id: uuid.UUID | None, limit: int) -> Select[CaseGlass, Case, PartKey]:
    """The latest openings in need of a desk's cases, those nobody has looked at first, with the keys to their reasons."""
    return (
        select(CaseGlass, Case, PartKey)
        .join(Case, Case.id == CaseGlass.case_id)
        .join(PartKey, PartKey.sealed_id == CaseGlass.id)
        .where(CaseGlass.tenant_id == tenant_id, PartKey.holder_id == tenant_id)
        .order_by(CaseGlass.seen_at.is_not(None), CaseGlass.opened_at.desc(), CaseGlass.id)
        .limit(limit)
    )


def glasses_unseen(actor: Actor) -> Select[int, datetime.datetime | None]:
    """How many openings in need no supervisor has looked at, and the first of them."""
    return select(func.count(CaseGlass.id), func.min(CaseGlass.opened_at)).where(
        CaseGlass.tenant_id == actor.tenant_id, CaseGlass.seen_at.is_(None)
    )


def end_glasses(case_id: uuid.UUID, at: datetime.datetime) -> Update:
    """Nobody goes on reading a case in need once it is stopped."""
    return (
        update(CaseGlass)
        .where(CaseGlass.case_id == case_id, CaseGlass.ends_at > at)
        .values(ends_at=at)
        .execution_options(synchronize_session=False)
    )


def looks_of(user_id: uuid.UUID | None, since: datetime.datetime) -> Select[CaseLook]:
    """What was counted of a person since then, the earliest first."""
    return (
        select(CaseLook)
        .where(CaseLook.user_id == user_id, CaseLook.at > since)
        .order_by(CaseLook.at, CaseLook.id)
    )


def looks_beside(
    case_id: uuid.UUID, user_id: uuid.UUID | None, since: datetime.datetime
) -> Select[bool, CaseLook | None]:
    """The same, each beside whether the person is assigned to this case: one row at least."""
    assigned = exists().where(CaseWorker.case_id == case_id, CaseWorker.user_id == User.id)
    return (
        select(assigned.label("assigned"), CaseLook)
        .select_from(User)
        .outerjoin(CaseLook, and_(CaseLook.user_id == User.id, CaseLook.at > since))
        .where(User.id == user_id)
        .order_by(CaseLook.at, CaseLook.id)
    )


def alerts(tenant_id: uuid.UUID | None, limit: int) -> Select[CaseLook]:
    """Who opened many cases that were not theirs, the latest first."""
    return (
        select(CaseLook)
        .where(CaseLook.tenant_id == tenant_id, CaseLook.kind == LookKind.ALERT)
        .order_by(CaseLook.at.desc(), CaseLook.id)
        .limit(limit)
    )


def old_looks(before: datetime.datetime) -> Delete:
    return delete(CaseLook).where(CaseLook.at < before).execution_options(synchronize_session=False)


OPEN_CASES = (CaseStatus.ACTIVE, CaseStatus.FOLLOW_UP)
