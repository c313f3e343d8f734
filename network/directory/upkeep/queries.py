"""Every sentence that upkeep asks of SQL. Row-level security and the guard narrow all of them to the reader."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from network.directory.models import (
    Merge,
    MergeState,
    Organization,
    OrganizationIdentifier,
    Phone,
    Project,
    ProjectStatus,
    Proposal,
    ProposalField,
    ProposalState,
    Revision,
    Service,
    Status,
    Verification,
)
from network.directory.upkeep.verification import Risk, first_notice

Confirmed = Organization | Service | Project
MODELS: dict[str, type[Confirmed]] = {
    "organization": Organization,
    "service": Service,
    "project": Project,
}
"""What has a page and is confirmed as a whole, by table."""


COMPARED = 1500
"""Listings that are looked through for duplicates at once."""


def is_hotline(model: type[Confirmed]) -> ColumnElement[bool]:
    """Whether a wrong number here is dialled in need."""
    if model is Organization:
        own = exists().where(
            Phone.organization_id == Organization.id, Phone.service_id.is_(None), Phone.hotline
        )
        return own.correlate(Organization)
    if model is Service:
        own = exists().where(Phone.service_id == Service.id, Phone.hotline).correlate(Service)
        return or_(Service.terms.contains(["hotline"]), own)
    return literal(False)


def _lives(model: type[Confirmed]) -> list[ColumnElement[bool]]:
    """Nobody is asked about what no longer is."""
    if model is Project:
        return [Project.status != ProjectStatus.CLOSED]
    found: list[ColumnElement[bool]] = [model.status != Status.DEFUNCT]
    if model is Organization:
        found.append(Organization.merged_into_id.is_(None))
    return found


def waiting(model: type[Confirmed], tenant_id: uuid.UUID, at: datetime.datetime) -> Select[Any, bool]:
    """Listings of a tenant that wait to be confirmed, with whether each is a hotline; the longest waiting first."""
    return (
        select(model, is_hotline(model).label("hotline"))
        .where(*_waits(model, tenant_id, at))
        .order_by(func.coalesce(model.verified_at, model.created_at), model.id)
    )


def waiting_count(tenant_id: uuid.UUID, at: datetime.datetime) -> Select[Any]:
    """How many listings of a tenant wait to be confirmed."""
    counts = [
        select(func.count(model.id)).where(*_waits(model, tenant_id, at)).scalar_subquery()
        for model in MODELS.values()
    ]
    return select((counts[0] + counts[1] + counts[2]).label("n"))


def proposals_count(tenant_id: uuid.UUID) -> Select[Any]:
    """How many proposals wait for the decision of those who keep the listings."""
    return select(func.count(Proposal.id)).where(
        Proposal.receiving_id == tenant_id, Proposal.state == ProposalState.PENDING
    )


def _waits(model: type[Confirmed], tenant_id: uuid.UUID, at: datetime.datetime) -> list[ColumnElement[bool]]:
    usual = {Organization: Risk.OFFICE, Service: Risk.SERVICE, Project: Risk.PROJECT}[model]
    old = at - first_notice(usual)
    limit: Any = old
    if model is not Project:
        limit = case((is_hotline(model), at - first_notice(Risk.HOTLINE)), else_=old)
    since = func.coalesce(model.verified_at, model.created_at)
    return [model.tenant_id == tenant_id, since <= limit, *_lives(model)]


def kept(model: type[Confirmed], ident: uuid.UUID, tenant_id: uuid.UUID | None) -> Select[Any]:
    """A listing that this tenant keeps: somebody else's and none look the same."""
    return select(model).where(model.id == ident, model.tenant_id == tenant_id)


def has_hotline(row: Confirmed) -> Select[bool]:
    """Whether this one is a hotline."""
    model = type(row)
    return select(is_hotline(model)).select_from(model).where(model.id == row.id)


def verifications(subject_id: uuid.UUID) -> Select[Verification]:
    """Who made sure and when, the latest first."""
    return (
        select(Verification)
        .where(Verification.subject_id == subject_id)
        .order_by(Verification.at.desc(), Verification.id.desc())
        .limit(50)
    )


def proposal_fields(proposal_id: uuid.UUID) -> Select[ProposalField]:
    """What a proposal would change, in its order."""
    return (
        select(ProposalField)
        .where(ProposalField.proposal_id == proposal_id)
        .order_by(ProposalField.position, ProposalField.id)
    )


def proposals_to(tenant_id: uuid.UUID | None) -> Select[Proposal]:
    """What waits for the keepers of this tenant's listings, the oldest first."""
    return (
        select(Proposal)
        .where(Proposal.receiving_id == tenant_id, Proposal.state == ProposalState.PENDING)
        .order_by(Proposal.created_at, Proposal.id)
        .limit(100)
    )


def proposals_of(author_id: uuid.UUID | None) -> Select[Proposal]:
    """What this person proposed, the latest first."""
    return (
        select(Proposal)
        .where(Proposal.author_id == author_id)
        .order_by(Proposal.created_at.desc(), Proposal.id.desc())
        .limit(50)
    )


def pending(subject_id: uuid.UUID, author_id: uuid.UUID | None) -> Select[Proposal]:
    """The proposal of this person for this listing that has no answer yet."""
    return select(Proposal).where(
        Proposal.subject_id == subject_id,
        Proposal.author_id == author_id,
        Proposal.state == ProposalState.PENDING,
    )


def revisions(listing_id: uuid.UUID) -> Select[Revision]:
    """Every version of a listing and of what belongs to it, the latest first; of very long histories the last part."""
    place = aliased(Revision)
    places = select(place.subject_id).where(place.listing_id == listing_id, place.subject == "location")
    return (
        select(Revision)
        .where(or_(Revision.listing_id == listing_id, Revision.listing_id.in_(places)))
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(200)
    )


def place_version(location_id: uuid.UUID) -> Select[Revision]:
    """Versions of a place of work; none where this is the id of something else."""
    return select(Revision).where(Revision.subject_id == location_id, Revision.subject == "location")


def own_organizations(tenant_id: uuid.UUID | None) -> Select[Organization]:
    """Listings a tenant keeps that stand for themselves, those changed last first."""
    return (
        select(Organization)
        .where(Organization.tenant_id == tenant_id, Organization.merged_into_id.is_(None))
        .order_by(Organization.last_modified.desc(), Organization.id)
        .limit(COMPARED)
    )


def others_organizations(tenant_id: uuid.UUID | None) -> Select[Organization]:
    """Listings that others keep, as far as this reader may see them."""
    return (
        select(Organization)
        .where(Organization.tenant_id != tenant_id, Organization.merged_into_id.is_(None))
        .where(Organization.status != Status.DEFUNCT)
        .order_by(Organization.last_modified.desc(), Organization.id)
        .limit(COMPARED)
    )


def numbers_of(idents: list[uuid.UUID]) -> Select[uuid.UUID, str]:
    """The numbers of these organizations, as far as this reader may see them."""
    return select(Phone.organization_id, Phone.number).where(Phone.organization_id.in_(idents))


def identifiers_of(idents: list[uuid.UUID]) -> Select[uuid.UUID, str, str]:
    """What registers call them."""
    found = OrganizationIdentifier
    return select(found.organization_id, found.identifier_scheme, found.identifier).where(
        found.organization_id.in_(idents)
    )


def merges(tenant_id: uuid.UUID | None) -> Select[Merge]:
    """What was merged or kept apart and not taken back, the latest first."""
    return (
        select(Merge)
        .where(Merge.tenant_id == tenant_id, Merge.state != MergeState.UNDONE)
        .order_by(Merge.at.desc(), Merge.id.desc())
        .limit(1000)
    )


def by_id(idents: list[uuid.UUID]) -> Select[Organization]:
    """These organizations, as far as this reader may see them."""
    return select(Organization).where(Organization.id.in_(idents))
