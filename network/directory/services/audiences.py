"""No part is shown to more people than the whole: when a listing is narrowed, everything of it is narrowed too.

Widening goes the other way one step at a time: what was narrowed stays so until an admin opens it again by name.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network.directory.models import (
    Address,
    Contact,
    Location,
    Organization,
    Phone,
    Project,
    ProjectParticipant,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Visibility,
    wider,
)

OF_SERVICE = (Schedule, ServiceArea)
"""Read by whoever reads the service, no more and no less."""


def _too_wide(limit: Visibility) -> list[Visibility]:
    return [visibility for visibility in Visibility if wider(visibility, limit)]


def narrow_organization(session: Session, organization: Organization) -> None:
    """Bring services, projects and field groups within the audience of their organization."""
    session.flush()
    limit = organization.visibility
    for service in session.scalars(select(Service).where(Service.organization_id == organization.id)):
        if wider(service.visibility, limit):
            service.visibility = limit
            service.version += 1
            narrow_service(session, service)
    wide = _too_wide(limit)
    if not wide:
        return
    for model in (Phone, Contact, Location):
        session.execute(
            update(model)
            .where(model.organization_id == organization.id, model.audience.in_(wide))
            .values(audience=limit)
        )
    places = select(Location.id).where(Location.organization_id == organization.id)
    session.execute(
        update(Address)
        .where(Address.location_id.in_(places), Address.audience.in_(wide))
        .values(audience=limit)
    )
    session.execute(
        update(Project)
        .where(Project.organization_id == organization.id, Project.visibility.in_(wide))
        .values(visibility=limit)
    )
    projects = select(Project.id).where(Project.organization_id == organization.id)
    session.execute(
        update(ProjectParticipant)
        .where(ProjectParticipant.project_id.in_(projects), ProjectParticipant.audience.in_(wide))
        .values(audience=limit)
    )


def narrow_service(session: Session, service: Service) -> None:
    """Bring what belongs to a service within its audience; hours and areas follow it both ways."""
    session.flush()
    for model in OF_SERVICE:
        session.execute(
            update(model).where(model.service_id == service.id).values(audience=service.visibility)
        )
    wide = _too_wide(service.visibility)
    if not wide:
        return
    for group in (Phone, Contact, ServiceAtLocation):
        session.execute(
            update(group)
            .where(group.service_id == service.id, group.audience.in_(wide))
            .values(audience=service.visibility)
        )
