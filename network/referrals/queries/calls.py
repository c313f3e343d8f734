"""What is asked of SQL about calls to the hotline."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import Select, and_, case, or_, select

from network.referrals.models import Case, HotlineCall, HotlineNumber
from network.referrals.queries.cases import known_to
from network.tenancy import Actor


def calls_of(actor: Actor, limit: int) -> Select[HotlineCall]:
    """The desk's calls: those to be called back first, then the latest. One that became a case is for its readers."""
    waits = and_(HotlineCall.callback_at.is_not(None), HotlineCall.called_back_at.is_(None))
    return (
        select(HotlineCall)
        .outerjoin(Case, Case.id == HotlineCall.case_id)
        .where(HotlineCall.tenant_id == actor.tenant_id, or_(HotlineCall.case_id.is_(None), known_to(actor)))
        .order_by(
            case((waits, HotlineCall.callback_at)).asc().nulls_last(),
            HotlineCall.taken_at.desc(),
            HotlineCall.id.desc(),
        )
        .limit(limit)
    )


def calls_of_case(case_id: uuid.UUID) -> Select[HotlineCall]:
    return select(HotlineCall).where(HotlineCall.case_id == case_id).order_by(HotlineCall.taken_at)


def calls_past(
    tenant_id: uuid.UUID, taken_before: datetime.datetime, now: datetime.datetime
) -> Select[HotlineCall]:
    """Calls that became no case and were taken before then, locked; one that somebody is to be called back for stays."""
    return (
        select(HotlineCall)
        .where(
            HotlineCall.tenant_id == tenant_id,
            HotlineCall.case_id.is_(None),
            HotlineCall.taken_at < taken_before,
            or_(HotlineCall.callback_at.is_(None), HotlineCall.callback_at < now),
        )
        .order_by(HotlineCall.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def number_of(call_id: uuid.UUID) -> Select[HotlineNumber]:
    return select(HotlineNumber).where(HotlineNumber.call_id == call_id)
