"""``flask directory …``: measuring and rebuilding what is searched."""

from __future__ import annotations

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from network.tenancy import Actor, Tenant
from network.web import Kopuro

directory = AppGroup("directory", help="The shared directory.")


def register(app: Flask) -> None:
    app.cli.add_command(directory)


class _TakenBack(Exception):
    """Ends a transaction that must leave nothing behind."""


@directory.command("recall")
@click.option("--missed", is_flag=True, help="Name every question that was not answered.")
def recall(missed: bool) -> None:
    """Measure how much of what people type is found. Nothing is left behind in the database."""
    from network.directory import recall as measuring

    app = cast(Kopuro, current_app)
    try:
        with app.database.unit_of_work(Actor.anonymous()) as session:
            found = measuring.measure(session)
            raise _TakenBack
    except _TakenBack:
        pass
    click.echo(f"{'column':<22}{'asked':>7}{'found':>7}  recall")
    for title, columns in (("typed → written", found.languages), ("difficulty", found.difficulties)):
        click.echo(f"-- {title}")
        for name, share in sorted(columns.items(), key=lambda one: (-one[1].asked, one[0])):
            click.echo(f"{name:<22}{share.asked:>7}{share.answered:>7}  {share.recall:.2f}")
    whole = found.whole
    click.echo(f"{'in all':<22}{whole.asked:>7}{whole.answered:>7}  {whole.recall:.3f}")
    if missed:
        for question, got in found.missed:
            click.echo(f"not found: {question.query} ({question.expects}), but {', '.join(got) or 'nothing'}")


@directory.command("reindex")
def reindex() -> None:
    """Write everything that is searched anew from the listings, tenant by tenant."""
    from network.directory.services import publishing

    app = cast(Kopuro, current_app)
    with app.database.unit_of_work(Actor.anonymous()) as session:
        tenants = session.scalars(select(Tenant.id).order_by(Tenant.id)).all()
    written = 0
    for tenant_id in tenants:
        with app.database.unit_of_work(Actor.clock(tenant_id)) as session:
            written += publishing.publish_all(session, tenant_id)
    click.echo(f"{written} organizations written anew.")
