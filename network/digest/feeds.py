"""The digest as feeds: what an entry is, and how it is named for ever. JSON Feed 1.1 is written here, RSS 2.0 and Atom
1.0 in ``feed_xml``: the same entries, the same ids, the same bytes.

Pure: no request, no session, and every text is given in the reader's language.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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
    from network.digest.feed_xml import written

    return written(feed, form)


def moment(value: datetime.datetime) -> datetime.datetime:
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
        "date_published": moment(entry.published).isoformat(),
        "date_modified": moment(entry.updated).isoformat(),
        "authors": [{"name": safe(entry.author)}],
        "tags": [safe(words) for _, words in entry.categories],
        "language": entry.language,
    }
    return {name: value for name, value in told.items() if value}


def _gone(gone: Withdrawn) -> dict[str, Any]:
    when = moment(gone.at).isoformat()
    return {
        "id": gone.id,
        "url": gone.url,
        "title": safe(gone.title),
        "content_text": safe(gone.title),
        "date_published": when,
        "date_modified": when,
    }
