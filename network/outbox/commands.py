"""``flask outbox deliver``: deliver at once what the scheduler would deliver within seconds."""

from __future__ import annotations

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from network.outbox.delivery import Courier
from network.web import Kopuro

outbox = AppGroup("outbox", help="Mail that waits to be delivered.")


@outbox.command("deliver")
def deliver() -> None:
    """Deliver every letter whose time has come."""
    app = cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.
    count = Courier(app).deliver()
    click.echo(f"Delivered {count.sent}, dropped {count.dropped} without a recipient.")
    if count.postponed or count.failed:
        click.echo(f"Not delivered: {count.postponed} to be tried again, {count.failed} given up.", err=True)
        raise SystemExit(1)


def register(app: Flask) -> None:
    app.cli.add_command(outbox)
