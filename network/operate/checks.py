"""Whether this installation is in order, and how much waits: questions to the database alone."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from network.database import Database, now
from network.outbox import OutboxMessage
from network.postgres import migrate
from network.scheduler import Due, Lease

LATE = datetime.timedelta(minutes=15)
"""Mail or work that waits this long after its time is stuck."""
STALE = datetime.timedelta(seconds=30)


@dataclass(frozen=True)
class Readiness:
    """The four things ``/readyz`` answers for."""

    database: bool = False
    migrations: bool = False
    scheduler: bool = False
    outbox: bool = False

    @property
    def ready(self) -> bool:
        return self.database and self.migrations and self.scheduler and self.outbox


@dataclass(frozen=True)
class Backlog:
    """What waits, what is late (seconds since it should have happened), what was given up."""

    waiting: int
    late: float
    failed: int


def readiness(database: Database) -> Readiness:
    """Ask the database. Without one, nothing is in order."""
    try:
        with database.engine.connect() as connection:
            at = now()
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            until = connection.execute(select(func.max(Lease.until))).scalar()
            return Readiness(
                database=True,
                # A newer database is fine: migrations are made so that the release before still runs.
                migrations=found is not None and found >= migrate.head(),
                scheduler=until is not None and until > at - STALE,
                outbox=outbox(connection).late < LATE.total_seconds(),
            )
    except SQLAlchemyError:
        return Readiness()


def outbox(connection: Connection) -> Backlog:
    """Mail. A letter that is tried again waits from its next try."""
    open_ = (OutboxMessage.sent_at.is_(None), OutboxMessage.failed_at.is_(None))
    waiting, oldest = connection.execute(
        select(func.count(), func.min(OutboxMessage.not_before)).where(*open_)
    ).one()
    failed = connection.execute(
        select(func.count()).select_from(OutboxMessage).where(OutboxMessage.failed_at.is_not(None))
    ).scalar_one()
    return Backlog(waiting, _late(oldest), failed)


def work(connection: Connection) -> Backlog:
    """Timed work. It is never given up; ``failed`` counts what failed at least five times and is still tried."""
    due = Due.done_at.is_(None)
    waiting, oldest = connection.execute(
        select(func.count(), func.min(func.coalesce(Due.retry_at, Due.due_at))).where(
            due, Due.due_at <= now()
        )
    ).one()
    failed = connection.execute(
        select(func.count()).select_from(Due).where(due, Due.attempts >= 5)
    ).scalar_one()
    return Backlog(waiting, _late(oldest), failed)


def _late(oldest: datetime.datetime | None) -> float:
    return max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0
