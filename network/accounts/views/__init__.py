"""Pages of accounts: signing in, one's own account, joining, members, the key ceremony, partners."""

from __future__ import annotations

from typing import Any, cast

from network.accounts import gate
from network.accounts.views import (
    account,
    desk,
    invitations,
    join,
    members,
    partners,
    recovery,
    second_factor,
    sign_in,
    trail,
)
from network.accounts.views.rooms import accounts, admin
from network.web import Kopuro

blueprints = [accounts, admin]

__all__ = [
    "account",
    "blueprints",
    "desk",
    "invitations",
    "join",
    "members",
    "partners",
    "recovery",
    "register",
    "second_factor",
    "sign_in",
    "trail",
]


def register(app: Kopuro) -> None:
    """The gate, and the one post that carries no token: quick exit's beacon."""
    gate.register(app)
    cast(Any, app.extensions["csrf"]).exempt(sign_in.exit_beacon)
