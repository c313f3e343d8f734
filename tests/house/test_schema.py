"""The migrations make exactly the tables that the models speak of, and each goes down and up again with rows in it."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from network.database import Base
from network.web import Kopuro


def test_the_head_of_the_migrations_equals_the_models(served: Kopuro, owner_engine: Engine) -> None:
    with owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_schemas": True, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
