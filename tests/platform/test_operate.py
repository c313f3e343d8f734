"""Operators learn whether Kopuro is up and in order, by page, by number and by log, and nothing about anybody."""

from __future__ import annotations

import dataclasses
import datetime
import io
import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from network.database import Database, now
from network.operate import checks
from network.operate.logs import JsonLines, redacted
from network.outbox import enqueue
from network.scheduler import plan
from network.scheduler.lease import Holder
from network.tenancy import Actor
from network.web import Kopuro

ANYBODY = Actor.anonymous()


def waiting(database: Database, ago: datetime.timedelta) -> None:
    """A letter that should have left some time ago."""
    with database.unit_of_work(ANYBODY) as session:
        enqueue(
            session,
            kind="test.letter",
            tenant_id=None,
            recipient=("row", uuid.uuid4()),
            not_before=now() - ago,
        )


@pytest.fixture
def away(app: Kopuro) -> Iterator[None]:
    """The database is away."""
    kept = app.database
    app.database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    yield
    app.database.dispose()
    app.database = kept


def test_healthz_says_that_the_process_is_up_even_without_a_database(client: FlaskClient, away: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_readyz_is_ready_when_everything_is_in_order(client: FlaskClient, database: Database) -> None:
    Holder(database).take()
    waiting(database, datetime.timedelta(minutes=1))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "database": True,
        "migrations": True,
        "scheduler": True,
        "outbox": True,
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_readyz_names_what_is_not_in_order(
    client: FlaskClient, database: Database, owner_engine: Engine
) -> None:
    assert _bad(client) == {"ready", "scheduler"}
    holder = Holder(database, length=datetime.timedelta(seconds=-40))
    holder.take()
    assert _bad(client) == {"ready", "scheduler"}, "a lease that ran out"
    Holder(database).take()
    waiting(database, datetime.timedelta(minutes=16))
    assert _bad(client) == {"ready", "outbox"}
    with owner_engine.connect() as connection:
        kept = connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        try:
            assert _bad(client) == {"ready", "outbox", "migrations"}
        finally:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": checks.migrate.head()}
            )
        assert kept.rowcount == 1


def test_readyz_says_when_the_database_is_away(client: FlaskClient, away: None) -> None:
    assert _bad(client) == {"ready", "database", "migrations", "scheduler", "outbox"}


def _bad(client: FlaskClient) -> set[str]:
    answer = client.get("/readyz")
    found = {name for name, fine in (answer.json or {}).items() if not fine}
    assert (answer.status_code == 503) == bool(found)
    return found


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_only_operators_see_more_than_that_it_is_up(app: Kopuro, path: str) -> None:
    outside = {"REMOTE_ADDR": "192.0.2.7"}
    kept = app.settings
    try:
        assert app.test_client().get(path, environ_base=outside).status_code == 404
        assert app.test_client().get(path).status_code != 404
        app.settings = dataclasses.replace(kept, metrics_token="a word")
        right = {"Authorization": "Bearer a word"}
        assert app.test_client().get(path, environ_base=outside, headers=right).status_code != 404
        assert app.test_client().get(path).status_code == 404
    finally:
        app.settings = kept


def test_metrics_count_what_waits_and_what_was_given_up(
    client: FlaskClient, database: Database, owner_engine: Engine
) -> None:
    for _ in range(2):
        waiting(database, datetime.timedelta(minutes=3))
    with database.unit_of_work(ANYBODY) as session:
        plan(session, None, "anything", uuid.uuid4(), now() - datetime.timedelta(minutes=1))
        plan(session, None, "anything", uuid.uuid4(), now() + datetime.timedelta(minutes=1))
    waiting(database, datetime.timedelta(minutes=1))
    with owner_engine.connect() as connection:
        connection.execute(
            text("UPDATE outbox_message SET failed_at = now() WHERE not_before > now() - interval '2 min'")
        )
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    found = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert float(found["kopuro_outbox_waiting"]) == 2
    assert 180 <= float(found["kopuro_outbox_late_seconds"]) < 240
    assert float(found["kopuro_outbox_failed"]) == 1
    assert float(found["kopuro_due_waiting"]) == 1
    assert float(found["kopuro_scheduler_in_order"]) == 0
    assert float(found["kopuro_database_in_order"]) == 1


def test_metrics_answer_without_a_database(client: FlaskClient, away: None) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "kopuro_database_in_order 0.0" in answer.text


# Logs


@pytest.fixture
def log(app: Kopuro) -> Iterator[io.StringIO]:
    """What our loggers write, as operators get it."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("kopuro")
    logger.addHandler(handler)
    yield kept
    logger.removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_the_access_log_has_the_rule_of_a_page_and_nothing_of_its_visitor(
    client: FlaskClient, log: io.StringIO
) -> None:
    ident = uuid.uuid4()
    client.get(f"/en/referrals/{ident}?name=Aigul", headers={"User-Agent": "Mozilla/9"})
    client.get("/ky/guest/Zm9vYmFyYmF6cXV4?code=123456")
    client.get("/nowhere/Aigul?q=secret")
    found = [line for line in lines(log) if line["logger"] == "kopuro.access"]
    assert len(found) == 3
    assert {"at", "level", "message", "status", "ms"} <= set(found[-1])
    for secret in (str(ident), "Aigul", "Zm9vYmFyYmF6cXV4", "123456", "secret", "127.0.0.1", "Mozilla"):
        assert secret not in log.getvalue()


def test_probes_do_not_fill_the_log(client: FlaskClient, log: io.StringIO) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path)
    assert [line for line in lines(log) if line["logger"] == "kopuro.access"] == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /en/guest/abc-DEF_123/code", "GET /en/guest/…/code"),
        ("GET /en/events?q=Aigul&x=1 done", "GET /en/events done"),
        ("mail to aigul.a@podruga.kg failed", "mail to …@… failed"),
        ("row 0190f7a2-1b2c-7d3e-8f40-123456789abc gone", "row … gone"),
        ("row 0190f7a21b2c7d3e8f40123456789abc gone", "row … gone"),
        (f"token {'a1B2' * 11} used", "token … used"),
        ("the clock was set", "the clock was set"),
    ],
)
def test_what_could_lead_to_somebody_is_taken_out(written: str, kept: str) -> None:
    assert redacted(written) == kept


def test_an_error_in_the_log_tells_where_and_of_what_class_and_not_what_the_driver_said(
    log: io.StringIO,
) -> None:
    try:
        raise ValueError("Key (name)=(Aigul) already exists")
    except ValueError:
        logging.getLogger("kopuro.test").exception("failed", extra={"sqlstate": "23505", "secret": "Aigul"})
    (line,) = lines(log)
    assert line["error"] == "ValueError"
    assert line["sqlstate"] == "23505"
    assert any("test_operate.py" in place for place in line["trace"])
    assert "Aigul" not in log.getvalue()
