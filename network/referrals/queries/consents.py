"""What is asked of SQL about consent, and about those it may be given to."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from network.accounts.models import DeskEpoch, Membership, MembershipStatus
from network.permissions import Role
from network.referrals.models import (
    Consent,
    ConsentText,
    Guest,
)
from network.tenancy import Tenant, TenantKind


def consents_of(case_id: uuid.UUID) -> Select[Consent]:
    """Every act of consent of a case with its scope, newest first."""
    return (
        select(Consent)
        .where(Consent.case_id == case_id)
        .options(selectinload(Consent.scopes))
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )


def consent_text(key: str, language: str) -> Select[ConsentText]:
    """The present wording in this language."""
    return (
        select(ConsentText)
        .where(ConsentText.key == key, ConsentText.language == language)
        .order_by(ConsentText.approved_at.desc(), ConsentText.version.desc())
        .limit(1)
    )


def partners(tenant_id: uuid.UUID, case_id: uuid.UUID | None = None) -> Select[Tenant]:
    """The tenants a referral can go to: members with a desk, since without its keys nothing can be sealed to them; of a
    case also the guests that were named for it, whose keys are made when it is sent."""
    has_desk = exists().where(DeskEpoch.tenant_id == Tenant.id)
    member = and_(
        Tenant.kind == TenantKind.MEMBER, Tenant.id != tenant_id, Tenant.suspended_at.is_(None), has_desk
    )
    named = exists().where(Guest.guest_id == Tenant.id, Guest.case_id == case_id)
    return select(Tenant).where(or_(member, named) if case_id else member).order_by(Tenant.name)


def has_supervisor() -> Select[bool]:
    """Whether the actor's own tenant has a supervisor; where it has none, its caseworkers act as one."""
    held = select(Membership.id).where(
        Membership.status == MembershipStatus.ACTIVE, Membership.roles.contains([Role.SUPERVISOR.value])
    )
    return select(held.exists())
