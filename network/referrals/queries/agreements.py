"""What is asked of SQL about agreements between tenants."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ColumnElement, Select, and_, or_, select

from network.referrals.models import Agreement
from network.tenancy import Tenant, TenantKind


def between(one: uuid.UUID | None, other: uuid.UUID | None) -> ColumnElement[bool]:
    """Whether an agreement is of these two, in whichever order; of nobody in particular where both are None."""
    if one is None or other is None:
        return and_(Agreement.first_id.is_(None), Agreement.second_id.is_(None))
    return or_(
        and_(Agreement.first_id == one, Agreement.second_id == other),
        and_(Agreement.first_id == other, Agreement.second_id == one),
    )


def agreement_in_force(one: uuid.UUID, other: uuid.UUID, on: datetime.date) -> Select[Agreement]:
    """The agreement that holds on this day: that of the two, else the network-wide default."""
    return (
        select(Agreement)
        .where(
            or_(between(one, other), between(None, None)),
            Agreement.valid_from <= on,
            or_(Agreement.valid_until.is_(None), Agreement.valid_until >= on),
        )
        .order_by(Agreement.first_id.is_(None), Agreement.valid_from.desc(), Agreement.id.desc())
        .limit(1)
    )


def agreement_of(one: uuid.UUID | None, other: uuid.UUID | None) -> Select[Agreement]:
    return select(Agreement).where(between(one, other))


def agreements() -> Select[Agreement]:
    """All of them: the network-wide one first, then the newest."""
    return select(Agreement).order_by(
        Agreement.first_id.is_not(None), Agreement.valid_from.desc(), Agreement.id.desc()
    )


def agreement_locked(agreement_id: uuid.UUID) -> Select[Agreement]:
    return (
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def turn_of(tenant_id: uuid.UUID) -> Select[Tenant]:
    """The row behind which those of one tenant follow each other."""
    return select(Tenant).where(Tenant.id == tenant_id).with_for_update(key_share=True)


def members() -> Select[Tenant]:
    return select(Tenant).where(Tenant.kind == TenantKind.MEMBER).order_by(Tenant.name)
