"""What the lists of the open API hold: listings that everybody may read, filtered as HSDS says."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from network.directory import taxonomy, where
from network.directory.finding.wishes import Wish
from network.directory.models import (
    Attribute,
    DirectoryTombstone,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    Visibility,
)
from network.directory.open_pages import Rows
from network.directory.queries import search


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Filters of the API, cumulative as HSDS demands."""

    search: str = ""
    organization_id: uuid.UUID | None = None
    taxonomy_term_id: uuid.UUID | None = None
    taxonomy_id: uuid.UUID | None = None
    modified_after: datetime.datetime | None = None
    near: tuple[str, int] | None = None
    """A place and how many metres around it."""

    @property
    def follows(self) -> bool:
        """Whether a copy could follow such a list: withdrawn rows would be in it, as far as tombstones tell."""
        return not (self.search.strip() or self.taxonomy_term_id or self.taxonomy_id or self.near)


def services(asked: Asked, *, full: bool = False) -> Rows:
    """Services that everybody may read."""
    found = select(Service).where(Service.visibility == Visibility.PUBLIC, *_of_services(asked))
    if asked.search.strip():
        found = found.where(Service.id.in_(_hits(asked.search, "service")))
    return Rows(
        found,
        Service,
        whole_service() if full else (),
        _stones("service", asked),
        asked.modified_after,
    )


def organizations(asked: Asked, *, full: bool = False, with_services: bool = False) -> Rows:
    """Organizations that everybody may read, those aside that were merged into others."""
    found = select(Organization).where(
        Organization.visibility == Visibility.PUBLIC, Organization.merged_into_id.is_(None)
    )
    if asked.modified_after is not None:
        found = found.where(Organization.last_modified >= asked.modified_after)
    if asked.search.strip():
        found = found.where(Organization.id.in_(_hits(asked.search, "organization")))
    options = whole_organization() if full else ()
    if with_services:
        options = (*options, *organization_services())
    return Rows(found, Organization, options, _stones("organization", asked), asked.modified_after)


def organization_services() -> tuple[ExecutableOption, ...]:
    """Its services with all that belongs to them."""
    within: Any = whole_service(alone=True)
    return (selectinload(Organization.services).options(*within),)


def whole_organization() -> tuple[ExecutableOption, ...]:
    """Numbers, contacts, identifiers and places of work."""
    return (
        selectinload(Organization.contacts),
        selectinload(Organization.phones),
        selectinload(Organization.identifiers),
        *_of_location(selectinload(Organization.locations)),
    )


def whole_service(*, alone: bool = False) -> tuple[ExecutableOption, ...]:
    """All that belongs to a service; ``alone``: its organization is there already."""
    return (
        *(() if alone else (joinedload(Service.organization),)),
        selectinload(Service.contacts),
        selectinload(Service.phones),
        selectinload(Service.schedules),
        selectinload(Service.schedule_exceptions),
        selectinload(Service.areas),
        selectinload(Service.required_documents),
        selectinload(Service.cost_options),
        selectinload(Service.capacities),
        *_of_location(selectinload(Service.at_locations).joinedload(ServiceAtLocation.location)),
    )


def service_at_locations(asked: Asked) -> Rows:
    """Which public service is given where, as far as the place itself is public."""
    found = (
        select(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            ServiceAtLocation.audience == Visibility.PUBLIC,
            Location.audience == Visibility.PUBLIC,
            Service.visibility == Visibility.PUBLIC,
            *_of_services(asked),
        )
    )
    if asked.search.strip():
        found = found.where(Service.id.in_(_hits(asked.search, "service")))
    if asked.near is not None:
        # A confidential service has no distance from anywhere, nor has what is given at the same place.
        found = found.where(
            Location.place_id.in_(_around(*asked.near)),
            Location.confidential.is_(False),
            Service.confidential.is_(False),
        )
    options = (
        joinedload(ServiceAtLocation.service),
        *_of_location(joinedload(ServiceAtLocation.location)),
    )
    return Rows(
        found, ServiceAtLocation, options, _stones("service_at_location", asked), asked.modified_after
    )


def _of_location(location: Any) -> tuple[ExecutableOption, ...]:
    """The door as far as it is told, and who can come in."""
    return (location.options(selectinload(Location.addresses), selectinload(Location.accessibility)),)


def _of_services(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.organization_id is not None:
        conditions.append(Service.organization_id == asked.organization_id)
    if asked.modified_after is not None:
        conditions.append(Service.last_modified >= asked.modified_after)
    if asked.taxonomy_term_id is not None:
        conditions.append(_is_a(asked.taxonomy_term_id))
    if asked.taxonomy_id is not None:
        conditions.append(_in_words_of(asked.taxonomy_id))
    return conditions


def _is_a(term_id: uuid.UUID) -> ColumnElement[bool]:
    """Services of a kind: one of our own words, or of a vocabulary that came with an import."""
    code = next((term.code for term in taxonomy.TERMS.values() if term.id == term_id), None)
    if code is not None:
        return Service.terms.contains([code])
    said = select(Attribute.link_id).where(
        Attribute.taxonomy_term_id == term_id, Attribute.link_entity == "service"
    )
    return Service.id.in_(said)


def _in_words_of(taxonomy_id: uuid.UUID) -> ColumnElement[bool]:
    if taxonomy_id == taxonomy.TAXONOMY_ID:
        return func.jsonb_array_length(Service.terms) > 0
    said = (
        select(Attribute.link_id)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .where(TaxonomyTerm.taxonomy_id == taxonomy_id, Attribute.link_entity == "service")
    )
    return Service.id.in_(said)


def _hits(text: str, kind: str) -> Select[Any]:
    """Ids of what a search for these words finds."""
    return search(Wish(text=text, kind=kind))


def _around(place_id: str, metres: int) -> list[str]:
    """The places whose middle is within so many metres of the middle of this one."""
    here = where.place(place_id)
    return [
        one.id
        for one in where.all_places()
        if here is not None and one.latitude is not None and _apart(here, one) <= metres
    ]


def _apart(one: Any, other: Any) -> float:
    """Metres between two places, by the haversine formula."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half) ** 2
    return 2 * 6_371_000 * math.asin(min(1.0, math.sqrt(chord)))


# What was withdrawn -------------------------------------------------------------------------------------------------


def _stones(kind: str, asked: Asked) -> ColumnElement[bool]:
    """The tombstones that hold places in such a list."""
    if not asked.follows:
        return false()
    conditions = [DirectoryTombstone.kind == kind]
    if asked.organization_id is not None and kind != "organization":
        conditions.append(DirectoryTombstone.organization_id == asked.organization_id)
    if asked.modified_after is not None:
        conditions.append(DirectoryTombstone.gone_at >= asked.modified_after)
    return and_(*conditions)


def tombstone(kind: str, ident: object) -> Select[DirectoryTombstone]:
    return select(DirectoryTombstone).where(DirectoryTombstone.id == ident, DirectoryTombstone.kind == kind)


def tombstones(since: datetime.datetime | None, kind: str | None) -> Select[DirectoryTombstone]:
    """What was withdrawn, oldest first."""
    found = select(DirectoryTombstone)
    if since is not None:
        found = found.where(DirectoryTombstone.gone_at >= since)
    if kind is not None:
        found = found.where(DirectoryTombstone.kind == kind)
    return found.order_by(DirectoryTombstone.gone_at, DirectoryTombstone.id)


def strangers(ids: Collection[uuid.UUID]) -> Select[uuid.UUID]:
    """Those of these organizations that everybody may read, or might until they were merged themselves."""
    return select(Organization.id).where(
        Organization.id.in_(ids), Organization.visibility == Visibility.PUBLIC
    )


def vocabularies() -> Select[Taxonomy]:
    """Vocabularies that came with imports, as far as everybody may read them."""
    return select(Taxonomy).where(Taxonomy.audience == Visibility.PUBLIC).order_by(Taxonomy.name, Taxonomy.id)


def terms(
    taxonomy_id: uuid.UUID | None, parent_id: uuid.UUID | None, *, top_only: bool
) -> Select[TaxonomyTerm]:
    """Words of those vocabularies."""
    found = select(TaxonomyTerm).where(TaxonomyTerm.audience == Visibility.PUBLIC)
    if taxonomy_id is not None:
        found = found.where(TaxonomyTerm.taxonomy_id == taxonomy_id)
    if parent_id is not None:
        found = found.where(TaxonomyTerm.parent_id == parent_id)
    if top_only:
        found = found.where(TaxonomyTerm.parent_id.is_(None))
    return found.order_by(TaxonomyTerm.code, TaxonomyTerm.id)
