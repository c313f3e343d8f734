"""Bar 3: 2,000 registrations racing for 100 seats: exactly 100 confirmed, waiting list in order, nothing acknowledged lost.

Real processes with real threads and real commits. CI races a seeded tenth: 200 people for 10 seats.
"""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from network.config import Settings
from network.events.models import Event, EventCapacity, Registration, RegistrationState
from network.outbox import OutboxMessage
from network.tenancy import Actor
from network.web import Kopuro
from tests.events.conftest import Events
from tests.factories import Make
from tests.prove import racing

SEED = 20070424


@pytest.fixture
def course(app: Kopuro, make: Make, roles: Any, settings: Settings) -> Callable[[int], racing.Course]:
    def lay(seats: int) -> racing.Course:
        event = Events(app, make).published(registration_limit=seats)
        return racing.Course(
            roles.app_url, settings.instance / "keys" / "keyring.json", event.tenant_id, event.id
        )

    return lay


def doors_of(number: int, kind: str = "processes") -> Executor:
    """So many doors open at once: processes of their own, or threads where starting processes is not the point."""
    if kind == "threads":
        return ThreadPoolExecutor(number)
    return ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"))


def crowd(number: int, doors: int) -> list[list[int]]:
    """Everybody once, some at two doors at the same time, shuffled the same way each run."""
    order = list(range(number)) + list(range(0, number, 20))
    random.Random(SEED).shuffle(order)  # noqa: S311  The same order in each run.
    return [order[door::doors] for door in range(doors)]


def standing(app: Kopuro, course: racing.Course) -> tuple[list[Registration], EventCapacity]:
    with app.database.unit_of_work(Actor.clock(course.tenant_id)) as session:
        rows = (
            select(Registration)
            .where(Registration.event_id == course.event_id)
            .order_by(Registration.position)
        )
        return list(session.scalars(rows)), session.scalars(select(EventCapacity).join(Event)).one()


def in_order(rows: list[Registration]) -> bool:
    """Nobody who waits came before somebody who has a seat."""
    seated = [row.position for row in rows if row.state is RegistrationState.COMPLETE]
    waiting = [row.position for row in rows if row.state is RegistrationState.WAITLISTED]
    return max(seated) < min(waiting)


@pytest.mark.prove
def test_no_seat_is_given_twice_and_the_queue_is_in_order(
    app: Kopuro, course: Callable[[int], racing.Course], proving: bool
) -> None:
    people, seats, processes = (2000, 100, 4) if proving else (200, 10, 2)
    laid = course(seats)
    doors = crowd(people, processes)
    with doors_of(processes) as pool:
        acknowledged = [n for done in pool.map(racing.run, [laid] * processes, doors) for n in done]
    rows, capacity = standing(app, laid)
    states = Counter(row.state for row in rows)
    assert sorted(acknowledged) == sorted(n for door in doors for n in door)
    assert {row.name for row in rows} == {f"Person {n}" for n in range(people)}
    assert states == {RegistrationState.COMPLETE: seats, RegistrationState.WAITLISTED: people - seats}
    assert [row.position for row in rows] == list(range(1, people + 1))
    assert in_order(rows)
    assert (capacity.taken, capacity.waiting) == (seats, people - seats)
    print(
        f"bar 3: {people} people, {seats} seats, {states[RegistrationState.COMPLETE]} confirmed, queue in order"
    )


@pytest.mark.prove
def test_seats_given_back_during_the_race_go_to_the_head_of_the_queue(
    app: Kopuro, course: Callable[[int], racing.Course], proving: bool
) -> None:
    people, seats, leaving = (1000, 100, 60) if proving else (60, 10, 6)
    laid = course(seats)
    racing.run(laid, range(seats))
    early, _ = standing(app, laid)
    gone = [row.id for row in random.Random(SEED).sample(early, leaving)]  # noqa: S311  As above.
    doors = [list(range(seats, people))[door::3] for door in range(3)]
    with doors_of(4, "processes" if proving else "threads") as pool:
        giving = pool.submit(racing.give_up, laid, gone)
        list(pool.map(racing.run, [laid] * 3, doors))
        giving.result()
    rows, capacity = standing(app, laid)
    assert Counter(row.state for row in rows) == {
        RegistrationState.COMPLETE: seats,
        RegistrationState.WITHDRAWN: leaving,
        RegistrationState.WAITLISTED: people - seats - leaving,
    }
    assert in_order(rows)
    assert (capacity.taken, capacity.waiting) == (seats, people - seats - leaving)
    with app.database.unit_of_work(Actor.anonymous()) as session:
        told = Counter(session.scalars(select(OutboxMessage.kind)))
    assert told["events.registered"] == people
    # Whoever came while a seat was free got it at once; everybody else who moved up was told.
    assert told["events.promoted"] <= leaving == told["events.withdrawn"]
