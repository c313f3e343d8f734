"""Migrations as the owner of the database, one process at a time."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg

from network.config import REPOSITORY
from network.postgres import StartError, plain, refusal

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic and SQLAlchemy are imported where a migration runs: most starts of the launcher find nothing to migrate.
MIGRATIONS = REPOSITORY / "migrations"
Tell = Callable[[str], None]


def upgrade(owner_url: str, target: str = "head", tell: Tell | None = None) -> None:
    """Migrate up to ``target``; ``tell`` hears of each step. The roles must exist (``roles.prepare``).

    Raises StartError with one line when the database refuses.
    """
    from alembic import command

    with _alone(owner_url), _telling(tell):
        command.upgrade(_config(owner_url), target)


def downgrade(owner_url: str, target: str, tell: Tell | None = None) -> None:
    """Migrate down to ``target``, "base" for nothing at all."""
    from alembic import command

    with _alone(owner_url), _telling(tell):
        command.downgrade(_config(owner_url), target)


def current(owner_url: str) -> str | None:
    """The migration the database stands at; None before the first."""
    with psycopg.connect(plain(owner_url), connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('public.alembic_version') IS NULL").fetchone() == (True,):
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def head() -> str:
    """The newest migration: they are numbered, each after the one before, which a house test holds."""
    return max(path.name.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _config(owner_url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("prepend_sys_path", str(REPOSITORY).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    return config


@contextlib.contextmanager
def _alone(owner_url: str) -> Iterator[None]:
    """Hold a lock of the database: two that migrate at once take turns, and the second finds nothing to do."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    try:
        with psycopg.connect(plain(owner_url), connect_timeout=10, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext('kopuro migrations'))")
            yield
    except CommandError as error:
        raise StartError(f"{error}.") from None
    except DBAPIError as error:
        raise StartError(f"A migration was refused by PostgreSQL: {refusal(error.orig)}.") from error


@contextlib.contextmanager
def _telling(tell: Tell | None) -> Iterator[None]:
    """Pass on what Alembic logs about each step."""
    if tell is None:
        yield
        return
    logger = logging.getLogger("alembic.runtime.migration")
    handler, level, passes = _Steps(tell), logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = passes


class _Steps(logging.Handler):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage()
        if words.startswith("Running"):
            self.tell(words.removeprefix("Running "))
