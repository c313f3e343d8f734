"""Logs as JSON lines that tell operators what fails and where, and nobody anything about a person or a case."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

# What a line may carry beside its message. Everything else that a caller attaches is left out.
EXTRAS = ("endpoint", "method", "status", "ms", "kind", "attempts", "sqlstate", "task", "count", "error")

_SECRETS = (
    (re.compile(r"(?<=/guest/)[^\s/?#\"']+"), "…"),
    (re.compile(r"(?<=[\w/])\?[^\s\"']+"), ""),  # Query strings.
    (re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"), "…@…"),
    (re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE), "…"),
    (re.compile(r"\b[\w\-]{40,}\b"), "…"),  # Tokens.
)


def redacted(text: str) -> str:
    """The text without query strings, guest paths, addresses, ids and tokens."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and the extras of the list above."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        for name in EXTRAS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = redacted(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["trace"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _places(error: BaseException) -> list[str]:
    """Where it happened, without the error's own words: a driver's text holds values of rows."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]


def handler() -> logging.Handler:
    """To standard error, for whoever keeps the logs."""
    made = logging.StreamHandler(sys.stderr)
    made.setFormatter(JsonLines())
    made.set_name("kopuro")
    return made


def configure(level: str) -> None:
    """Our loggers write JSON lines from ``level`` up. The access log is ours: gunicorn's would tell paths."""
    for name in ("kopuro", "network"):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if not any(h.get_name() == "kopuro" for h in logger.handlers):
            logger.addHandler(handler())
    # APScheduler says every second what it runs, flask-limiter whose limit was reached.
    for name in ("apscheduler", "flask-limiter"):
        logging.getLogger(name).setLevel(logging.ERROR)
        logging.getLogger(name).propagate = False
        logging.getLogger(name).addHandler(logging.NullHandler())


access = logging.getLogger("kopuro.access")


def _begin() -> None:
    g.began = time.perf_counter()


def _line(response: Response) -> Response:
    """The rule of the route, not the path: no id, no token, no query, no address of the visitor."""
    if request.endpoint in ("healthz", "readyz", "metrics_page", "static"):
        return response
    rule = request.url_rule.rule if request.url_rule else "(no such page)"
    ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    access.info(
        rule,
        extra={
            "method": request.method if request.url_rule else "",
            "status": response.status_code,
            "ms": ms,
        },
    )
    return response


def register(app: Flask, level: str) -> None:
    configure(level)
    app.before_request(_begin)
    app.after_request(_line)
