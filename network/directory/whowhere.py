"""Who does what where: counted from the public listings as they stand, with what is missing said as such.

An organization counts for a district when a service of it that works names the district or a place in it; for a
province when it names anything there. A service that names a whole province closes the gaps of its districts; one that
names a whole country closes none, because it is seldom near. Counts are of what is listed, never of what exists.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from network.directory import taxonomy, where
from network.directory.models import (
    Location,
    Organization,
    OrganizationKind,
    Project,
    ProjectStatus,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Status,
    Visibility,
)
from network.places.data import PlaceFact

PROVINCE, DISTRICT = 1, 2


@dataclass(frozen=True, slots=True)
class Offer:
    """One service that works: whose, of which kinds, and which places it names."""

    service_id: uuid.UUID
    organization_id: uuid.UUID
    kind: OrganizationKind
    terms: tuple[str, ...]
    places: frozenset[str]


def _services() -> Select[uuid.UUID, uuid.UUID, OrganizationKind, str | None, list[str]]:
    return (
        select(Service.id, Service.organization_id, Organization.kind, Organization.place_id, Service.terms)
        .join(Organization, Organization.id == Service.organization_id)
        .where(
            Service.visibility == Visibility.PUBLIC,
            Service.status == Status.ACTIVE,
            Organization.visibility == Visibility.PUBLIC,
            Organization.status == Status.ACTIVE,
            Organization.merged_into_id.is_(None),
        )
    )


def _areas() -> Select[uuid.UUID, str]:
    return select(ServiceArea.service_id, ServiceArea.place_id).where(
        ServiceArea.audience == Visibility.PUBLIC
    )


def _sites() -> Select[uuid.UUID, str]:
    return (
        select(ServiceAtLocation.service_id, Location.place_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.audience == Visibility.PUBLIC, Location.audience == Visibility.PUBLIC)
    )


def offers(session: Session) -> list[Offer]:
    """All public services that work, in three statements. Where a service names no place, its organization's seat."""
    named: dict[uuid.UUID, set[str]] = {}
    for statement in (_areas(), _sites()):
        for service_id, place_id in session.execute(statement):
            named.setdefault(service_id, set()).add(place_id)
    found = []
    for service_id, organization_id, kind, seat, terms in session.execute(_services()):
        places = frozenset(named.get(service_id) or ({seat} if seat else ()))
        found.append(Offer(service_id, organization_id, kind, tuple(terms), places))
    return found


@dataclass(frozen=True, slots=True)
class Running:
    """One project at work: by which kind of organization, and in which places."""

    project_id: uuid.UUID
    kind: OrganizationKind
    places: tuple[str, ...]


def running(session: Session) -> list[Running]:
    """All public projects at work, in one statement. Where a project names no place, its organization's seat."""
    statement = (
        select(Project.id, Organization.kind, Organization.place_id, Project.places)
        .join(Organization, Organization.id == Project.organization_id)
        .where(
            Project.visibility == Visibility.PUBLIC,
            Project.status.in_((ProjectStatus.RUNNING, ProjectStatus.FINALISING)),
            Organization.visibility == Visibility.PUBLIC,
            Organization.merged_into_id.is_(None),
        )
    )
    return [
        Running(ident, kind, tuple(places) or ((seat,) if seat else ()))
        for ident, kind, seat, places in session.execute(statement)
    ]


def by_place(found: Iterable[Running], kind: OrganizationKind | None = None) -> dict[str, int]:
    """How many projects are at work in each place."""
    counted: dict[str, int] = {}
    for one in found:
        if kind in (None, one.kind):
            for place_id in where.lines(one.places):
                counted[place_id] = counted.get(place_id, 0) + 1
    return counted


def units(level: int, within: str | None) -> list[PlaceFact]:
    """Provinces or districts, of one place where it is named. Osh city, which is both, stands at either level."""
    return [
        fact
        for fact in where.all_places()
        if (fact.level == level or (level == DISTRICT and fact.level == PROVINCE and fact.kind == "city"))
        and (within is None or within in where.line(fact.id))
    ]


@dataclass(slots=True)
class Matrix:
    """Organizations by place and kind of help."""

    cells: dict[tuple[str, str], set[uuid.UUID]] = field(default_factory=dict)
    """By (place, term); the place is any that is named or that one of those lies in."""
    totals: dict[str, set[uuid.UUID]] = field(default_factory=dict)
    whole: dict[tuple[str, str], set[uuid.UUID]] = field(default_factory=dict)
    """By (place, term): who names the place itself."""

    def count(self, place_id: str, term: str) -> int:
        return len(self.cells.get((place_id, term), ()))

    def total(self, place_id: str) -> int:
        return len(self.totals.get(place_id, ()))

    def nationwide(self, term: str, countries: Iterable[str]) -> int:
        """How many name a whole country, as hotlines do."""
        found: set[uuid.UUID] = set()
        for country in countries:
            found |= self.whole.get((country, term), set())
        return len(found)

    def is_gap(self, place_id: str, term: str) -> bool:
        """Nobody names the district, a place in it, or its whole province."""
        if self.count(place_id, term):
            return False
        above = [one for one in where.line(place_id)[1:] if (where.place(one) or _NOWHERE).level == PROVINCE]
        return not any(self.whole.get((one, term)) for one in above)

    def gaps(self, districts: Collection[PlaceFact], term: str) -> list[PlaceFact]:
        return [fact for fact in districts if self.is_gap(fact.id, term)]


def matrix(found: Iterable[Offer], kind: OrganizationKind | None = None) -> Matrix:
    """Count the offers, of one kind of organization where it is named."""
    made = Matrix()
    for offer in found:
        if kind is not None and offer.kind is not kind:
            continue
        lines = where.lines(offer.places)
        for place_id in lines:
            made.totals.setdefault(place_id, set()).add(offer.organization_id)
        for term in offer.terms:
            if term not in taxonomy.TERMS:
                continue
            for place_id in lines:
                made.cells.setdefault((place_id, term), set()).add(offer.organization_id)
            for place_id in offer.places:
                made.whole.setdefault((place_id, term), set()).add(offer.organization_id)
    return made


_NOWHERE = where.all_places()[0]
