"""Events for calendar programs: one, or all public ones; unchanged ones are answered in a line."""

from __future__ import annotations

import datetime
import hashlib

from flask import Response, abort, g, request, url_for

from network.api import machine
from network.database import now
from network.events import ical, queries
from network.events.models import EventVisibility
from network.events.presenting import places_of
from network.events.views.rooms import bp, calendar_bp, event_or_404
from network.face import network_name
from network.i18n.prefix import current_language
from network.web import EVERYONE, allow


@calendar_bp.get("/events.ics")
@allow(EVERYONE)
@machine("Public events, to subscribe to", tag="Calendars", media=(ical.MIMETYPE,))
def all_events() -> Response:
    """Every public event to come and those of the last quarter, to subscribe to."""
    wanted = queries.calendar(now())
    changed, many = g.db.execute(queries.freshness(wanted)).one()
    answer = _conditional(changed, "all", many)
    if answer.status_code != 304:
        events = list(g.db.scalars(wanted))
        places = places_of(g.db, events, current_language())
        answer.set_data(
            ical.calendar(
                (
                    ical.entry(
                        event,
                        current_language(),
                        url=url_for("events.page", slug=event.slug, _external=True),
                        place=places.get(event.place_code or "", ""),
                    )
                    for event in events
                ),
                name=network_name(),
            )
        )
    return answer


@bp.get("/<slug>.ics")
@allow(EVERYONE)
@machine("One event", tag="Calendars", media=(ical.MIMETYPE,), statuses=(304, 404))
def one_event(slug: str) -> Response:
    """One event, for whoever may read its page."""
    event = event_or_404(slug)
    if not event.announced:
        abort(404)
    answer = _conditional(event.last_modified, event.id.hex, event.sequence)
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    if event.visibility is not EventVisibility.PUBLIC:
        answer.headers["Cache-Control"] = "no-store"
    if answer.status_code != 304:
        place = places_of(g.db, [event], current_language()).get(event.place_code or "", "")
        url = url_for("events.page", slug=event.slug, _external=True)
        answer.set_data(ical.calendar([ical.entry(event, current_language(), url=url, place=place)]))
    return answer


def _conditional(changed: datetime.datetime | None, *also: object) -> Response:
    """An empty calendar answer with its validators; 304 already where the client has this state."""
    answer = Response(content_type=f"{ical.MIMETYPE}; charset=utf-8")
    told = "|".join(str(part) for part in (changed, current_language(), request.host_url, *also))
    answer.set_etag(hashlib.sha256(told.encode()).hexdigest()[:24])
    if changed is not None:
        answer.last_modified = changed
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer
