"""How alike two listings are: by identifiers, names, numbers and place. Arithmetic only; people decide."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

LIKELY = 75
"""From this score on two listings are shown to somebody."""
CROWD = 30
"""A word that more listings share says nothing (``centre``, ``foundation``)."""


class Alike(StrEnum):
    """Why two listings look like one, the strongest first."""

    IDENTIFIER = "identifier"
    NAME = "name"
    PHONE = "phone"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of a listing. Names are folded keys (``network.i18n.fold``)."""

    id: uuid.UUID
    names: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    identifiers: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two listings, how alike they are out of a hundred, and why."""

    one: Sketch
    other: Sketch
    score: int
    why: tuple[Alike, ...]


def compare(one: Sketch, other: Sketch) -> Pair:
    """The same whichever comes first; more in common never scores less."""
    from rapidfuzz import fuzz  # A megabyte that only whoever looks for duplicates waits for.

    pairs = [(a, b) for a in one.names for b in other.names]
    name = max((fuzz.token_sort_ratio(a, b) for a, b in pairs), default=0.0)
    # A short name inside a long one counts too, but needs a number or a place beside it.
    name = max([name, *(0.88 * fuzz.token_set_ratio(a, b) for a, b in pairs)])
    known = {scheme for scheme, _number in one.identifiers} & {
        scheme for scheme, _number in other.identifiers
    }
    shared, numbers = one.identifiers & other.identifiers, one.phones & other.phones
    place = bool(one.place) and one.place == other.place
    score = 0.75 * name + (22 if numbers else 0) + (8 if place else 0)
    if shared:
        score = max(score, 60) + 40
    elif known:
        score -= 30  # A register says that they are two.
    why = [Alike.IDENTIFIER] if shared else []
    why += [Alike.NAME] if name >= 70 else []
    why += [Alike.PHONE] if numbers else []
    why += [Alike.PLACE] if place else []
    first, second = sorted((one, other), key=lambda sketch: sketch.id)
    return Pair(first, second, max(0, min(100, round(score))), tuple(why))


def candidates(
    ours: Iterable[Sketch], theirs: Iterable[Sketch] = (), *, apart: Iterable[frozenset[uuid.UUID]] = ()
) -> list[Pair]:
    """Pairs that somebody should look at, the likeliest first: among ``ours``, and of ours with ``theirs``.

    Only listings with a number, an identifier or a rare word of the name in common are compared, so that ten thousand
    take seconds. ``apart``: pairs of whom somebody already said that they are two.
    """
    mine = {sketch.id: sketch for sketch in ours}
    everybody = {**{sketch.id: sketch for sketch in theirs}, **mine}
    known = set(apart)
    found = {
        pair: compare(*(everybody[ident] for ident in pair))
        for pair in _meeting(everybody.values())
        if not pair.isdisjoint(mine) and pair not in known
    }
    likely = [pair for pair in found.values() if pair.score >= LIKELY]
    return sorted(likely, key=lambda pair: (-pair.score, pair.one.id, pair.other.id))


def _meeting(sketches: Iterable[Sketch]) -> Iterator[frozenset[uuid.UUID]]:
    """Each two that share a number, an identifier or a word, once."""
    rooms: dict[object, set[uuid.UUID]] = defaultdict(set)
    for sketch in sketches:
        for thing in (*sketch.phones, *sketch.identifiers, *_words(sketch.names)):
            rooms[thing].add(sketch.id)
    met: set[frozenset[uuid.UUID]] = set()
    for room in rooms.values():
        if 1 < len(room) <= CROWD:
            met |= {frozenset(pair) for pair in combinations(sorted(room), 2)}
    yield from met


def _words(names: Iterable[str]) -> set[tuple[str, str]]:
    """The beginnings of words: a slip is seldom in the first four letters."""
    return {("word", word[:4]) for name in names for word in name.split() if len(word) > 2}
