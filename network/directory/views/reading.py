"""What everybody reads: the search, an organization, a service. Members see what is meant for them besides."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, g, render_template, request, url_for

from network.directory import policies, presenting, queries, where
from network.directory.forms import SearchForm
from network.directory.models import Organization, SearchPublic, Service
from network.directory.queries import Matched, Wish
from network.directory.views.rooms import bp, named
from network.i18n.prefix import current_language
from network.kept.pages import HOUR, kept
from network.places import queries as places
from network.web import EVERYONE, allow

PAGE = 25
SUGGESTIONS = 3


def _wish(form: SearchForm) -> Wish:
    """What was asked for, as far as it makes sense; nonsense in an address is passed over."""
    text = form.q.data or ""
    kind = _known(form.kind)
    term, place, speaks = _known(form.term), _known(form.place), _known(form.speaks)
    if not (text or kind or term or place or speaks):
        kind = "organization"
    return Wish(text=text, kind=kind, term=term, place_id=place, speaks=speaks)


def _known(field: Any) -> str | None:
    """The answer chosen, where it is one of those offered."""
    return field.data if field.data and field.data in {choice.value for choice in field.choices} else None


@bp.get("/")
@allow(EVERYONE)
@kept()
def index() -> str:
    """One box over organizations, services, hotlines and places; filters that stand in the address."""
    form = SearchForm()
    if len(form.q.data or "") > 200:
        form.q.data = form.q.data[:200]
    wish, language = _wish(form), current_language()
    statement = queries.search(wish, language)
    after = _after()
    if after and not wish.text.strip():
        statement = queries.after(statement, language, *after)
    rows = [(row, Matched(rule)) for row, rule in g.db.execute(statement.limit(PAGE + 1))]
    more = len(rows) > PAGE and not wish.text.strip()
    kept = list(g.db.scalars(queries.kept_by(g.actor.tenant_id))) if _keeps() else []
    return render_template(
        "directory/index.html",
        form=form,
        wish=wish,
        rows=rows[:PAGE],
        cut=len(rows) > PAGE and not more,
        older=_next(rows[PAGE - 1][0], language) if more else None,
        places=_places(wish, language),
        kept=kept,
        keeps=_keeps(),
        Matched=Matched,
    )


def _keeps() -> bool:
    """Whether the reader looks after listings."""
    return g.actor.signed_in and policies.can_create(g.actor)


def _places(wish: Wish, language: str) -> list[Any]:
    """Places that the words may name, each a way to all that is there."""
    if not wish.text.strip() or wish.place_id:
        return []
    found = g.db.execute(places.find(wish.text, language).limit(SUGGESTIONS))
    best = [(place, match) for place, _spelling, match in found]
    return [place for place, match in best if match <= places.Match.NAME]


def _after() -> tuple[str, uuid.UUID] | None:
    """The row behind which the page begins, from the address; nonsense begins at the beginning."""
    key, _dot, ident = request.args.get("after", "").rpartition("~")
    try:
        return (key, uuid.UUID(ident)) if key.isascii() and "\0" not in key else None
    except ValueError:
        return None


def _next(row: SearchPublic, language: str) -> str:
    arguments: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("kind", "term", "place", "speaks")
    }
    return url_for(".index", **arguments, after=f"{row.sort_keys[language]}~{row.id}")


@bp.get("/organizations/<slug>")
@allow(EVERYONE)
@kept(seconds=HOUR)
def organization(slug: str) -> str:
    """Everything about one organization that this reader may know."""
    row: Organization | None = g.db.scalars(queries.organization_page(named(slug))).unique().one_or_none()
    if row is None:
        abort(404)
    return render_template(
        "directory/organization.html",
        organization=row,
        phones=[phone for phone in row.phones if phone.service_id is None or phone.hotline],
        can_edit=policies.can_edit(g.actor, row.tenant_id),
    )


@bp.get("/services/<slug>")
@allow(EVERYONE)
@kept(seconds=HOUR)
def service(slug: str) -> str:
    """One service: what, for whom, when, where, and the number to call."""
    row: Service | None = g.db.scalars(queries.service_page(named(slug))).unique().one_or_none()
    if row is None or row.organization is None:
        abort(404)
    return render_template(
        "directory/service.html",
        service=row,
        organization=row.organization,
        phones=row.phones or [phone for phone in row.organization.phones if phone.service_id is None],
        district=_district(row),
        can_edit=policies.can_edit(g.actor, row.tenant_id),
    )


def _district(row: Service) -> str:
    """Where it is as far as a district: all that is said of a service whose door must not be known."""
    first = next((one.location.place_id for one in row.at_locations if one.location), None)
    found = where.place(first)
    while found is not None and found.level > 2:
        found = where.place(found.parent_id)
    return presenting.place(found.id) if found else ""
