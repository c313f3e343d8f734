"""Bar 5: clocks that jump by an hour either way, a leap day, a day without any process: nothing lost or doubled."""

from __future__ import annotations

import datetime
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.database import Database
from network.outbox import OutboxMessage, enqueue
from network.outbox.delivery import Courier
from network.scheduler import Due, job, periodic, plan
from network.scheduler.plans import HANDLERS, PERIODIC
from network.scheduler.work import begin_periods, do_due
from network.tenancy import Actor
from network.web import Kopuro
from tests.platform import post

ANYBODY = Actor.anonymous()
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


class Box:
    """A post that keeps the ids of what it is given."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()

    def send(self, message: EmailMessage) -> None:
        self.ids[str(message["Message-ID"])] += 1

    def close(self) -> None:
        pass


@pytest.fixture
def editions() -> Iterator[list[datetime.datetime]]:
    """The moments for which an edition was made; only the work of this test is known."""
    handlers, periods = dict(HANDLERS), dict(PERIODIC)
    HANDLERS.clear()
    PERIODIC.clear()
    made: list[datetime.datetime] = []

    @periodic("test.edition", cron="30 6 * * *", timezone="Asia/Tashkent", all_missed=True)
    def edition(session: Session, due: Due) -> None:
        made.append(due.due_at)

    @job("test.notice")
    def notice(session: Session, due: Due) -> None:
        enqueue(session, kind="test.letter", tenant_id=None, recipient=("row", due.subject_id))

    yield made
    for known, kept in ((HANDLERS, handlers), (PERIODIC, periods)):
        known.clear()  # type: ignore[attr-defined]
        known.update(kept)  # type: ignore[attr-defined]


@pytest.mark.prove
def test_jumping_clocks_lose_and_double_nothing(
    app: Kopuro, database: Database, editions: list[datetime.datetime], proving: bool
) -> None:
    assert post.letter
    chance = random.Random(2007)  # noqa: S311  # A seed, so that a failure can be repeated.
    days = 30 if proving else 4
    begin = datetime.datetime(2028, 2, 27, 12, tzinfo=datetime.UTC)
    subjects = [uuid.uuid4() for _ in range(40 * days)]
    box = Box()
    courier = Courier(app, box)
    with time_machine.travel(begin, tick=False) as clock:
        begin_periods(app)
        with database.unit_of_work(ANYBODY) as session:
            for subject in subjects:
                plan(session, None, "test.notice", subject, begin + DAY * chance.uniform(0, days))
        moment = begin
        while moment < begin + days * DAY + HOUR:
            step = chance.choices([10 * MINUTE, HOUR, DAY, MINUTE / 2], [90, 4, 0.5 if proving else 1, 10])[0]
            moment += step
            # Each process has a clock of its own: now and then one that is off by an hour comes along.
            off = chance.choices([datetime.timedelta(0), HOUR, -HOUR], [8, 1, 1])[0]
            clock.move_to(moment + off)
            begin_periods(app)
            do_due(app)
            courier.deliver()
        clock.move_to(moment + 2 * HOUR)
        begin_periods(app)
        do_due(app)
        courier.deliver()
    with database.unit_of_work(ANYBODY) as session:
        written = Counter(session.scalars(select(OutboxMessage.to_id)))
    assert written == Counter(subjects), "each notice once in the outbox"
    assert len(box.ids) == len(subjects)
    assert set(box.ids.values()) == {1}, "and once in the post"
    first = datetime.datetime(2028, 2, 28, 1, 30, tzinfo=datetime.UTC)
    assert sorted(editions) == [first + number * DAY for number in range(len(editions))], (
        "no day twice or left out"
    )
    assert len(editions) in (days, days + 1)
    assert datetime.datetime(2028, 2, 29, 1, 30, tzinfo=datetime.UTC) in editions, (
        "the leap day has its edition"
    )
    print(f"\nbar 5: {days} days, {len(subjects)} notices, {len(editions)} editions: 0 lost, 0 doubled")
