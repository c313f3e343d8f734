"""The database server: which one, with which logins, and whether it is safe to serve from."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from network.config import Settings
    from network.postgres.embedded import Cluster
    from network.postgres.roles import Roles


class StartError(Exception):
    """Kopuro cannot start like this; the text is the one line that a person at a terminal should read."""


def plain(url: str) -> str:
    """The URL as libpq takes it; everywhere else it is as SQLAlchemy does."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def refusal(error: BaseException | None) -> str:
    """What PostgreSQL said no with, for the person who runs Kopuro; never its DETAIL, which may carry a row."""
    code = getattr(error, "sqlstate", None)
    if code == "53100":
        return "the disk is full"
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if said is None:  # Not the server's words but the connection's, which asks back in its last line.
        lines = [line.strip() for line in str(error).splitlines() if "failed" in line]
        said = (lines[-1] if lines else type(error).__name__).removeprefix("connection failed: ")
    return f"{said} (SQLSTATE {code})" if code else said


_clusters: dict[Path, Cluster] = {}


def owner_url(settings: Settings) -> str:
    """The login that owns the database: for set-up, migrations, backup and restore alone.

    Without DATABASE_URL this is the embedded server's, which is started, and stopped when this process ends, unless
    another process of this clone runs it already. Raises StartError with one line.
    """
    from network.postgres import embedded

    if settings.database_url:
        return settings.database_url
    if not settings.embedded:
        raise StartError(
            "DATABASE_URL must be set for this: only the login that owns the database may do it."
        )
    if settings.instance not in _clusters:
        _clusters[settings.instance] = cluster = embedded.start(settings)
        atexit.register(cluster.stop)
    return _clusters[settings.instance].owner_url


def roles_of(settings: Settings) -> Roles:
    """The logins of the database, made when set-up has not been here. Raises StartError with one line."""
    from network.postgres import roles

    owner = owner_url(settings)
    return roles.kept(owner, settings) or roles.prepare(owner, settings)


def serving_url(settings: Settings) -> str:
    """The login that serves pages, works the clock and delivers mail: never the owner's."""
    return settings.database_app_url or roles_of(settings).app_url
