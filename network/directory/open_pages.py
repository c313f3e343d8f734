"""Pages of the lists of the open API that stay put while rows come and go.

A list is ordered by when a row was made, which never changes. What is withdrawn leaves a tombstone at its place: pages
by number count it, so whoever reads page after page misses nothing when something is withdrawn in between. Pages
behind a record (``after``) do the same for every filter, and cost the same however deep they are.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from network.directory.models import DirectoryTombstone, ServiceAtLocation, Visibility

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: its rows unordered, the model, what each is loaded with, and which tombstones hold places in it."""

    found: Select[Any]
    model: Any
    options: tuple[ExecutableOption, ...] = ()
    stones: ColumnElement[bool] = dataclasses.field(default_factory=false)
    since: datetime.datetime | None = None

    @property
    def at(self) -> Any:
        """When a row was made; links of services and places have an id alone."""
        return getattr(self.model, "created_at", literal(EPOCH))


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands in a list, or stood."""

    at: datetime.datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a page; how many rows there are in all, and how many places with those that were withdrawn."""

    rows: list[Any]
    total: int
    places: int
    more: bool
    behind: Position | None

    @property
    def last(self) -> uuid.UUID | None:
        return self.behind.id if self.behind else None


def page(
    session: Session, rows: Rows, *, number: int, size: int, after: Position | None = None, count: bool = True
) -> Page:
    """A page by number, or the one behind a record. ``count=False`` leaves the totals at 0."""
    total, stones = _counts(session, rows) if count else (0, 0)
    if after is None and stones:
        return _with_gaps(session, rows, number, size, total, stones)
    wanted = rows.found.order_by(rows.at, rows.model.id).options(*rows.options)
    if after is not None:
        wanted = wanted.where(tuple_(rows.at, rows.model.id) > tuple_(literal(after.at), literal(after.id)))
    else:
        wanted = wanted.offset((number - 1) * size)
    found = list(session.scalars(wanted.limit(size + 1)).unique())
    shown = found[:size]
    return Page(shown, total, total + stones, len(found) > size, _position(shown[-1]) if shown else None)


def _position(row: Any) -> Position:
    return Position(getattr(row, "created_at", EPOCH), row.id)


def _counts(session: Session, rows: Rows) -> tuple[int, int]:
    stones = select(func.count(DirectoryTombstone.id)).where(rows.stones).scalar_subquery()
    counting = rows.found.with_only_columns(func.count(rows.model.id), stones, maintain_column_froms=True)
    total, gone = session.execute(counting.order_by(None)).one()
    return total, gone


def _with_gaps(session: Session, rows: Rows, number: int, size: int, total: int, stones: int) -> Page:
    """A page of a list in which tombstones hold places."""
    id_, at = rows.model.id, rows.at
    live = rows.found.with_only_columns(id_.label("id"), at.label("at"), maintain_column_froms=True)
    stood = literal(EPOCH) if rows.model is ServiceAtLocation else DirectoryTombstone.position
    dead = select(DirectoryTombstone.id.label("id"), stood.label("at")).where(rows.stones)
    both = union_all(live.order_by(None), dead).subquery()
    places = session.execute(
        select(both.c.id, both.c.at, id_)
        .outerjoin(rows.model, id_ == both.c.id)
        .order_by(both.c.at, both.c.id)
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    wanted = rows.found.where(id_.in_([place[0] for place in places])).order_by(at, id_)
    found = list(session.scalars(wanted.options(*rows.options)).unique()) if places else []
    behind = Position(places[-1][1], places[-1][0]) if places else None
    return Page(found, total, total + stones, number * size < total + stones, behind)


def position(session: Session, rows: Rows, ident: uuid.UUID) -> Position | None:
    """Where this record stands, or stood before it was withdrawn; None for one that was never there for everyone."""
    columns = rows.model.id, rows.at
    visible = getattr(rows.model, "visibility", None) or rows.model.audience
    found = session.execute(
        select(*columns).where(rows.model.id == ident, visible == Visibility.PUBLIC)
    ).one_or_none()
    if found is None:
        stood = literal(EPOCH) if rows.model is ServiceAtLocation else DirectoryTombstone.position
        found = session.execute(
            select(DirectoryTombstone.id, stood).where(DirectoryTombstone.id == ident)
        ).one_or_none()
    return Position(found[1], found[0]) if found else None
