"""What is asked of SQL about files that leave and come in, and about what is counted."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from sqlalchemy import Delete, Select, and_, delete, select

from network.directory.models import Service
from network.referrals.consent import Purpose
from network.referrals.models import (
    CaseExport,
    CaseImport,
    Consent,
    Contribution,
    DeskSecret,
    ImportedCase,
    PartKey,
    Referral,
    ReferralOrigin,
)
from network.referrals.states import ENDED


def desk_secret(tenant_id: uuid.UUID) -> Select[DeskSecret, PartKey]:
    """The desk's secret with its key."""
    own = and_(PartKey.sealed_id == DeskSecret.id, PartKey.holder_id == tenant_id)
    return select(DeskSecret, PartKey).join(PartKey, own).where(DeskSecret.tenant_id == tenant_id)


def exports_of(case_id: uuid.UUID, tenant_id: uuid.UUID) -> Select[CaseExport, PartKey]:
    """Every file as which a case left, the newest first, with the key to what it was for."""
    own = and_(PartKey.sealed_id == CaseExport.id, PartKey.holder_id == tenant_id)
    return (
        select(CaseExport, PartKey)
        .join(PartKey, own)
        .where(CaseExport.case_id == case_id)
        .order_by(CaseExport.at.desc(), CaseExport.id.desc())
    )


def imports_of(author_id: uuid.UUID) -> Select[CaseImport]:
    """The files that this person brought, the newest first."""
    return select(CaseImport).where(CaseImport.author_id == author_id).order_by(CaseImport.id.desc())


def locked_import(import_id: uuid.UUID) -> Select[CaseImport]:
    return (
        select(CaseImport)
        .where(CaseImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def imports_before(moment: datetime.datetime) -> Select[CaseImport]:
    return select(CaseImport).where(CaseImport.created_at < moment)


def import_key(import_id: uuid.UUID) -> Select[PartKey]:
    return select(PartKey).where(PartKey.sealed_id == import_id)


def forget_keys(sealed_ids: Collection[uuid.UUID]) -> Delete:
    """Destroy the wraps of these things; without them nothing opens them again."""
    return delete(PartKey).where(PartKey.sealed_id.in_(list(sealed_ids)))


def imported(marks: Collection[bytes]) -> Select[ImportedCase]:
    """Which of these rows became cases."""
    return select(ImportedCase).where(ImportedCase.mark.in_(list(marks)))


def ended_referrals_of_case(case_id: uuid.UUID) -> Select[Referral]:
    """Those of a case's referrals that were sent and have ended."""
    return (
        select(Referral)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(
            ReferralOrigin.case_id == case_id,
            Referral.sent_at.is_not(None),
            Referral.status.in_(sorted(ENDED)),
        )
        .order_by(Referral.id)
    )


def reporting_consents(case_id: uuid.UUID) -> Select[Consent]:
    """What a client said about being counted, the newest word first."""
    return (
        select(Consent)
        .where(Consent.case_id == case_id, Consent.purpose == Purpose.REPORTING_AGGREGATE)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )


def take_back(link: bytes) -> Delete:
    """The one contribution that this link belongs to."""
    return delete(Contribution).where(Contribution.link == link)


def terms_of(service_ids: Collection[uuid.UUID]) -> Select[list[str]]:
    """The kinds of help that these services of the directory are, as far as the reader may see them."""
    return select(Service.terms).where(Service.id.in_(list(service_ids)))
