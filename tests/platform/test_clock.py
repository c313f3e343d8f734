"""The process that is the clock: it works, stands by, takes over, ends at once and does not mind its clock being set."""

from __future__ import annotations

import datetime
import os
import signal
import uuid

from sqlalchemy import func, select

from network.database import Database, now
from network.outbox import OutboxMessage
from network.scheduler import Due, Lease, plan
from network.tenancy import Actor
from network.web import Kopuro
from tests.platform.clockwork import clocks, until

ANYBODY = Actor.anonymous()


def put(database: Database, kind: str = "test.notice") -> None:
    with database.unit_of_work(ANYBODY) as session:
        plan(session, None, kind, uuid.uuid4(), now())


def done(database: Database) -> int:
    with database.unit_of_work(ANYBODY) as session:
        return session.scalars(
            select(func.count(Due.id)).where(
                Due.done_at.is_not(None), Due.kind.startswith("test."), Due.kind != "test.edition"
            )
        ).one()


BUSY = 20.0
"""Seconds, instead of the one of `make prove`, on a build machine that does other things as well."""


def letters(database: Database) -> int:
    with database.unit_of_work(ANYBODY) as session:
        return session.scalars(
            select(func.count(OutboxMessage.id)).where(OutboxMessage.to_kind == "row")
        ).one()


def holder(database: Database) -> int:
    """The process id of who is the clock; 0 for nobody."""
    with database.unit_of_work(ANYBODY) as session:
        name = session.scalars(select(Lease.holder)).one_or_none()
    return int(name.split(":")[1]) if name else 0


def test_it_works_takes_over_and_ends_within_a_second(app: Kopuro, database: Database, proving: bool) -> None:
    with clocks(app) as those:
        first = those.start()
        until(lambda: holder(database) == first.pid, what="taking the lease")
        put(database)
        until(lambda: done(database) == 1, what="work")
        second = those.start()
        those.kill(first)
        put(database)
        until(lambda: done(database) == 2, what="work by the second one after the first was killed")
        assert holder(database) == second.pid
        assert those.end(second) < (1.0 if proving else BUSY)
        assert holder(database) == 0, "the lease is given back"
    assert letters(database) == 2


def test_asked_to_end_in_the_middle_of_long_work_it_ends_and_the_work_is_done_later(
    app: Kopuro, database: Database, proving: bool
) -> None:
    put(database, "test.long")
    with clocks(app, TEST_LONG="1") as those:
        process = those.start()
        until(lambda: _claimed(database), what="claiming the work")
        assert those.end(process) < (1.0 if proving else BUSY)
    assert letters(database) == 0
    with clocks(app) as those:
        those.start()
        until(lambda: done(database) == 1, what="the work")
    assert letters(database) == 1


def _claimed(database: Database) -> bool:
    with database.unit_of_work(ANYBODY) as session:
        return session.scalars(select(Due.attempts).where(Due.kind == "test.long")).one() > 0


def test_a_clock_set_back_by_an_hour_stops_nothing(app: Kopuro, database: Database) -> None:
    with clocks(app) as those:
        process = those.start()
        put(database)
        until(lambda: done(database) == 1, what="work")
        assert process.pid
        os.kill(process.pid, signal.SIGUSR1)
        for number in (
            2,
            3,
            4,
        ):  # What was under way when the clock was set might still take the first of them.
            with database.unit_of_work(ANYBODY) as session:
                plan(session, None, "test.notice", uuid.uuid4(), now() - datetime.timedelta(hours=2))
            until(lambda: done(database) == number, what="work after the clock was set back")  # noqa: B023
