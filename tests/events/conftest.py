"""Events to test with: planned and published through the services, as an organiser would."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from network.database import now
from network.events.models import ConsentToPublish, Event, EventKind, EventVisibility, Registration
from network.events.services import planning, registering
from network.permissions import Role
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make
from tests.pages import Visitor


def organiser(tenant: Tenant) -> Actor:
    return Actor.member(tenant.id, uuid.uuid4(), [Role.ORGANISER], country=tenant.country)


def plan(**changes: Any) -> planning.Plan:
    """A conference in Osh a month from now, with room for everybody."""
    begins = (now() + datetime.timedelta(days=30)).replace(hour=4, minute=0, second=0, microsecond=0)
    given: dict[str, Any] = {
        "kind": EventKind.CONFERENCE,
        "visibility": EventVisibility.PUBLIC,
        "title": {"en": "Conference of the valley", "ky": "Өрөөндүн конференциясы"},
        "summary": {"en": "Two days of exchange."},
        "programme": {"en": "Opening\n\nClosing"},
        "start_at": begins,
        "end_at": begins + datetime.timedelta(hours=8),
        "timezone": "Asia/Bishkek",
        "venue": "City library",
    }
    return planning.Plan(**(given | changes))


def answers(email: str = "aigul@example.org", **changes: Any) -> registering.Answers:
    given: dict[str, Any] = {
        "email": email,
        "name": "Aigul Example",
        "organization": "Green Hill",
        "language": "en",
        "consent_to_publish": ConsentToPublish.NOBODY,
        "submission": uuid.uuid4(),
    }
    return registering.Answers(**(given | changes))


@dataclass
class Events:
    """Makes and reads what these tests need, each step committed on its own."""

    app: Kopuro
    make: Make

    def published(self, tenant: Tenant | None = None, *, slug: str | None = None, **changes: Any) -> Event:
        tenant = tenant or self.make.tenant()
        actor = organiser(tenant)
        with self.app.database.unit_of_work(actor) as session:
            made = planning.create_event(session, actor, plan(**changes), slug=slug)
            return planning.publish_event(session, actor, made.id)

    def draft(self, tenant: Tenant, **changes: Any) -> Event:
        actor = organiser(tenant)
        with self.app.database.unit_of_work(actor) as session:
            return planning.create_event(session, actor, plan(**changes))

    def over(self, tenant: Tenant | None = None, *, days: int = 40, **changes: Any) -> Event:
        """An event that took place: planned in time, published, and then the days went by."""
        event = self.published(tenant, **changes)
        with self.app.database.unit_of_work(Actor.clock(event.tenant_id)) as session:
            row = session.get(Event, event.id)
            row.start_at = now() - datetime.timedelta(days=days)
            row.end_at = row.start_at + datetime.timedelta(hours=8)
        return row

    def register(self, event: Event, email: str = "aigul@example.org", **changes: Any) -> bool:
        visitor = Actor.visitor(event.tenant_id)
        with self.app.database.unit_of_work(visitor) as session:
            return registering.register(
                session, visitor, self.app.keyring, event.id, answers(email, **changes)
            )

    def registrations(self, event: Event) -> list[Registration]:
        """In the order of the queue."""
        with self.app.database.unit_of_work(Actor.clock(event.tenant_id)) as session:
            found = (
                select(Registration).where(Registration.event_id == event.id).order_by(Registration.position)
            )
            return list(session.scalars(found))

    def states(self, event: Event) -> list[str]:
        return [row.state.value for row in self.registrations(event)]

    def again(self, event: Event) -> Event:
        """The event as it is now."""
        with self.app.database.unit_of_work(Actor.clock(event.tenant_id)) as session:
            row: Event = session.get(Event, event.id)
            return row


@pytest.fixture
def events(app: Kopuro, make: Make) -> Events:
    return Events(app, make)


@pytest.fixture
def tenant(make: Make) -> Tenant:
    return make.tenant("Green Hill")


@pytest.fixture
def browser(make: Make, tenant: Tenant) -> Visitor:
    return make.user(tenant, [Role.ORGANISER]).visitor()
