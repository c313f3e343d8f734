"""Every migration goes up, down and up again with rows in the tables (docs/security.md, bar 13)."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from network.database import Base, load_models
from network.postgres import migrate
from network.postgres.roles import prepare
from tests.house.catalog import fill, owned


def test_every_migration_goes_up_down_and_up_with_rows_in_the_tables(
    cluster: Any, settings: Any, tmp_path: Any
) -> None:
    load_models()
    url = cluster.create_database("kopuro_migrating")
    prepare(url, dataclasses.replace(settings, instance=tmp_path))
    migrate.upgrade(url)
    superuser = create_engine(
        make_url(cluster.superuser_url).set(database="kopuro_migrating"), isolation_level="AUTOCOMMIT"
    )
    with superuser.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for cls in owned():
            fill(connection, cls, uuid.uuid4(), uuid.uuid4())
    superuser.dispose()
    for number in range(int(migrate.head()) - 1, 0, -1):
        migrate.downgrade(url, f"{number:04d}")
    migrate.downgrade(url, "base")
    owner = create_engine(url)
    with owner.connect() as connection:
        left = connection.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'wraps') AND tablename <> 'alembic_version'"
            )
        ).scalars()
        assert list(left) == []
    migrate.upgrade(url)
    with owner.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_schemas": True, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    owner.dispose()


def test_the_migrations_are_one_line_numbered_from_one() -> None:
    scripts = list(ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions())
    assert [s.revision for s in reversed(scripts)] == [f"{n:04d}" for n in range(1, len(scripts) + 1)]
