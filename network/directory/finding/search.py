"""Searching: first what is written so, then what is written alike, for this reader and nobody else."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from network.database import run_raw
from network.directory import where
from network.directory.finding import asking, words
from network.directory.finding.wishes import Matched, Wish
from network.directory.models import SearchPartners, SearchPublic, SearchTenant
from network.i18n.likeness import alike
from network.tenancy import Actor, actor_of

ENOUGH = 5
"""From so many results on, nothing that is only similar is looked for."""
CLOSEST = 6
"""Words like the one that was typed which are looked for."""
AROUND = 60.0
"""Kilometres that «near» reaches."""

Row = SearchPublic | SearchPartners | SearchTenant
After = tuple[str, uuid.UUID]


@dataclass
class Unread:
    """The rows of a page of which so far only names are known: read together when one of them is looked at."""

    session: Session
    names: list[uuid.UUID]
    rows: dict[uuid.UUID, SearchPublic] | None = None

    def row(self, name: uuid.UUID) -> SearchPublic | None:
        """None where it ended since its name was read."""
        if self.rows is None:
            self.rows = {row.id: row for row in self.session.scalars(asking.cards(self.names))}
        return self.rows.get(name)


@dataclass(frozen=True, slots=True)
class Named:
    """A row by name alone, with what decides whether its card may be shown as it was kept."""

    id: uuid.UUID
    subject_id: uuid.UUID
    verified_until: datetime.datetime | None
    page: Unread


@dataclass(frozen=True, slots=True)
class Hit:
    """A row and why it is there. ``distance``: kilometres between the centres of districts, where that was asked."""

    named: Row | Named
    rule: Matched
    rank: int = 0
    length: int = 0
    key: str = ""
    distance: float | None = None

    @property
    def card(self) -> uuid.UUID | None:
        """By which what a list shows of it may be kept: a public row is never changed, only replaced by another."""
        return self.named.id if isinstance(self.named, SearchPublic | Named) else None

    def fresh(self, at: datetime.datetime) -> bool:
        """Whether somebody made sure of it not long ago."""
        until = self.named.verified_until
        return until is not None and until > at

    @property
    def row(self) -> Row | None:
        """The row with all that a list shows of it; None where it ended while the list was made."""
        return self.named.page.row(self.named.id) if isinstance(self.named, Named) else self.named


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; ``more``: whether there is more than was asked for. ``typed``: what was understood instead."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    typed: str = ""

    def unchanged(self, at: datetime.datetime) -> Hashable | None:
        """By which all its cards may be kept as one; None where some are not for everybody, or more is said than they say."""
        if all(isinstance(hit.named, Named) for hit in self.hits):
            return tuple((hit.card, hit.fresh(at)) for hit in self.hits)
        return None


def search(session: Session, wish: Wish, language: str, *, limit: int, after: After | None = None) -> Found:
    """Everything this session's actor may find for a wish, best first; without a text in the order of the alphabet.

    One statement where enough is written as it was typed, three at most beyond that; a member's request asks two
    tables more. ``after`` goes on behind a row of a list without a text.
    """
    one = _Search(session, wish, language, limit)
    if not wish.text.strip():
        return one.alphabetical(after)
    if wish.digits:
        return one.rank([(Matched.NUMBER, words.digits(wish.digits))])
    typed = words.asked(wish.text)
    if not typed:
        return Found()
    hits = one.rank(_written(wish.text, typed))
    if len(hits.hits) < ENOUGH:
        hits = one.joined(hits, one.rank(_alike(typed, one.likes(typed))))
    if not hits.hits and (meant := words.asked(words.other_keyboard(wish.text))):
        other = words.other_keyboard(wish.text)
        found = one.rank(_written(other, meant))
        return Found(found.hits, found.more, other if found.hits else "")
    return hits


def _written(text_: str, typed: list[str]) -> asking.Stages:
    return [
        (Matched.EXACT, words.whole(text_)),
        (Matched.NAME, words.query(typed, words.NAME)),
        (Matched.OTHER_NAME, words.query(typed, words.NAME + words.OTHER)),
        (Matched.PLACE, words.query(typed, words.NAME + words.OTHER + words.PLACE)),
        (Matched.NEED, words.query(typed, words.KNOWN)),
        (Matched.TEXT, words.query(typed, words.EVERYWHERE)),
    ]


def _alike(typed: list[str], likes: dict[str, list[str]]) -> asking.Stages:
    """Slips in the names first, then anywhere, then all words but one."""
    closest = {word: found[:1] for word, found in likes.items()}
    stages = [
        (Matched.SIMILAR, words.query(typed, words.NAME + words.OTHER, likes=closest)),
        (Matched.SIMILAR, words.query(typed, words.NAME + words.OTHER, likes=likes)),
        (Matched.SIMILAR, words.query(typed, words.EVERYWHERE, likes=closest)),
        (Matched.SIMILAR, words.query(typed, words.EVERYWHERE, likes=likes)),
    ]
    if len(typed) > 2:
        fewer = (typed[:n] + typed[n + 1 :] for n in range(len(typed)))
        stages.append(
            (
                Matched.PARTLY,
                " | ".join(f"({words.query(some, words.EVERYWHERE, likes=likes)})" for some in fewer),
            )
        )
    return stages


class _Search:
    """One question over the tables that its reader may read."""

    def __init__(self, session: Session, wish: Wish, language: str, limit: int) -> None:
        self.session, self.wish, self.language, self.limit = session, wish, language, limit
        self.actor: Actor = actor_of(session)
        self.around: Mapping[str, float] = where.around(wish.place_id, AROUND) if wish.near else {}

    def rank(self, stages: asking.Stages) -> Found:
        def ask(table: asking.Table) -> Select[Any]:
            return asking.staged(
                table, stages, self.wish, self.language, around=self.around, reader=self.actor.tenant_id, limit=self.limit + 1
            )  # fmt: skip

        hits = self._everywhere(ask, [rule for rule, _query in stages])
        return self._cut(sorted(hits, key=_best_first))

    def likes(self, typed: list[str]) -> dict[str, list[str]]:
        """For each word typed the known ones that may be meant, closest first, of words that this reader may know."""
        whole = words.joined(" ".join(typed))
        sought = [word for word in dict.fromkeys([*typed, whole]) if len(word) > 2]
        if not sought:
            return {}
        rows = [*self.session.execute(asking.likely(sought))]
        if self.actor.is_partner:
            rows += self._as_partner(asking.likely_among(SearchPartners, sought, None))
        if self.actor.tenant_id is not None:
            rows += self.session.execute(asking.likely_among(SearchTenant, sought, self.actor.tenant_id))
        scored: dict[str, dict[str, float]] = {}
        for word, known in rows:
            if word != known and (slips := alike(word, known)) is not None:
                scored.setdefault(word, {})[known] = slips
        return {
            word: sorted(found, key=lambda one: (found[one], one))[:CLOSEST] for word, found in scored.items()
        }

    def alphabetical(self, after: After | None) -> Found:
        if self.actor.tenant_id is None and not self.actor.is_partner and not self.around:
            return self._cut(self._named(after))
        # What lies around is ordered by distance, which no index knows: it is little enough to be read whole.
        limit = 500 if self.around else self.limit + 1

        def ask(table: asking.Table) -> Select[Any]:
            return asking.listed(
                table, self.wish, self.language, around=self.around, reader=self.actor.tenant_id, limit=limit, after=after
            )  # fmt: skip

        return self._cut(
            sorted(self._everywhere(ask, [Matched.LISTED]), key=lambda hit: (hit.key, hit.named.subject_id))
        )

    def _named(self, after: After | None) -> list[Hit]:
        """What strangers are listed: most of its cards are at hand already."""
        asked = asking.named(self.wish, self.language, limit=self.limit + 1, after=after)
        found = self.session.execute(asked).all()
        page = Unread(self.session, [row.id for row in found[: self.limit]])
        return [
            Hit(Named(name, subject, until, page), Matched.LISTED, key=key)
            for name, subject, until, key in found
        ]

    def joined(self, first: Found, second: Found) -> Found:
        """What is written so before what is written alike, each thing once."""
        seen = {hit.named.subject_id for hit in first.hits}
        return self._cut([*first.hits, *(hit for hit in second.hits if hit.named.subject_id not in seen)])

    def _cut(self, hits: list[Hit]) -> Found:
        if self.around:
            hits.sort(key=lambda hit: hit.distance if hit.distance is not None else 1e9)
        return Found(hits[: self.limit], len(hits) > self.limit)

    def _everywhere(self, ask: Any, rules: Sequence[Matched]) -> list[Hit]:
        """The hits of each table; of a thing that is in several the row of the narrowest, which says most."""
        rows = [*self.session.execute(ask(SearchPublic))]
        if self.actor.is_partner:
            rows += self._as_partner(ask(SearchPartners))
        if self.actor.tenant_id is not None:
            rows += self.session.execute(ask(SearchTenant))
        found: dict[uuid.UUID, Hit] = {}
        for row, rank, length, key in rows:
            distance = self.around.get(row.district or "")
            found[row.subject_id] = Hit(row, rules[rank], rank, length, key, distance)
        return list(found.values())

    def _as_partner(self, statement: Select[Any]) -> Sequence[Any]:
        """Read the flat table of partners in the only role that may, for this one query."""
        run_raw(self.session, _BECOME_PARTNERS)
        found = self.session.execute(statement).all()
        run_raw(self.session, _RETURN)
        return found


def _best_first(hit: Hit) -> tuple[Any, ...]:
    row = hit.named
    at_once = not isinstance(row, Named) and row.emergency
    return (hit.rank, not at_once, hit.length, hit.key, row.subject_id)


_BECOME_PARTNERS = text("SELECT set_config('role', current_database() || '_partners', true)")
_RETURN = text("SELECT set_config('role', 'none', true)")
