"""Worlds that many tests begin with: each is made once in a run, through the services, and put back by its rows.

To make two organizations with people and keys takes longer than most of what is then tried with them. Whoever asks for
a world that was made already gets the very rows, copied in as the superuser of the test cluster without asking
triggers or foreign keys: nothing that the services said of them is left out, because the services said it once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import psycopg
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

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._kept: dict[str, tuple[Any, Rows]] = {}

    def begin(self, name: str, build: Callable[[], T]) -> T:
        """The world of this name. What it gives is shared by all tests that ask for it: nobody changes it."""
        if name in self._kept:
            world, rows = self._kept[name]
            restore(self._connection, rows)
            return cast(T, world)
        alone = not keep(self._connection)
        built = build()
        if alone:  # Rows of whoever came before would belong to this world for ever.
            self._kept[name] = built, keep(self._connection)
        return built
