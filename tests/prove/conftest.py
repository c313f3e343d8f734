"""The bars over the whole product share one world: the demonstration network, its secrets, its strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, make_url

from network.web import Kopuro
from tests.conftest import forget
from tests.prove import world as worlds
from tests.prove.world import World


@pytest.fixture(scope="session")
def superuser_url(cluster: Any, owner_engine: Engine) -> str:
    """The superuser of the test cluster in the test database; no installation has one that can sign in."""
    url = make_url(cluster.superuser_url).set(drivername="postgresql", database=owner_engine.url.database)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def made(served: Kopuro, owner_engine: Engine, superuser_url: str, sweep: Callable[[], None]) -> World:
    """The world as it was made, once."""
    world = worlds.build(served, owner_engine)
    world.tables = worlds.keep(superuser_url)
    sweep()
    return world


@pytest.fixture
def world(made: World, app: Kopuro, superuser_url: str) -> Iterator[World]:
    """The world, fresh for this test."""
    worlds.restore(superuser_url, made.tables)
    forget(app)
    yield made
