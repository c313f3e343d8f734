"""Reading about events: the list and the page of one."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from flask import g, render_template, request, url_for
from sqlalchemy import Select

from network.database import now
from network.events import labels, policies, queries
from network.events.forms import EventFilter
from network.events.models import ConsentToPublish, Event
from network.events.presenting import Presented, present
from network.events.views.rooms import bp, event_or_404, presented
from network.i18n.prefix import current_language
from network.kept.pages import FIVE_MINUTES, kept
from network.tenancy import Actor, become
from network.web import EVERYONE, allow

FEW = 5
"""How many past events stand below those to come."""


@bp.get("/")
@allow(EVERYONE)
@kept("events", seconds=FIVE_MINUTES)
def index() -> str:
    """What is coming, the next one first; then what was. ``?when=past`` goes back page by page."""
    form = EventFilter()
    at = now()
    chosen = queries.filtered(queries.announced(), form.chosen_kind, form.chosen_country)
    backwards = request.args.get("when") == "past"
    cursor = _cursor()
    upcoming: list[Event] = []
    if backwards:
        past, more = _page(queries.past(chosen, at, cursor))
    else:
        upcoming, more = _page(queries.upcoming(chosen, at, cursor))
        past = list(g.db.scalars(queries.past(chosen, at).limit(FEW))) if cursor is None else []
    drafts = _drafts() if not backwards and cursor is None else []
    shown = {p.event.id: p for p in present(g.db, [*drafts, *upcoming, *past], current_language(), at)}

    def pick(events: list[Event]) -> list[Presented]:
        return [shown[event.id] for event in events]

    last = (past if backwards else upcoming)[-1:]
    return render_template(
        "events/index.html",
        form=form,
        labels=labels,
        narrowed=bool(form.chosen_kind or form.chosen_country),
        backwards=backwards,
        drafts=pick(drafts),
        upcoming=pick(upcoming),
        past=pick(past),
        further=_address(after=_told(last[0])) if more else None,
        all_past=_address(when="past", after=None),
        can_organise=policies.can_organise(g.actor),
    )


def _drafts() -> list[Event]:
    if not policies.can_organise(g.actor) or g.actor.tenant_id is None:
        return []
    return list(g.db.scalars(queries.own_drafts(g.actor.tenant_id)))


def _page(statement: Select[Event]) -> tuple[list[Event], bool]:
    found = list(g.db.scalars(statement))
    return found[: queries.PAGE], len(found) > queries.PAGE


def _cursor() -> queries.Cursor | None:
    """Where the page before ended; the beginning, where the address was made up."""
    moment, _, ident = request.args.get("after", "").partition("_")
    try:
        at = datetime.datetime.fromisoformat(moment)
        return (at, uuid.UUID(ident)) if at.tzinfo and 1900 < at.year < 2200 else None
    except ValueError:
        return None


def _told(event: Event) -> str:
    return f"{event.start_at.astimezone(datetime.UTC).isoformat()}_{event.id}"


def _address(**changes: str | None) -> str:
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("kind", "country", "when")}
    return url_for(".index", **{name: value for name, value in (kept | changes).items() if value})


@bp.get("/<slug>")
@allow(EVERYONE)
@kept("events", seconds=FIVE_MINUTES)
def page(slug: str) -> str:
    """All that a reader may know of an event, and the way to register."""
    event = event_or_404(slug)
    return render_template(
        "events/page.html",
        shown=presented(event),
        participants=_participants(event),
        event=event,
        labels=labels,
        can_manage=policies.can_manage(g.actor, event),
    )


def _participants(event: Event) -> list[tuple[str, str]]:
    """Who comes and lets everybody know. Rows of people are out of a reader's scope, so a visitor of the tenant asks."""
    if not event.announced or not event.seats.taken:
        return []
    become(g.db, Actor.visitor(event.tenant_id))
    named = g.db.execute(queries.participants(event.id, {ConsentToPublish.ALL})).all()
    become(g.db, g.actor)
    return [(name, organization) for name, organization in named]
