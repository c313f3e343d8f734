"""What the organization has begun to publish: events and their registrations, editions, activities."""

from __future__ import annotations

import datetime

from sqlalchemy import Select, func, select

from network.digest.models import Activity, ActivityState, Edition, EditionState
from network.events.models import Event, EventStatus, Registration, RegistrationState
from network.tenancy import Actor


def registrations_waiting(actor: Actor, at: datetime.datetime) -> Select[str, int, datetime.datetime]:
    """Own events to come with registrations that wait for the organiser's word: slug, how many, since when."""
    return (
        select(Event.slug, func.count(Registration.id), func.min(Registration.created_at))
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Event.tenant_id == actor.tenant_id,
            Event.end_at > at,
            Registration.state == RegistrationState.PENDING,
        )
        .group_by(Event.slug)
        .order_by(func.min(Registration.created_at))
    )


def own_events(actor: Actor, at: datetime.datetime) -> Select[Event]:
    """One's organization's events that are not over, drafts too, the next one first."""
    return (
        select(Event)
        .where(Event.tenant_id == actor.tenant_id, Event.end_at > at, Event.status != EventStatus.CANCELLED)
        .order_by(Event.start_at, Event.id)
        .limit(50)
    )


def open_editions(actor: Actor) -> Select[str, datetime.datetime]:
    """Editions that wait for the coordinator's note, with the hour at which they are published without one."""
    return (
        select(Edition.slug, Edition.publish_at)
        .where(Edition.tenant_id == actor.tenant_id, Edition.state == EditionState.OPEN)
        .order_by(Edition.publish_at)
    )


def activity_drafts(actor: Actor) -> Select[str]:
    """What the organization began to tell and has not published."""
    return (
        select(Activity.slug)
        .where(Activity.tenant_id == actor.tenant_id, Activity.state == ActivityState.DRAFT)
        .order_by(Activity.created_at, Activity.id)
    )
