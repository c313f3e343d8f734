"""``/metrics``: gauges that come from the database, so that every worker gives the same answer."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from network.database import Database
from network.operate import checks


class Gauges(Collector):
    """Asked anew at each scrape."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        ready = checks.readiness(self.database)
        for part in ("database", "migrations", "scheduler", "outbox"):
            yield _gauge(
                f"kopuro_{part}_in_order", f"1 where /readyz finds {part} in order.", getattr(ready, part)
            )
        if not ready.database:
            return
        try:
            with self.database.engine.connect() as connection:
                mail, work = checks.outbox(connection), checks.work(connection)
        except SQLAlchemyError:
            return
        yield _gauge("kopuro_outbox_waiting", "Letters not yet delivered.", mail.waiting)
        yield _gauge(
            "kopuro_outbox_late_seconds", "How long the oldest letter waits past its time.", mail.late
        )
        yield _gauge("kopuro_outbox_failed", "Letters given up.", mail.failed)
        yield _gauge("kopuro_due_waiting", "Timed work whose moment has come.", work.waiting)
        yield _gauge("kopuro_due_late_seconds", "How long the oldest of it waits past its time.", work.late)
        yield _gauge("kopuro_due_failing", "Timed work that failed five times and more.", work.failed)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=float(value))


def exposition(database: Database) -> bytes:
    """The page in Prometheus text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gauges(database))
    return generate_latest(registry)
