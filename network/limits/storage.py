"""Rate limits counted in PostgreSQL, so that all workers count together (memory let 10 of 14 through at 5 a minute)."""

from __future__ import annotations

import datetime
import time
from typing import cast

from flask import current_app
from limits.storage import Storage
from sqlalchemy import Connection, case, delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from network.database import now
from network.limits.models import RateLimit
from network.scheduler.models import SKEW
from network.web import Kopuro


class PostgresStorage(Storage):
    """For the ``limits`` library. Each count is a transaction of its own: it stays when the request is undone."""

    STORAGE_SCHEME = ["kopuro"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return DBAPIError

    def _connect(self) -> Connection:
        database = cast(Kopuro, current_app).database
        return database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and begin a new window where the old one is over.

        A window that ends later than a whole one from now was begun before the clock was set back: it is over too.
        """
        at = now()
        until = at + datetime.timedelta(seconds=expiry)
        over = or_(RateLimit.expires_at <= at, RateLimit.expires_at > until + SKEW)
        adding = insert(RateLimit).values(key=key, count=amount, expires_at=until)
        statement = adding.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, literal(amount)), else_=RateLimit.count + amount),
                "expires_at": case((over, literal(until)), else_=RateLimit.expires_at),
            },
        ).returning(RateLimit.count)
        with self._connect() as connection:
            return int(connection.execute(statement).scalar_one())

    def get(self, key: str) -> int:
        """The count of the present window; 0 where none was begun."""
        found = self._row(key)
        return found[0] if found else 0

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds since 1970."""
        found = self._row(key)
        return found[1].timestamp() if found else time.time()

    def _row(self, key: str) -> tuple[int, datetime.datetime] | None:
        query = select(RateLimit.count, RateLimit.expires_at).where(
            RateLimit.key == key, RateLimit.expires_at > now()
        )
        with self._connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row[0], row[1])

    def check(self) -> bool:
        try:
            with self._connect() as connection:
                return bool(connection.execute(select(1)).scalar_one() == 1)
        except DBAPIError:
            return False

    def reset(self) -> int | None:
        with self._connect() as connection:
            return int(connection.execute(delete(RateLimit)).rowcount)

    def clear(self, key: str) -> None:
        with self._connect() as connection:
            connection.execute(delete(RateLimit).where(RateLimit.key == key))
