"""No part is shown to more people than the whole: when a listing is narrowed, everything of it is narrowed too.

Widening goes the other way one step at a time: what was narrowed stays so until an admin opens it again by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from network.directory.models import (
    Accessibility,
    Address,
    AudienceGrant,
    Contact,
    CostOption,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    Project,
    ProjectDocument,
    ProjectParticipant,
    ProjectResult,
    ReferralRoute,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    ServiceFunding,
    Visibility,
    wider,
)

OF_SERVICE = (ServiceArea, Schedule, ScheduleException)
"""Read by whoever reads the service, no more and no less."""

PARTS_OF_SERVICE = (
    Phone, Contact, ServiceAtLocation, ReferralRoute, ServiceCapacity, RequiredDocument, CostOption, ServiceFunding,
)  # fmt: skip
PARTS_OF_ORGANIZATION = (Phone, Contact, Location, OrganizationIdentifier)
PARTS_OF_LOCATION = (Address, Accessibility)
PARTS_OF_PROJECT = (ProjectParticipant, ProjectDocument, ProjectResult)


def _too_wide(limit: Visibility) -> list[Visibility]:
    return [visibility for visibility in Visibility if wider(visibility, limit)]


def _narrow(
    session: Session, models: Iterable[Any], column: str, wholes: Select[Any], limit: Visibility
) -> None:
    """Bring rows of these models within a limit, as far as they are part of one of these wholes."""
    for model in models:
        whole: InstrumentedAttribute[Any] = getattr(model, column)
        session.execute(
            update(model)
            .where(whole.in_(wholes), model.audience.in_(_too_wide(limit)))
            .values(audience=limit)
        )
        if limit is Visibility.TENANT:
            _forget_readers(session, model, select(model.id).where(whole.in_(wholes)))


def _forget_readers(session: Session, model: Any, idents: Select[Any]) -> None:
    """What is among colleagues again is for no partner; whoever was picked is not so once more when it is widened."""
    session.execute(
        delete(AudienceGrant)
        .where(AudienceGrant.subject_table == model.__tablename__, AudienceGrant.subject_id.in_(idents))
        .execution_options(synchronize_session=False)
    )


def _forget_readers_within(session: Session, whole: Organization | Service | Project) -> None:
    if whole.visibility is Visibility.TENANT:
        model = type(whole)
        _forget_readers(session, model, select(model.id).where(model.id == whole.id))


def keep_within_readers(session: Session, whole: Any) -> None:
    """Where a whole is for partners picked one by one, no part of it stays with one who is not among them."""
    if _said(whole) is not Visibility.NAMED:
        return
    session.flush()
    picked = list(session.scalars(select(AudienceGrant.reader_id).where(*about(whole))))
    for model, idents in _parts_of(whole):
        session.execute(
            delete(AudienceGrant)
            .where(
                AudienceGrant.subject_table == model.__tablename__,
                AudienceGrant.subject_id.in_(idents),
                AudienceGrant.reader_id.not_in(picked),
            )
            .execution_options(synchronize_session=False)
        )


def about(row: Any) -> tuple[Any, ...]:
    """Conditions of the grants that name somebody for this row."""
    return (
        AudienceGrant.tenant_id == row.tenant_id,
        AudienceGrant.subject_table == row.__tablename__,
        AudienceGrant.subject_id == row.id,
    )


_OWNERS: tuple[tuple[Any, tuple[Any, ...], str], ...] = (
    (Service, PARTS_OF_SERVICE, "service_id"),
    (Location, (*PARTS_OF_LOCATION, ServiceAtLocation), "location_id"),
    (Project, PARTS_OF_PROJECT, "project_id"),
)


def _parts_of(whole: Any) -> Iterable[tuple[Any, Select[Any]]]:
    """Every kind of row that belongs to a whole, however deep, and which ones do."""
    model: Any
    if isinstance(whole, Organization):
        for model in (*PARTS_OF_ORGANIZATION, Service, Project):
            yield model, select(model.id).where(model.organization_id == whole.id)
    for owner, models, column in _OWNERS:
        if isinstance(whole, Organization):
            owners = select(owner.id).where(owner.organization_id == whole.id)
        elif isinstance(whole, owner):
            owners = select(owner.id).where(owner.id == whole.id)
        else:
            continue
        for model in models:
            yield model, select(model.id).where(getattr(model, column).in_(owners))


def _said(row: Any) -> Visibility:
    found: Visibility = row.audience if hasattr(row, "audience") else row.visibility
    return found


def narrow_organization(session: Session, organization: Organization) -> None:
    """Bring services, projects and field groups within the audience of their organization."""
    session.flush()
    limit = organization.visibility
    _forget_readers_within(session, organization)
    keep_within_readers(session, organization)
    for service in session.scalars(select(Service).where(Service.organization_id == organization.id)):
        if wider(service.visibility, limit):
            service.visibility = limit
            service.version += 1
            narrow_service(session, service)
    if not _too_wide(limit):
        return
    whole = select(Organization.id).where(Organization.id == organization.id)
    _narrow(session, PARTS_OF_ORGANIZATION, "organization_id", whole, limit)
    for phone in session.scalars(select(Phone).where(Phone.organization_id == organization.id)):
        follow(session, "phone_id", phone.id, phone.audience)
    for location in session.scalars(select(Location).where(Location.organization_id == organization.id)):
        narrow_location(session, location)
    for project in session.scalars(select(Project).where(Project.organization_id == organization.id)):
        if wider(project.visibility, limit):
            project.visibility = limit
            narrow_project(session, project)


def narrow_service(session: Session, service: Service) -> None:
    """Bring what belongs to a service within its audience; hours and areas follow it both ways."""
    session.flush()
    _forget_readers_within(session, service)
    keep_within_readers(session, service)
    for model in OF_SERVICE:
        session.execute(
            update(model).where(model.service_id == service.id).values(audience=service.visibility)
        )
    if _too_wide(service.visibility):
        whole = select(Service.id).where(Service.id == service.id)
        _narrow(session, PARTS_OF_SERVICE, "service_id", whole, service.visibility)


def narrow_location(session: Session, location: Location) -> None:
    """Bring door and accessibility of a place within its audience; its hours follow it."""
    session.flush()
    if location.audience is Visibility.TENANT:
        _forget_readers(session, Location, select(Location.id).where(Location.id == location.id))
    keep_within_readers(session, location)
    follow(session, "location_id", location.id, location.audience)
    whole = select(Location.id).where(Location.id == location.id)
    _narrow(session, (*PARTS_OF_LOCATION, ServiceAtLocation), "location_id", whole, location.audience)


def narrow_project(session: Session, project: Project) -> None:
    """Bring documents and results within the audience of their project; who takes part follows it."""
    session.flush()
    _forget_readers_within(session, project)
    keep_within_readers(session, project)
    session.execute(
        update(ProjectParticipant)
        .where(ProjectParticipant.project_id == project.id)
        .values(audience=project.visibility)
    )
    whole = select(Project.id).where(Project.id == project.id)
    _narrow(session, (*PARTS_OF_PROJECT, ServiceFunding), "project_id", whole, project.visibility)


def follow(session: Session, column: str, owner_id: object, audience: Visibility) -> None:
    """Hours are read by whoever reads the service, number or place that keeps them."""
    for model in (Schedule, ScheduleException):
        owner: InstrumentedAttribute[Any] = getattr(model, column)
        session.execute(update(model).where(owner == owner_id).values(audience=audience))
