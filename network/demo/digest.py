"""The digest of the demonstration: what published documents tell of 2002 to 2007, each with the days that stand there
and no others; a few inventions of partners, which say so; and the edition of the last week, with a note.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from network.database import now
from network.demo.cast import Cast
from network.digest.models import Activity, ActivityKind, Edition, Visibility
from network.digest.services import activities, editions
from network.tenancy import Actor
from network.web import Kopuro

TEXTS = Path(__file__).with_name("digest.json")


def load(app: Kopuro, cast: Cast) -> str:
    """Tell of every activity as its editor would, then let the clock compile the last week."""
    told_of = json.loads(TEXTS.read_text("utf-8"))
    for number, told in enumerate(told_of["activities"]):
        _tell(app, cast.players[told["by"]].actor, told, told_of, number)
    edition = _edition(app, cast, told_of["note"])
    return f"{len(told_of['activities'])} activities and the edition {edition.slug}"


def _tell(app: Kopuro, actor: Actor, told: dict[str, Any], texts: dict[str, Any], number: int) -> Activity:
    draft = activities.Draft(
        kind=ActivityKind(told["kind"]),
        visibility=Visibility(told.get("visibility", "public")),
        title=told["title"],
        summary=told["summary"],
        text=told.get("text", texts["invented"] if told.get("invented") else {}),
        project=texts["projects"].get(told.get("project"), {}),
        happened_from=told.get("from", ""),
        happened_to=told.get("to", ""),
        places=told["places"],
        reached=told.get("reached", {}),
    )
    with app.database.unit_of_work(actor) as session:
        made = activities.create_activity(session, actor, draft, slug=told["slug"])
        if told["week"] is not None:
            activities.publish_activity(session, actor, made.id, at=_moment(told["week"], number))
    return made


def _moment(week: int, number: int) -> datetime.datetime:
    """A working hour of the week that is over (0), or of one before it."""
    monday = datetime.datetime.combine(editions.last_week(now()), datetime.time(4), datetime.UTC)
    return monday + datetime.timedelta(weeks=week, days=4 - number % 5, minutes=17 * (20 - number))


def _edition(app: Kopuro, cast: Cast, note: dict[str, str]) -> Edition:
    clock, coordinator = cast.clock("network"), cast.players["coordinator@network.example"].actor
    with app.database.unit_of_work(clock) as session:
        edition = editions.open_edition(session, clock, editions.last_week(now()))
    with app.database.unit_of_work(coordinator) as session:
        editions.write_note(session, coordinator, edition.id, note, version=edition.version)
    with app.database.unit_of_work(clock) as session:
        editions.publish_edition(session, clock, edition.id, at=min(edition.publish_at, now()))
    return edition
