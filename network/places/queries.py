"""Finding places: by any spelling, by parent, upwards to the country."""

import enum

from sqlalchemy import ColumnElement, Select, case, cast, collate, func, literal, or_, select
from sqlalchemy import String as Text
from sqlalchemy.orm import aliased

from network.i18n.folding import fold, fold_place, skeleton
from network.i18n.languages import known
from network.places.models import Place, PlaceName

_NEAR = 0.4  # Trigram similarity from which two keys may be slips of one name.


class Match(enum.IntEnum):
    """Which rule found a place, best first; from CONSONANTS on, a page says that it is guessing."""

    SPELLING = 0  # Letter for letter, in whatever script.
    NAME = 1  # The same name, with or without «район», "tumani", «-ская».
    BEGINNING = 2
    CONSONANTS = 3
    NEAR = 4


def in_order(language: str) -> ColumnElement[str]:
    """Order places by their names in the alphabet of a language. The keys are ASCII: bytes decide."""
    return collate(Place.sort_keys[known(language)].astext, "C")


def _starts(column: ColumnElement[str] | object, beginning: str) -> ColumnElement[bool]:
    return func.starts_with(column, beginning)


def find(text: str, language: str, *, country: str | None = None) -> Select[Place, str | None, int]:
    """Places that may be meant by what somebody typed: the place, the alias that matched, and the ``Match``.

    The alias is None where one of its present names matched: only for an alias must a page explain itself («Манас:
    Jalal-Abad»).

    Best first; larger places before smaller, then in the order of the alphabet. Add ``.limit()``. Text without any letter
    finds nothing. Needs ``pg_trgm``.
    """
    key, bones, folded = fold_place(text), skeleton(text), fold(text)
    similarity = func.similarity(PlaceName.key, key)
    long_enough = literal(len(bones) > 1)
    match = case(
        (PlaceName.folded == folded, Match.SPELLING),
        (PlaceName.key == key, Match.NAME),
        (_starts(PlaceName.key, key), Match.BEGINNING),
        ((PlaceName.skeleton == bones) & long_enough, Match.CONSONANTS),
        else_=Match.NEAR,
    )
    hits = (
        select(
            PlaceName.place_id,
            case((PlaceName.language.is_(None), PlaceName.text)).label("alias"),
            match.label("match"),
            similarity.label("similarity"),
            func.row_number()
            .over(
                partition_by=PlaceName.place_id,
                order_by=(match, similarity.desc(), PlaceName.language, PlaceName.folded),
            )
            .label("rank"),
        )
        .where(literal(bool(key)))
        .where(
            or_(
                PlaceName.folded == folded,
                _starts(PlaceName.key, key),
                (PlaceName.skeleton == bones) & long_enough,
                similarity >= _NEAR,
            )
        )
        .subquery()
    )
    found = (
        select(Place, hits.c.alias, hits.c.match)
        .join(hits, hits.c.place_id == Place.id)
        .where(hits.c.rank == 1)
        .order_by(
            hits.c.match, hits.c.similarity.desc(), Place.level, in_order(language), Place.kind, Place.id
        )
    )
    return found.where(Place.country == country) if country else found


def children(parent_id: str | None, language: str) -> Select[Place]:
    """What lies directly in a place; the countries for None. In the order of the alphabet."""
    inside = Place.parent_id.is_(None) if parent_id is None else Place.parent_id == parent_id
    return select(Place).where(inside).order_by(in_order(language), Place.kind, Place.id)


def at_level(level: int, language: str, *, country: str | None = None) -> Select[Place]:
    """All places of a level (0 country, 1 province, 2 district or city, 3 settlement), for lists and filters."""
    places = (
        select(Place)
        .where(Place.level == level)
        .order_by(Place.country, in_order(language), Place.kind, Place.id)
    )
    return places.where(Place.country == country) if country else places


def chain(place_id: str) -> Select[Place]:
    """The place and all it lies in, country first: for «Кыргызстан, Баткен облусу, Лейлек району»."""
    line = select(Place.id, Place.parent_id).where(Place.id == place_id).cte("line", recursive=True)
    above = aliased(Place)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    return select(Place).join(line, line.c.id == Place.id).order_by(Place.level)


def within(place_id: str) -> Select[str]:
    """Ids of the place and of everything in it, for ``.where(location.place_id.in_(within("KG-B")))``."""
    inner = (
        select(cast(Place.id, Text(24)).label("id"))
        .where(Place.id == place_id)
        .cte("inner_places", recursive=True)
    )
    below = aliased(Place)
    inner = inner.union(select(below.id).join(inner, below.parent_id == inner.c.id))
    return select(inner.c.id)


def by_ids(ids: list[str]) -> Select[Place]:
    """These places, in no order."""
    return select(Place).where(Place.id.in_(ids))
