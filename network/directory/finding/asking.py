"""The sentences that finding asks of SQL, over any of the three tables of what is found."""

from __future__ import annotations

import datetime
import typing
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    cast,
    collate,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption

from network.database import any_of
from network.directory.finding import words
from network.directory.finding.wishes import Matched, Wish
from network.directory.models import SearchPartners, SearchPublic, SearchTenant, SearchWord
from network.i18n.folding import skeleton
from network.i18n.languages import CODES, known

Table = type[SearchPublic] | type[SearchPartners] | type[SearchTenant]

STAGE = 100
"""Rows of each rule that are looked at: more would be too many to read, and a word more helps better."""
LIKES = 40
"""Words of the vocabulary, for each word typed, that are compared with it letter by letter."""

Stages = Sequence[tuple[Matched, str]]
"""Rules, best first, each with its tsquery."""


def order_of(table: Table, language: str) -> ColumnElement[str]:
    """The key of the alphabet, as the index of this language has it: written plainly, since parameters would hide it."""
    code = known(language)
    assert code in CODES  # noqa: S101  # Stands in SQL as it is.
    return collate(table.sort_keys.op("->>", return_type=String())(text(f"'{code}'")), "C")


def filters(wish: Wish) -> list[str]:
    """Those that are lexemes of each row."""
    return [
        *([f"k{wish.kind}"] if wish.kind else []),
        *([f"t{wish.term}"] if wish.term else []),
        *([f"p{wish.place_id}"] if wish.place_id and not wish.near else []),
        *([f"l{wish.speaks}"] if wish.speaks else []),
        *([f"s{wish.sex}"] if wish.sex else []),
    ]


def matches(table: Table, query: str) -> ColumnElement[bool]:
    return table.lexemes.op("@@", is_comparison=True)(cast(literal(query), TSQUERY))


def _conditions(table: Table, wish: Wish, around: Mapping[str, float]) -> list[ColumnElement[bool]]:
    """Filters that compare, and so are no lexemes."""
    found: list[ColumnElement[bool]] = []
    if wish.age is not None:
        found.append(or_(table.minimum_age.is_(None), table.minimum_age <= wish.age))
        found.append(or_(table.maximum_age.is_(None), table.maximum_age >= wish.age))
    if wish.open_at is not None:
        found.append(open_at(table, wish.open_at))
    if wish.verified_at is not None:
        found.append(table.verified_until >= wish.verified_at)
    if wish.near and wish.place_id:
        here = matches(table, words.filtered("", [f"p{wish.place_id}"]))
        found.append(or_(here, table.district.in_(list(around))))
    return found


def open_at(table: Table, moment: datetime.datetime) -> ColumnElement[bool]:
    """Whether it is open: by the week, unless the day is one of those on which the week does not count."""
    at = moment.astimezone(datetime.UTC)
    instant = literal(at, DateTime(timezone=True))
    minute = at.weekday() * 1440 + at.hour * 60 + at.minute
    by_week = table.week.op("@>", is_comparison=True)(literal(minute, Integer))
    special = func.coalesce(table.closed.op("@>", is_comparison=True)(instant), False)
    extra = func.coalesce(table.extra.op("@>", is_comparison=True)(instant), False)
    return or_(by_week & not_(special), extra)


@lru_cache
def _shown(table: Table) -> tuple[ExecutableOption, ...]:
    """Leave out what only finding needs: it is most of a row."""
    hours = (table.week, table.closed, table.extra)
    keys = (table.lexemes, table.names_key, table.places_key, table.sort_keys)
    filtered = (table.languages, table.minimum_age, table.maximum_age)
    return tuple(defer(column, raiseload=True) for column in (*keys, *hours, *filtered))


@lru_cache
def _shown_in_lists(table: Table) -> tuple[ExecutableOption, ...]:
    return (*_shown(table), defer(table.places, raiseload=True))


def _mine(table: Table, reader: uuid.UUID | None) -> list[ColumnElement[bool]]:
    return [SearchTenant.reader_id == reader] if table is SearchTenant else []


def staged(
    table: Table,
    stages: Stages,
    wish: Wish,
    language: str,
    *,
    around: Mapping[str, float],
    reader: uuid.UUID | None,
    limit: int,
) -> Select[Any]:
    """Rows with the place of their rule among the stages, best first, what helps at once before the rest.

    Each rule looks at ``STAGE`` rows at most, so that a word of half the directory costs no more than a rare one.
    """
    narrow = [*_mine(table, reader), *_conditions(table, wish, around)]
    hits = union_all(
        *(
            select(table.id.label("id"), literal(rank).label("rank"))
            .where(matches(table, words.filtered(query, filters(wish))), *narrow)
            .limit(STAGE)
            for rank, (_rule, query) in enumerate(stages)
        )
    ).subquery()
    best = select(hits.c.id, func.min(hits.c.rank).label("rank")).group_by(hits.c.id).subquery()
    # All words are there already: the shorter the names, the more of them was typed. Comparing letters costs fifty times more.
    length = func.length(table.names_key).label("length")
    order = order_of(table, language)
    return (
        select(table, best.c.rank, length, order.label("key"))
        .join(best, best.c.id == table.id)
        .options(*_shown(table))
        .order_by(best.c.rank, table.emergency.desc(), length, order, table.subject_id)
        .limit(limit)
    )


def listed(
    table: Table,
    wish: Wish,
    language: str,
    *,
    around: Mapping[str, float],
    reader: uuid.UUID | None,
    limit: int,
    after: tuple[str, uuid.UUID] | None,
) -> Select[Any]:
    """Rows that fit the filters, in the order of the alphabet; behind a row of the last page where one is given.

    Why a row was found is asked of its places, and only where words were typed.
    """
    narrow = [*_mine(table, reader), *_conditions(table, wish, around), *_behind(table, language, after)]
    columns = (table, literal(0), literal(0))
    return _in_order(table, wish, language, narrow, limit, columns).options(*_shown_in_lists(table))


def named(wish: Wish, language: str, *, limit: int, after: tuple[str, uuid.UUID] | None) -> Select[Any]:
    """As ``listed``, of what everybody may read, by name alone: (row, subject, verified until, key). Whoever has the
    cards of these rows needs no more."""
    if after or wish.open_at or wish.verified_at or wish.age is not None:
        return _named(wish, language, limit, after)
    return _named_for_all(replace(wish, text=""), language, limit)


@lru_cache(maxsize=256)
def _named_for_all(wish: Wish, language: str, limit: int) -> Select[Any]:
    """The first page by its filters: kept, because strangers ask for hardly anything else. Nothing that somebody
    typed is in it."""
    return _named(wish, language, limit, None)


def _named(wish: Wish, language: str, limit: int, after: tuple[str, uuid.UUID] | None) -> Select[Any]:
    table = SearchPublic
    narrow = [*_conditions(table, wish, {}), *_behind(table, language, after)]
    columns = (table.id, table.subject_id, table.verified_until)
    return _in_order(table, wish, language, narrow, limit, columns)


def cards(rows: Collection[uuid.UUID]) -> Select[SearchPublic]:
    """All that the cards of these rows show."""
    return select(SearchPublic).where(any_of(SearchPublic.id, rows)).options(*_shown_in_lists(SearchPublic))


def _behind(table: Table, language: str, after: tuple[str, uuid.UUID] | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    return [
        tuple_(order_of(table, language), table.subject_id) > tuple_(literal(after[0]), literal(after[1]))
    ]


def _in_order(
    table: Table,
    wish: Wish,
    language: str,
    narrow: list[ColumnElement[bool]],
    limit: int,
    columns: Iterable[Any],
) -> Select[Any]:
    order = order_of(table, language)
    if tokens := filters(wish):
        narrow = [*narrow, matches(table, words.filtered("", tokens))]
    rows = select(*columns, order.label("key")).where(*narrow).order_by(order, table.subject_id).limit(limit)
    return typing.cast("Select[Any]", rows)


def likely(typed: Sequence[str]) -> Select[Any]:
    """Words of the vocabulary that may be meant: (typed, known), the likeliest of each; and those of the same consonants."""
    asked = []
    for word in typed:
        similarity = func.similarity(SearchWord.word, word)
        near = (
            select(literal(word).label("typed"), SearchWord.word.label("known"))
            .where(SearchWord.word.op("%", is_comparison=True)(word))
            .order_by(similarity.desc(), SearchWord.word)
            .limit(LIKES)
        )
        bones = (
            select(literal(word).label("typed"), SearchWord.word.label("known"))
            .where(SearchWord.bones == skeleton(word))
            .limit(LIKES)
        )
        asked += [near, bones]
    return union_all(*asked)  # type: ignore[return-value]


def likely_among(table: Table, typed: Sequence[str], reader: uuid.UUID | None) -> Select[Any]:
    """As ``likely``, from the names in a table that is small enough to be read through: narrow rows have no vocabulary,
    so that none of their words can be left behind in one."""
    said = select(func.regexp_split_to_table(table.names_key, " +").label("known")).where(
        *_mine(table, reader)
    )
    known = said.distinct().subquery()
    near = (
        select(literal(word).label("typed"), known.c.known)
        .where(known.c.known.op("%", is_comparison=True)(word))
        .limit(LIKES)
        for word in typed
    )
    return union_all(*near)  # type: ignore[return-value]
