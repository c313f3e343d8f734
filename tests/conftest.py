"""What every test stands on: a real PostgreSQL of its own, the application as it serves, and an empty network.

One cluster and one migrated database serve a whole run (one per pytest-xdist worker); after each test that used the
database its tables are emptied, so tests commit for real and see what users would see.
"""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import hypothesis
import psycopg
import pytest
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from psycopg import sql
from sqlalchemy import Engine, create_engine, event, make_url

from network import create_app
from network.config import REPOSITORY, Settings
from network.database import Database
from network.i18n.catalogues import compile_all
from network.web import Kopuro
from tests.factories import Make
from tests.pages import Visitor
from tests.worlds import Worlds, tables

# How long an example takes says how busy the machine is, and nothing about the product.
hypothesis.settings.register_profile(
    "kopuro", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("kopuro")

LONG = ("tests/prove/", "tests/test_server.py", "tests/test_postgres.py", "tests/journeys/")
"""What takes longest begins first, and on one worker, which makes the world of the bars once for all of them; the
other takes over what is short from its end. Otherwise one works on alone when the other has nothing left."""


# Before the selection by -m, which asks for the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # A test that has a full size is one of those that make prove runs, wherever it lies.
        if "proving" in getattr(item, "fixturenames", ()) or item.nodeid.startswith("tests/prove/"):
            item.add_marker(pytest.mark.prove)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


COMPILED = REPOSITORY / "build" / "templates"


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def settings(instance: Path) -> Settings:
    """The settings of the tests: quick key derivation, people sign in by passphrase alone; all else as shipped."""
    return dataclasses.replace(
        Settings.from_environ({}), instance=instance, kdf_memory_kib=64, kdf_passes=1, require_mfa=False
    )


@pytest.fixture(scope="session")
def cluster(settings: Settings) -> Iterator[object]:
    from network.postgres import embedded

    with embedded.start(settings, fast=True) as running:
        yield running


@pytest.fixture(scope="session")
def roles(cluster: object, settings: Settings) -> object:
    """The logins of the test database; the policies of the migrations name them, so they come first."""
    from network.postgres.roles import prepare

    return prepare(cluster.create_database("kopuro_test"), settings)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def owner_url(roles: object) -> str:
    """The login that owns the test database; migrations ran as it."""
    from network.postgres import migrate

    url: str = roles.owner_url  # type: ignore[attr-defined]
    migrate.upgrade(url)
    return url


@pytest.fixture(scope="session")
def owner_engine(owner_url: str) -> Iterator[Engine]:
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def plan_once(connection: Any, _record: object) -> None:
    """PostgreSQL plans each statement of a run once: plans under row-level security take it longer than the answers.

    psycopg forgets what is prepared with every rollback, which a refusal ends with, because a rollback may undo a
    change of types. No test changes tables through the application's connection.
    """
    connection.prepare_threshold, connection.prepared_max = 1, 1000
    connection._prepared.clear = lambda: False
    connection._prepared._should_discard = lambda *_: False


@pytest.fixture(scope="session")
def served(settings: Settings, owner_url: str, roles: object, owner_engine: Engine) -> Iterator[Kopuro]:
    compile_all()  # Pages are tested in the words that readers see.
    app = create_app(settings, serving_url=roles.app_url)  # type: ignore[attr-defined]
    event.listen(app.database.engine, "connect", plan_once)
    app.config["TESTING"] = True
    # Kept beside the repository: to compile every template takes each worker ten seconds, at each run.
    COMPILED.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    # As gunicorn.conf.py does: what all tests stand on is not looked through for waste again and again.
    gc.collect()
    gc.freeze()
    # What is made for a page is gone with it, so waste is looked for seldom.
    gc.set_threshold(20_000, 20, 20)
    # Exceptions become the pages people see; a test that wants the exception calls the service.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["RATELIMIT_ENABLED"] = False
    yield app
    app.database.dispose()


@pytest.fixture(scope="session")
def superuser_url(cluster: Any, owner_engine: Engine) -> str:
    """The superuser of the test cluster in the test database; no installation has one that can sign in."""
    url = make_url(cluster.superuser_url).set(drivername="postgresql", database=owner_engine.url.database)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def superuser_connection(superuser_url: str, served: Kopuro) -> Iterator[psycopg.Connection[Any]]:
    """The superuser, whom neither triggers nor foreign keys stop."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture(scope="session")
def sweep(superuser_connection: psycopg.Connection[Any]) -> Callable[[], None]:
    """Takes every row out of every table that tests write: a hundred times faster than TRUNCATE."""
    deletes = sql.SQL(cast(Any, "; ".join(f"DELETE FROM {name}" for name in tables(superuser_connection))))

    def empty() -> None:
        superuser_connection.execute(deletes)

    return empty


@pytest.fixture(scope="session")
def worlds(superuser_connection: psycopg.Connection[Any], sweep: Callable[[], None]) -> Worlds:
    """Worlds that many tests begin with, made once."""
    return Worlds(superuser_connection, sweep)


def forget(app: Kopuro) -> None:
    """Empty the in-process caches, such as the footer's hotlines: they would tell of another test's rows."""
    for forgetting in app.extensions.get("forget", []):
        forgetting()


@pytest.fixture
def app(served: Kopuro, sweep: Callable[[], None]) -> Iterator[Kopuro]:
    """The application over an empty database."""
    forget(served)
    yield served
    forget(served)
    sweep()


@pytest.fixture
def database(app: Kopuro) -> Database:
    return app.database


@pytest.fixture
def client(app: Kopuro) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visitor(app: Kopuro) -> Callable[[], Visitor]:
    """People who are not signed in: each call is another browser."""
    return lambda: Visitor(app)


@pytest.fixture
def make(app: Kopuro, owner_engine: Engine) -> Make:
    return Make(app, owner_engine)


@pytest.fixture
def count_queries(app: Kopuro) -> Callable[[], object]:
    """``with count_queries() as seen: …; assert len(seen) <= 6``. Transaction control, settings and the
    one question with which every kept page begins (``network.kept``) do not count."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if "set_config" not in statement and "FROM public_state" not in statement:
                seen.append(statement)

        event.listen(app.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(app.database.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def proving() -> bool:
    """Whether the bars of docs/security.md are run at full size."""
    return bool(os.environ.get("KOPURO_PROVE"))


SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Published standards to test against, where they lie beside the repository."""
    if not (SHARED / "data").is_dir():
        pytest.skip("LOUD: no published standards beside the repository; conformance was not tested")
    return SHARED / "data"
