"""Every sentence the directory asks of SQL. Row-level security and the guard narrow all of them to the reader."""

from __future__ import annotations

import uuid
from typing import TypeVar

from sqlalchemy import Select, and_, false, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from network.directory.finding import asking, words
from network.directory.finding.wishes import Wish
from network.directory.models import (
    Address,
    Contact,
    Location,
    Organization,
    Phone,
    Project,
    ProjectParticipant,
    SearchPublic,
    Service,
    ServiceAtLocation,
    Status,
    Visibility,
)

Group = TypeVar("Group", Phone, Contact)


def organization_page(slug: str) -> Select[Organization]:
    """One organization with all that its page shows, in five statements."""
    return (
        select(Organization)
        .where(Organization.slug == slug)
        .options(
            *whole_organization(),
            selectinload(Organization.services),
            selectinload(Organization.projects)
            .joinedload(Project.participants)
            .joinedload(ProjectParticipant.organization),
        )
    )


def merged_into(slug: str) -> Select[Organization]:
    """The listing that stands for the one of this name."""
    gone = aliased(Organization)
    return (
        select(Organization)
        .join(gone, and_(gone.merged_into_id == Organization.id, gone.tenant_id == Organization.tenant_id))
        .where(gone.slug == slug)
    )


def whole_organization() -> tuple[ExecutableOption, ...]:
    """Numbers, contacts and places of work, in two statements more."""
    return (
        joinedload(Organization.contacts),
        joinedload(Organization.identifiers),
        selectinload(Organization.phones),
        selectinload(Organization.locations).options(
            joinedload(Location.addresses), joinedload(Location.accessibility)
        ),
    )


def service_page(slug: str) -> Select[Service]:
    """One service with all that its page shows, in six statements; its numbers are among its organization's."""
    numbers = joinedload(Service.organization).selectinload(Organization.phones)
    return (
        select(Service).where(Service.slug == slug).options(*_most_of_service(), *service_sections(), numbers)
    )


def service_sections() -> tuple[ExecutableOption, ...]:
    """What a service says in sections of their own: few rows each, so they come with the service itself."""
    return (
        selectinload(Service.schedule_exceptions),
        joinedload(Service.referral_routes),
        joinedload(Service.capacities),
        joinedload(Service.required_documents),
        joinedload(Service.cost_options),
    )


def whole_service() -> tuple[ExecutableOption, ...]:
    """All that belongs to a service, in four statements more."""
    return (*_most_of_service(), selectinload(Service.phones))


def _most_of_service() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Service.organization),
        joinedload(Service.contacts),
        selectinload(Service.schedules),
        selectinload(Service.areas),
        selectinload(Service.at_locations)
        .joinedload(ServiceAtLocation.location)
        .options(joinedload(Location.addresses), joinedload(Location.accessibility)),
    )


def own_organization(slug: str, tenant_id: uuid.UUID | None) -> Select[Organization]:
    """A listing that this tenant keeps: somebody else's, none, and one that was merged look the same."""
    return select(Organization).where(
        Organization.slug == slug,
        Organization.tenant_id == tenant_id,
        Organization.merged_into_id.is_(None),
    )


def own_service(slug: str, tenant_id: uuid.UUID | None) -> Select[Service]:
    """A service that this tenant keeps, with what its form shows."""
    return (
        select(Service)
        .where(Service.slug == slug, Service.tenant_id == tenant_id)
        .options(
            joinedload(Service.organization), selectinload(Service.schedules), selectinload(Service.areas)
        )
    )


def own_group(model: type[Group], ident: uuid.UUID, organization_id: uuid.UUID) -> Select[Group]:
    """A number or contact of this organization."""
    return select(model).where(model.id == ident, model.organization_id == organization_id)


def own_location(ident: uuid.UUID, organization_id: uuid.UUID) -> Select[Location]:
    return select(Location).where(Location.id == ident, Location.organization_id == organization_id)


def own_project(ident: uuid.UUID, tenant_id: uuid.UUID | None) -> Select[Project]:
    """A project that this tenant keeps, with who takes part."""
    return (
        select(Project)
        .where(Project.id == ident, Project.tenant_id == tenant_id)
        .options(joinedload(Project.participants))
    )


def door(location_id: uuid.UUID) -> Select[Address]:
    """The exact place of a place of work, where one is known."""
    return select(Address).where(Address.location_id == location_id).order_by(Address.id)


def given_at(location_id: uuid.UUID) -> Select[uuid.UUID]:
    """Ids of the services given at a place of work."""
    return select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id == location_id)


def whole_listing(slug: str, tenant_id: uuid.UUID | None) -> Select[Organization]:
    """A listing with everything that its keepers look after, in eight statements."""
    return own_organization(slug, tenant_id).options(
        selectinload(Organization.services),
        selectinload(Organization.phones),
        selectinload(Organization.contacts),
        selectinload(Organization.identifiers),
        selectinload(Organization.locations).selectinload(Location.accessibility),
        selectinload(Organization.projects).selectinload(Project.documents),
        selectinload(Organization.projects).selectinload(Project.results),
    )


def services_of(organization_id: uuid.UUID) -> Select[Service]:
    return select(Service).where(Service.organization_id == organization_id).order_by(Service.created_at)


def kept_by(tenant_id: uuid.UUID) -> Select[Organization]:
    """The listings a tenant keeps, whatever their audience: what its editors look after."""
    return (
        select(Organization)
        .where(Organization.tenant_id == tenant_id, Organization.merged_into_id.is_(None))
        .order_by(Organization.slug)
    )


def hotlines() -> Select[Phone, Organization]:
    """Public hotlines of organizations that work, by country; those that cost nothing first."""
    return (
        select(Phone, Organization)
        .join(
            Organization,
            and_(Organization.id == Phone.organization_id, Organization.tenant_id == Phone.tenant_id),
        )
        .where(
            Phone.hotline,
            Phone.audience == Visibility.PUBLIC,
            Organization.visibility == Visibility.PUBLIC,
            Organization.status == Status.ACTIVE,
        )
        .order_by(Phone.country, Phone.toll_free.desc(), Phone.position, Phone.id)
    )


def hotlines_with_hours() -> Select[Phone, Organization]:
    """The same with when each is answered, in two statements more."""
    return hotlines().options(selectinload(Phone.schedules), selectinload(Phone.schedule_exceptions))


def search(wish: Wish) -> Select[uuid.UUID]:
    """Ids of everything public that has all these words, for filters of the API: what is written so, in no order."""
    typed = words.asked(wish.text)
    if not typed:
        return select(SearchPublic.subject_id).where(false())
    query = words.filtered(words.query(typed, words.EVERYWHERE), asking.filters(wish))
    return select(SearchPublic.subject_id).where(asking.matches(SearchPublic, query))
