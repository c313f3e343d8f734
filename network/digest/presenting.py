"""The digest as readers see it: in their language, with the names of places and organizations."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select
from sqlalchemy.orm import Session

from network.digest import days, prose, queries
from network.digest.models import Activity, ActivityKind, Reached
from network.directory import where
from network.events.models import EventKind
from network.i18n.countries import country_name
from network.i18n.translated import Shown, show

COUNTRIES = ("KG", "UZ", "TJ")
FEWEST = 5
"""A number of people below it is not told: it could point at some of them."""


@dataclass(frozen=True)
class Presented:
    """One activity for one reader."""

    activity: Activity
    organization: str
    title: Shown
    summary: Shown
    text: Shown
    project: Shown
    places: list[str]
    when: str

    @property
    def html(self) -> Markup:
        return prose.html(self.text.text)

    @property
    def reached(self) -> list[tuple[Reached, int]]:
        """How many of whom, where no number is so small that it points at somebody; else nobody is told apart."""
        counts = {Reached(who): int(many) for who, many in self.activity.reached.items() if many}
        return [(who, counts[who]) for who in Reached if who in counts] if _tellable(counts.values()) else []

    @property
    def reached_in_all(self) -> int:
        """The sum, 0 where it is too small to be told."""
        total = sum(int(many) for many in self.activity.reached.values())
        return total if total >= FEWEST else 0


def _tellable(counts: Collection[int]) -> bool:
    return all(many >= FEWEST for many in counts)


def present(found: Sequence[queries.Found], language: str) -> list[Presented]:
    """Each activity with the words around it."""
    ids = {ident for activity, _ in found for ident in activity.places}
    names = where.names(ids, language)
    return [_presented(activity, organization, names, language) for activity, organization in found]


def _presented(activity: Activity, organization: str, names: Mapping[str, str], language: str) -> Presented:
    return Presented(
        activity=activity,
        organization=organization,
        title=show(activity.title, language),
        summary=show(activity.summary, language),
        text=show(activity.text, language),
        project=show(activity.project, language),
        places=[names[ident] for ident in activity.places if ident in names],
        when=days.span(activity.happened_from, activity.happened_to, language),
    )


def latest(session: Session, language: str, limit: int = 3) -> list[Presented]:
    """What everybody may read, the latest first, for the front page."""
    statement: Select[Activity, str] = queries.latest(queries.public(queries.Filter()), limit=limit)
    return present(session.execute(statement).all(), language)


def place_choices(session: Session, language: str) -> list[tuple[str, str]]:
    """Where something can have happened: countries, provinces and districts in the reader's alphabet."""
    found = list(session.scalars(queries.place_choices(language)))
    countries = {place.country: country_name(place.country, language) for place in found}
    return [
        (
            place.id,
            place.name(language).text
            if not place.level
            else f"{place.name(language)}, {countries[place.country]}",
        )
        for place in found
    ]


@dataclass(frozen=True)
class Piece:
    """One line of an edition: an activity, an event or a listing as it was when the edition was published."""

    slug: str
    kind: ActivityKind | EventKind | None
    title: Shown
    summary: Shown
    organization: str
    where: str
    when: str
    start_at: datetime.datetime | None = None
    timezone: str = ""
    fresh: bool = False
    """A listing that is new, not only put right."""


@dataclass(frozen=True)
class Section:
    """What happened in one country; no name for what happened in none or in several."""

    name: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Content:
    """What an edition holds for one reader, without what was withdrawn since."""

    sections: list[Section]
    events: list[Piece]
    listings: list[Piece]

    @property
    def empty(self) -> bool:
        return not (self.sections or self.events or self.listings)


def content(held: Mapping[str, Any], language: str, keep: Mapping[str, Collection[str]]) -> Content:
    """``held`` is ``Edition.content``; ``keep`` the ids that everybody may still read, by section."""
    kept = {
        name: [piece for piece in held.get(name, []) if piece["id"] in keep.get(name, ())]
        for name in ("activities", "events", "listings")
    }
    ids = {ident for piece in kept["activities"] for ident in piece["places"]}
    names = where.names([*ids, *(piece["place"] for piece in kept["events"])], language)
    return Content(
        sections=_sections(kept["activities"], names, language),
        events=[_event(piece, names, language) for piece in kept["events"]],
        listings=[_listing(piece, language) for piece in kept["listings"]],
    )


def _sections(activities: list[dict[str, Any]], names: Mapping[str, str], language: str) -> list[Section]:
    by_country: dict[str, list[Piece]] = {}
    for piece in activities:
        code = piece["countries"][0] if len(piece["countries"]) == 1 else ""
        by_country.setdefault(code, []).append(_activity(piece, names, language))
    order = [*COUNTRIES, *sorted(set(by_country) - {*COUNTRIES, ""}), ""]
    return [
        Section(country_name(code, language) if code else "", by_country[code])
        for code in order
        if code in by_country
    ]


def _activity(piece: Mapping[str, Any], names: Mapping[str, str], language: str) -> Piece:
    return Piece(
        slug=piece["slug"],
        kind=ActivityKind(piece["kind"]),
        title=show(piece["title"], language),
        summary=show(piece["summary"], language),
        organization=piece["organization"],
        where=", ".join(names[ident] for ident in piece["places"] if ident in names),
        when=days.span(piece["happened_from"], piece["happened_to"], language),
    )


def _event(piece: Mapping[str, Any], names: Mapping[str, str], language: str) -> Piece:
    return Piece(
        slug=piece["slug"],
        kind=EventKind(piece["kind"]),
        title=show(piece["title"], language),
        summary=show({}, language),
        organization="",
        where=names.get(piece["place"] or "", ""),
        when="",
        start_at=datetime.datetime.fromisoformat(piece["start_at"]),
        timezone=piece["timezone"],
    )


def _listing(piece: Mapping[str, Any], language: str) -> Piece:
    return Piece(
        slug=piece["slug"],
        kind=None,
        title=show(piece["name"], language),
        summary=show({}, language),
        organization="",
        where="",
        when="",
        fresh=bool(piece.get("fresh")),
    )
