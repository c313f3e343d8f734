"""The demonstration network: built from published facts, plainly invented where it must be, marked on every page.

A room is a module here with ``load(app, cast) -> str``: it makes its part through the services, as the people of the
cast or as the clock of their tenants, and says in one line what it made.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from network.tenancy import Actor, Tenant

if TYPE_CHECKING:
    from network.web import Kopuro

ROOMS = ("directory", "upkeep", "events", "digest", "referrals")


class NotHere(Exception):
    """The demonstration network is refused; the text is the one line that says why."""


def load(app: Kopuro) -> Iterator[str]:
    """Load it into an empty installation, telling what was made. Loading it again changes nothing.

    Raises :class:`NotHere` where ``BASE_URL`` is https or a real tenant is there.
    """
    from network.demo import cast as players

    if app.settings.production:
        raise NotHere(
            "BASE_URL is https: the demonstration network's passwords stand in the open, so it is not loaded."
        )
    with app.database.unit_of_work(Actor.anonymous()) as session:
        if session.scalar(select(exists(select(Tenant.id).where(Tenant.demonstration.is_(False))))):
            raise NotHere(
                "There are real organizations here: the demonstration network is not loaded beside them."
            )
        if session.scalar(select(exists(select(Tenant.id).where(Tenant.demonstration)))):
            yield "The demonstration network is already there."
            return
    cast = players.load(app)
    yield f"{len(cast.tenants)} organizations with {len(cast.players)} people and their keys"
    for room in ROOMS:
        if importlib.util.find_spec(f"network.demo.{room}"):
            yield importlib.import_module(f"network.demo.{room}").load(app, cast)
