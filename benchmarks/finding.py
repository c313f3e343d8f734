"""Searching among 500 organizations and among 50,000: what people type, slips included, and the list page by page."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from network.database import Database
from network.directory import recall
from network.directory.finding.search import search
from network.directory.finding.wishes import Wish
from network.tenancy import Actor

TIMES = 100
"""How often the crowd is repeated: 500 organizations become 50,000."""

EVERY = 6
"""Of the questions of ``flask directory recall`` one in so many is asked."""

# Copies carry a word of their own in their names and stand elsewhere in the alphabet, so that no index is spared.
COPY = """
INSERT INTO search_public
SELECT r.* FROM generate_series(1, :times) AS n, search_public AS s, LATERAL jsonb_populate_record(s, jsonb_build_object(
    'id', gen_random_uuid(), 'subject_id', gen_random_uuid(), 'organization_id', gen_random_uuid(),
    'slug', s.slug || '-' || n,
    'names_key', s.names_key || 'branch' || (n * 7919 % 1000) || ' ',
    'lexemes', (s.lexemes || ('''0branch' || (n * 7919 % 1000) || '''')::tsvector)::text,
    'sort_keys', (SELECT jsonb_object_agg(key, value || chr(97 + n % 26) || n) FROM jsonb_each_text(s.sort_keys))
)) AS r
"""


@contextmanager
def timed(engine: Engine) -> Iterator[list[float]]:
    """Milliseconds that the database took for each statement."""
    taken: list[float] = []
    began: list[float] = []

    def before(*_: object) -> None:
        began.append(time.perf_counter())

    def after(*_: object) -> None:
        taken.append((time.perf_counter() - began.pop()) * 1000)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield taken
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def wishes() -> list[Wish]:
    """What is asked: texts in five languages with and without slips, filters, and lists."""
    asked = [Wish(text=one.query) for one in recall.questions()[::EVERY]]
    filtered = [
        Wish(kind="organization"),
        Wish(kind="organization", place_id="KG-B"),
        Wish(term="legal"),
        Wish(text="центр", place_id="UZ-AN"),
        Wish(text="юрист ош"),
        Wish(term="shelter", place_id="KG-GO", near=True),
    ]
    return asked + filtered


def quantile(database: Database, share: float = 0.95) -> tuple[float, float]:
    """The median and this share of the database time of a search, in milliseconds; each wish is asked three times."""
    totals = []
    for wish in wishes():
        rounds = []
        for _round in range(3):
            with database.unit_of_work(Actor.anonymous()) as session, timed(database.engine) as taken:
                search(session, wish, "ru", limit=25)
            rounds.append(sum(taken))
        totals.append(min(rounds))
    return statistics.median(totals), sorted(totals)[int(len(totals) * share)]


def measured(database: Database, owner_url: str, say: Callable[[str], Any] = print) -> tuple[float, float]:
    """The p95 of a search among 500 organizations and among 50,000, in milliseconds of database time."""
    owner = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    with database.unit_of_work(Actor.anonymous()) as session:
        recall.plant(session)
    with owner.connect() as connection:
        connection.execute(text("ANALYZE search_public"))
        connection.execute(text("ANALYZE search_word"))
    median, few = quantile(database)
    say(f"search among few: median {median:.1f} ms, p95 {few:.1f} ms")
    with database.unit_of_work(Actor.anonymous()) as session:
        session.connection().execute(text(COPY), {"times": TIMES})
    with owner.connect() as connection:
        connection.execute(text("VACUUM ANALYZE search_public"))
        rows = connection.execute(
            text("SELECT count(*) FROM search_public WHERE kind = 'organization'")
        ).scalar_one()
    median, many = quantile(database)
    say(f"search among {rows} organizations: median {median:.1f} ms, p95 {many:.1f} ms")
    owner.dispose()
    return few, many
