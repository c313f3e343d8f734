"""Projects, and grants that come to their end: what is asked of SQL, and which day an inexact date means at the latest.

A grant that "ends in 2026" may be paid until the last day of that year; nobody is warned too early for it.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import joinedload, selectinload

from network.directory import where
from network.directory.models import (
    Organization,
    Project,
    ProjectParticipant,
    ProjectStatus,
    Service,
    ServiceFunding,
    Status,
)

SOON = (30, 90)
"""Days before its end at which a grant is told of: the desk shows it from the longest on."""
SINCE = 30
"""Days for which a grant that has ended is still shown, until somebody says what pays now."""
PAYING = (ProjectStatus.PLANNED, ProjectStatus.RUNNING, ProjectStatus.FINALISING, ProjectStatus.SUSPENDED)


class When(StrEnum):
    """How projects are chosen by time."""

    RUNNING = "running"
    PLANNED = "planned"
    OVER = "over"


STATUSES = {
    When.RUNNING: (ProjectStatus.RUNNING, ProjectStatus.FINALISING),
    When.PLANNED: (ProjectStatus.PLANNED, ProjectStatus.SUSPENDED),
    When.OVER: (ProjectStatus.CLOSED, ProjectStatus.CANCELLED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which projects."""

    place_id: str | None = None
    sector: str | None = None
    when: When | None = None


def projects(asked: Asked) -> Select[Project, Organization]:
    """Projects and whose they are, the latest first."""
    found = (
        select(Project, Organization)
        .join(
            Organization,
            and_(Organization.id == Project.organization_id, Organization.tenant_id == Project.tenant_id),
        )
        .where(Organization.merged_into_id.is_(None))
        .order_by(Project.start_on.desc(), Project.id.desc())
    )
    if asked.place_id:
        inside = [fact.id for fact in where.all_places() if asked.place_id in where.line(fact.id)]
        found = found.where(
            or_(
                Project.places.has_any(array(inside)),
                and_(func.jsonb_array_length(Project.places) == 0, Organization.place_id.in_(inside)),
            )
        )
    if asked.sector:
        found = found.where(Project.sectors.contains([asked.sector]))
    return found.where(Project.status.in_(STATUSES[asked.when])) if asked.when else found


def behind(
    found: Select[Project, Organization], start_on: str, ident: uuid.UUID
) -> Select[Project, Organization]:
    """The projects behind this one in the order of the list."""
    return found.where(tuple_(Project.start_on, Project.id) < tuple_(start_on, ident))


def sectors() -> Select[list[str]]:
    """The sectors of all projects that this reader may see, project by project."""
    return select(Project.sectors).where(func.jsonb_array_length(Project.sectors) > 0).distinct()


def project_page(ident: uuid.UUID) -> Select[Project, Organization]:
    """One project with all that its page shows."""
    return (
        select(Project, Organization)
        .join(Organization, Organization.id == Project.organization_id)
        .where(Project.id == ident)
        .options(
            selectinload(Project.participants).joinedload(ProjectParticipant.organization),
            selectinload(Project.documents),
            selectinload(Project.results),
        )
    )


def paid_by(project_id: uuid.UUID) -> Select[Service]:
    """The services a grant pays for, as far as this reader may know of both."""
    return (
        select(Service)
        .join(ServiceFunding, ServiceFunding.service_id == Service.id)
        .where(ServiceFunding.project_id == project_id, Service.status != Status.DEFUNCT)
        .order_by(Service.slug)
    )


def kept_projects(tenant_id: uuid.UUID) -> Select[Project]:
    """The projects a tenant keeps, to choose from, the latest first."""
    return (
        select(Project)
        .where(Project.tenant_id == tenant_id)
        .order_by(Project.start_on.desc(), Project.id)
        .limit(200)
    )


def pays_for(service_id: uuid.UUID) -> Select[uuid.UUID]:
    """Which grants pay for a service."""
    return select(ServiceFunding.project_id).where(ServiceFunding.service_id == service_id)


def last_day() -> ColumnElement[str]:
    """The last day an inexact end may mean, as a text that is compared like a day; no text is read as a date here,
    because other directories send us the 31st of February too."""
    length = func.length(Project.end_on)
    return Project.end_on + case((length == 4, "-12-31"), (length == 7, "-31"), else_="")


def ending(tenant_id: uuid.UUID, today: datetime.date) -> Select[Service, Project, str]:
    """Services that work and a grant of theirs that ends within the longest warning, or did a while ago."""
    first = func.to_char(today - datetime.timedelta(days=SINCE), "YYYY-MM-DD")
    last = func.to_char(today + datetime.timedelta(days=max(SOON)), "YYYY-MM-DD")
    return (
        select(Service, Project, last_day().label("ends"))
        .join(ServiceFunding, ServiceFunding.service_id == Service.id)
        .join(Project, Project.id == ServiceFunding.project_id)
        .where(
            ServiceFunding.tenant_id == tenant_id,
            Service.status == Status.ACTIVE,
            Project.status.in_(PAYING),
            Project.end_on != "",
            last_day().between(first, last),
        )
        .options(joinedload(Service.organization))
        .order_by("ends", Service.slug)
    )


def ending_count(tenant_id: uuid.UUID, today: datetime.date) -> Select[int]:
    """How many services wait for their keeper to think of what comes after the grant."""
    found = ending(tenant_id, today).options().order_by(None)
    return found.with_only_columns(func.count(func.distinct(Service.id)))
