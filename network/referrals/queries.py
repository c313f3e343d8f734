"""Every sentence this feature asks of SQL."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import selectinload

from network.accounts.models import DeskEpoch, Membership, MembershipStatus
from network.permissions import Role
from network.referrals.models import (
    Agreement,
    Case,
    CaseEntry,
    CasePart,
    CaseWorker,
    Consent,
    ConsentText,
    Disclosure,
    Obligation,
    PartKey,
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralOrigin,
    RiskAssessment,
)
from network.referrals.models.keys import Sealed
from network.referrals.states import ENDED
from network.tenancy import Actor, Tenant, TenantKind


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Need to know, as ``policies.can_read_case`` has it: a supervisor all, others what they work on."""
    if actor.holds(Role.SUPERVISOR):
        return true()
    assigned = exists().where(CaseWorker.case_id == Case.id, CaseWorker.user_id == actor.user_id)
    return and_(Case.frozen_at.is_(None), or_(Case.owner_id == actor.user_id, assigned))


def cases_of(actor: Actor) -> Select[Case]:
    """Files this person works on, newest first; a supervisor sees the whole desk's."""
    return (
        select(Case)
        .where(Case.tenant_id == actor.tenant_id, known_to(actor))
        .order_by(Case.created_at.desc(), Case.id)
    )


def workers_of(case_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(CaseWorker.user_id).where(CaseWorker.case_id == case_id)


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


def newest_number(case_id: uuid.UUID, category: str) -> Select[int | None]:
    return select(func.max(CaseEntry.number)).where(
        CaseEntry.case_id == case_id, CaseEntry.category == category
    )


def own_keys(tenant_id: uuid.UUID, sealed_ids: Iterable[uuid.UUID]) -> Select[PartKey]:
    """The owner's wraps of these sealed things."""
    return select(PartKey).where(
        PartKey.tenant_id == tenant_id,
        PartKey.holder_id == tenant_id,
        PartKey.sealed_id.in_(list(sealed_ids)),
    )


def released_parts(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[PartKey, CasePart]:
    """What this referral lets the holder's desk open now."""
    return (
        select(PartKey, CasePart)
        .join(CasePart, CasePart.id == PartKey.sealed_id)
        .where(
            PartKey.referral_id == referral_id,
            PartKey.holder_id == holder_id,
            PartKey.sealed_kind == Sealed.CASE_PART,
        )
    )


def envelope_key(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[PartKey]:
    return select(PartKey).where(
        PartKey.referral_id == referral_id,
        PartKey.holder_id == holder_id,
        PartKey.sealed_kind == Sealed.ENVELOPE,
    )


def consents_of(case_id: uuid.UUID) -> Select[Consent]:
    """Every act of consent of a case with its scope, newest first."""
    return (
        select(Consent)
        .where(Consent.case_id == case_id)
        .options(selectinload(Consent.scopes))
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )


def newest_risk_assessment(case_id: uuid.UUID) -> Select[RiskAssessment]:
    return (
        select(RiskAssessment)
        .where(RiskAssessment.case_id == case_id)
        .order_by(RiskAssessment.assessed_on.desc(), RiskAssessment.created_at.desc())
        .limit(1)
    )


def consent_text(key: str, language: str) -> Select[ConsentText]:
    """The present wording in this language."""
    return (
        select(ConsentText)
        .where(ConsentText.key == key, ConsentText.language == language)
        .order_by(ConsentText.approved_at.desc(), ConsentText.version.desc())
        .limit(1)
    )


def inbox(tenant_id: uuid.UUID) -> Select[Referral]:
    """What came to this desk, the most urgent and oldest first; what has ended comes last."""
    return (
        select(Referral)
        .where(Referral.receiving_id == tenant_id)
        .order_by(
            Referral.status.in_(sorted(ENDED)),
            Referral.priority.desc(),
            func.coalesce(Referral.answer_due_at, Referral.created_at),
            Referral.id,
        )
    )


def outbox(actor: Actor) -> Select[Referral]:
    """What this desk sent or is preparing, the newest first: of the cases that this person may read."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .join(Case, Case.id == ReferralOrigin.case_id)
        .where(Referral.referring_id == actor.tenant_id, known_to(actor))
        .order_by(Referral.id.desc())
    )


def locked(referral_id: uuid.UUID) -> Select[Referral]:
    """The referral, locked until the end of the transaction: a transition has one winner."""
    return (
        select(Referral)
        .where(Referral.id == referral_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def origin_of(referral_id: uuid.UUID) -> Select[ReferralOrigin]:
    return select(ReferralOrigin).where(ReferralOrigin.referral_id == referral_id)


def referrals_of_case(case_id: uuid.UUID) -> Select[Referral]:
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(ReferralOrigin.case_id == case_id)
        .order_by(Referral.id.desc())
    )


def referrals_under(consent_id: uuid.UUID) -> Select[Referral]:
    """Open referrals that stand on this consent, in a fixed order so that two withdrawals cannot deadlock."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(ReferralOrigin.consent_id == consent_id, Referral.status.not_in(sorted(ENDED)))
        .order_by(Referral.id)
        .with_for_update(of=Referral)
        .execution_options(populate_existing=True)
    )


def events_of(referral_id: uuid.UUID) -> Select[ReferralEvent]:
    return (
        select(ReferralEvent).where(ReferralEvent.referral_id == referral_id).order_by(ReferralEvent.number)
    )


def disclosures_of(referral_id: uuid.UUID) -> Select[Disclosure]:
    return select(Disclosure).where(Disclosure.referral_id == referral_id).order_by(Disclosure.disclosed_at)


def obligation_of(referral_id: uuid.UUID) -> Select[Obligation]:
    return (
        select(Obligation)
        .where(Obligation.referral_id == referral_id)
        .order_by(Obligation.notified_at.desc())
    )


def agreement_in_force(one: uuid.UUID, other: uuid.UUID, on: datetime.date) -> Select[Agreement]:
    """An agreement between these two, or the network-wide default, that holds on this day."""
    pair = or_(
        and_(Agreement.first_id == one, Agreement.second_id == other),
        and_(Agreement.first_id == other, Agreement.second_id == one),
        and_(Agreement.first_id.is_(None), Agreement.second_id.is_(None)),
    )
    return select(Agreement).where(
        pair, Agreement.valid_from <= on, or_(Agreement.valid_until.is_(None), Agreement.valid_until >= on)
    )


def partners(tenant_id: uuid.UUID) -> Select[Tenant]:
    """The tenants a referral can go to: members with a desk, since without its keys nothing can be sealed to them."""
    has_desk = exists().where(DeskEpoch.tenant_id == Tenant.id)
    return (
        select(Tenant)
        .where(
            Tenant.kind == TenantKind.MEMBER, Tenant.id != tenant_id, Tenant.suspended_at.is_(None), has_desk
        )
        .order_by(Tenant.name)
    )


def answers_of(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[ReferralAnswer, PartKey]:
    """The sealed answers to a referral with this desk's keys to them."""
    return (
        select(ReferralAnswer, PartKey)
        .join(PartKey, and_(PartKey.sealed_id == ReferralAnswer.id, PartKey.holder_id == holder_id))
        .where(ReferralAnswer.referral_id == referral_id)
        .order_by(ReferralAnswer.at, ReferralAnswer.id)
    )


def has_supervisor() -> Select[bool]:
    """Whether the actor's own tenant has a supervisor; where it has none, its caseworkers act as one."""
    held = select(Membership.id).where(
        Membership.status == MembershipStatus.ACTIVE, Membership.roles.contains([Role.SUPERVISOR.value])
    )
    return select(held.exists())
