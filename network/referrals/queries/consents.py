"""What is asked of SQL about consent, and about those it may be given to."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from network.accounts.models import DeskEpoch, Membership, MembershipStatus
from network.permissions import Role
from network.referrals.consent import GivenBy
from network.referrals.models import (
    Case,
    Consent,
    ConsentDraft,
    ConsentEvent,
    ConsentEvidence,
    ConsentOverride,
    ConsentScope,
    ConsentText,
    Guest,
    PartKey,
    ReferralOrigin,
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


def draft_of(case_id: uuid.UUID, author_id: uuid.UUID, tenant_id: uuid.UUID) -> Select[ConsentDraft, PartKey]:
    """What one worker wrote down of a consent in this case, with the desk's key to it."""
    own = and_(PartKey.sealed_id == ConsentDraft.id, PartKey.holder_id == tenant_id)
    return (
        select(ConsentDraft, PartKey)
        .join(PartKey, own)
        .where(ConsentDraft.case_id == case_id, ConsentDraft.author_id == author_id)
    )


def story_of_consent(consent_id: uuid.UUID) -> Select[ConsentEvent]:
    return (
        select(ConsentEvent)
        .where(ConsentEvent.consent_id == consent_id)
        .order_by(ConsentEvent.at, ConsentEvent.id)
    )


def holding_consents(case_id: uuid.UUID) -> Select[Consent]:
    """What is not withdrawn, replaced or refused, whether its date has passed or not: what a withdrawal can end."""
    return select(Consent).where(
        Consent.case_id == case_id,
        Consent.withdrawn_at.is_(None),
        Consent.superseded_at.is_(None),
        Consent.refused_at.is_(None),
    )


def overrides_of_case(case_id: uuid.UUID) -> Select[ConsentOverride]:
    """What left without consent in this case and has not been ended."""
    return (
        select(ConsentOverride)
        .join(ReferralOrigin, ReferralOrigin.referral_id == ConsentOverride.referral_id)
        .where(ReferralOrigin.case_id == case_id, ConsentOverride.ended_at.is_(None))
    )


def case_of_caller(code: str) -> Select[Case]:
    """One's own case by the code that people say over the phone."""
    return select(Case).where(func.upper(Case.code) == code.strip().upper())


def scopes_of(consent_id: uuid.UUID) -> Select[ConsentScope]:
    """Its scope row by row, what was taken out of it too."""
    return select(ConsentScope).where(ConsentScope.consent_id == consent_id).order_by(ConsentScope.id)


def successors_of(consent_id: uuid.UUID) -> Select[Consent]:
    """The act that took its place and still stands, if any."""
    return select(Consent).where(Consent.supersedes_id == consent_id, Consent.withdrawn_at.is_(None))


def override_of(referral_id: uuid.UUID) -> Select[ConsentOverride]:
    """What lets a referral leave without consent, if anything does."""
    return select(ConsentOverride).where(ConsentOverride.referral_id == referral_id)


def guardians_consents(case_id: uuid.UUID) -> Select[Consent]:
    """What guardians agreed to in this case and nobody took back."""
    return select(Consent).where(
        Consent.case_id == case_id,
        Consent.given_by == GivenBy.GUARDIAN,
        Consent.withdrawn_at.is_(None),
        Consent.superseded_at.is_(None),
        Consent.refused_at.is_(None),
    )


def consent_text(key: str, language: str) -> Select[ConsentText]:
    """The present wording in this language."""
    return (
        select(ConsentText)
        .where(ConsentText.key == key, ConsentText.language == language)
        .order_by(ConsentText.approved_at.desc(), ConsentText.version.desc())
        .limit(1)
    )


def texts_of(key: str) -> Select[ConsentText]:
    """Every version of a wording, the oldest first: of each language the last is the present one."""
    return (
        select(ConsentText)
        .where(ConsentText.key == key)
        .order_by(ConsentText.approved_at, ConsentText.version, ConsentText.language)
    )


def text_by_id(text_id: uuid.UUID) -> Select[ConsentText]:
    return select(ConsentText).where(ConsentText.id == text_id)


def evidence_of(consent_id: uuid.UUID) -> Select[ConsentEvidence]:
    """The files that show a consent was given, without what is in them."""
    return (
        select(ConsentEvidence)
        .where(ConsentEvidence.consent_id == consent_id)
        .order_by(ConsentEvidence.added_at)
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
