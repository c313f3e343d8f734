"""Which places somebody may mean who typed this: what is written so, else what is written alike."""

from __future__ import annotations

from functools import cache

from sqlalchemy.orm import Session

from network.i18n.folding import fold_place
from network.i18n.likeness import alike
from network.places import queries
from network.places.data import facts, name_rows
from network.places.models import Place
from network.places.queries import Match

Found = tuple[Place, str | None, Match]
"""The place, the former or other name that matched if it was one, and by which rule."""


def find(session: Session, text: str, language: str, *, limit: int) -> list[Found]:
    """Best first. What is only similar comes behind what slips of hand or ear explain."""
    rows = [
        (place, alias, Match(match))
        for place, alias, match in session.execute(queries.find(text, language).limit(limit))
    ]
    sure = [row for row in rows if row[2] <= Match.BEGINNING]
    if sure:
        return rows
    meant = _meant(fold_place(text), limit)
    if not meant:
        return rows
    places = {place.id: place for place in session.scalars(queries.by_ids([ident for ident, _ in meant]))}
    slips: list[Found] = [(places[ident], alias, Match.NEAR) for ident, alias in meant if ident in places]
    return _alternating(slips, [row for row in rows if row[0].id not in places])[:limit]


def _alternating(first: list[Found], second: list[Found]) -> list[Found]:
    """One from each in turn: two ways of guessing, neither always right."""
    mixed = []
    for number in range(max(len(first), len(second))):
        mixed += [*first[number : number + 1], *second[number : number + 1]]
    return mixed


@cache
def _keys() -> dict[str, list[tuple[str, str | None]]]:
    """Places by the folded key of each of their names, and the name where it is not a present one."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for row in name_rows():
        alias = row["text"] if row["language"] is None else None
        found.setdefault(row["key"], []).append((row["place_id"], alias))
    return found


@cache
def _level() -> dict[str, int]:
    return {fact.id: fact.level for fact in facts()}


def _meant(key: str, limit: int) -> list[tuple[str, str | None]]:
    """Ids of places with a name that so few slips lead to, fewest first, larger places before smaller."""
    if len(key) < 4:
        return []
    scored: dict[str, tuple[float, int, str | None]] = {}
    for known, places in _keys().items():
        # Two letters more or less, and most of the letters in common: else comparing is wasted.
        if abs(len(known) - len(key)) > 2 or len(set(key) - set(known)) > 2:
            continue
        slips = alike(key, known)
        if slips is None:
            continue
        for ident, alias in places:
            score = (slips, _level()[ident], alias)
            if ident not in scored or score[:2] < scored[ident][:2]:
                scored[ident] = score
    ordered = sorted(scored, key=lambda ident: (*scored[ident][:2], ident))
    return [(ident, scored[ident][2]) for ident in ordered[:limit]]
