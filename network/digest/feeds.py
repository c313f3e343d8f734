"""RSS 2.0 and Atom 1.0 through feedgen, JSON Feed 1.1 beside them: the same entries, the same ids, the same bytes.

What feedgen would get wrong by itself is put right here and nowhere else: moments that default to now, entries that
are put in front of each other, a feed that fails for one control character, the language of each entry, and RFC 6721
for what is gone. Pure: no request, no session, and every text is given in the reader's language.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
GONE = "http://purl.org/atompub/tombstones/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

AUTHORITY = "kopuro.example,2007"
"""Of every id, wherever it is served from: an id outlives titles, addresses and hosts. The UUID makes it the only one."""

EMPTY_SINCE = datetime.datetime(2007, 4, 24, tzinfo=datetime.UTC)
"""The ``updated`` of a feed that has no entry yet: it must have one, and now would move at every request."""

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    """In what form a feed is asked for; the values stand in addresses."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"


MIMETYPES = {
    Format.RSS: "application/rss+xml",
    Format.ATOM: "application/atom+xml",
    Format.JSON: "application/feed+json",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. ``html`` is clean already; ``language`` is the tag of what the texts are really in."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    author: str
    language: str
    published: datetime.datetime
    updated: datetime.datetime
    categories: tuple[tuple[str, str], ...] = ()
    """Term and words."""


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """An entry that was there. ``title`` stands in its place in formats that cannot say so."""

    id: str
    url: str
    title: str
    at: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A whole feed in one language, the latest entry first. ``url`` is its own address, ``page`` the page it follows."""

    id: str
    url: str
    page: str
    title: str
    subtitle: str
    author: str
    language: str
    entries: list[Entry] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)

    @property
    def updated(self) -> datetime.datetime:
        moments = [entry.updated for entry in self.entries] + [gone.at for gone in self.withdrawn]
        return max(moments, default=EMPTY_SINCE)


def entry_id(kind: str, ident: uuid.UUID | str) -> str:
    """The id of an entry, for ever (RFC 4151): ``tag:…:activity/UUID``."""
    return f"tag:{AUTHORITY}:{kind}/{ident}"


def safe(text: str) -> str:
    """Text without what XML cannot hold: one stray control character must not take the whole feed away."""
    return _NOT_IN_XML.sub("", text)


def render(feed: Feed, form: Format) -> bytes:
    """The feed in this format, UTF-8. The same feed gives the same bytes."""
    if form is Format.JSON:
        return _json(feed)
    generator = _generator(feed, form)
    text: bytes = generator.atom_str() if form is Format.ATOM else generator.rss_str()
    return text


class _OfFeed(BaseExtension):  # type: ignore[misc]  # feedgen is untyped.
    """RFC 6721: in Atom a reader can be told that an entry is gone."""

    withdrawn: list[Withdrawn] = []

    def extend_ns(self) -> dict[str, str]:
        return {"at": GONE, "dc": DUBLIN_CORE}

    def extend_atom(self, feed: Any) -> Any:
        for gone in self.withdrawn:
            etree.SubElement(feed, f"{{{GONE}}}deleted-entry", ref=gone.id, when=_moment(gone.at).isoformat())
        return feed


class _OfEntry(BaseEntryExtension):  # type: ignore[misc]  # feedgen is untyped.
    """What feedgen drops of an entry: its language, what its link leads to, and in RSS a name without an address."""

    entry: Entry

    def extend_atom(self, element: Any) -> Any:
        element.set(XML_LANG, self.entry.language)
        for link in element.iter("link"):
            link.attrib.update({"rel": "alternate", "type": "text/html", "hreflang": self.entry.language})
        return element

    def extend_rss(self, element: Any) -> Any:
        creator = etree.SubElement(element, f"{{{DUBLIN_CORE}}}creator")
        creator.text = safe(self.entry.author)
        return element


def _generator(feed: Feed, form: Format) -> FeedGenerator:
    generator = FeedGenerator()
    generator.register_extension("of_feed", _OfFeed)
    generator.of_feed.withdrawn = feed.withdrawn
    generator.id(feed.id)
    generator.title(safe(feed.title))
    generator.subtitle(safe(feed.subtitle))
    generator.description(safe(feed.subtitle))
    generator.author(name=safe(feed.author))
    generator.language(feed.language)
    generator.generator("Kopuro")
    generator.link(href=feed.url, rel="self", type=MIMETYPES[form])
    generator.link(href=feed.page, rel="alternate", type="text/html", hreflang=feed.language)
    generator.updated(_moment(feed.updated))
    for entry in feed.entries:
        _add(generator, entry, form)
    if form is Format.RSS:
        for gone in feed.withdrawn:
            _add_withdrawn(generator, gone)
    return generator


def _add(generator: FeedGenerator, entry: Entry, form: Format) -> None:
    item: FeedEntry = generator.add_entry(order="append")
    item.id(entry.id)
    item.title(safe(entry.title))
    item.link(href=entry.url)
    item.author(name=safe(entry.author))
    if entry.summary:
        # RSS readers take it for HTML, Atom readers for words.
        item.summary(escape(safe(entry.summary)) if form is Format.RSS else safe(entry.summary))
    item.content(safe(entry.html), type="html")
    for term, words in entry.categories:
        item.category(term=term, label=safe(words))
    item.published(_moment(entry.published))
    item.updated(_moment(entry.updated))
    item.register_extension("of_entry", _OfEntry)
    item.of_entry.entry = entry


def _add_withdrawn(generator: FeedGenerator, gone: Withdrawn) -> None:
    """RSS has no word for it: the same id with nothing in it makes readers drop what they kept."""
    item: FeedEntry = generator.add_entry(order="append")
    item.id(gone.id)
    item.title(safe(gone.title))
    item.description(safe(gone.title))
    item.link(href=gone.url)
    item.published(_moment(gone.at))
    item.updated(_moment(gone.at))


def _moment(value: datetime.datetime) -> datetime.datetime:
    """In whole seconds and UTC: two formats and two servers then say the same."""
    return value.astimezone(datetime.UTC).replace(microsecond=0)


def _json(feed: Feed) -> bytes:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": safe(feed.title),
        "description": safe(feed.subtitle),
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "language": feed.language,
        "authors": [{"name": safe(feed.author)}],
        "items": [_item(entry) for entry in feed.entries] + [_gone(gone) for gone in feed.withdrawn],
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").encode()  # Whoever takes it for a page finds no tag in it.


def _item(entry: Entry) -> dict[str, Any]:
    told = {
        "id": entry.id,
        "url": entry.url,
        "title": safe(entry.title),
        "summary": safe(entry.summary),
        "content_html": safe(entry.html),
        "date_published": _moment(entry.published).isoformat(),
        "date_modified": _moment(entry.updated).isoformat(),
        "authors": [{"name": safe(entry.author)}],
        "tags": [safe(words) for _, words in entry.categories],
        "language": entry.language,
    }
    return {name: value for name, value in told.items() if value}


def _gone(gone: Withdrawn) -> dict[str, Any]:
    when = _moment(gone.at).isoformat()
    return {
        "id": gone.id,
        "url": gone.url,
        "title": safe(gone.title),
        "content_text": safe(gone.title),
        "date_published": when,
        "date_modified": when,
    }
