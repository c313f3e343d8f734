"""Worlds that many tests begin with: each is made once in a run, through the services, and put back by its rows.

To make two organizations with people and keys takes longer than most of what is then tried with them. Whoever asks for
a world that was made already gets the very rows, copied in as the superuser of the test cluster without asking
triggers or foreign keys: nothing that the services said of them is left out, because the services said it once.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, TypeVar, cast

import psycopg
import time_machine
from psycopg import sql

KEPT = ("alembic_version", "place", "place_name")
"""Tables whose rows come with the migrations."""

_NOTHING = 21
"""How many bytes the copy of an empty table has: a head and an end."""

T = TypeVar("T")
Rows = dict[str, bytes]


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Every table that tests write, quoted."""
    rows = connection.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname IN ('public', 'wraps') AND tablename <> ALL(%s) ORDER BY 1",
        [list(KEPT)],
    )
    return [name for (name,) in rows]


def keep(connection: psycopg.Connection[Any]) -> Rows:
    """Every row there is, by table."""
    found: Rows = {}
    for table in tables(connection):
        with connection.cursor().copy(_said("COPY {} TO STDOUT (FORMAT binary)", table)) as copy:
            rows = b"".join(copy)
        if len(rows) > _NOTHING:
            found[table] = rows
    return found


def restore(connection: psycopg.Connection[Any], rows: Rows) -> None:
    """Put rows back that are not there. Sequences only ever go on, so nothing is to be done about them."""
    with connection.transaction():
        for table, kept in rows.items():
            with connection.cursor().copy(_said("COPY {} FROM STDIN (FORMAT binary)", table)) as copy:
                copy.write(kept)


def _said(statement: str, table: str) -> sql.SQL:
    return sql.SQL(cast(Any, statement.format(table)))


class Worlds:
    """``worlds.begin("valley", make_it)``: what ``make_it`` gave when it was first asked, over its very rows."""

    def __init__(self, connection: psycopg.Connection[Any], sweep: Callable[[], None]) -> None:
        self._connection = connection
        self._sweep = sweep
        self._kept: dict[str, tuple[Any, Rows]] = {}
        self._steps: dict[tuple[str, ...], tuple[bytes, Rows]] = {}
        self._at: tuple[str, ...] = ()
        """The world that was begun last, and the steps that were made in it since."""
        self._written = -1

    def begin(self, name: str, build: Callable[[], T]) -> T:
        """The world of this name. What it gives is shared by all tests that ask for it: nobody changes it."""
        if name in self._kept:
            world, rows = self._kept[name]
            restore(self._connection, rows)
            self._arrived(name)
            return cast(T, world)
        alone = not keep(self._connection)
        built = build()
        if alone:  # Rows of whoever came before would belong to this world for ever.
            self._kept[name] = built, keep(self._connection)
            self._arrived(name)
        return built

    def go_on(self, name: str, build: Callable[[], T]) -> T:
        """What ``build`` adds to the world that was just begun, made once as well; each caller gets a copy of what it
        gave. Where anything else was written since the world began, or the clock is not what it is, it is built."""
        if time_machine.escape_hatch.is_travelling() or self._writes() != self._written:
            return build()
        steps = (*self._at, name)
        if steps in self._steps:
            given, rows = self._steps[steps]
            self._sweep()
            restore(self._connection, rows)
        else:
            given = pickle.dumps(build())
            self._steps[steps] = given, keep(self._connection)
        self._arrived(*steps)
        return cast(T, pickle.loads(given))  # noqa: S301 - our own objects.

    def _arrived(self, *steps: str) -> None:
        self._at, self._written = steps, self._writes()

    def _writes(self) -> int:
        """Moves on with each transaction that wrote anything, and with nothing else."""
        told = self._connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
        return int(told[0]) if told else -1
