"""``flask demo load``."""

from __future__ import annotations

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from network.web import Kopuro

demo = AppGroup("demo", help="The demonstration network.")


def register(app: Flask) -> None:
    app.cli.add_command(demo)


@demo.command("load")
def load() -> None:
    """Load the demonstration network into an empty installation."""
    from network.demo import NotHere
    from network.demo import load as load_network

    try:
        for line in load_network(cast(Kopuro, current_app)):
            click.echo(f"  {line}")
    except NotHere as refused:
        raise click.ClickException(str(refused)) from None
