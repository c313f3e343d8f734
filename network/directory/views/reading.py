"""What everybody reads: the search, an organization, a service. Members see what is meant for them besides."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from network.database import now
from network.directory import policies, presenting, queries
from network.directory.finding.search import Found, Hit, search
from network.directory.finding.wishes import Wish
from network.directory.forms import SearchForm
from network.directory.models import Organization, Service
from network.directory.views.rooms import bp, named
from network.i18n.prefix import current_language
from network.kept.pages import FIVE_MINUTES, HOUR, keep_nothing, kept
from network.places import finding as places
from network.places.queries import Match
from network.web import EVERYONE, allow

PAGE = 15
"""Listings on one page: what a cheap phone lays out in a moment."""
SUGGESTIONS = 3
ORGANIZATIONS = Wish(kind="organization")
"""What is listed for whoever asks for nothing."""


def _wish(form: SearchForm) -> Wish:
    """What was asked for, as far as it makes sense; nonsense in an address is passed over."""
    place = _known(form.place)
    wish = Wish(
        text=form.q.data or "",
        kind=_known(form.kind),
        term=_known(form.term),
        place_id=place,
        near=bool(form.near.data and place),
        speaks=_known(form.speaks),
        sex=_known(form.sex),
        age=form.age.data,
        open_at=now() if form.open.data else None,
        verified_at=now() if form.verified.data else None,
    )
    return wish if wish.text or wish.narrowed else ORGANIZATIONS


def _known(field: Any) -> str | None:
    """The answer chosen, where it is one of those offered."""
    return field.data if field.data and field.data in {choice.value for choice in field.choices} else None


@bp.get("/")
@allow(EVERYONE)
@kept(seconds=HOUR)
def index() -> str:
    """One box over organizations, services, hotlines, projects and places; filters that stand in the address."""
    form = SearchForm() if request.args else None
    if form and len(form.q.data or "") > 200:
        form.q.data = form.q.data[:200]
    wish, language = _wish(form) if form else ORGANIZATIONS, current_language()
    if wish.text or wish.open_at or wish.verified_at:
        keep_nothing()  # What strangers type is kept nowhere; what is open now is soon another.
    found = search(g.db, wish, language, limit=PAGE, after=_after())
    goes_on = found.more and not wish.text.strip() and not wish.near
    own = list(g.db.scalars(queries.kept_by(g.actor.tenant_id))) if _keeps() else []
    return render_template(
        "directory/index.html",
        form=form,
        blank=SearchForm,
        wish=wish,
        found=found,
        cut=found.more and not goes_on,
        older=_next(found.hits[-1]) if goes_on else None,
        places=_places(wish, found, language),
        why=presenting.why,
        at=now(),
        kept=own,
        keeps=_keeps(),
    )


@bp.get("/near")
@allow(EVERYONE)
@kept()
def near() -> Response:
    """Where are you? Chosen from a list, or by the device, which keeps its position to itself."""
    answer = make_response(render_template("directory/near.html", countries=presenting.districts()))
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), browsing-topics=()"
    return answer


@bp.get("/help")
@allow(EVERYONE)
@kept(seconds=60)
def help_now() -> str:
    """Who answers at this hour: every public hotline by country, those that are open before those that are not."""
    rows = g.db.execute(queries.hotlines_with_hours()).all()
    return render_template("directory/help.html", countries=presenting.by_country(rows))


def _keeps() -> bool:
    """Whether the reader looks after listings."""
    return g.actor.signed_in and policies.can_create(g.actor)


def _places(wish: Wish, found: Found, language: str) -> list[places.Found]:
    """Places that the words may name, each a way to all that is there; guesses only where nothing else was found."""
    if not wish.text.strip() or wish.digits or wish.place_id:
        return []
    rows = places.find(g.db, found.typed or wish.text, language, limit=SUGGESTIONS)
    sure = [row for row in rows if row[2] <= Match.NAME]
    return sure or [row for row in rows if row[2] is not Match.BEGINNING][: 0 if found.hits else SUGGESTIONS]


def _after() -> tuple[str, uuid.UUID] | None:
    """The row behind which the page begins, from the address; nonsense begins at the beginning."""
    key, _dot, ident = request.args.get("after", "").rpartition("~")
    try:
        return (key, uuid.UUID(ident)) if key.isascii() and "\0" not in key else None
    except ValueError:
        return None


def _next(hit: Hit) -> str:
    arguments: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in SearchForm.KEPT and value
    }
    return url_for(".index", **arguments, after=f"{hit.key}~{hit.named.subject_id}")


@bp.get("/organizations/<slug>")
@allow(EVERYONE)
@kept(seconds=HOUR)
def organization(slug: str) -> ResponseReturnValue:
    """Everything about one organization that this reader may know. What was merged leads to what stands for it."""
    return organization_html(slug) or _merged(slug)


def organization_html(slug: str) -> str | None:
    """The page for whoever the session acts for; None where it does not exist for them."""
    row = organization_row(slug)
    return None if row is None else show_organization(row)


def organization_row(slug: str) -> Organization | None:
    """All that the page of an organization shows, as far as the session's actor may read it."""
    row: Organization | None = g.db.scalars(queries.organization_page(named(slug))).unique().one_or_none()
    return None if row is None or row.merged_into_id is not None else row


def show_organization(row: Organization, *, preview: str = "") -> str:
    """The page of what was read. ``preview``: with whose eyes, in words, where it is no plain reading."""
    return render_template(
        "directory/organization.html",
        organization=row,
        phones=[phone for phone in row.phones if phone.service_id is None or phone.hotline],
        can_edit=not preview and policies.can_edit(g.actor, row.tenant_id),
        preview=preview,
    )


def _merged(slug: str) -> ResponseReturnValue:
    """The way from a listing that was merged to the one that stands for it, as far as this reader may see both."""
    into: Organization | None = g.db.scalars(queries.merged_into(named(slug))).one_or_none()
    if into is None:
        abort(404)
    return redirect(url_for(".organization", slug=into.slug), 301)


@bp.get("/services/<slug>")
@allow(EVERYONE)
@kept(seconds=FIVE_MINUTES)
def service(slug: str) -> str:
    """One service: what, for whom, when, where, and the number to call."""
    row = service_row(slug)
    return abort(404) if row is None else show_service(row)


def service_row(slug: str) -> Service | None:
    """All that the page of a service shows, as far as the session's actor may read it."""
    row: Service | None = g.db.scalars(queries.service_page(named(slug))).unique().one_or_none()
    return None if row is None or row.organization is None else row


def show_service(row: Service, *, preview: str = "") -> str:
    """The page of what was read. ``preview``: with whose eyes, in words, where it is no plain reading."""
    assert row.organization is not None  # noqa: S101  # What has none is never read.
    numbers = row.organization.phones
    own = [phone for phone in numbers if phone.service_id == row.id]
    given_at = [one.location for one in row.at_locations if one.location]
    return render_template(
        "directory/service.html",
        service=row,
        organization=row.organization,
        phones=own or [phone for phone in numbers if phone.service_id is None],
        own_phones=own,
        district=_district(row),
        # The door of a confidential service is there for those who were picked.
        places=[place for place in given_at if place.addresses or not row.confidential],
        can_edit=not preview and policies.can_edit(g.actor, row.tenant_id),
        preview=preview,
    )


def _district(row: Service) -> str:
    """Where it is as far as a district: all that is said of a service whose door must not be known."""
    first = next((one.location.place_id for one in row.at_locations if one.location), None)
    return presenting.district(first)
