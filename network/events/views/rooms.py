"""The two blueprints, and what every page of events begins with."""

from __future__ import annotations

import re
from typing import cast

from flask import Blueprint, abort, current_app, g

from network.events import policies, queries
from network.events.models import Event
from network.events.presenting import Presented, present
from network.i18n.prefix import PREFIX, current_language
from network.keys import Keyring
from network.web import Kopuro

bp = Blueprint("events", __name__, url_prefix=PREFIX + "/events")
calendar_bp = Blueprint("events_calendar", __name__, url_prefix=PREFIX)
"""``/LL/events.ics`` stands beside the folder, not in it."""


def keyring() -> Keyring:
    return cast(Kopuro, current_app).keyring


def _named(slug: str) -> str:
    """A name that could be one of ours; anything else never reaches the database."""
    if not re.fullmatch(r"[a-z0-9-]{1,80}", slug):
        abort(404)
    return slug


def event_or_404(slug: str) -> Event:
    """An event that this reader may know of, with its seats."""
    event: Event | None = g.db.scalars(queries.by_slug(_named(slug))).one_or_none()
    if event is None:
        abort(404)
    return event


def own_event_or_404(slug: str) -> Event:
    """An event of one's own organization. Another's looks like none, even where everybody reads its page."""
    if g.actor.tenant_id is None:
        abort(404)
    event: Event | None = g.db.scalars(queries.own_by_slug(g.actor.tenant_id, _named(slug))).one_or_none()
    if event is None or not policies.can_manage(g.actor, event):
        abort(404)
    return event


def presented(event: Event) -> Presented:
    return present(g.db, [event], current_language())[0]
