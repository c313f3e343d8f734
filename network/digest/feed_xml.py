"""RSS 2.0 and Atom 1.0 through feedgen, which is imported where the first feed is written.

What feedgen would get wrong by itself is put right here and nowhere else: moments that default to now, entries that
are put in front of each other, a feed that fails for one control character, the language of each entry, and RFC 6721
for what is gone.
"""

from __future__ import annotations

from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from network.digest.feeds import MIMETYPES, Entry, Feed, Format, Withdrawn, moment, safe

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
GONE = "http://purl.org/atompub/tombstones/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class _OfFeed(BaseExtension):  # type: ignore[misc]  # feedgen is untyped.
    """RFC 6721: in Atom a reader can be told that an entry is gone."""

    withdrawn: list[Withdrawn] = []

    def extend_ns(self) -> dict[str, str]:
        return {"at": GONE, "dc": DUBLIN_CORE}

    def extend_atom(self, feed: Any) -> Any:
        for gone in self.withdrawn:
            etree.SubElement(feed, f"{{{GONE}}}deleted-entry", ref=gone.id, when=moment(gone.at).isoformat())
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


def written(feed: Feed, form: Format) -> bytes:
    """The feed as Atom or RSS, UTF-8."""
    generator = _generator(feed, form)
    text: bytes = generator.atom_str() if form is Format.ATOM else generator.rss_str()
    return text


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
    generator.updated(moment(feed.updated))
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
    item.published(moment(entry.published))
    item.updated(moment(entry.updated))
    item.register_extension("of_entry", _OfEntry)
    item.of_entry.entry = entry


def _add_withdrawn(generator: FeedGenerator, gone: Withdrawn) -> None:
    """RSS has no word for it: the same id with nothing in it makes readers drop what they kept."""
    item: FeedEntry = generator.add_entry(order="append")
    item.id(gone.id)
    item.title(safe(gone.title))
    item.description(safe(gone.title))
    item.link(href=gone.url)
    item.published(moment(gone.at))
    item.updated(moment(gone.at))
