"""What the tests of accounts do again and again."""

from __future__ import annotations

import time
from typing import Any

import pyotp
from sqlalchemy import Engine, text

from network.accounts import queries
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import User
from network.accounts.services import joining, second_factor
from network.tenancy import Actor
from network.web import Kopuro
from tests.factories import Person
from tests.pages import Page, Visitor

NEW = "eleven blue saddles at Song-Köl"


def sign_in(visitor: Visitor, person: Person, passphrase: str | None = None, path: str = "/en/login") -> Page:
    """Fill in the page of signing in; the answer itself, not where it leads."""
    return visitor.open(path).submit(
        {"email": person.email, "password": passphrase or person.passphrase},
        containing="password",
        follow=False,
    )


def set_up_second_factor(app: Kopuro, person: Person) -> str:
    """Give the person an authenticator; its secret."""
    secret = second_factor.new_secret()
    with app.database.unit_of_work(person.actor) as session:
        user = session.get_one(User, person.user_id)
        user.totp = app.keyring.seal_outer(second_factor.TOTP, user.id, secret.encode())
    return secret


def code_now(secret: str, steps: int = 0) -> str:
    """The code of this moment, or some steps away."""
    return pyotp.TOTP(secret).at(int(time.time()) + steps * second_factor.STEP)


def age(owner: Engine, table: str, column: str, interval: str) -> None:
    """Let time pass for the rows of a table."""
    with owner.connect() as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = {column} - interval '{interval}'"))


def link_of(app: Kopuro, tenant_id: Any) -> str:
    """The path that the newest open invitation of a tenant leads to, as its letter would carry it."""
    from network.database import now

    with app.database.unit_of_work(Actor.clock(tenant_id)) as session:
        newest = session.scalars(queries.open_invitations(tenant_id, now())).first()
        assert newest is not None
        return f"/en/join/{joining.link_token(app.keyring, newest)}"


def membership_id(app: Kopuro, person: Person) -> Any:
    with app.database.unit_of_work(person.actor) as session:
        return session.scalars(queries.membership_of(person.tenant.id, person.user_id)).one().id


def wraps(owner: Engine, person: Person) -> int:
    """How many epochs of the desk are sealed to the person."""
    with owner.connect() as connection:
        return int(
            connection.execute(
                text("SELECT count(*) FROM wraps.desk_key WHERE user_id = :u"), {"u": person.user_id}
            ).scalar_one()
        )


def epochs_open_to(app: Kopuro, person: Person) -> list[int]:
    """The epochs whose private half this person really opens."""
    with app.database.unit_of_work(person.actor) as session:
        keys = DeskKeys(session, person.actor, person.private)
        return [epoch for epoch in keys.epochs if keys.private(epoch).public is not None]
