"""Counting: requests a second, queries a request, milliseconds a deed. Medians of rounds, one thread, no network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

ROUNDS = 3
SECONDS = 0.7
TURNS, TURN = 9, 0.15


def per_second(deed: Callable[[], Any], seconds: float = SECONDS) -> float:
    """How often it can be done in a second: the median of three rounds, after one warm-up."""
    deed()
    return statistics.median(_rate(deed, seconds) for _round in range(ROUNDS))


def compared(deed: Callable[[], Any], base: Callable[[], Any]) -> tuple[float, float]:
    """How often it can be done in a second, and how that compares with ``base``: turn by turn, so that whatever else
    the machine does meanwhile is borne by both. Medians."""
    deed(), base()
    rates, ratios = [], []
    for _turn in range(TURNS):
        own, other = _rate(deed, TURN), _rate(base, TURN)
        rates.append(own)
        ratios.append(own / other)
    return statistics.median(rates), statistics.median(ratios)


def _rate(deed: Callable[[], Any], seconds: float) -> float:
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        deed()
        done += 1
    return done / spent


def milliseconds(deed: Callable[[], Any], times: int = 15) -> float:
    """How long one takes: the median."""
    taken = []
    for _time in range(times):
        began = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def getting(
    app: Flask, path: str, status: int = 200, headers: dict[str, str] | None = None
) -> Callable[[], None]:
    """A request to measure; it fails loudly when the answer is another one."""
    client: FlaskClient = app.test_client()

    def get() -> None:
        response = client.get(path, headers=headers)
        assert response.status_code == status, (path, response.status_code)

    return get


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that ran, without those that only say who acts."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "set_config" not in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
