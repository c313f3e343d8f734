"""What an import must remember of all its rows, kept in a file of its own so that memory stays flat."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator


class Scratch:
    """Which ids were seen with which content, and which organizations were touched. Gone with the process."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(
            "", isolation_level=None
        )  # A temporary file that SQLite removes by itself.
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA cache_size = -2000")
        self._db.execute("CREATE TABLE seen (k TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID")
        self._db.execute("CREATE TABLE touched (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("CREATE TABLE place (location TEXT PRIMARY KEY, service TEXT) WITHOUT ROWID")

    def first(self, kind: str, ident: str, digest: str) -> str | None:
        """None for an id that comes for the first time; else the digest it had then."""
        key = f"{kind}/{ident}"
        added = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, digest)).rowcount
        if added:
            return None
        return str(self._db.execute("SELECT digest FROM seen WHERE k = ?", (key,)).fetchone()[0])

    def given_at(self, location: str, service: str) -> None:
        """That a service is given at a location, for locations that do not say whose they are."""
        self._db.execute("INSERT OR IGNORE INTO place VALUES (?, ?)", (location, service))

    def service_at(self, location: str) -> str | None:
        found = self._db.execute("SELECT service FROM place WHERE location = ?", (location,)).fetchone()
        return str(found[0]) if found else None

    def touch(self, organization: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (organization,))

    def touched(self) -> Iterator[str]:
        for row in self._db.execute("SELECT id FROM touched"):
            yield str(row[0])

    def close(self) -> None:
        self._db.close()
