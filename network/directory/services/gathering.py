"""Everything of an organization that may be found, read at once: what search entries are made of."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.database import any_of
from network.directory.models import (
    AudienceGrant,
    Location,
    Organization,
    Phone,
    Project,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Status,
    Visibility,
)
from network.directory.upkeep.verification import INTERVAL, risk_of

Values = dict[str, Any]
"""The columns of one row of what is found (``models.Findable``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Everything of one organization that may be found, whoever may read it."""

    organization: Organization
    services: Sequence[Service] = ()
    phones: Sequence[Phone] = ()
    locations: Sequence[Location] = ()
    areas: Sequence[ServiceArea] = ()
    doors: Sequence[ServiceAtLocation] = ()
    projects: Sequence[Project] = ()
    schedules: Sequence[Schedule] = ()
    exceptions: Sequence[ScheduleException] = ()
    named: dict[uuid.UUID, set[tuple[str, uuid.UUID]]] = field(default_factory=dict)
    """By tenant that is named: the rows it may read."""
    confirmed: dict[uuid.UUID, datetime.datetime] = field(default_factory=dict)
    """By listing: until when what was last confirmed is fresh."""
    told: dict[tuple[bool, ...], list[Values]] = field(default_factory=dict)
    """What was made already, by which rows its reader sees: most readers see the same."""

    def rows(self) -> list[Any]:
        """The organization and all its parts."""
        return [
            self.organization,
            *self.services,
            *self.phones,
            *self.locations,
            *self.areas,
            *self.doors,
            *self.projects,
            *self.schedules,
            *self.exceptions,
        ]


def gather(session: Session, organization_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Whole]:
    """All of some organizations that this session's actor keeps, in a question for each table.

    What is gone, merged or no longer exists is not there.
    """
    listings = session.scalars(
        select(Organization).where(
            any_of(Organization.id, organization_ids),
            Organization.status != Status.DEFUNCT,
            Organization.merged_into_id.is_(None),
        )
    ).all()
    if not listings:
        return {}
    parts = _Parts(session, [one.id for one in listings])
    wholes = {one.id: parts.whole(one) for one in listings}
    _name(session, wholes.values())
    for whole in wholes.values():
        whole.confirmed.update(_confirmed(whole))
    return wholes


Grouped = dict[uuid.UUID, list[Any]]
"""Rows by the organization that they belong to."""


class _Parts:
    """The parts of some organizations."""

    def __init__(self, session: Session, kept: list[uuid.UUID]) -> None:
        self.session, self.kept = session, kept
        services = self._all(Service, Service.status != Status.DEFUNCT, order=[Service.created_at])
        phones = self._all(Phone, order=[Phone.position, Phone.id])
        self.by_service = {one.id: one.organization_id for one in services}
        self.by_number = {one.id: one.organization_id for one in phones if one.hotline}
        self.services, self.phones = self._of_it(services), self._of_it(phones)
        self.locations, self.projects = self._of_it(self._all(Location)), self._of_it(self._all(Project))
        self.areas, self.doors = self._of_services(ServiceArea), self._of_services(ServiceAtLocation)
        self.schedules, self.exceptions = self._hours(Schedule), self._hours(ScheduleException)

    def whole(self, organization: Organization) -> Whole:
        """One of them with all its parts."""
        ident = organization.id
        return Whole(
            organization=organization,
            services=self.services.get(ident, ()),
            phones=self.phones.get(ident, ()),
            locations=self.locations.get(ident, ()),
            areas=self.areas.get(ident, ()),
            doors=self.doors.get(ident, ()),
            projects=self.projects.get(ident, ()),
            schedules=self.schedules.get(ident, ()),
            exceptions=self.exceptions.get(ident, ()),
        )

    def _all(self, model: Any, *conditions: Any, order: Sequence[Any] = ()) -> Sequence[Any]:
        wanted = select(model).where(any_of(model.organization_id, self.kept), *conditions)
        return self.session.scalars(wanted.order_by(*order)).all()

    def _of_services(self, model: Any) -> Grouped:
        if not self.by_service:
            return {}
        wanted = select(model).where(any_of(model.service_id, self.by_service)).order_by(model.id)
        return _grouped(self.session.scalars(wanted), lambda one: [self.by_service[one.service_id]])

    def _hours(self, model: Any) -> Grouped:
        """Hours hang on a service, on a number, or on both."""
        whose = self.by_service | self.by_number
        if not whose:
            return {}
        hanging = any_of(model.service_id, self.by_service) | any_of(model.phone_id, self.by_number)
        found = self.session.scalars(select(model).where(hanging).order_by(model.id))
        return _grouped(
            found, lambda one: {whose[key] for key in (one.service_id, one.phone_id) if key in whose}
        )

    @staticmethod
    def _of_it(found: Iterable[Any]) -> Grouped:
        return _grouped(found, lambda one: [one.organization_id])


def _grouped(rows: Iterable[Any], whose: Callable[[Any], Iterable[uuid.UUID]]) -> Grouped:
    """Rows by the organization that they belong to, in the order in which they come."""
    found: Grouped = {}
    for row in rows:
        for organization_id in whose(row):
            found.setdefault(organization_id, []).append(row)
    return found


def _confirmed(whole: Whole) -> dict[uuid.UUID, datetime.datetime]:
    """Until when each listing and each of its numbers may be believed; what nobody ever confirmed is not there.

    The risk is told by numbers that everybody sees, so that this tells nobody of another.
    """
    found: dict[uuid.UUID, datetime.datetime] = {}
    open_lines = [one for one in whole.phones if one.hotline and one.audience is Visibility.PUBLIC]
    rows: list[Organization | Service | Project] = [whole.organization, *whole.services, *whole.projects]
    for row in rows:
        if row.verified_at is None:
            continue
        mine = None if isinstance(row, Organization) else row.id
        hotline = any(one.service_id == mine for one in open_lines)
        if isinstance(row, Service):
            hotline = hotline or "hotline" in row.terms
        found[row.id] = row.verified_at + INTERVAL[risk_of(row.__tablename__, hotline=hotline)]
    for one in whole.phones:
        until = found.get(one.service_id or whole.organization.id)
        if until is not None:
            found[one.id] = until
    return found


def _name(session: Session, wholes: Iterable[Whole]) -> None:
    """Say of each organization which tenants are named for which of its rows."""
    narrow = {
        row.id: whole for whole in wholes for row in whole.rows() if audience_of(row) is Visibility.NAMED
    }
    if not narrow:
        return
    for grant in session.scalars(select(AudienceGrant).where(any_of(AudienceGrant.subject_id, narrow))):
        whole = narrow[grant.subject_id]
        if grant.tenant_id == whole.organization.tenant_id:
            whole.named.setdefault(grant.reader_id, set()).add((grant.subject_table, grant.subject_id))


def audience_of(row: Any) -> Visibility:
    """Listings say ``visibility``, their parts ``audience``."""
    found: Visibility = row.visibility if hasattr(row, "visibility") else row.audience
    return found
