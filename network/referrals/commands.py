"""``flask retention …``: erasing what is past its day, by hand."""

from __future__ import annotations

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from network.referrals.services import retention as services
from network.tenancy import Actor, Tenant, TenantKind
from network.web import Kopuro

retention = AppGroup("retention", help="How long cases are kept.")


@retention.command("run")
@with_appcontext
def run() -> None:
    """Erase the cases and calls whose day has passed, without waiting for the night. What is held by law stays."""
    app = cast(Kopuro, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy.
    with app.database.unit_of_work(Actor.anonymous()) as session:
        chosen = select(Tenant.id, Tenant.name).where(Tenant.kind == TenantKind.MEMBER).order_by(Tenant.name)
        tenants = session.execute(chosen).all()
    total = calls = 0
    for tenant_id, name in tenants:
        actor = Actor.clock(tenant_id)
        with app.database.unit_of_work(actor) as session:
            done = services.run(session, actor)
        total += done.erased
        calls += done.calls
        if done.erased or done.held or done.waiting:
            click.echo(
                f"{name}: {done.erased} erased, {done.held} on legal hold,"
                f" {done.waiting} waiting for a referral to end"
            )
    click.echo(f"Cases erased: {total}.")
    if calls:
        click.echo(f"Calls erased: {calls}.")


def register(app: Flask) -> None:
    app.cli.add_command(retention)
