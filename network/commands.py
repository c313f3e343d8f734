"""``flask --app wsgi …``: the commands of the platform, and those that features bring in their ``commands.py``."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator

import click
import psycopg
from flask import Flask
from flask.cli import AppGroup

from network.config import Settings
from network.postgres import StartError, migrate, owner_url, roles

db = AppGroup("db", help="The tables of the database.")


def register(app: Flask) -> None:
    """Add the commands; every ``network.*.commands`` has a ``register(app)`` of its own."""
    import network

    app.cli.add_command(db)
    for module in pkgutil.iter_modules(network.__path__):
        name = f"network.{module.name}.commands"
        if module.ispkg and importlib.util.find_spec(name):
            importlib.import_module(name).register(app)


def _settings() -> Settings:
    from flask import current_app

    settings: Settings = current_app.settings  # type: ignore[attr-defined] # Ours, web.Kopuro, has them.
    return settings


@db.command("upgrade")
@click.argument("target", default="head")
def upgrade(target: str) -> None:
    """Bring the tables to this release, or to TARGET."""
    with _one_line():
        owner = owner_url(_settings())
        roles.prepare(owner, _settings())
        migrate.upgrade(owner, target, click.echo)
        click.echo(f"The database is at {migrate.current(owner)}.")


@db.command("downgrade")
@click.argument("target")
def downgrade(target: str) -> None:
    """Take the tables back to TARGET ("base": none). What later migrations brought is lost."""
    with _one_line():
        owner = owner_url(_settings())
        migrate.downgrade(owner, target, click.echo)
        click.echo(f"The database is at {migrate.current(owner) or 'nothing'}.")


@db.command("current")
def current() -> None:
    """Say which migration the database stands at, and which one this release needs."""
    with _one_line():
        click.echo(
            f"{migrate.current(owner_url(_settings())) or 'nothing'}, this release needs {migrate.head()}"
        )


@contextlib.contextmanager
def _one_line() -> Iterator[None]:
    """Turn what a person can mend into one line and an exit code, without a traceback."""
    try:
        yield
    except (StartError, psycopg.OperationalError) as error:
        raise click.ClickException(" ".join(str(error).split())) from None
