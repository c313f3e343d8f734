"""``flask --app wsgi …``: the commands of the platform, and those that features bring in their ``commands.py``."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from typing import Any

import click
import psycopg
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from network.config import Settings
from network.postgres import StartError, migrate, owner_url, refusal, roles

db = AppGroup("db", help="The tables of the database.")


class Commands(AppGroup):
    """Looked for when the first is asked for: a web process runs none, and need not wait for what they import."""

    app: Flask | None = None
    _found: dict[str, click.Command] | None = None

    @property
    def commands(self) -> Any:  # Click keeps them in an attribute.
        """Every command by its name."""
        if self._found is None:
            self._found = {}
            if self.app is not None:
                _find(self.app)
        return self._found

    @commands.setter
    def commands(self, _none_yet: object) -> None:
        """Click begins with an empty set."""


def register(app: Flask) -> None:
    """Add the commands; every ``network.*.commands`` has a ``register(app)`` of its own."""
    commands = Commands(name=app.name)
    commands.app, app.cli = app, commands


def _find(app: Flask) -> None:
    import network

    app.cli.add_command(db)
    for module in pkgutil.iter_modules(network.__path__):
        name = f"network.{module.name}.commands"
        if module.ispkg and importlib.util.find_spec(name):
            importlib.import_module(name).register(app)
    for command in app.cli.commands.values():
        _say_in_one_line(command)


def _settings() -> Settings:
    from flask import current_app

    settings: Settings = current_app.settings  # type: ignore[attr-defined] # Ours, web.Kopuro, has them.
    return settings


@db.command("upgrade")
@click.argument("target", default="head")
def upgrade(target: str) -> None:
    """Bring the tables to this release, or to TARGET."""
    owner = owner_url(_settings())
    roles.prepare(owner, _settings())
    migrate.upgrade(owner, target, click.echo)
    click.echo(f"The database is at {migrate.current(owner)}.")


@db.command("downgrade")
@click.argument("target")
def downgrade(target: str) -> None:
    """Take the tables back to TARGET ("base": none). What later migrations brought is lost."""
    owner = owner_url(_settings())
    migrate.downgrade(owner, target, click.echo)
    click.echo(f"The database is at {migrate.current(owner) or 'nothing'}.")


@db.command("current")
def current() -> None:
    """Say which migration the database stands at, and which one this release needs."""
    click.echo(f"{migrate.current(owner_url(_settings())) or 'nothing'}, this release needs {migrate.head()}")


def _say_in_one_line(command: click.Command) -> None:
    """Give every command, of whatever feature, the same manners when the machine or the database refuses."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _say_in_one_line(below)
    elif command.callback is not None and not hasattr(command.callback, "in_one_line"):
        command.callback = _mannered(command.callback)


def _mannered(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def mannered(*given: Any, **named: Any) -> Any:
        try:
            return callback(*given, **named)
        except StartError as error:
            raise click.ClickException(" ".join(str(error).split())) from None
        except OperationalError as error:
            raise click.ClickException(f"The database failed: {refusal(error.orig)}.") from None
        except psycopg.OperationalError as error:
            raise click.ClickException(f"The database failed: {refusal(error)}.") from None
        except OSError as error:
            raise click.ClickException(f"{error.strerror or error}: {error.filename or 'no file'}.") from None

    mannered.in_one_line = True  # type: ignore[attr-defined] # The mark that keeps a second app from wrapping it twice.
    return mannered
