"""Timed work is done once, at its time, by one of however many processes, whatever is killed and however clocks jump."""

from __future__ import annotations

import datetime
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import appcontext_pushed
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.database import Database, now
from network.outbox import OutboxMessage, enqueue
from network.scheduler import Due, Lease, cancel, job, periodic, plan
from network.scheduler.lease import Holder
from network.scheduler.plans import HANDLERS, PERIODIC
from network.scheduler.work import CLAIM, begin_periods, do_due
from network.tenancy import Actor, actor_of
from network.web import Kopuro
from tests.factories import Make

ANYBODY = Actor.anonymous()
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def jobs() -> Iterator[None]:
    """Only what a test itself declares, so that nothing of the features runs in between."""
    handlers, periods = dict(HANDLERS), dict(PERIODIC)
    HANDLERS.clear()
    PERIODIC.clear()
    yield
    HANDLERS.clear()
    PERIODIC.clear()
    HANDLERS.update(handlers)
    PERIODIC.update(periods)


@pytest.fixture
def done(jobs: None) -> list[Due]:
    """What the job ``test`` was called for; it leaves a letter, so that effects can be counted."""
    seen: list[Due] = []

    @job("test")
    def do(session: Session, due: Due) -> None:
        seen.append(due)
        enqueue(session, kind="test.letter", tenant_id=due.tenant_id, recipient=("row", due.subject_id))

    return seen


def put(
    database: Database, due_at: datetime.datetime | None = None, tenant_id: uuid.UUID | None = None
) -> uuid.UUID:
    subject = uuid.uuid4()
    with database.unit_of_work(ANYBODY) as session:
        plan(session, tenant_id, "test", subject, due_at or now())
    return subject


def letters(database: Database) -> int:
    with database.unit_of_work(ANYBODY) as session:
        return session.scalars(select(func.count(OutboxMessage.id))).one()


def test_work_is_done_when_its_moment_has_come_and_once(
    app: Kopuro, database: Database, done: list[Due]
) -> None:
    subject = put(database, now() + HOUR)
    assert do_due(app) == 0
    with time_machine.travel(now() + HOUR):
        assert do_due(app) == 1
        assert do_due(app) == 0
    assert [due.subject_id for due in done] == [subject]
    assert letters(database) == 1


def test_work_is_done_as_the_clock_of_its_tenant(
    app: Kopuro, database: Database, jobs: None, make: Make
) -> None:
    tenant, seen = make.tenant(), []

    @job("test")
    def do(session: Session, due: Due) -> None:
        seen.append(actor_of(session))

    put(database, tenant_id=tenant.id)
    put(database)
    do_due(app)
    assert set(seen) == {Actor.clock(tenant.id), ANYBODY}


def test_a_plan_made_twice_is_one_and_a_cancelled_one_is_none(
    app: Kopuro, database: Database, done: list[Due]
) -> None:
    moment, subject, other = now(), uuid.uuid4(), uuid.uuid4()
    for _ in range(2):
        with database.unit_of_work(ANYBODY) as session:
            plan(session, None, "test", subject, moment)
            plan(session, None, "test", other, moment)
    with database.unit_of_work(ANYBODY) as session:
        cancel(session, "test", other)
    assert do_due(app) == 1
    assert [due.subject_id for due in done] == [subject]


def test_a_plan_goes_with_its_deed(app: Kopuro, database: Database, done: list[Due]) -> None:
    with pytest.raises(RuntimeError), database.unit_of_work(ANYBODY) as session:
        plan(session, None, "test", uuid.uuid4(), now())
        raise RuntimeError
    assert do_due(app) == 0


def test_work_that_fails_leaves_nothing_behind_and_is_tried_again(
    app: Kopuro, database: Database, jobs: None
) -> None:
    fails = [True, True, False]

    @job("test")
    def do(session: Session, due: Due) -> None:
        enqueue(session, kind="test.letter", tenant_id=None, recipient=("row", due.subject_id))
        if fails.pop(0):
            raise ZeroDivisionError

    put(database)
    assert do_due(app) == 1
    assert letters(database) == 0, "half of the work is no work"
    assert do_due(app) == 0, "not at once"
    with time_machine.travel(now() + datetime.timedelta(seconds=11)) as clock:
        assert do_due(app) == 1
        clock.shift(21)
        assert do_due(app) == 1
    assert letters(database) == 1


def test_work_that_fails_holds_up_no_other(app: Kopuro, database: Database, jobs: None) -> None:
    bad = put(database, now() - HOUR)
    put(database)

    @job("test")
    def do(session: Session, due: Due) -> None:
        if due.subject_id == bad:
            raise ZeroDivisionError
        enqueue(session, kind="test.letter", tenant_id=None, recipient=("row", due.subject_id))

    assert do_due(app) == 2
    assert letters(database) == 1


def test_work_of_a_kind_this_release_does_not_know_waits(
    app: Kopuro, database: Database, done: list[Due]
) -> None:
    with database.unit_of_work(ANYBODY) as session:
        plan(session, None, "of.a.newer.release", uuid.uuid4(), now())
    put(database)
    assert do_due(app) == 1


def test_several_at_once_do_each_thing_once(app: Kopuro, database: Database, done: list[Due]) -> None:
    for _ in range(40):
        put(database)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: do_due(app), range(4))) == 40
    assert letters(database) == 40


def test_work_claimed_while_another_looks_for_some_is_done_at_once(
    app: Kopuro, database: Database, done: list[Due]
) -> None:
    """PostgreSQL leaves a row locked, until the transaction ends, that was claimed by others a moment before it was
    reached: here by somebody who looks for a while, from the claim on."""
    put(database)
    looking = threading.Event()

    def look(_sender: object) -> None:
        with database.unit_of_work(ANYBODY) as session:
            session.scalars(select(Due.id).with_for_update()).all()
            looking.set()
            time.sleep(0.3)

    with ThreadPoolExecutor(1) as pool:

        def claimed(sender: object) -> None:
            pool.submit(look, sender)
            assert looking.wait(5)

        with appcontext_pushed.connected_to(claimed, app):
            assert do_due(app) == 1
    assert letters(database) == 1


def test_a_claim_that_another_took_over_is_left_to_it(app: Kopuro, database: Database, jobs: None) -> None:
    """Asleep for longer than its claim holds, a process finds the work claimed again, and lets it be."""
    tried = []

    @job("test")
    def do(session: Session, due: Due) -> None:
        tried.append(due.attempts)

    put(database)

    def overtaken(_sender: object) -> None:
        with database.unit_of_work(ANYBODY) as session:
            due = session.scalars(select(Due)).one()
            due.attempts += 1
            due.claimed_until = now() + CLAIM

    with appcontext_pushed.connected_to(overtaken, app):
        assert do_due(app) == 1
    assert not tried
    with database.unit_of_work(ANYBODY) as session:
        due = session.scalars(select(Due)).one()
        assert due.done_at is None and due.claimed_until is not None


def test_killed_work_is_done_by_whoever_comes_next(app: Kopuro, database: Database, jobs: None) -> None:
    class Killed(BaseException):
        pass

    kills = [Killed()]

    @job("test")
    def do(session: Session, due: Due) -> None:
        enqueue(session, kind="test.letter", tenant_id=None, recipient=("row", due.subject_id))
        if kills:
            raise kills.pop()

    put(database)
    with pytest.raises(Killed):
        do_due(app)
    assert do_due(app) == 0
    with time_machine.travel(now() + datetime.timedelta(seconds=31)):
        assert do_due(app) == 1
    assert letters(database) == 1


def test_work_that_was_claimed_before_the_clock_was_set_back_does_not_wait_for_the_old_time(
    app: Kopuro, database: Database, done: list[Due]
) -> None:
    put(database, now() - 2 * DAY)
    with database.unit_of_work(ANYBODY) as session:
        session.scalars(select(Due)).one().claimed_until = now() + HOUR
    assert do_due(app) == 1


# Periods


def test_a_period_is_one_piece_of_work_for_any_number_of_processes(
    app: Kopuro, database: Database, jobs: None
) -> None:
    seen = []

    @periodic("hourly", every=HOUR)
    def do(session: Session, due: Due) -> None:
        seen.append(due.due_at)

    with time_machine.travel("2026-03-02 10:20:00+00:00") as clock:
        assert begin_periods(app) == 0, "what began before the first start is nobody's work"
        clock.move_to("2026-03-02 11:00:00+00:00")
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(lambda _: begin_periods(app), range(4))) == 1
        do_due(app)
        assert begin_periods(app) == 0
        do_due(app)
    assert [str(moment) for moment in seen] == ["2026-03-02 11:00:00+00:00"]


def test_each_tenant_gets_its_period(app: Kopuro, database: Database, jobs: None, make: Make) -> None:
    tenants = {make.tenant().id for _ in range(3)} | {make.network().id}
    seen = []

    @periodic("hourly", every=HOUR, each_tenant=True)
    def do(session: Session, due: Due) -> None:
        seen.append((actor_of(session).tenant_id, due.due_at))

    with time_machine.travel("2026-03-02 10:20:00+00:00") as clock:
        begin_periods(app)
        clock.shift(HOUR)
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(lambda _: begin_periods(app), range(4))) == 1
        assert do_due(app) == 4
    assert {tenant for tenant, _ in seen} == tenants
    assert len(seen) == 4


@pytest.mark.parametrize(("all_missed", "times"), [(False, 1), (True, 24)])
def test_after_a_day_off_what_was_missed_is_made_up_for(
    app: Kopuro, database: Database, jobs: None, all_missed: bool, times: int
) -> None:
    seen = []

    @periodic("hourly", every=HOUR, all_missed=all_missed)
    def do(session: Session, due: Due) -> None:
        seen.append(due.due_at)

    with time_machine.travel("2026-03-02 10:20:00+00:00") as clock:
        begin_periods(app)
        clock.shift(DAY)
        begin_periods(app)
        do_due(app)
    assert len(set(seen)) == times
    assert str(max(seen)) == "2026-03-03 10:00:00+00:00"


def test_jumps_of_the_clock_neither_lose_nor_double_a_period(
    app: Kopuro, database: Database, jobs: None
) -> None:
    seen: list[datetime.datetime] = []

    @periodic("hourly", every=HOUR, all_missed=True)
    def do(session: Session, due: Due) -> None:
        seen.append(due.due_at)

    with time_machine.travel("2028-02-28 20:30:00+00:00") as clock:
        begin_periods(app)
        for minutes in (40, 60, -60, 60, 60, -60, 1440, -60, 30, 30, 60):
            clock.shift(datetime.timedelta(minutes=minutes))
            begin_periods(app)
            do_due(app)
        last = now()
    hours = int((last - datetime.datetime(2028, 2, 28, 21, tzinfo=datetime.UTC)) / HOUR) + 1
    assert len(seen) == len(set(seen)) == hours
    assert datetime.datetime(2028, 2, 29, 12, tzinfo=datetime.UTC) in seen, "the leap day is a day"


def test_a_week_begins_by_the_wall_clock_of_its_place(jobs: None) -> None:
    @periodic("weekly", cron="0 6 * * mon", timezone="Asia/Bishkek")
    def do(session: Session, due: Due) -> None: ...

    sunday = datetime.datetime(2028, 2, 27, 12, tzinfo=datetime.UTC)
    first = PERIODIC["weekly"].first_after(sunday)
    second = PERIODIC["weekly"].first_after(first)
    assert str(first) == "2028-02-28 00:00:00+00:00"
    assert str(second) == "2028-03-06 00:00:00+00:00"


def test_a_period_has_a_length_or_a_calendar(jobs: None) -> None:
    with pytest.raises(ValueError, match="length or a calendar"):
        periodic("neither")
    with pytest.raises(ValueError, match="length or a calendar"):
        periodic("both", every=HOUR, cron="0 6 * * mon")


# The lease


def test_one_of_several_holds_the_lease_and_the_next_one_takes_over(database: Database) -> None:
    first, second = Holder(database), Holder(database)
    assert first.take()
    assert not second.take()
    assert first.take(), "and keeps it"
    with time_machine.travel(now() + datetime.timedelta(seconds=11)):
        assert second.take(), "when the first one was killed"
        assert not first.take()
        second.give_back()
        assert first.take(), "at once, when the second one was stopped"


def test_of_many_at_the_same_moment_one_takes_the_lease(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: Holder(database).take(), range(8))) == 1


def test_a_lease_taken_before_the_clock_was_set_back_is_free(database: Database) -> None:
    with time_machine.travel(now() + HOUR):
        assert Holder(database).take()
    assert Holder(database).take()
    with database.unit_of_work(ANYBODY) as session:
        assert session.scalars(select(Lease.until)).one() < now() + HOUR


def test_old_work_is_forgotten_and_periods_still_go_on(app: Kopuro, database: Database, jobs: None) -> None:
    from network.scheduler.jobs import forget

    @periodic("hourly", every=HOUR)
    def do(session: Session, due: Due) -> None: ...

    with time_machine.travel("2026-03-02 10:20:00+00:00") as clock:
        begin_periods(app)
        clock.shift(HOUR)
        begin_periods(app)
        do_due(app)
        clock.shift(90 * DAY)
        begin_periods(app)
        do_due(app)
        with database.unit_of_work(ANYBODY) as session:
            forget(session, Due())
        with database.unit_of_work(ANYBODY) as session:
            assert len(session.scalars(select(Due)).all()) == 1
        clock.shift(HOUR)
        assert begin_periods(app) == 1
