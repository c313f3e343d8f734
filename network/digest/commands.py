"""``flask digest …``: the digest by hand."""

from __future__ import annotations

import datetime
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from network.database import now
from network.digest import queries
from network.digest.services import editions
from network.tenancy import Actor
from network.web import Kopuro

digest = AppGroup("digest", help="Editions of the digest.")


@digest.command("compile")
@click.option(
    "--week", metavar="DAY", help="A day (2007-04-24) of the week to compile; else the last one over."
)
@with_appcontext
def compile_now(week: str | None) -> None:
    """Compile the edition of a week and publish it at once, without waiting for its hour."""
    monday = _monday(week)
    app = cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.
    with app.database.unit_of_work(Actor.anonymous()) as session:
        network = session.scalars(queries.network_tenant()).one_or_none()
    if network is None:
        raise click.ClickException("There is no network yet: run flask network init first.")
    actor = Actor.clock(network.id)
    with app.database.unit_of_work(actor) as session:
        edition = editions.open_edition(session, actor, monday)
        first = editions.publish_edition(session, actor, edition.id)
        many = len(edition.content.get("activities", []))
    click.echo(
        f"Published the edition {edition.slug}: {many} activities."
        if first
        else f"The edition {edition.slug} was published before; it stays as it is."
    )


def _monday(week: str | None) -> datetime.date:
    if week is None:
        return editions.last_week(now())
    try:
        monday = editions.week_of(datetime.date.fromisoformat(week))
    except (ValueError, OverflowError):
        raise click.ClickException(f"--week takes a day such as 2007-04-24, not {week!r}.") from None
    if monday > editions.last_week(now()):
        raise click.ClickException("This week is not over yet.")
    return monday


def register(app: Flask) -> None:
    app.cli.add_command(digest)
