"""What is asked of SQL about calls to the hotline."""

from __future__ import annotations

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


def number_of(call_id: uuid.UUID) -> Select[HotlineNumber]:
    return select(HotlineNumber).where(HotlineNumber.call_id == call_id)
