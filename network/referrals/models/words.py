"""Column words of this feature."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKeyConstraint


def one_of(kind: type[StrEnum], length: int = 30) -> Enum:
    """A column holding the value of an enumeration as text."""
    return Enum(kind, native_enum=False, length=length, values_callable=lambda e: [m.value for m in e])


def within(
    owner: str, key: str, table: str, *, table_owner: str = "tenant_id", **options: Any
) -> ForeignKeyConstraint:
    """A foreign key that carries the tenant with the id (security.md, lock 3)."""
    return ForeignKeyConstraint([owner, key], [f"{table}.{table_owner}", f"{table}.id"], **options)
