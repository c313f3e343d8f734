"""Every table says whose it is, and PostgreSQL holds it to that. Read from the catalog, never from a list by hand."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, UniqueConstraint, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from network.web import Kopuro
from tests.factories import Make
from tests.house.catalog import classes, fill, owned, platform, table_of

DENIED = "42501"
"""PostgreSQL's insufficient_privilege: no grant, or a row against its policy."""


@pytest.fixture
def catalog(served: Kopuro, owner_engine: Engine) -> Iterator[Connection]:
    with owner_engine.connect() as connection:
        yield connection


@pytest.fixture
def superuser(cluster: Any, served: Kopuro, owner_engine: Engine) -> Iterator[Connection]:
    """Fills tables without regard to foreign keys: what row-level security alone must hide."""
    url = make_url(cluster.superuser_url).set(database=owner_engine.url.database)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        yield connection
    engine.dispose()


def act_as(connection: Connection, tenant: uuid.UUID | None) -> None:
    connection.execute(
        text("SELECT set_config('app.tenant', :t, true), set_config('app.kind', :k, true)"),
        {"t": str(tenant or ""), "k": "member" if tenant else "anonymous"},
    )


def attempt(connection: Connection, statement: str, **values: Any) -> Any:
    """The result, or None where PostgreSQL refuses the verb. What was changed is taken back."""
    nested = connection.begin_nested()
    try:
        result = connection.execute(text(statement), values)
        return set(result.scalars()) if result.returns_rows else result.rowcount
    except DBAPIError as error:
        assert getattr(error.orig, "sqlstate", None) == DENIED, (statement, type(error.orig))
        return None
    finally:
        nested.rollback()


def test_every_table_is_of_a_tenant_of_two_or_of_the_platform_with_a_reason(catalog: Connection) -> None:
    there = set(
        catalog.execute(
            text(
                "SELECT CASE schemaname WHEN 'public' THEN tablename ELSE schemaname || '.' || tablename END"
                " FROM pg_tables WHERE schemaname IN ('public', 'wraps') AND tablename <> 'alembic_version'"
            )
        ).scalars()
    )
    assert there == {table_of(cls).fullname for cls in classes()}
    assert len(classes()) == len(owned()) + len(platform())
    for cls in platform():
        assert len(getattr(cls, "reason", "")) > 20, (
            f"{cls.__name__} does not say why it has no tenant policy"
        )


def test_owned_tables_are_under_forced_row_level_security(catalog: Connection) -> None:
    for cls in owned():
        table = table_of(cls)
        forced = catalog.execute(
            text(
                "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = to_regclass(:name)"
            ),
            {"name": table.fullname},
        ).scalar_one()
        assert forced, table.fullname
        policies = catalog.execute(
            text("SELECT cmd, unnest(roles)::text FROM pg_policies WHERE schemaname = :s AND tablename = :t"),
            {"s": table.schema or "public", "t": table.name},
        ).all()
        assert any(cmd == "ALL" and not r.endswith("_app") for cmd, r in policies), (
            f"{table.fullname}: owner locked out"
        )
        assert any(cmd == "SELECT" and r.endswith("_backup") for cmd, r in policies), (
            f"{table.fullname}: no backup"
        )


def test_the_app_role_holds_only_the_verbs_a_platform_table_names(catalog: Connection) -> None:
    for cls in platform():
        table = table_of(cls)
        granted = catalog.execute(
            text(
                "SELECT privilege_type FROM information_schema.role_table_grants"
                " WHERE grantee = current_database() || '_app' AND table_schema = :s AND table_name = :t"
            ),
            {"s": table.schema or "public", "t": table.name},
        ).scalars()
        assert set(granted) == set(cls.verbs), table.fullname


def test_foreign_keys_between_owned_tables_carry_the_tenant(served: Kopuro) -> None:
    names = {table_of(cls).fullname for cls in owned()}
    for cls in owned():
        table = table_of(cls)
        unique = {frozenset(u.columns.keys()) for u in table.constraints if isinstance(u, UniqueConstraint)}
        assert "id" not in table.c or frozenset((cls.owner_column, "id")) in unique, table.fullname
        for key in table.foreign_key_constraints:
            if key.referred_table.fullname in names:
                assert table.schema != "wraps", f"{table.fullname}: wraps have no foreign key out"
                assert len(key.columns) > 1, f"{table.fullname}.{key.column_keys} is an existence oracle"


def test_the_app_role_is_nobody_special(catalog: Connection) -> None:
    row = catalog.execute(
        text(
            "SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb"
            " FROM pg_roles WHERE rolname = current_database() || '_app'"
        )
    ).one()
    assert not any(row)


def test_raw_sql_as_the_app_role_reaches_only_its_own_tenant(
    app: Kopuro, make: Make, superuser: Connection
) -> None:
    """The second lock alone: no mapper, no guard, every table of the catalog."""
    mine, other, third = make.tenant().id, make.tenant().id, make.tenant().id
    for cls in owned():
        fill(superuser, cls, mine, third)
        fill(superuser, cls, other, third)
    with app.database.engine.connect() as connection:
        for cls in owned():
            name, key = table_of(cls).fullname, cls.owner_column
            for tenant in (None, mine):
                act_as(connection, tenant)
                seen = attempt(connection, f"SELECT {key} FROM {name}")
                if not getattr(cls, "readable_by_everyone", ""):
                    assert seen is None or seen <= {tenant}, f"{name} shows foreign rows to {tenant}"
                gone = attempt(connection, f"DELETE FROM {name} WHERE {key} = :other", other=other)
                assert not gone, f"{tenant} deleted foreign rows of {name}"
                changed = attempt(
                    connection, f"UPDATE {name} SET {key} = {key} WHERE {key} = :other", other=other
                )
                assert not changed, f"{tenant} changed foreign rows of {name}"


def test_raw_sql_cannot_plant_a_row_in_another_tenant(app: Kopuro, make: Make, superuser: Connection) -> None:
    mine, other = make.tenant().id, make.tenant().id
    with app.database.engine.connect() as connection:
        for cls in owned():
            nested = connection.begin_nested()
            act_as(connection, mine)
            with pytest.raises(DBAPIError) as refused:
                fill(connection, cls, other, other)
            assert getattr(refused.value.orig, "sqlstate", None) == DENIED, table_of(cls).fullname
            nested.rollback()
