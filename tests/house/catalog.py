"""Every mapped class with its table, and a row for any of them whatever its foreign keys would say."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any, cast

from sqlalchemy import Column, Connection, Table, inspect, text

from network.database import Base
from network.tenancy import PlatformOwned, TenantOwned, TwoParty

Owned = type[TenantOwned] | type[TwoParty]


def classes() -> list[Any]:
    return [mapper.class_ for mapper in Base.registry.mappers]


def owned() -> list[Owned]:
    return [cls for cls in classes() if issubclass(cls, TenantOwned | TwoParty)]


def platform() -> list[type[PlatformOwned]]:
    return [cls for cls in classes() if issubclass(cls, PlatformOwned)]


def table_of(cls: Any) -> Table:
    return cast(Table, inspect(cls).local_table)


def sample(column: Column[Any]) -> Any:
    """Something this column can hold."""
    name = column.type.__class__.__name__
    if name == "ARRAY":
        return []
    if "JSON" in name:
        return json.dumps({})
    kind = column.type.python_type
    fixed: dict[type, Any] = {
        uuid.UUID: uuid.uuid4(),
        datetime.datetime: datetime.datetime.now(datetime.UTC),
        datetime.date: datetime.date(2026, 1, 1),
        datetime.time: datetime.time(9),
        datetime.timedelta: datetime.timedelta(days=1),
        bool: False,
        bytes: uuid.uuid4().bytes * 2,
        int: 1,
        float: 1.0,
    }
    if kind in fixed:
        return fixed[kind]
    # Where a column says who may read the row, it is the narrowest audience.
    word = "tenant" if column.name in ("visibility", "audience") else uuid.uuid4().hex
    return word[: getattr(column.type, "length", None) or 30]


def fill(connection: Connection, cls: Owned, mine: uuid.UUID, other: uuid.UUID) -> None:
    """Insert one row of ``mine`` into this table."""
    table = table_of(cls)
    row = {
        c.name: sample(c) for c in table.columns if c.computed is None and (not c.nullable or c.name == "id")
    }
    row |= {"referring_id": mine, "receiving_id": other} if issubclass(cls, TwoParty) else {"tenant_id": mine}
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"CAST(:{name} AS {table.c[name].type.compile(connection.dialect)})" for name in row)
    connection.execute(text(f"INSERT INTO {table.fullname} ({names}) VALUES ({values})"), row)
