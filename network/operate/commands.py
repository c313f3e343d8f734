"""``flask audit verify``: whether what was written down about deeds is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from network import audit
from network.database import Database
from network.tenancy import Actor, Tenant
from network.web import Kopuro

group = AppGroup("audit", help="The record of who did what when.")


def verify(database: Database) -> Iterator[tuple[Tenant, int, list[str]]]:
    """Each tenant with the length of its chain and what is wrong with it."""
    with database.unit_of_work(Actor.anonymous()) as session:
        tenants = session.scalars(select(Tenant).order_by(Tenant.slug)).all()
    for tenant in tenants:
        with database.unit_of_work(Actor.clock(tenant.id)) as session:
            head = session.scalars(select(audit.AuditHead)).one_or_none()
            entries = session.scalars(
                select(audit.AuditEntry).order_by(audit.AuditEntry.sequence).execution_options(yield_per=500)
            )
            length = 0

            def counted() -> Iterator[audit.AuditEntry]:
                nonlocal length
                for entry in entries:  # noqa: B023  # Read before the loop goes on.
                    length += 1
                    yield entry

            found = list(audit.faults(counted(), head))
            if head is None and length:
                found.append("the chain has no head")
        yield tenant, length, found


@group.command("verify")
def verify_command() -> None:
    """Find entries that were changed, deleted, reordered or cut off. Exits with 1 where there are any."""
    app = cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.
    sound = True
    for tenant, length, found in verify(app.database):
        sound = sound and not found
        click.echo(f"{tenant.slug}: {length} entries, {'in order' if not found else ''}{'; '.join(found)}")
    if not sound:
        click.echo("The record was tampered with.", err=True)
        raise SystemExit(1)


def register(app: Flask) -> None:
    app.cli.add_command(group)
