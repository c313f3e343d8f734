"""A form that is sent twice does its deed once."""

from __future__ import annotations

import datetime
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from network import deeds
from network.database import Database, now
from network.permissions import Unfit
from network.scheduler import Due
from network.tenancy import Actor, Tenant
from tests.factories import Make

ANYBODY = Actor.anonymous()


class Act:
    """Something that must happen once: it counts, and writes a tenant."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return f"/en/things/{self.times}"


def do(database: Database, act: Act, key: str | None, actor: Actor = ANYBODY, content: bytes = b"") -> str:
    with database.unit_of_work(actor) as session:
        return deeds.once(session, actor, key, act, content=content)


def test_a_double_click_acts_once_and_gets_the_same_address(database: Database) -> None:
    act, key = Act(), deeds.new_key()
    assert do(database, act, key) == do(database, act, key) == "/en/things/1"
    assert act.times == 1


def test_a_form_without_a_key_still_works(database: Database) -> None:
    act = Act()
    assert [do(database, act, key) for key in (None, "", "nonsense")] == [
        f"/en/things/{n}" for n in (1, 2, 3)
    ]


def test_a_key_counts_for_its_own_actor_alone(database: Database, make: Make) -> None:
    act, key = Act(), deeds.new_key()
    mine = Actor.member(make.tenant().id, uuid.uuid4(), [])
    theirs = Actor.member(make.tenant().id, uuid.uuid4(), [])
    assert do(database, act, key, mine) == "/en/things/1"
    assert do(database, act, key, theirs) == "/en/things/2"


def test_a_form_changed_and_sent_again_is_a_deed_of_its_own(database: Database) -> None:
    act, key = Act(), deeds.new_key()
    assert do(database, act, key, content=b"Osh") == "/en/things/1"
    assert do(database, act, key, content=b"Batken") == "/en/things/2"
    assert do(database, act, key, content=b"Osh") == "/en/things/1"


def test_a_refused_deed_may_be_tried_again_with_the_same_form(database: Database) -> None:
    key, act = deeds.new_key(), Act()

    def refuse() -> str:
        raise Unfit("too-early")

    with database.unit_of_work(ANYBODY) as session, pytest.raises(Unfit):
        deeds.once(session, ANYBODY, key, refuse)
        # The view shows the form again and the unit of work commits.
    assert do(database, act, key) == "/en/things/1"


def test_of_a_race_one_acts_and_all_get_its_address(database: Database) -> None:
    key, gate = deeds.new_key(), threading.Barrier(6)

    def race(number: int) -> str:
        def act() -> str:
            with database.unit_of_work(ANYBODY) as other:
                other.add(Tenant(kind="member", slug=f"r{number}", name="R", code=f"R{number}"))
            return f"/en/things/{number}"

        gate.wait()
        with database.unit_of_work(ANYBODY) as session:
            return deeds.once(session, ANYBODY, key, act)

    database.engine.pool._max_overflow = 20  # type: ignore[attr-defined]
    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(race, range(6)))
    assert len(answers) == 1
    with database.unit_of_work(ANYBODY) as session:
        assert len(session.scalars(select(Tenant)).all()) == 1


def test_where_the_first_of_two_fails_the_second_acts(database: Database) -> None:
    key, act = deeds.new_key(), Act()
    inside, leave = threading.Event(), threading.Event()

    def first() -> str:
        inside.set()
        leave.wait(10)
        raise RuntimeError

    def fail() -> None:
        with pytest.raises(RuntimeError), database.unit_of_work(ANYBODY) as session:
            deeds.once(session, ANYBODY, key, first)

    with ThreadPoolExecutor(2) as pool:
        failing = pool.submit(fail)
        inside.wait(10)
        second = pool.submit(do, database, act, key)
        leave.set()
        failing.result(10)
        assert second.result(10) == "/en/things/1"


def test_deeds_are_forgotten_after_a_week(database: Database) -> None:
    act, key = Act(), deeds.new_key()
    do(database, act, key)
    with database.unit_of_work(ANYBODY) as session:
        session.scalars(select(deeds.Deed)).one().at = now() - datetime.timedelta(days=8)
    with database.unit_of_work(ANYBODY) as session:
        deeds.forget(session, Due())
    assert do(database, act, key) == "/en/things/2"
