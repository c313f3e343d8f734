"""The logins of a database: the owner migrates, ``_app`` serves, ``_reports`` counts, ``_backup`` copies.

None of them is a superuser or passes row-level security. ``_partners`` is no login: a member's request takes it for
one query on one flat table (docs/security.md, Tenancy).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from network import instance
from network.config import Settings
from network.postgres import StartError, plain, refusal
from network.postgres.server import password

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "citext")
LOGINS = ("app", "reports", "backup")
OLDEST = 150000

log = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, repr=False)
class Roles:
    """The addresses of one database, one for each login, as SQLAlchemy takes them."""

    owner_url: str
    app_url: str
    reports_url: str
    backup_url: str


def prepare(owner_url: str, settings: Settings) -> Roles:
    """Make what is missing of roles, passwords and extensions; say which login serves. Harmless to repeat.

    Needs an owner that owns the database, may create roles and is no superuser. Raises StartError with one line.
    """
    try:
        with psycopg.connect(plain(owner_url), connect_timeout=10, autocommit=True) as connection:
            database = _judge_owner(connection)
            with connection.transaction():
                # Two processes that set up at once take turns.
                connection.execute("SELECT pg_advisory_xact_lock(hashtext('kopuro roles'))")
                urls = _logins(connection, owner_url, settings, database)
                _close_doors(connection, database)
                _extensions(connection)
    except psycopg.OperationalError as error:
        raise StartError(f"DATABASE_URL: {refusal(error)}") from None
    except psycopg.Error as error:
        raise StartError(f"The database could not be set up: {refusal(error)}.") from None
    return Roles(owner_url, **urls)


def kept(owner_url: str, settings: Settings) -> Roles | None:
    """The logins as set-up left them, without asking the database; None where set-up has not been here."""
    kept_words = _kept_words(owner_url, settings)
    urls = {}
    for kind in LOGINS:
        by_hand = _by_hand(settings, kind)
        if not by_hand and kind not in kept_words:
            return None
        urls[f"{kind}_url"] = by_hand or _url(owner_url, f"{_database(owner_url)}_{kind}", kept_words[kind])
    return Roles(owner_url, **urls)


def _judge_owner(connection: Connection) -> str:
    row = connection.execute(
        "SELECT current_database(), current_user, r.rolsuper, r.rolbypassrls, r.rolcreaterole, d.datdba = r.oid"
        " FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()"
    ).fetchone()
    assert row is not None  # noqa: S101 - a connection always has a user and a database.
    database, user, is_super, bypasses, creates, owns = row
    if connection.info.server_version < OLDEST:
        raise StartError("DATABASE_URL: PostgreSQL 15 or newer is needed.")
    if is_super or bypasses:
        raise StartError(
            f"DATABASE_URL: {user} is a superuser or passes row-level security, and Kopuro refuses such a login:"
            f" give a login that owns the database {database} and may create roles."
        )
    if not owns:
        raise StartError(
            f"DATABASE_URL: {user} does not own the database {database}: ALTER DATABASE … OWNER TO {user}."
        )
    missing = _missing(connection, database)
    if missing and not creates:
        raise StartError(
            f"DATABASE_URL: {user} may not create roles and {', '.join(missing)} are missing:"
            f" ALTER ROLE {user} CREATEROLE, or make them by hand as docs/deploy.md says."
        )
    return str(database)


def _missing(connection: Connection, database: str) -> list[str]:
    names = [f"{database}_{kind}" for kind in (*LOGINS, "partners")]
    found = {
        name
        for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [names])
    }
    return [name for name in names if name not in found]


def _logins(connection: Connection, owner_url: str, settings: Settings, database: str) -> dict[str, str]:
    """The serving URLs; roles that are missing are made, with passwords that only ``instance/keys/`` knows."""
    missing = _missing(connection, database)
    words = _kept_words(owner_url, settings)
    urls, changed = {}, False
    for kind in LOGINS:
        role = f"{database}_{kind}"
        if by_hand := _by_hand(settings, kind):
            urls[f"{kind}_url"] = _checked(by_hand, kind, role, present=role not in missing)
            continue
        word = words.get(kind) or password()
        url = urls[f"{kind}_url"] = _url(owner_url, role, word)
        if role in missing:
            _create(connection, role, word)
        elif kind not in words or not _lets_in(url):
            log.warning("The role %s gets a new password, kept in instance/keys/.", role)
            _statement(connection, "ALTER ROLE {} PASSWORD {}", role, _hashed(connection, role, word))
        changed = changed or words.get(kind) != word
        words[kind] = word
    if changed:
        _keep_words(owner_url, settings, words)
    if f"{database}_partners" in missing:
        _statement(connection, "CREATE ROLE {} NOLOGIN", f"{database}_partners")
    _grant_partners(connection, database)
    return urls


def _create(connection: Connection, role: str, word: str) -> None:
    options = "LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
    _statement(
        connection, "CREATE ROLE {} " + options + " PASSWORD {}", role, _hashed(connection, role, word)
    )


def _hashed(connection: Connection, role: str, word: str) -> str:
    """The password as the server keeps it, so that it never travels in a statement that a server may log."""
    return connection.pgconn.encrypt_password(word.encode(), role.encode(), b"scram-sha-256").decode()


def _grant_partners(connection: Connection, database: str) -> None:
    held = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_auth_members WHERE roleid = %s::regrole AND member = %s::regrole)",
        [_quoted(f"{database}_partners"), _quoted(f"{database}_app")],
    ).fetchone()
    if held == (False,):
        names = sql.Identifier(f"{database}_partners"), sql.Identifier(f"{database}_app")
        connection.execute(sql.SQL("GRANT {} TO {}").format(*names))


def _close_doors(connection: Connection, database: str) -> None:
    """Only our logins enter this database, and none of them makes temporary tables in it."""
    name = sql.Identifier(database)
    ours = sql.SQL(", ").join(sql.Identifier(f"{database}_{kind}") for kind in LOGINS)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, ours))


def _extensions(connection: Connection) -> None:
    present = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    for name in EXTENSIONS:
        if name not in present:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def _statement(connection: Connection, words: str, role: str, literal: str = "") -> None:
    parts = [sql.Identifier(role)] + ([sql.Literal(literal)] if literal else [])
    connection.execute(sql.SQL(words).format(*parts))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _checked(url: str, kind: str, role: str, *, present: bool) -> str:
    variable = f"DATABASE_{kind.upper()}_URL"
    if not present:
        raise StartError(
            f"{variable} is set, but the role {role} does not exist: make it as docs/deploy.md says."
        )
    try:
        with psycopg.connect(plain(url), connect_timeout=10) as connection:
            user = connection.info.user
    except psycopg.OperationalError as error:
        raise StartError(f"{variable}: {refusal(error)}") from None
    if user != role:
        raise StartError(
            f"{variable} signs in as {user}; rights are given to {role}, so it must be that role."
        )
    return url


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(plain(url), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _by_hand(settings: Settings, kind: str) -> str | None:
    return {
        "app": settings.database_app_url,
        "reports": settings.database_reports_url,
        "backup": settings.database_backup_url,
    }[kind]


def _url(owner_url: str, user: str, word: str) -> str:
    """The owner's address with another login in it."""
    parts = urlsplit(owner_url)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(user, safe='')}:{quote(word, safe='')}@{place}"
    return urlunsplit(parts._replace(netloc=netloc))


def _database(owner_url: str) -> str:
    return unquote(urlsplit(owner_url).path.strip("/"))


def place(owner_url: str) -> str:
    """The database without its login: one clone may meet several, and each has passwords of its own."""
    parts = urlsplit(owner_url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}?{parts.query}"


def _all_words(settings: Settings) -> dict[str, dict[str, str]]:
    path = instance.folder(settings, "keys") / "roles.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _kept_words(owner_url: str, settings: Settings) -> dict[str, str]:
    return dict(_all_words(settings).get(place(owner_url), {}))


def _keep_words(owner_url: str, settings: Settings, words: dict[str, str]) -> None:
    everything = {**_all_words(settings), place(owner_url): words}
    instance.replace(instance.folder(settings, "keys") / "roles.json", json.dumps(everything, indent=1))
