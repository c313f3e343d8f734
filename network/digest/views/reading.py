"""Reading the digest: the list, one activity, one edition."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from network.dates import long_date
from network.digest import labels, policies, prose, queries
from network.digest.forms import PublishForm, countries
from network.digest.models import Activity, ActivityState, Edition
from network.digest.presenting import Presented, content, present
from network.digest.views.rooms import as_query, bp, chosen, named, presented
from network.forms import QueryForm, optional, options
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import current_language
from network.i18n.translated import show
from network.kept.pages import kept
from network.places.clocks import timezone_of
from network.web import EVERYONE, allow

FEW_EDITIONS = 4
"""How many editions stand above the list."""

MOST_EDITIONS = 520
"""Ten years of weeks."""


class Narrow(QueryForm):
    """Narrowing the list by its address; the feeds take the same words."""

    country = SelectField(_l("Country"), [optional()])
    category = SelectField(
        _l("Kind"),
        [optional()],
        choices=options(((k.value, w) for k, w in labels.KIND.items()), prompt=_l("All kinds")),
    )
    language = SelectField(
        # NOTE: Show only what was written in this language.
        _l("Written in"),
        [optional()],
        choices=options(
            ((code, tongue.name) for code, tongue in LANGUAGES.items()), prompt=_l("All languages")
        ),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.country.choices = options(countries(), prompt=_l("All countries"))
        for field in self:
            field.data = (field.data or "").strip().lower()


@bp.get("/")
@allow(EVERYONE)
@kept("digest")
def index() -> str:
    """What the network did, the latest first, in pages of twenty; editions above, one's own drafts before all."""
    narrowed = chosen()
    cursor = _cursor()
    found, more = _page(narrowed, cursor) if narrowed is not None else ([], False)
    first_page = cursor is None and not (narrowed is None or narrowed.narrow)
    drafts = _drafts() if first_page else []
    shown = present([*drafts, *found], current_language())
    query: dict[str, Any] = dict(as_query(narrowed)) if narrowed else {}
    last: Activity | None = found[-1][0] if more else None
    return render_template(
        "digest/index.html",
        form=Narrow(),
        labels=labels,
        narrowed=narrowed is None or narrowed.narrow,
        drafts=shown[: len(drafts)],
        activities=shown[len(drafts) :],
        editions=list(g.db.scalars(queries.editions(FEW_EDITIONS))) if first_page else [],
        waiting=_open_editions() if first_page else [],
        older=url_for(".index", before=_told(last), **query) if last is not None else None,
        newest=url_for(".index", **query) if cursor is not None else None,
        query=query,
        can_write=policies.can_write(g.actor),
    )


def _page(narrowed: queries.Filter, cursor: queries.Cursor | None) -> tuple[list[queries.Found], bool]:
    found = list(g.db.execute(queries.latest(queries.published(narrowed), cursor)).all())
    return found[: queries.PAGE], len(found) > queries.PAGE


def _drafts() -> list[queries.Found]:
    if not policies.can_write(g.actor) or g.actor.tenant_id is None:
        return []
    return list(g.db.execute(queries.own_unpublished(g.actor.tenant_id)).all())


def _open_editions() -> list[Edition]:
    """Those that wait for the coordinator's note."""
    if g.actor.tenant_id is None or not policies.can_compile(g.actor):
        return []
    return list(g.db.scalars(queries.open_editions(g.actor.tenant_id)))


def _cursor() -> queries.Cursor | None:
    """Where the page before ended; the beginning, where the address was made up."""
    moment, _sign, ident = request.args.get("before", "").partition("_")
    try:
        at = datetime.datetime.fromisoformat(moment)
        return (at, uuid.UUID(ident)) if at.tzinfo and 1900 < at.year < 2200 else None
    except ValueError:
        return None


def _told(activity: Activity) -> str:
    assert activity.published_at is not None  # noqa: S101  # Only published ones are listed.
    return f"{activity.published_at.astimezone(datetime.UTC).isoformat()}_{activity.id}"


@bp.get("/activities/<slug>")
@allow(EVERYONE)
@kept("digest")
def activity(slug: str) -> ResponseReturnValue:
    """One activity; 410 where it was withdrawn, so that readers and machines forget it."""
    found = g.db.execute(queries.by_slug(named(slug))).one_or_none()
    if found is None or not (found[0].published or policies.can_edit(g.actor, found[0])):
        return gone(slug)
    return activity_page(presented(found))


def gone(slug: str) -> ResponseReturnValue:
    found = g.db.execute(queries.tombstone_by_slug(slug)).one_or_none()
    if found is None:
        abort(404)
    return render_template("digest/gone.html", tombstone=found[0], organization=found[1]), 410


def activity_page(shown: Presented, form: PublishForm | None = None) -> str:
    """Its own organization's writers may publish it from here, now or at a moment."""
    may = policies.can_edit(g.actor, shown.activity)
    waits = shown.activity.state in (ActivityState.DRAFT, ActivityState.SUBMITTED)
    if form is None and may and waits:
        form = PublishForm(timezone_of(g.actor.country))
    return render_template(
        "digest/activity.html",
        shown=shown,
        activity=shown.activity,
        labels=labels,
        can_edit=may and shown.activity.state is not ActivityState.WITHDRAWN,
        form=form,
        zone=timezone_of(g.actor.country).key if may else None,
    )


@bp.get("/editions/")
@allow(EVERYONE)
@kept("digest")
def all_editions() -> str:
    """Every edition that is published, the latest first."""
    return render_template(
        "digest/editions.html", editions=list(g.db.scalars(queries.editions(MOST_EDITIONS)))
    )


@bp.get("/editions/<slug>")
@allow(EVERYONE)
@kept("digest", "events")
def edition(slug: str) -> str:
    """One edition as it was published, without what was withdrawn since. An open one is its coordinator's."""
    found = g.db.scalars(queries.edition_by_slug(named(slug))).one_or_none()
    if found is None or not (found.published or policies.can_note(g.actor, found)):
        abort(404)
    note = show(found.note, current_language())
    return render_template(
        "digest/edition.html",
        edition=found,
        title=edition_title(found),
        content=content(found.content, current_language(), _still_public(found)),
        note=note,
        note_html=prose.html(note.text, top=3),
        labels=labels,
        can_note=policies.can_note(g.actor, found),
    )


def _still_public(found: Edition) -> dict[str, Collection[str]]:
    """The ids of what everybody may read at this moment: what was withdrawn leaves old editions too."""
    asked = {
        "activities": queries.still_public,
        "events": queries.events_still_public,
        "listings": queries.listings_still_public,
    }
    kept: dict[str, Collection[str]] = {}
    for name, statement in asked.items():
        ids = {uuid.UUID(piece["id"]) for piece in found.content.get(name, [])}
        kept[name] = {str(ident) for ident in g.db.scalars(statement(ids))} if ids else set()
    return kept


def edition_title(found: Edition) -> str:
    """In words: “Week 17: 23 April 2007 – 29 April 2007”."""
    language = current_language()
    return str(
        _(
            # NOTE: Title of an edition: number of the week in its year, first and last day.
            "Week %(number)s: %(first)s – %(last)s",
            number=found.period_from.isocalendar().week,
            first=long_date(found.period_from, language),
            last=long_date(found.period_to, language),
        )
    )


def register_template_words(state: Any) -> None:
    state.app.jinja_env.globals["edition_title"] = edition_title


bp.record(register_template_words)
