"""People who come for the same seats at the same moment: run in processes of their own by ``test_bar_03``."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from network.database import Database, load_models
from network.events.models import ConsentToPublish
from network.events.services import registering
from network.keys import Keyring
from network.tenancy import Actor

THREADS = 8


@dataclass(frozen=True)
class Course:
    """What a process needs to take part."""

    url: str
    keyring: Path
    tenant_id: uuid.UUID
    event_id: uuid.UUID


def run(course: Course, people: Sequence[int]) -> list[int]:
    """Register these people, eight at a time, all starting together. Returns those whose commit was acknowledged."""
    load_models()
    database = Database(course.url, pool_size=THREADS, max_overflow=0)
    keyring = Keyring.load(course.keyring)
    start = threading.Barrier(min(THREADS, len(people)))

    def come(lane: int) -> list[int]:
        start.wait(30)
        done = []
        for number in people[lane::THREADS]:
            visitor = Actor.visitor(course.tenant_id)
            with database.unit_of_work(visitor) as session:
                registering.register(session, visitor, keyring, course.event_id, _answers(number))
            done.append(number)
        return done

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            lanes = pool.map(come, range(min(THREADS, len(people))))
            return [number for lane in lanes for number in lane]
    finally:
        database.dispose()


def _answers(number: int) -> registering.Answers:
    return registering.Answers(
        email=f"person{number}@example.org",
        name=f"Person {number}",
        organization="",
        language="en",
        consent_to_publish=ConsentToPublish.NOBODY,
        submission=uuid.uuid4(),
    )


def give_up(course: Course, people: Sequence[uuid.UUID]) -> None:
    """Withdraw these registrations, one after the other, while others come."""
    load_models()
    database = Database(course.url, pool_size=1, max_overflow=0)
    try:
        for registration_id in people:
            visitor = Actor.visitor(course.tenant_id)
            with database.unit_of_work(visitor) as session:
                registering.withdraw(session, visitor, registration_id)
    finally:
        database.dispose()
