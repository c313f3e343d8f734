"""The bars over the whole product share one world: the demonstration network, its secrets, its strangers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from network.web import Kopuro
from tests.conftest import forget
from tests.prove import world as prove
from tests.prove.world import World
from tests.worlds import keep, restore


@pytest.fixture(scope="session")
def made(
    served: Kopuro,
    owner_engine: Engine,
    superuser_connection: psycopg.Connection[Any],
    sweep: Callable[[], None],
) -> World:
    """The world as it was made, once."""
    world = prove.build(served, owner_engine)
    world.tables = keep(superuser_connection)
    sweep()
    return world


@pytest.fixture
def world(made: World, app: Kopuro, superuser_connection: psycopg.Connection[Any]) -> World:
    """The world, fresh for this test."""
    restore(superuser_connection, made.tables)
    forget(app)
    return made
