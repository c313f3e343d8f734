"""The digest as feeds: of the network, of one organization, narrowed as the list is. The same for everybody."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable
from typing import cast

from flask import Response, abort, current_app, g, request, url_for
from flask_babel import gettext as _

from network.api import View, machine, query
from network.digest import feeds, labels, prose, queries
from network.digest.feeds import Entry, Feed, Format, Withdrawn
from network.digest.models import Activity, Edition
from network.digest.views.reading import edition_title
from network.digest.views.rooms import as_query, bp, chosen, named, organizations_bp
from network.face import network_name
from network.i18n.countries import country_name
from network.i18n.languages import language_of
from network.i18n.prefix import current_language
from network.i18n.translated import show
from network.kept.pages import kept
from network.tenancy import TenantKind
from network.web import EVERYONE, Kopuro, allow


def _root() -> str:
    """How addresses in a feed begin. In production that is the address people type, whatever a proxy calls us."""
    settings = cast(Kopuro, current_app).settings
    return (settings.base_url if settings.production else request.host_url).rstrip("/")


def _described(sentence: str) -> Callable[[View], View]:
    """A feed in the description of what machines can read here."""
    return machine(
        sentence,
        tag="Feeds",
        media=tuple(feeds.MIMETYPES.values()),
        schema={"type": "object"},
        parameters=(
            query("country", "Only of this country (ISO 3166-1)"),
            query("category", "Only of this kind"),
        ),
        statuses=(304, 404),
    )


@bp.get(f"/feed.<any({','.join(Format)}):form>")
@allow(EVERYONE)
@_described("What the network did, as a feed")
@kept("digest", frame=False)
def feed(form: str) -> Response:
    """The digest of the network."""
    narrowed = chosen()
    if narrowed is None:
        abort(404)
    page = url_for("digest.index", **as_query(narrowed))
    return _answer(narrowed, Format(form), page=page, name=f"{network_name()}: {_('Digest')}", of="digest")


@organizations_bp.get(f"/feed.<any({','.join(Format)}):form>")
@allow(EVERYONE)
@_described("What one organization did, as a feed")
@kept("digest", "directory", "network", frame=False)
def organization_feed(slug: str, form: str) -> Response:
    """What one organization of the directory did: the activities of the member whose listing it is."""
    narrowed = chosen()
    found = g.db.execute(queries.public_listing(named(slug))).one_or_none()
    if narrowed is None or found is None:
        abort(404)
    listing, keeper = found
    # The network keeps listings of organizations that are no members; its own activities are not theirs.
    teller = listing.id if keeper is TenantKind.NETWORK else listing.tenant_id
    name = show(listing.name, current_language()).text
    return _answer(
        dataclasses.replace(narrowed, tenant_id=teller),
        Format(form),
        page=url_for("directory.organization", slug=slug),
        name=f"{name}: {_('Digest')}",
        of=f"organization/{listing.id}",
    )


def _answer(narrowed: queries.Filter, form: Format, *, page: str, name: str, of: str) -> Response:
    """The feed, with the moment at which something in it moved last."""
    withdrawn = [_withdrawn(*gone) for gone in g.db.execute(queries.withdrawn(narrowed)).all()]
    entries = [_entry(activity, teller) for activity, teller in g.db.execute(queries.entries(narrowed)).all()]
    if not narrowed.narrow:
        entries += [_edition(edition) for edition in g.db.scalars(queries.editions())]
    entries.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    language = current_language()
    told = Feed(
        id=feeds.entry_id("feed", "/".join([of, language, *as_query(narrowed).values()])),
        url=_root() + request.full_path.rstrip("?"),
        page=_root() + page,
        title=name,
        subtitle=_("What organizations of the network did, the latest first."),
        author=network_name(),
        language=language_of(language).tag,
        entries=entries[: queries.FEED],
        withdrawn=withdrawn,
    )
    answer = Response(feeds.render(told, form), content_type=f"{feeds.MIMETYPES[form]}; charset=utf-8")
    answer.last_modified = told.updated
    # Kept by no cache without asking: what is withdrawn must be gone at the next look, which costs one query.
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _entry(activity: Activity, teller: str) -> Entry:
    language = current_language()
    title = show(activity.title, language)
    summary, text = show(activity.summary, title.language), show(activity.text, title.language)
    assert activity.published_at is not None  # noqa: S101  # Feeds hold published ones alone.
    return Entry(
        id=feeds.entry_id("activity", activity.id),
        url=_root() + url_for("digest.activity", slug=activity.slug),
        title=title.text,
        summary=summary.text,
        html=str(prose.html(text.text or summary.text)),
        author=teller,
        language=title.tag,
        published=activity.published_at,
        updated=activity.updated_at,
        categories=(
            (activity.kind.value, str(labels.KIND[activity.kind])),
            *((code.lower(), country_name(code, language)) for code in activity.countries),
        ),
    )


def _edition(edition: Edition) -> Entry:
    """Says that it is there and leads to it: what was withdrawn later must not live on in a feed."""
    note = show(edition.note, current_language())
    assert edition.published_at is not None  # noqa: S101  # Queried for so.
    return Entry(
        id=feeds.entry_id("edition", edition.id),
        url=_root() + url_for("digest.edition", slug=edition.slug),
        title=edition_title(edition),
        summary=prose.plain(note.text),
        html=str(prose.html(note.text)) or f"<p>{_('The edition of this week is published.')}</p>",
        author=network_name(),
        language=note.tag if note.text else language_of(current_language()).tag,
        published=edition.published_at,
        updated=edition.updated_at,
        categories=(("edition", _("Edition")),),
    )


def _withdrawn(ident: uuid.UUID, at: datetime.datetime) -> Withdrawn:
    return Withdrawn(
        id=feeds.entry_id("activity", ident),
        url=_root() + url_for("digest.index"),
        title=_("Withdrawn by those who published it"),
        at=at,
    )
