"""What operators ask: is it up, is it in order, how much waits. Nothing here knows a tenant by name."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from flask import Flask, Response, jsonify

from network.api import machine
from network.operate import checks, logs
from network.web import EVERYONE, OPERATOR, Kopuro, allow

__all__ = ["checks", "logs", "register"]


def register(app: Flask) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``, and the logs."""
    kopuro = cast(Kopuro, app)
    logs.register(app, kopuro.settings.log_level)

    @app.get("/healthz")
    @allow(EVERYONE)
    @machine("The process answers", tag="Operators", media=("text/plain",), statuses=())
    def healthz() -> Response:
        """The process answers. It asks nobody else, so that a tired database restarts no worker."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    @allow(OPERATOR)
    @machine("Database, migrations, clock and mail are in order", tag="Operators", statuses=(404, 503))
    def readyz() -> Response:
        found = checks.readiness(kopuro.database)
        response = jsonify({"ready": found.ready, **asdict(found)})
        response.status_code = 200 if found.ready else 503
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/metrics")
    @allow(OPERATOR)
    @machine("Figures for Prometheus", tag="Operators", media=("text/plain",), statuses=(404,))
    def metrics_page() -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST

        from network.operate import metrics

        response = Response(metrics.exposition(kopuro.database), content_type=CONTENT_TYPE_LATEST)
        response.headers["Cache-Control"] = "no-store"
        return response
