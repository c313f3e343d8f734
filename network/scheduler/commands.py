"""``flask scheduler``: the clock, in the foreground."""

from __future__ import annotations

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from network.scheduler.clock import Clock
from network.web import Kopuro


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """Do timed work and deliver mail, until stopped. Of several, one works and the others stand by."""
    app = cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.
    click.echo("The clock ticks.")
    Clock(app).run()
    click.echo("The clock has stopped.")


def register(app: Flask) -> None:
    app.cli.add_command(scheduler)
