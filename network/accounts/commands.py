"""``flask network init``: the first coordinator of a real installation."""

from __future__ import annotations

from typing import cast

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import AppGroup

from network.accounts.services import partners
from network.permissions import Unfit
from network.tenancy import Actor
from network.web import Kopuro

network = AppGroup("network", help="The network itself.")


def register(app: Flask) -> None:
    app.cli.add_command(network)


@network.command("init")
@click.option("--email", prompt="Address of the first coordinator")
@click.option("--name", prompt="Name of the first coordinator")
@click.option("--language", default=None, help="Two letters: en, ru, ky, uz or tg.")
def init(email: str, name: str, language: str | None) -> None:
    """Make the network's own tenant, and print the one-time link for its first coordinator."""
    app = cast(Kopuro, current_app)
    spoken = language or app.settings.default_language
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError:
        raise click.ClickException("This is not an email address.") from None
    try:
        with app.database.unit_of_work(Actor.anonymous()) as session:
            token = partners.init_network(
                session,
                app.keyring,
                name=app.settings.network_name,
                email=address,
                person=" ".join(name.split())[:200] or address,
                language=spoken,
            )
            for begin in app.extensions.get("at_set_up", ()):
                begin(session)
    except Unfit as error:
        reasons = {
            "has_coordinator": "This network has a coordinator already; she invites the others.",
            "language": "The language is one of en, ru, ky, uz, tg.",
        }
        raise click.ClickException(reasons[error.code]) from None
    click.echo(
        f"{app.settings.network_name} is there. Its first coordinator opens this link, once, within 72 hours:"
    )
    click.echo(f"{app.settings.base_url}/{spoken}/join/{token}")
