"""What is measured against: the demonstration network on a PostgreSQL of its own, and a bare page with one row."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from network import create_app, demo
from network.config import Settings
from network.postgres import embedded, migrate
from network.postgres.roles import prepare
from network.web import Kopuro

BODY = "x" * 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """The application, the bare page beside it, and the login they share; the owner's, to bring statistics up to date."""

    app: Kopuro
    bare: Flask
    owner_url: str


@contextmanager
def laid() -> Iterator[Ground]:
    """Start PostgreSQL for a trial, load the demonstration network, and clear up afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(
            Settings.from_environ({}), instance=Path(folder), kdf_memory_kib=64, kdf_passes=1
        )
        with embedded.start(settings, fast=True) as cluster:
            url = cluster.create_database("kopuro_bench")
            roles = prepare(url, settings)
            migrate.upgrade(url)
            app = create_app(settings, serving_url=roles.app_url)
            app.config["RATELIMIT_ENABLED"] = False
            list(demo.load(app))
            yield Ground(app, one_row_page(roles.app_url), url)
            app.database.dispose()


def one_row_page(url: str) -> Flask:
    """A page of 10 KB with one SQL row, in a transaction that tells PostgreSQL who acts, as every page of ours does."""
    bare = Flask("bare")
    engine = create_engine(url, pool_size=5)
    tell = text("SELECT set_config('app.tenant', '', true), set_config('app.visited', '', true)")
    row = text("SELECT name FROM tenant WHERE slug = :slug")

    @bare.get("/")
    def page() -> str:
        with engine.begin() as connection:
            connection.execute(tell)
            connection.execute(row, {"slug": "podruga"}).scalar_one()
        return BODY

    return bare
