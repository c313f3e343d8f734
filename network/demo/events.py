"""Events of the demonstration: the conference, roundtables and trainings of the published documents, with dates around
the day of loading, so that there is always something to come. Meetings that no document tells of are plainly small
inventions; every page says that it is a demonstration.
"""

from __future__ import annotations

import datetime
import json
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from network.database import now
from network.demo.cast import Cast
from network.events.models import ConsentToPublish, Event, EventKind, EventVisibility
from network.events.services import planning, registering
from network.events.zones import moment, wall
from network.tenancy import Actor
from network.web import Kopuro

TEXTS = Path(__file__).with_name("events.json")
AHEAD = datetime.timedelta(days=3650)


def load(app: Kopuro, cast: Cast) -> str:
    """Write every event as its organiser would."""
    told_of = json.loads(TEXTS.read_text("utf-8"))
    for told in told_of:
        actor = cast.players[told["organiser"]].actor
        with app.database.unit_of_work(actor) as session:
            event = _write(session, actor, told)
        for number in range(told.get("people", 0)):
            _register(app, event, number + 1)
    return f"{len(told_of)} events, one of {told_of[0]['limit']} seats: {told_of[0]['title']['en']}"


def _write(session: Session, actor: Actor, told: dict[str, Any]) -> Event:
    begins, ends = _times(told)
    past = ends <= now()
    # Services plan and publish only what is to come; the past was planned when it was to come.
    shift = AHEAD if past else datetime.timedelta()
    plan = planning.Plan(
        kind=EventKind(told["kind"]),
        visibility=EventVisibility(told.get("visibility", "public")),
        title=told["title"],
        summary=told["summary"],
        programme=told["programme"],
        start_at=begins + shift,
        end_at=ends + shift,
        timezone=told["timezone"],
        place_code=told.get("place"),
        online_url=told.get("online"),
        registration_limit=told.get("limit"),
        approval=told.get("approval", False),
    )
    event = planning.create_event(session, actor, plan, slug=told["slug"])
    event = planning.publish_event(session, actor, event.id)
    event.start_at, event.end_at = begins, ends
    return event


def _times(told: dict[str, Any]) -> tuple[datetime.datetime, datetime.datetime]:
    """Beginning and end on the wall clock of the place, never on a Saturday or Sunday."""
    day = wall(now(), told["timezone"]).date() + datetime.timedelta(days=told["days"])
    while day.weekday() + told["lasts_days"] > 4:
        day += datetime.timedelta(days=1)
    last = day + datetime.timedelta(days=told["lasts_days"])
    begins, ends = (datetime.time.fromisoformat(told[name]) for name in ("from", "to"))
    zone = told["timezone"]
    return (
        moment(datetime.datetime.combine(day, begins), zone),
        moment(datetime.datetime.combine(last, ends), zone),
    )


def _register(app: Kopuro, event: Event, number: int) -> None:
    """Somebody who does not exist, at an address that cannot exist."""
    visitor = Actor.visitor(event.tenant_id)
    with app.database.unit_of_work(visitor) as session:
        answers = registering.Answers(
            email=f"participant{number}@demonstration.example",
            name=f"Demonstration {number}",
            organization="",
            language="ky",
            consent_to_publish=ConsentToPublish.NOBODY,
            submission=uuid.uuid4(),
        )
        registering.register(session, visitor, app.keyring, event.id, answers)
