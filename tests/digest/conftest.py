"""Activities and editions to test with: told and published through the services, as an editor would."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from network.database import now
from network.digest.models import Activity, ActivityKind, Edition, Visibility
from network.digest.services import activities, editions
from network.permissions import Role
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make


def editor(tenant: Tenant) -> Actor:
    return Actor.member(tenant.id, uuid.uuid4(), [Role.EDITOR], country=tenant.country)


def draft(**changes: Any) -> activities.Draft:
    """A training in Osh of April 2007."""
    given: dict[str, Any] = {
        "kind": ActivityKind.TRAINING,
        "visibility": Visibility.PUBLIC,
        "title": {"en": "Training of lawyers", "ky": "Юристтерди окутуу"},
        "summary": {"en": "Two days on the rights of victims."},
        "text": {"en": "We met in **Osh**.\n\n- law\n- practice"},
        "happened_from": "2007-04-24",
        "places": ["KG-GO"],
        "reached": {"women": 12, "men": 8},
    }
    return activities.Draft(**(given | changes))


@dataclass
class Digest:
    """Makes and reads what these tests need, each step committed on its own."""

    app: Kopuro
    make: Make

    def draft(self, tenant: Tenant | None = None, *, slug: str | None = None, **changes: Any) -> Activity:
        actor = editor(tenant or self.make.tenant())
        with self.app.database.unit_of_work(actor) as session:
            return activities.create_activity(session, actor, draft(**changes), slug=slug)

    def published(
        self,
        tenant: Tenant | None = None,
        *,
        at: datetime.datetime | None = None,
        slug: str | None = None,
        **changes: Any,
    ) -> Activity:
        tenant = tenant or self.make.tenant()
        made = self.draft(tenant, slug=slug, **changes)
        return self.publish(tenant, made, at=at)

    def publish(self, tenant: Tenant, activity: Activity, *, at: datetime.datetime | None = None) -> Activity:
        actor = editor(tenant)
        with self.app.database.unit_of_work(actor) as session:
            return activities.publish_activity(session, actor, activity.id, at=at)

    def change(self, tenant: Tenant, activity: Activity, **changes: Any) -> Activity:
        actor = editor(tenant)
        version = self.again(activity).version
        with self.app.database.unit_of_work(actor) as session:
            return activities.change_activity(session, actor, activity.id, draft(**changes), version=version)

    def withdraw(self, tenant: Tenant, activity: Activity) -> Activity:
        actor = editor(tenant)
        with self.app.database.unit_of_work(actor) as session:
            return activities.withdraw_activity(session, actor, activity.id)

    def again(self, activity: Activity) -> Activity:
        """As it is now."""
        with self.app.database.unit_of_work(Actor.clock(activity.tenant_id)) as session:
            row: Activity = session.get(Activity, activity.id)
            return row

    def open_edition(self, network: Tenant, monday: datetime.date) -> Edition:
        actor = Actor.clock(network.id)
        with self.app.database.unit_of_work(actor) as session:
            return editions.open_edition(session, actor, monday)

    def edition(self, network: Tenant, monday: datetime.date | None = None) -> Edition:
        """The published edition of this week, or of the last one over."""
        actor = Actor.clock(network.id)
        opened = self.open_edition(network, monday or editions.last_week(now()))
        with self.app.database.unit_of_work(actor) as session:
            editions.publish_edition(session, actor, opened.id)
            found: Edition = session.get(Edition, opened.id)
            return found

    def last_week(self) -> datetime.datetime:
        """A moment in the last week that is over."""
        monday = editions.last_week(now())
        return datetime.datetime.combine(monday, datetime.time(12), datetime.UTC)


@pytest.fixture
def digest(app: Kopuro, make: Make) -> Digest:
    return Digest(app, make)
