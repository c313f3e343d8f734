"""Events as readers see them: in their language, on their clock, with the names of places and organisers."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network.database import now
from network.directory import where
from network.events import policies, queries
from network.events.models import Event, EventCapacity
from network.i18n.translated import Shown, show
from network.places.models import Place


@dataclass(frozen=True)
class Presented:
    """One event for one reader. What is not shown on a page for everybody (the online link) is not here."""

    event: Event
    title: Shown
    summary: Shown
    programme: Shown
    place: str
    organiser: str
    closed: policies.Closed | None

    @property
    def where(self) -> str:
        """Venue and town, as one line."""
        return ", ".join(part for part in (self.event.venue, self.place) if part)

    @property
    def seats(self) -> EventCapacity:
        return self.event.seats


def present(
    session: Session, events: Sequence[Event], language: str, at: datetime.datetime | None = None
) -> list[Presented]:
    """Each event with the words around it; one query, however many events."""
    places = places_of(events, language)
    organisers = organisers_of(session, events)
    at = at or now()
    return [
        Presented(
            event=event,
            title=show(event.title, language),
            summary=show(event.summary, language),
            programme=show(event.programme, language),
            place=places.get(event.place_code or "", ""),
            organiser=organisers.get(event.tenant_id, ""),
            closed=policies.closed_because(event, at),
        )
        for event in events
    ]


def places_of(events: Iterable[Event], language: str) -> Mapping[str, str]:
    """The names of the places of these events, by code."""
    return where.names((event.place_code for event in events), language)


def organisers_of(session: Session, events: Iterable[Event]) -> Mapping[uuid.UUID, str]:
    """The names of the tenants who organise these events."""
    ids = {event.tenant_id for event in events}
    return dict(session.execute(queries.tenant_names(ids)).all()) if ids else {}


def place_choices(session: Session, language: str) -> list[tuple[str, str]]:
    """Where an event can be: towns and districts of the three countries, in the order of the reader's alphabet."""
    found = list(session.scalars(queries.event_places(language)))
    names = {place.id: place.name(language).text for place in found}
    return [(place.id, _within(place, names)) for place in found if place.level]


def _within(place: Place, names: Mapping[str, str]) -> str:
    country = names.get(place.country, place.country)
    return f"{names[place.id]}, {country}"
