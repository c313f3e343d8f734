"""Who may do what with events, and when one may still register: plain questions, no session, no request."""

from __future__ import annotations

import datetime
from enum import StrEnum

from network.events.models import Event, EventStatus, Registration
from network.permissions import Role
from network.tenancy import Actor, ActorKind


class Closed(StrEnum):
    """Why nobody can register at this moment."""

    DRAFT = "draft"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    OVER = "over"
    NOT_YET = "not_yet"
    TOO_LATE = "too_late"


def can_organise(actor: Actor) -> bool:
    return actor.kind is ActorKind.MEMBER and actor.holds(Role.ORGANISER)


def can_manage(actor: Actor, event: Event) -> bool:
    return can_organise(actor) and actor.tenant_id == event.tenant_id


def can_register(actor: Actor, event: Event) -> bool:
    """Anybody who found the event acts as a visitor of its tenant; it takes no account."""
    return actor.kind is ActorKind.VISITOR and actor.visiting == event.tenant_id


def can_change_registration(actor: Actor, registration: Registration) -> bool:
    """The person, who came by the signed link and so visits that tenant, and the tenant's organisers."""
    if actor.kind is ActorKind.VISITOR:
        return actor.visiting == registration.tenant_id
    return can_organise(actor) and actor.tenant_id == registration.tenant_id


def closed_because(event: Event, at: datetime.datetime) -> Closed | None:
    """Why one cannot register at this moment; None where one can."""
    if event.status is EventStatus.DRAFT:
        return Closed.DRAFT
    if event.status is EventStatus.CANCELLED:
        return Closed.CANCELLED
    if event.status is EventStatus.POSTPONED:
        return Closed.POSTPONED
    if at >= event.end_at:
        return Closed.OVER
    if event.opens_at is not None and at < event.opens_at:
        return Closed.NOT_YET
    if at >= (event.closes_at or event.start_at):
        return Closed.TOO_LATE
    return None


def seats_are_given(event: Event, at: datetime.datetime) -> bool:
    """Whether a freed seat still goes to the next who waits: not when the event is called off or has begun."""
    return event.status is EventStatus.PUBLISHED and at < event.start_at
