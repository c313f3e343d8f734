"""What the printed directory asks of SQL: each book asks only for what its readers may read, whoever prints it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import LoaderCriteriaOption, selectinload, with_loader_criteria

from network.directory import where
from network.directory.models import (
    FieldGroup,
    Listing,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    Status,
    Visibility,
)
from network.kept.models import PublicState


class Readers(StrEnum):
    """For whom a book is: it is left on tables, so it says less than its printer knows."""

    EVERYONE = "everyone"
    PARTNERS = "partners"
    COLLEAGUES = "colleagues"


OPEN_TO = {
    Readers.EVERYONE: (Visibility.PUBLIC,),
    Readers.PARTNERS: (Visibility.PUBLIC, Visibility.PARTNERS),
    Readers.COLLEAGUES: tuple(Visibility),
}
"""What a row may say of its audience to stand in the book. Tenancy narrows it further to what the printer reads."""


@functools.cache
def only_for(readers: Readers) -> tuple[LoaderCriteriaOption, ...]:
    """Narrows every listing and field group of a statement, those that are loaded with it too."""
    opened = OPEN_TO[readers]
    return (
        *(
            with_loader_criteria(cls, cls.visibility.in_(opened), include_aliases=True)
            for cls in _leaves(Listing)
        ),
        *(
            with_loader_criteria(cls, cls.audience.in_(opened), include_aliases=True)
            for cls in _leaves(FieldGroup)
        ),
    )


def _leaves(base: Any) -> Iterator[Any]:
    for cls in base.__subclasses__():
        if "__tablename__" in vars(cls):
            yield cls
        yield from _leaves(cls)


def state() -> Select[PublicState]:
    """The number that every change of something public in the directory moves; no row before the first."""
    return select(PublicState).where(PublicState.area == "directory")


def listed(readers: Readers, place_id: str | None) -> Select[Organization]:
    """The organizations of a book, bare. ``place_id``: those with their seat there or in a place of it."""
    found = (
        select(Organization)
        .where(Organization.status != Status.DEFUNCT, Organization.merged_into_id.is_(None))
        .options(*only_for(readers))
        .order_by(Organization.slug)
    )
    if place_id:
        inside = [fact.id for fact in where.all_places() if place_id in where.line(fact.id)]
        found = found.where(Organization.place_id.in_(inside))
    return found


def book(readers: Readers, place_id: str | None) -> Select[Organization]:
    """The same with all that is printed, in as many statements for one as for a thousand."""
    services = selectinload(Organization.services)
    return listed(readers, place_id).options(
        selectinload(Organization.phones),
        selectinload(Organization.contacts),
        selectinload(Organization.locations).selectinload(Location.addresses),
        services.selectinload(Service.phones),
        services.selectinload(Service.schedules),
        services.selectinload(Service.areas),
        services.selectinload(Service.referral_routes),
        services.selectinload(Service.at_locations).joinedload(ServiceAtLocation.location),
    )
