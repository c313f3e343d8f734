"""What is asked of SQL about how long cases are kept."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from network.referrals.models import Case, Referral, ReferralOrigin
from network.referrals.queries.cases import known_to
from network.referrals.states import ENDED
from network.tenancy import Actor


def has_open_referral() -> ColumnElement[bool]:
    """A partner still works on it, or has not confirmed yet that it stopped."""
    return exists().where(
        ReferralOrigin.case_id == Case.id,
        Referral.id == ReferralOrigin.referral_id,
        Referral.status.not_in(sorted(ENDED)),
    )


def past_their_day(tenant_id: uuid.UUID, today: datetime.date) -> Select[Case, bool]:
    """Cases whose day has passed, locked, each with whether a referral of it is still open."""
    return (
        select(Case, has_open_referral())
        .where(Case.tenant_id == tenant_id, Case.retention_on < today)
        .order_by(Case.id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )


def kept_cases(actor: Actor) -> Select[Case, bool]:
    """The cases this person may read that have a day or are held, the next to be erased first."""
    return (
        select(Case, has_open_referral())
        .where(
            Case.tenant_id == actor.tenant_id,
            known_to(actor),
            or_(Case.retention_on.is_not(None), Case.legal_hold_at.is_not(None)),
        )
        .order_by(Case.legal_hold_at.is_not(None), Case.retention_on, Case.id)
        .limit(500)
    )


def erased_soon(actor: Actor, until: datetime.date) -> ColumnElement[bool]:
    """Of the cases this person may read: what will be erased by then."""
    return and_(
        Case.tenant_id == actor.tenant_id,
        Case.retention_on <= until,
        Case.legal_hold_at.is_(None),
        Case.frozen_at.is_(None),
        known_to(actor),
    )


def referrals_from(case_id: uuid.UUID) -> Select[Referral]:
    """Every referral of a case, locked in a fixed order."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(ReferralOrigin.case_id == case_id)
        .order_by(Referral.id)
        .with_for_update(of=Referral)
        .execution_options(populate_existing=True)
    )
