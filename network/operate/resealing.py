"""``flask keys …``: a new generation of the server's keys, and everything that an old one still covers under the new one.

What only a person can open again (the pepper in a passphrase, the code of a guest) renews itself when she next comes;
the outer layer around it, and around all the server seals alone, is renewed here, row by row. Each row is its own deed:
a run that was killed leaves rows of both generations, both readable, and the next run does the rest. A row that somebody
changed meanwhile is left to whoever changed it, who sealed it anew.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from network.keys import Keyring, KeysError, Tampered, outer_generation
from network.keys.locked import HEADER
from network.postgres import owner_url
from network.web import Kopuro

keys = AppGroup("keys", help="The server's own keys: the keyring file.")

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Under:
    """One column that the outer layer covers: for which purpose, and of which row (the column with its id)."""

    table: str
    column: str
    purpose: str
    row: str = "id"
    behind: int = 0
    """So many bytes in clear stand before the blob."""
    within: str = ""
    """The column is JSON, and the blob, in base64, is what it holds under this name."""


COLUMNS = (
    Under('"user"', "email", "user.email"),
    Under('"user"', "totp", "user.totp"),
    Under("invitation", "email", "invitation.email"),
    Under("registration", "email", "registration email"),
    Under("address", "sealed", "address"),
    Under("revision", "snapshot", "past address", "subject_id", within="door"),
    Under("section_draft", "sealed", "section draft"),
    Under("wraps.user_key", "recovery_wrap", "user.recovery", "user_id"),
    Under("wraps.user_key", "locked", "locked-key", "user_id", behind=HEADER.size),
    Under("wraps.guest_link", "locked", "guest-key", "guest_id", behind=HEADER.size),
)
"""Every column that ``Keyring.seal_outer`` writes. What is sealed for an hour (the secret of a second factor while it is
being set up) is in no row, and needs no renewing."""


@dataclass
class Renewed:
    """What became of the rows of one column."""

    renewed: int = 0
    sound: int = 0
    """Under the current generation already."""
    shut: int = 0
    """Cannot be opened: the generation is gone from the keyring, or the row was tampered with."""


def reseal(engine: Engine, keyring: Keyring) -> Iterator[tuple[Under, Renewed]]:
    """Bring every column under the current generation. ``engine`` connects as the owner, each statement for itself."""
    for under in COLUMNS:
        done = Renewed()
        with engine.connect() as connection:
            _column(connection, keyring, under, done)
        yield under, done


def _column(connection: Connection, keyring: Keyring, under: Under, done: Renewed) -> None:
    key = "user_id" if under.table == "wraps.user_key" else "id"
    value = f"{under.column} ->> '{under.within}'" if under.within else under.column
    # Names of tables and columns are ours, from the list above.
    page = text(
        f"SELECT {key}, {under.row}, {value} FROM {under.table}"  # noqa: S608
        f" WHERE {value} IS NOT NULL AND (CAST(:last AS uuid) IS NULL OR {key} > :last) ORDER BY {key} LIMIT :most"
    )
    change = text(
        f"UPDATE {under.table} SET {under.column} = "  # noqa: S608
        + (
            f"jsonb_set({under.column}, '{{{under.within}}}', to_jsonb(CAST(:new AS text)))"
            if under.within
            else ":new"
        )
        + f" WHERE {key} = :key AND {value} = :old"
    )
    last: Any = None
    while rows := connection.execute(page, {"last": last, "most": AT_ONCE}).all():
        for last, row_id, kept in rows:
            old = base64.b64decode(kept) if under.within else bytes(kept)
            new = _renewed(keyring, under, row_id, old, done)
            if new is None:
                continue
            values = {
                "key": last,
                "old": kept,
                "new": base64.b64encode(new).decode() if under.within else new,
            }
            done.renewed += connection.execute(change, values).rowcount


def _renewed(keyring: Keyring, under: Under, row_id: Any, old: bytes, done: Renewed) -> bytes | None:
    clear, blob = old[: under.behind], old[under.behind :]
    try:
        if outer_generation(blob) == keyring.current:
            done.sound += 1
            return None
        inner = keyring.open_outer(under.purpose, row_id, blob)
    except (Tampered, KeysError):
        done.shut += 1
        return None
    return clear + keyring.seal_outer(under.purpose, row_id, inner)


@keys.command("rotate")
def rotate() -> None:
    """Begin a new generation of the server's keys, and bring everything under it."""
    number = _app().keyring.add_generation()
    click.echo(f"Generation {number} is in use; older ones stay readable. Keep a copy of the keyring file.")
    _reseal()


@keys.command("reseal")
def reseal_command() -> None:
    """Bring everything under the newest generation: also where an earlier run was stopped."""
    _reseal()


def _reseal() -> None:
    app = _app()
    engine = create_engine(owner_url(app.settings), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    shut = 0
    for under, done in reseal(engine, app.keyring):
        shut += done.shut
        more = f", {done.shut} cannot be opened" if done.shut else ""
        name = under.table.strip('"')
        click.echo(f"{name}.{under.column}: {done.renewed} renewed, {done.sound} in order{more}")
    if shut:
        raise click.ClickException(f"{shut} rows cannot be opened with this keyring.")


def _app() -> Kopuro:
    return cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.


def register(app: Flask) -> None:
    app.cli.add_command(keys)
