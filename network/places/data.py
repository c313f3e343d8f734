"""The facts in ``places.csv``, as rows for the two tables. Pure: no database, no request.

Used by the migration that fills the tables and by ``loading.load_places``, which brings them up to date later.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from network.i18n.collation import sort_key
from network.i18n.folding import fold, fold_place, skeleton, without_kind
from network.i18n.languages import CODES
from network.places.spelling import named

SOURCE = Path(__file__).with_name("places.csv")
NAME_LANGUAGES = (*CODES, "uz_Cyrl")
"""Languages of names: our five, and Uzbek in Cyrillic, which older people type and read."""


@dataclass(frozen=True)
class PlaceFact:
    """One line of the file."""

    id: str
    country: str
    level: int
    kind: str
    parent_id: str | None
    pcode: str | None
    iso: str | None
    names: dict[str, str]
    aliases: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    unsourced: tuple[str, ...]


def _number(text: str) -> float | None:
    return float(text) if text else None


def _fact(line: dict[str, str]) -> PlaceFact:
    return PlaceFact(
        id=line["id"],
        country=line["country"],
        level=int(line["level"]),
        kind=line["kind"],
        parent_id=line["parent"] or None,
        pcode=line["pcode"] or None,
        iso=line["iso"] or None,
        names={language: line[language] for language in NAME_LANGUAGES if line[language]},
        aliases=tuple(filter(None, line["aliases"].split("|"))),
        latitude=_number(line["latitude"]),
        longitude=_number(line["longitude"]),
        unsourced=tuple(line["unsourced"].split()),
    )


@cache
def facts() -> tuple[PlaceFact, ...]:
    """Every place, parents before children."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return tuple(
            _fact(line) for line in csv.DictReader(line for line in file if not line.startswith("#"))
        )


def _shown(fact: PlaceFact, language: str) -> str:
    """The name that a reader of this language sees."""
    return named(fact.names, language).text


def place_rows() -> list[dict[str, Any]]:
    """Rows of ``place``. The sort key is that of the bare name, so that «вилояти Суғд» stands under С."""
    return [
        {
            "id": fact.id,
            "country": fact.country,
            "level": fact.level,
            "kind": fact.kind,
            "parent_id": fact.parent_id,
            "pcode": fact.pcode,
            "iso": fact.iso,
            "names": fact.names,
            "unsourced": list(fact.unsourced),
            "sort_keys": {code: sort_key(without_kind(_shown(fact, code)), code) for code in CODES},
            "latitude": fact.latitude,
            "longitude": fact.longitude,
        }
        for fact in facts()
    ]


def _spellings(fact: PlaceFact) -> Iterator[tuple[str, str | None]]:
    for language, name in fact.names.items():
        yield name, language
        yield without_kind(name), language
    for alias in fact.aliases:
        yield alias, None


def name_rows() -> list[dict[str, Any]]:
    """Rows of ``place_name``: one for each spelling whose folded text differs, with its keys.

    Names come before aliases, so that a spelling which is both counts as a name.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for fact in facts():
        for text, language in _spellings(fact):
            folded = fold(text)
            rows.setdefault(
                (fact.id, folded),
                {
                    "place_id": fact.id,
                    "folded": folded,
                    "text": text,
                    "language": language,
                    "key": fold_place(text),
                    "skeleton": skeleton(text),
                },
            )
    return list(rows.values())
