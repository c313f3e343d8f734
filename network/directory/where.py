"""Places by id, in the reader's language, without asking the database: they change with releases alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache, lru_cache

from network.i18n.collation import sort_key as collate
from network.i18n.folding import fold_place
from network.i18n.translated import Shown
from network.places.data import PlaceFact, facts
from network.places.spelling import named


@cache
def _by_id() -> dict[str, PlaceFact]:
    return {fact.id: fact for fact in facts()}


def place(place_id: str | None) -> PlaceFact | None:
    """The place; None for an id that nobody knows."""
    return _by_id().get(place_id or "")


@lru_cache(maxsize=8192)
def name(place_id: str | None, language: str) -> Shown | None:
    """Its name for a reader, and the language it is really in."""
    found = place(place_id)
    return named(found.names, language) if found else None


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


@cache
def district(place_id: str | None) -> str | None:
    """The district or city it lies in, or the province where it is no deeper: as exact as everybody may know."""
    return next((one for one in line(place_id) if (found := place(one)) and found.level <= 2), None)


def aliases(place_id: str) -> tuple[str, ...]:
    """Former names, and other transliterations."""
    found = place(place_id)
    return found.aliases if found else ()


@cache
def centre(place_id: str) -> tuple[float, float] | None:
    """Latitude and longitude of its centre; that of its chief town where a district has none of its own, else None."""
    found = place(place_id)
    if found is None:
        return None
    if found.latitude is not None and found.longitude is not None:
        return found.latitude, found.longitude
    key = fold_place(found.names["en"])
    for other in facts():
        if other.latitude is None or other.longitude is None or other.country != found.country:
            continue
        if found.parent_id in line(other.id) and key in {fold_place(name) for name in spellings(other.id)}:
            return other.latitude, other.longitude
    return None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies, between latitudes and longitudes in degrees."""
    (lat, lon), (lat2, lon2) = one, other
    across = math.cos(math.radians((lat + lat2) / 2)) * (lon2 - lon)
    return 111.2 * math.hypot(lat2 - lat, across)


@cache
def around(place_id: str | None, reach: float) -> dict[str, float]:
    """Districts and cities whose centres lie within so many kilometres of this place's, with how many it is."""
    here = centre(place_id or "")
    if here is None:
        return {place_id: 0.0} if place_id else {}
    found = {
        one.id: kilometres(here, there)
        for one in facts()
        if 0 < one.level <= 2 and one.kind != "province" and (there := centre(one.id))
    }
    near = {ident: far for ident, far in found.items() if far <= reach}
    return near | {ident: 0.0 for ident in (place_id, district(place_id)) if ident}
