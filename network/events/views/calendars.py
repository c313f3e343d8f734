"""Events for calendar programs: one, or all public ones; unchanged ones are answered in a line."""

from __future__ import annotations

from flask import Response, abort, g, url_for

from network.api import machine
from network.database import now
from network.events import ical, queries
from network.events.models import Event, EventVisibility
from network.events.presenting import places_of
from network.events.views.rooms import bp, calendar_bp, event_or_404
from network.face import network_name
from network.i18n.prefix import current_language
from network.kept.pages import DAY, kept
from network.web import EVERYONE, allow


@calendar_bp.get("/events.ics")
@allow(EVERYONE)
@machine("Public events, to subscribe to", tag="Calendars", media=(ical.MIMETYPE,))
@kept("events", seconds=DAY, frame=False)
def all_events() -> Response:
    """Every public event to come and those of the last quarter, to subscribe to."""
    return _calendar(list(g.db.scalars(queries.calendar(now()))), name=network_name())


@bp.get("/<slug>.ics")
@allow(EVERYONE)
@machine("One event", tag="Calendars", media=(ical.MIMETYPE,), statuses=(304, 404))
@kept("events", frame=False)
def one_event(slug: str) -> Response:
    """One event, for whoever may read its page."""
    event = event_or_404(slug)
    if not event.announced:
        abort(404)
    answer = _calendar([event])
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    if event.visibility is not EventVisibility.PUBLIC:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _calendar(events: list[Event], name: str = "") -> Response:
    """These events, with the moment at which one of them was changed last."""
    language = current_language()
    places = places_of(events, language)
    entries = (
        ical.entry(
            event,
            language,
            url=url_for("events.page", slug=event.slug, _external=True),
            place=places.get(event.place_code or "", ""),
        )
        for event in events
    )
    answer = Response(
        ical.calendar(entries, name=name),
        content_type=f"{ical.MIMETYPE}; charset=utf-8",
    )
    if events:
        answer.last_modified = max(event.last_modified for event in events)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
