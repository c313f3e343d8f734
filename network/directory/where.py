"""Places by id, in the reader's language, without asking the database: they change with releases alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from network.i18n.collation import sort_key as collate
from network.i18n.translated import Shown, show
from network.places.data import PlaceFact, facts


@cache
def _by_id() -> dict[str, PlaceFact]:
    return {fact.id: fact for fact in facts()}


def place(place_id: str | None) -> PlaceFact | None:
    """The place; None for an id that nobody knows."""
    return _by_id().get(place_id or "")


def name(place_id: str | None, language: str) -> Shown | None:
    """Its name for a reader, and the language it is really in."""
    found = place(place_id)
    return show(found.names, language) if found else None


def names(place_ids: Iterable[str | None], language: str) -> dict[str, str]:
    """The names of those among these places that exist, by id."""
    found = {place_id: name(place_id, language) for place_id in place_ids if place_id}
    return {place_id: shown.text for place_id, shown in found.items() if shown}


def all_places() -> tuple[PlaceFact, ...]:
    return facts()


@cache
def sort_key(place_id: str, language: str) -> str:
    """What orders places as an alphabet of the reader's language does."""
    return collate(str(name(place_id, language)), language)


@cache
def line(place_id: str | None) -> tuple[str, ...]:
    """The place and all it lies in, country last; empty for an unknown one."""
    upwards: list[str] = []
    found = place(place_id)
    while found is not None and found.id not in upwards:
        upwards.append(found.id)
        found = place(found.parent_id)
    return tuple(upwards)


def country(place_id: str | None) -> str | None:
    """ISO 3166-1 alpha-2 code of the country it lies in."""
    found = place(place_id)
    return found.country if found else None


def lines(place_ids: Iterable[str | None]) -> list[str]:
    """All these places and all they lie in, each once."""
    return list(dict.fromkeys(upward for place_id in place_ids for upward in line(place_id)))


def spellings(place_id: str) -> tuple[str, ...]:
    """Every way its name is written, former names too."""
    found = place(place_id)
    return (*found.names.values(), *found.aliases) if found else ()
