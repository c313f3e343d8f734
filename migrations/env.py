"""Runs the migrations as the owner of the database. The URL comes from the caller, never from a file."""

from alembic import context
from sqlalchemy import create_engine, pool

from network.database import Base, load_models

load_models()
config = context.config


def run() -> None:
    connection = config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, target_metadata=Base.metadata, include_schemas=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = create_engine(
        config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool, hide_parameters=True
    )
    with engine.connect() as opened:
        context.configure(connection=opened, target_metadata=Base.metadata, include_schemas=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
