"""Every sentence that events ask of SQL."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from network.events.models import (
    ACTIVE,
    ConsentToPublish,
    Event,
    EventCapacity,
    EventKind,
    EventStatus,
    EventVisibility,
    Registration,
    RegistrationState,
)
from network.places.models import Place
from network.places.queries import in_order
from network.tenancy import Tenant

PAGE = 30
"""Events on one page of the list."""

CALENDAR = 500
"""Events in a calendar at most: those to come, and what was lately."""

MOST_NAMES = 500
"""Participants named on a page at most."""

Cursor = tuple[datetime.datetime, uuid.UUID]


def announced() -> Select[Event]:
    """What the reader may know of, with its seats, drafts left out."""
    return (
        select(Event)
        .join(Event.seats)
        .options(contains_eager(Event.seats))
        .where(Event.status != EventStatus.DRAFT)
    )


def filtered(statement: Select[Event], kind: EventKind | None, country: str | None) -> Select[Event]:
    if kind is not None:
        statement = statement.where(Event.kind == kind)
    if country is not None:
        statement = statement.where(Event.country == country)
    return statement


def upcoming(statement: Select[Event], at: datetime.datetime, after: Cursor | None = None) -> Select[Event]:
    """Those that are not over, the next one first; one more than a page, to know whether there is another."""
    statement = statement.where(Event.end_at > at).order_by(Event.start_at, Event.id).limit(PAGE + 1)
    if after is None:
        return statement
    moment, last = after
    return statement.where(or_(Event.start_at > moment, and_(Event.start_at == moment, Event.id > last)))


def past(statement: Select[Event], at: datetime.datetime, before: Cursor | None = None) -> Select[Event]:
    """Those that are over, the latest first; one more than a page."""
    statement = (
        statement.where(Event.end_at <= at).order_by(Event.start_at.desc(), Event.id.desc()).limit(PAGE + 1)
    )
    if before is None:
        return statement
    moment, last = before
    return statement.where(or_(Event.start_at < moment, and_(Event.start_at == moment, Event.id < last)))


def by_slug(slug: str) -> Select[Event]:
    """The event with its seats: a draft only to those who may see it (``Event.in_scope``)."""
    return select(Event).join(Event.seats).options(contains_eager(Event.seats)).where(Event.slug == slug)


def own_by_slug(tenant_id: uuid.UUID, slug: str) -> Select[Event]:
    return by_slug(slug).where(Event.tenant_id == tenant_id)


def own_drafts(tenant_id: uuid.UUID) -> Select[Event]:
    return (
        select(Event)
        .where(Event.tenant_id == tenant_id, Event.status == EventStatus.DRAFT)
        .order_by(Event.start_at, Event.id)
        .limit(PAGE)
    )


def calendar(at: datetime.datetime) -> Select[Event]:
    """What the public calendar holds: everything public to come, and a quarter of a year back."""
    return (
        select(Event)
        .where(
            Event.status != EventStatus.DRAFT,
            Event.visibility == EventVisibility.PUBLIC,
            Event.end_at > at - datetime.timedelta(days=92),
        )
        .order_by(Event.start_at, Event.id)
        .limit(CALENDAR)
    )


def locked_event(event_id: uuid.UUID) -> Select[Event]:
    """The event for a change by its organiser: one at a time, as it is now.

    Without its key: whoever registers meanwhile refers to that, and would wait for us while we wait for the seats.
    """
    return (
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def current_event(event_id: uuid.UUID) -> Select[Event]:
    return select(Event).where(Event.id == event_id).execution_options(populate_existing=True)


def locked_seats(event_id: uuid.UUID) -> Select[EventCapacity]:
    return (
        select(EventCapacity)
        .where(EventCapacity.event_id == event_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def active_of(event_id: uuid.UUID, email_key: bytes) -> Select[Registration]:
    """The one active registration of an address, if there is one."""
    return select(Registration).where(
        Registration.event_id == event_id,
        Registration.email_key == email_key,
        Registration.state.in_(ACTIVE),
    )


def registration(registration_id: uuid.UUID) -> Select[Registration]:
    """As it is now: whoever changes it holds the lock on the seats."""
    return (
        select(Registration)
        .where(Registration.id == registration_id)
        .execution_options(populate_existing=True)
    )


def registration_with_event(registration_id: uuid.UUID) -> Select[Registration]:
    return (
        select(Registration)
        .join(Registration.event)
        .options(contains_eager(Registration.event))
        .where(Registration.id == registration_id)
    )


def registrations(
    event_id: uuid.UUID, states: Collection[RegistrationState] | None = None
) -> Select[Registration]:
    """Everybody who registered, in the order of the queue."""
    statement = select(Registration).where(Registration.event_id == event_id).order_by(Registration.position)
    return statement if states is None else statement.where(Registration.state.in_(states))


def state_counts(event_id: uuid.UUID) -> Select[RegistrationState, int]:
    return (
        select(Registration.state, func.count())
        .where(Registration.event_id == event_id)
        .group_by(Registration.state)
    )


def queue(event_id: uuid.UUID) -> Select[Registration]:
    """Those who wait, first come first."""
    return registrations(event_id, {RegistrationState.WAITLISTED})


def ahead_of(waiting: Registration) -> Select[int]:
    """How many wait before this one."""
    return (
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == waiting.event_id,
            Registration.state == RegistrationState.WAITLISTED,
            Registration.position < waiting.position,
        )
    )


def event_places(language: str) -> Select[Place]:
    """Countries, provinces, districts and cities, in the reader's alphabet."""
    return select(Place).where(Place.level <= 2).order_by(Place.country, in_order(language), Place.id)


def tenant_names(ids: Collection[uuid.UUID]) -> Select[uuid.UUID, str]:
    return select(Tenant.id, Tenant.name).where(Tenant.id.in_(ids))


def tenant_country(tenant_id: uuid.UUID | None) -> Select[str | None]:
    return select(Tenant.country).where(Tenant.id == tenant_id)


def participants(event_id: uuid.UUID, consents: Collection[ConsentToPublish]) -> Select[str, str]:
    """Name and organization of those who have a seat and let these readers know of it."""
    return (
        select(Registration.name, Registration.organization)
        .where(
            Registration.event_id == event_id,
            Registration.state == RegistrationState.COMPLETE,
            Registration.consent_to_publish.in_(consents),
        )
        .order_by(Registration.name, Registration.id)
        .limit(MOST_NAMES)
    )
