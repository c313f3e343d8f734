"""What is asked of SQL about referrals, their story and their ledger."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable

from sqlalchemy import Select, select

from network.referrals.consent import Purpose
from network.referrals.models import (
    Case,
    Consent,
    ConsentOverride,
    Disclosure,
    Obligation,
    PartKey,
    Referral,
    ReferralEvent,
    ReferralOrigin,
)
from network.referrals.states import ENDED, UNANSWERED
from network.tenancy import Tenant


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


def told_of_case(case_id: uuid.UUID, referral_id: uuid.UUID) -> Select[Referral, ReferralOrigin]:
    """A referral with what only its author knows of it, if it is one of this case."""
    return referrals_of_case(case_id).where(Referral.id == referral_id).add_columns(ReferralOrigin)


def open_referrals_of_case(case_id: uuid.UUID) -> Select[Referral]:
    """Those of a case's referrals that have not ended."""
    return referrals_of_case(case_id).where(Referral.status.not_in(sorted(ENDED)))


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


def waiting_referrals() -> Select[Referral]:
    """What the acting tenant sent and nobody has answered, locked in a fixed order."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(Referral.status.in_(sorted(UNANSWERED)))
        .order_by(Referral.id)
        .with_for_update(of=Referral)
        .execution_options(populate_existing=True)
    )


def stops_of(
    referral_id: uuid.UUID, ends: Collection[uuid.UUID]
) -> Select[datetime.datetime | None, datetime.datetime | None]:
    """Since when the case of a referral is frozen and each of its two tenants suspended; nothing where they are not."""
    frozen = (
        select(Case.frozen_at)
        .join(ReferralOrigin, ReferralOrigin.case_id == Case.id)
        .where(ReferralOrigin.referral_id == referral_id)
        .scalar_subquery()
    )
    return select(Tenant.suspended_at, frozen).where(Tenant.id.in_(list(ends)))


def sealed_to(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[uuid.UUID]:
    """What was sealed to this desk for a referral."""
    return select(PartKey.sealed_id).where(PartKey.referral_id == referral_id, PartKey.holder_id == holder_id)


def ledger_of(case_id: uuid.UUID) -> Select[Disclosure, Referral, Consent | None, ConsentOverride | None]:
    """Everything that left a case, the newest first, with the consent it stands on today or what overrode it."""
    return (
        select(Disclosure, Referral, Consent, ConsentOverride)
        .join(Referral, Referral.id == Disclosure.referral_id)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .outerjoin(Consent, Consent.id == ReferralOrigin.consent_id)
        .outerjoin(ConsentOverride, ConsentOverride.referral_id == Referral.id)
        .where(ReferralOrigin.case_id == case_id)
        .order_by(Disclosure.disclosed_at.desc(), Disclosure.id)
    )


def obligations_of(disclosure_ids: Iterable[uuid.UUID]) -> Select[Obligation]:
    """What is owed for any of these disclosures."""
    return (
        select(Obligation)
        .where(Obligation.disclosure_id.in_(list(disclosure_ids)))
        .order_by(Obligation.notified_at, Obligation.id)
    )


def handovers_of_case(case_id: uuid.UUID) -> Select[Referral]:
    """Referrals of a case that go on and of which a hand-over was ever offered, locked."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .join(Disclosure, Disclosure.referral_id == Referral.id)
        .where(
            ReferralOrigin.case_id == case_id,
            Disclosure.purpose == Purpose.TRANSFER,
            Referral.status.not_in(sorted(ENDED)),
        )
        .order_by(Referral.id)
        .with_for_update(of=Referral)
        .execution_options(populate_existing=True)
    )
