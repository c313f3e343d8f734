"""Too many tries are turned away, for all workers together, and nobody can read from the counts whose they were."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import g
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from network import create_app, limits
from network.database import Database
from network.limits.jobs import sweep
from network.limits.models import RateLimit
from network.scheduler import Due
from network.tenancy import Actor
from network.web import EVERYONE, Kopuro, allow


@pytest.fixture(scope="module")
def small(served: Kopuro) -> Kopuro:
    """A small application with one limited page and its twin, over the same database."""
    small = Kopuro("small", static_folder=None)
    small.settings, small.keyring, small.database = served.settings, served.keyring, served.database
    small.identify = lambda _session: Actor.anonymous()
    small.config["TESTING"] = True
    limits.register(small)

    @small.post("/try")
    @allow(EVERYONE)
    @limits.limit("try", per_address="3/minute", per_account="2/minute")
    def attempt() -> str:
        return "in"

    @small.post("/try-differently")
    @allow(EVERYONE)
    @limits.limit("try", per_address="3/minute", per_account="2/minute")
    def attempt_differently() -> str:
        return "in"

    return small


@pytest.fixture
def limited(small: Kopuro, app: Kopuro) -> Iterator[Kopuro]:
    """... with nothing counted yet, and its limits as they were."""
    yield small
    small.config.update(RATELIMIT_ENABLED=True, RATE_LIMITS={})


def attempts(app: Kopuro, *, email: str = "", address: str = "192.0.2.1", path: str = "/try") -> TestResponse:
    """One request, as a browser would send it."""
    data = {"email": email} if email else {}
    return app.test_client().post(path, data=data, environ_base={"REMOTE_ADDR": address})


def tries(app: Kopuro, *, times: int = 1, **kw: str) -> list[int]:
    """How each of some requests ended."""
    return [attempts(app, **kw).status_code for _ in range(times)]


def test_an_address_has_its_tries_and_no_more(limited: Kopuro) -> None:
    assert tries(limited, times=5) == [200, 200, 200, 429, 429]
    assert tries(limited, address="192.0.2.2") == [200]


def test_who_is_turned_away_is_told_when_to_come_back(limited: Kopuro) -> None:
    with time_machine.travel("2026-03-02 10:00:20+00:00", tick=False):
        tries(limited, times=3)
        assert int(attempts(limited).headers["Retry-After"]) in (60, 61)


def test_two_ways_to_the_same_thing_count_as_one(limited: Kopuro) -> None:
    assert tries(limited, times=3) == [200] * 3
    assert tries(limited, path="/try-differently") == [429]


def test_an_account_has_its_tries_from_wherever_they_come(limited: Kopuro) -> None:
    ends = [tries(limited, email="A@x.example ", address=f"192.0.2.{n}")[0] for n in range(4)]
    assert ends == [200, 200, 429, 429]
    assert tries(limited, email="b@x.example", address="192.0.2.9") == [200]


def test_the_account_is_the_same_in_every_spelling(limited: Kopuro) -> None:
    assert tries(limited, email="Aigul@x.example", address="192.0.2.1") == [200]
    assert tries(limited, email=" AIGUL@X.example", address="192.0.2.2") == [200]
    assert tries(limited, email="aigul@x.example", address="192.0.2.3") == [429]


def test_one_household_of_ipv6_counts_as_one(limited: Kopuro) -> None:
    ends = [tries(limited, address=f"2001:db8:1:2::{n}")[0] for n in range(1, 5)]
    assert ends == [200, 200, 200, 429]
    assert tries(limited, address="2001:db8:1:3::1") == [200]


def test_a_new_window_begins_after_the_old_one(limited: Kopuro) -> None:
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        assert tries(limited, times=4)[-1] == 429
        clock.shift(61)
        assert tries(limited) == [200]


def test_a_clock_set_back_closes_nobody_out(limited: Kopuro) -> None:
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        assert tries(limited, times=4)[-1] == 429
        clock.shift(-3600)
        assert tries(limited) == [200]


def test_tries_at_the_same_moment_are_all_counted(limited: Kopuro) -> None:
    gate = threading.Barrier(8)

    def go(_: int) -> int:
        gate.wait()
        return tries(limited)[0]

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(go, range(8))) == [200] * 3 + [429] * 5


def test_counts_tell_neither_address_nor_account(limited: Kopuro, database: Database) -> None:
    tries(limited, email="aigul@x.example", address="198.51.100.77")
    with database.unit_of_work(Actor.anonymous()) as session:
        kept = " ".join(session.scalars(select(RateLimit.key)))
    assert kept, "something was counted"
    assert "198.51.100.77" not in kept
    assert "aigul" not in kept


def test_a_limit_may_be_raised_by_its_name(limited: Kopuro) -> None:
    assert tries(limited, times=4)[-1] == 429
    limited.config["RATE_LIMITS"] = {"try.address": "1000/minute"}
    assert tries(limited, times=5) == [200] * 5


def test_limits_may_be_switched_off(limited: Kopuro) -> None:
    assert tries(limited, times=4)[-1] == 429
    limited.config["RATELIMIT_ENABLED"] = False
    assert tries(limited, times=5) == [200] * 5


def test_what_only_the_view_knows_can_be_limited_too(limited: Kopuro) -> None:
    with limited.app_context():
        for _ in range(2):
            limits.spend("recovery", "somebody", "2/hour")
        with pytest.raises(TooManyRequests):
            limits.spend("recovery", "somebody", "2/hour")
        limits.spend("recovery", "somebody else", "2/hour")
        assert g.retry_at


def test_old_counts_are_swept_away(limited: Kopuro, database: Database) -> None:
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        tries(limited)
        clock.shift(7200)
        tries(limited, address="192.0.2.2")
        with database.unit_of_work(Actor.anonymous()) as session:
            sweep(session, Due())
        with database.unit_of_work(Actor.anonymous()) as session:
            assert len(session.scalars(select(RateLimit)).all()) == 1


def test_with_redis_away_pages_answer_that_they_cannot_now(served: Kopuro, small: Kopuro) -> None:
    """As with a database that is away: nobody may guess passphrases because a counter is down."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        settings = dataclasses.replace(served.settings, redis_url=url)
        app = create_app(
            settings, serving_url=served.database.engine.url.render_as_string(hide_password=False)
        )
        try:
            answer = app.test_client().post("/en/login", data={"email": "a@x.example"})
            counted = _without_form_checks(app).test_client().post("/en/login", data={"email": "a@x.example"})
        finally:
            app.database.dispose()
            limits.limiter._storage_uri = "kopuro://"
            limits.limiter._storage_options = {}
            limits.limiter.init_app(small)
    assert answer.status_code == 400, "a form without its token is refused before anything is counted"
    assert counted.status_code == 503
    assert counted.headers["Retry-After"]
    assert "redis" not in counted.text.lower()


def _without_form_checks(app: Kopuro) -> Kopuro:
    app.config["WTF_CSRF_ENABLED"] = False
    return app
