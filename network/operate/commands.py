"""``flask audit verify``: whether what was written down about deeds is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from network.audit import AuditEntry, AuditHead, faults
from network.database import Database
from network.operate import resealing
from network.tenancy import Actor, Tenant
from network.web import Kopuro

group = AppGroup("audit", help="The record of who did what when.")

Heads = dict[str, tuple[int, str]]
"""Sequence and hash of the last entry, by the id of the tenant, as noted earlier."""


@dataclass
class Chain:
    """One tenant's record, read once from its beginning."""

    tenant: Tenant
    noted: tuple[int, str] | None = None
    length: int = 0
    found: list[str] = field(default_factory=list)

    def read(self, entries: Iterator[AuditEntry], head: AuditHead | None) -> None:
        self.found = list(faults(self._counted(entries), head))
        if head is None and self.length:
            self.found.append("the chain has no head")
        if self.noted and not self._noted_seen and self.noted[0]:
            self.found.append(
                f"entry {self.noted[0]} was there when its head was noted, and is not the same now"
            )

    _noted_seen: bool = False

    def _counted(self, entries: Iterator[AuditEntry]) -> Iterator[AuditEntry]:
        for entry in entries:
            self.length += 1
            self._noted_seen |= (entry.sequence, entry.hash.hex()) == self.noted
            yield entry


def verify(database: Database, noted: Heads | None = None) -> Iterator[Chain]:
    """Each tenant's chain, with what is wrong with it."""
    for tenant in _tenants(database):
        chain = Chain(tenant, (noted or {}).get(str(tenant.id)))
        with database.unit_of_work(Actor.clock(tenant.id)) as session:
            head = session.scalars(select(AuditHead)).one_or_none()
            entries = select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=500)
            chain.read(iter(session.scalars(entries)), head)
        yield chain


def _tenants(database: Database) -> list[Tenant]:
    with database.unit_of_work(Actor.anonymous()) as session:
        return list(session.scalars(select(Tenant).order_by(Tenant.slug)))


@group.command("verify")
@click.option(
    "--heads",
    type=click.File(),
    help="Lines that `flask audit heads` printed or mails brought; - reads the input.",
)
def verify_command(heads: IO[str] | None) -> None:
    """Find entries that were changed, deleted, reordered or cut off. Exits with 1 where there are any.

    Who holds the owner's password could cut off an end and mend the head: --heads finds that too.
    """
    sound = True
    for chain in verify(_app().database, _read(heads) if heads else None):
        sound = sound and not chain.found
        click.echo(f"{chain.tenant.slug}: {chain.length} entries, {'; '.join(chain.found) or 'in order'}")
    if not sound:
        click.echo("The record was tampered with.", err=True)
        raise SystemExit(1)


@group.command("heads")
def heads_command() -> None:
    """Print the end of each chain, to be kept elsewhere."""
    database = _app().database
    for tenant in _tenants(database):
        with database.unit_of_work(Actor.clock(tenant.id)) as session:
            head = session.scalars(select(AuditHead)).one_or_none()
        click.echo(f"{tenant.id}:{head.sequence if head else 0}:{head.hash.hex() if head else ''}")


def _read(heads: IO[str]) -> Heads:
    read: Heads = {}
    for line in heads:
        tenant_id, _, rest = line.strip().partition(":")
        sequence, colon, digest = rest.partition(":")
        if not (colon and sequence.isascii() and sequence.isdigit()):
            raise click.UsageError(
                "Heads are lines like tenant:sequence:hash, as `flask audit heads` prints them."
            )
        read[tenant_id] = (int(sequence), digest)
    return read


def _app() -> Kopuro:
    return cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.


def register(app: Flask) -> None:
    app.cli.add_command(group)
    resealing.register(app)
