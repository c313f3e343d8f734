"""Planning an event: writing it down, publishing, moving, postponing and cancelling it."""

from __future__ import annotations

import datetime
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now, uuid7
from network.events import policies, queries, seats
from network.events.models import (
    ACTIVE,
    SEATED,
    Event,
    EventCapacity,
    EventKind,
    EventStatus,
    EventVisibility,
)
from network.events.notices import Notice, tell
from network.events.services.registering import tell_promoted
from network.events.slugs import slug_of
from network.events.zones import ZONES
from network.i18n.translated import rewritten, show, written
from network.permissions import NotThere, Stale, Unfit, require
from network.tenancy import Actor


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything about an event that its organiser decides. Texts by language code; moments aware."""

    kind: EventKind
    visibility: EventVisibility
    title: Mapping[str, str]
    summary: Mapping[str, str] = field(default_factory=dict)
    programme: Mapping[str, str] = field(default_factory=dict)
    start_at: datetime.datetime
    end_at: datetime.datetime
    timezone: str
    place_code: str | None = None
    venue: str = ""
    online_url: str | None = None
    registration_limit: int | None = None
    approval: bool = False
    opens_at: datetime.datetime | None = None
    closes_at: datetime.datetime | None = None

    @property
    def country(self) -> str | None:
        """Codes of places down to districts begin with the country's (``places.models``)."""
        return self.place_code[:2] if self.place_code else None


TEXTS = ("title", "summary", "programme")
COLUMNS = (
    "kind", "visibility", "start_at", "end_at", "timezone", "place_code", "country", "venue", "online_url",
    "approval", "opens_at", "closes_at",
)  # fmt: skip
IN_CALENDARS = frozenset({"title", "start_at", "end_at", "timezone", "place_code", "venue", "online_url"})
MOVING = IN_CALENDARS - {"title"}
"""What people who registered must hear of."""


def check(plan: Plan) -> None:
    """The rules of the field that need no database. Raises Unfit with the name of the rule."""
    if not any(text.strip() for text in plan.title.values()):
        raise Unfit("title_missing")
    if plan.timezone not in ZONES:
        raise Unfit("unknown_timezone")
    if plan.end_at <= plan.start_at:
        raise Unfit("end_before_start")
    if plan.closes_at is not None and plan.closes_at > plan.end_at:
        raise Unfit("closes_after_end")
    if plan.opens_at is not None and plan.opens_at >= (plan.closes_at or plan.start_at):
        raise Unfit("closes_before_opens")
    if plan.registration_limit is not None and plan.registration_limit < 1:
        raise Unfit("limit_too_small")


def create_event(session: Session, actor: Actor, plan: Plan, *, slug: str | None = None) -> Event:
    """Write an event down as a draft, which only its organisers see."""
    require(policies.can_organise(actor))
    check(plan)
    event = Event(id=uuid7(), tenant_id=actor.tenant_id, slug=slug or _slug(plan))
    for name in COLUMNS:
        setattr(event, name, getattr(plan, name))
    for name in TEXTS:
        setattr(event, name, written(getattr(plan, name)))
    session.add(event)
    session.add(
        EventCapacity(
            event_id=event.id, tenant_id=actor.tenant_id, registration_limit=plan.registration_limit
        )
    )
    session.flush()
    audit.record(session, actor, Action.EVENT_CREATED, event.id)
    return event


def _slug(plan: Plan) -> str:
    # The ending keeps one tenant from learning, by a name that is taken, of another's draft.
    return f"{slug_of(show(plan.title, 'en').text)}-{secrets.token_hex(3)}"


def _held(session: Session, actor: Actor, event_id: uuid.UUID, version: int | None) -> Event:
    event = session.scalars(queries.locked_event(event_id)).one_or_none()
    if event is None:
        raise NotThere
    require(policies.can_manage(actor, event))
    if version is not None and event.version != version:
        raise Stale
    return event


def change_event(session: Session, actor: Actor, event_id: uuid.UUID, plan: Plan, *, version: int) -> Event:
    """Replace what an event says. Those who registered hear of it when it moved.

    Raises Stale where it changed since ``version``, Unfit where a rule refuses, with nothing changed in either case.
    """
    check(plan)
    event = _held(session, actor, event_id, version)
    capacity = seats.lock(session, event_id)[1]
    taken = seats.held(session, event_id)
    if plan.registration_limit is not None and plan.registration_limit < taken:
        raise Unfit("limit_below_confirmed", taken=taken)
    changed = _apply(event, plan)
    if capacity.registration_limit != plan.registration_limit:
        capacity.registration_limit = plan.registration_limit
        changed.add("registration_limit")
    if not changed:
        return event
    _touch(event, moved=event.announced and not changed.isdisjoint(IN_CALENDARS))
    tell_promoted(session, seats.settle(session, event, capacity))
    if event.status is EventStatus.PUBLISHED and not changed.isdisjoint(MOVING):
        _tell_everybody(session, event, Notice.MOVED)
    audit.record(session, actor, Action.EVENT_CHANGED, event.id, fields=" ".join(sorted(changed)))
    return event


def _apply(event: Event, plan: Plan) -> set[str]:
    changed: set[str] = set()
    source = show(event.title, "en").language
    wanted: dict[str, Any] = {name: getattr(plan, name) for name in COLUMNS}
    for name in TEXTS:
        wanted[name] = rewritten(getattr(event, name), getattr(plan, name), source)
    for name, value in wanted.items():
        if getattr(event, name) != value:
            setattr(event, name, value)
            changed.add(name)
    return changed


def _touch(event: Event, *, moved: bool) -> None:
    event.version += 1
    event.last_modified = now()
    event.sequence += moved


def publish_event(
    session: Session, actor: Actor, event_id: uuid.UUID, *, version: int | None = None
) -> Event:
    """Make a draft known, or a postponed event take place after all: those who registered hear of it."""
    event = _held(session, actor, event_id, version)
    if event.status is EventStatus.PUBLISHED:
        return event
    if event.status is EventStatus.CANCELLED:
        raise Stale
    if event.end_at <= now():
        raise Unfit("over")
    again = event.status is EventStatus.POSTPONED
    event.status = EventStatus.PUBLISHED
    _touch(event, moved=again)
    if again:
        capacity = seats.lock(session, event_id)[1]
        tell_promoted(session, seats.settle(session, event, capacity))
        _tell_everybody(session, event, Notice.MOVED)
    audit.record(session, actor, Action.EVENT_PUBLISHED, event.id)
    return event


def postpone_event(
    session: Session, actor: Actor, event_id: uuid.UUID, *, version: int | None = None
) -> Event:
    """Say that it takes place later; registrations are kept and told."""
    return _call_off(session, actor, event_id, version, EventStatus.POSTPONED)


def cancel_event(session: Session, actor: Actor, event_id: uuid.UUID, *, version: int | None = None) -> Event:
    """Say that it will not take place; everybody who registered is told, and their calendars too."""
    return _call_off(session, actor, event_id, version, EventStatus.CANCELLED)


_SAYS = {
    EventStatus.POSTPONED: (Notice.POSTPONED, Action.EVENT_POSTPONED),
    EventStatus.CANCELLED: (Notice.CANCELLED, Action.EVENT_CANCELLED),
}


def _call_off(
    session: Session, actor: Actor, event_id: uuid.UUID, version: int | None, status: EventStatus
) -> Event:
    event = _held(session, actor, event_id, version)
    if event.status is status:
        return event
    if event.status in (EventStatus.CANCELLED, EventStatus.DRAFT):
        raise Stale
    seats.lock(session, event_id)  # Who registers at this moment is told too, or is refused.
    event.status = status
    _touch(event, moved=True)
    notice, action = _SAYS[status]
    _tell_everybody(session, event, notice)
    audit.record(session, actor, action, event.id)
    return event


def _tell_everybody(session: Session, event: Event, notice: Notice) -> None:
    """Those whose calendars hold it by the number of the change; those who wait hear only that it is off."""
    states = SEATED if notice is Notice.MOVED else ACTIVE
    for registration in session.scalars(queries.registrations(event.id, states)):
        tell(session, registration, notice, event.sequence)
