"""Bar 4: several processes with schedulers, killed at random: each edition and notice exactly once in the outbox,
none missed, and a letter that arrives twice has the same Message-ID."""

from __future__ import annotations

import datetime
import random
import time
import uuid
from collections import Counter

import pytest
from sqlalchemy import func, select

from network.database import Database, now
from network.outbox import OutboxMessage
from network.scheduler import Due, plan
from network.tenancy import Actor
from network.web import Kopuro
from tests.factories import Make
from tests.platform.clockwork import clocks, until
from tests.platform.post import Mailbox, Server

ANYBODY = Actor.anonymous()


@pytest.mark.prove
@pytest.mark.parametrize("alone", [False, True], ids=["with the lease", "each believing to be the only one"])
def test_each_notice_and_edition_is_there_once_whatever_is_killed(
    app: Kopuro, database: Database, make: Make, proving: bool, alone: bool
) -> None:
    if not (proving or alone):
        pytest.skip("make prove runs this half too")
    chance = random.Random(2007)  # noqa: S311  # A seed, so that a failure can be repeated.
    notices, kills, span = (240, 48, 25.0) if proving else (24, 5, 3.0)
    tenants = [make.tenant() for _ in range(3)]
    began = now()
    with database.unit_of_work(ANYBODY) as session:
        for number in range(notices):
            later = datetime.timedelta(seconds=chance.uniform(0, span))
            plan(session, tenants[number % 3].id, "test.notice", uuid.uuid4(), began + later)
    # A server that takes its time widens the gap in which a kill means a second copy.
    with Server(Mailbox(pause=0.01)) as server, clocks(app, alone=alone, mail_url=server.url) as those:
        for _ in range(4):
            those.start()
        until(lambda: _editions(database), what="the first edition")
        for _ in range(kills):
            # A moment that nobody chose, and never two kills without work between them: on a slow machine processes
            # that are killed while they start would prove nothing.
            before = _progress(database)
            time.sleep(chance.uniform(0, 2 * span / kills))
            until(lambda: _progress(database) > before, what="work between two kills")  # noqa: B023
            those.kill(chance.choice(those.running))
            those.start()
        for process in list(those.running):
            those.end(process)
        those.environ["TEST_QUIET"] = "1"  # No further editions, so that there is an end to wait for.
        for _ in range(4):
            those.start()
        until(lambda: _undone(database) == 0, within=300, what="every notice and edition")
        until(lambda: _unsent(database) == 0, within=300, what="every letter")
        ids = server.box.ids
    rows = _letters(database)
    by_recipient = Counter((row.to_kind, row.to_id) for row in rows)
    assert sum(kind == "row" for kind, _ in by_recipient) == notices, "none missed"
    assert max(by_recipient.values()) == 1, "none twice in the outbox"
    _each_edition_once(rows, [tenant.id for tenant in tenants])
    sent = {row.id.hex for row in rows if row.sent_at}
    arrived = {found.strip("<>").split("@")[0] for found in ids}
    assert sent <= arrived, "what is noted as sent arrived"
    assert arrived <= {row.id.hex for row in rows}
    doubled = sum(count - 1 for count in ids.values())
    print(
        f"\nbar 4: {notices} notices, {len(rows) - notices} editions, {kills} kills: 0 missed, {doubled} copies"
    )


def _each_edition_once(rows: list[OutboxMessage], tenants: list[uuid.UUID]) -> None:
    """No gap between the first and the last edition of a tenant, and none twice."""
    for tenant in tenants:
        times = sorted(row.params["at"] for row in rows if row.params.get("tenant") == str(tenant))
        assert times, "editions were made"
        assert times == list(range(times[0], times[0] + 2 * len(times), 2))


def _letters(database: Database) -> list[OutboxMessage]:
    with database.unit_of_work(ANYBODY) as session:
        return list(session.scalars(select(OutboxMessage)))


def _editions(database: Database) -> bool:
    with database.unit_of_work(ANYBODY) as session:
        return session.scalars(select(func.count(Due.id)).where(Due.kind == "test.edition")).one() > 0


def _progress(database: Database) -> int:
    with database.unit_of_work(ANYBODY) as session:
        done = session.scalars(select(func.count(Due.id)).where(Due.done_at.is_not(None))).one()
        sent = select(func.count(OutboxMessage.id)).where(OutboxMessage.sent_at.is_not(None))
        return done + session.scalars(sent).one()


def _undone(database: Database) -> int:
    with database.unit_of_work(ANYBODY) as session:
        query = select(func.count(Due.id)).where(Due.kind.startswith("test."), Due.done_at.is_(None))
        return session.scalars(query).one()


def _unsent(database: Database) -> int:
    with database.unit_of_work(ANYBODY) as session:
        return session.scalars(
            select(func.count(OutboxMessage.id)).where(OutboxMessage.sent_at.is_(None))
        ).one()
