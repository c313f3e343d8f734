"""The columns and keys that most tables have, said once.

What stands here is part of every migration that uses it, so it is never changed: another shape takes another name.
"""

from typing import Any

import sqlalchemy as sa


def moment(name: str, *, nullable: bool = False, index: bool = False) -> sa.Column[object]:
    """A point in time, kept with its zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, index=index)


def owned() -> tuple[sa.schema.SchemaItem, ...]:
    """A row of one tenant: its id, whose it is, and the pair that foreign keys carry."""
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.UniqueConstraint("tenant_id", "id"),
    )


def two_party() -> tuple[sa.schema.SchemaItem, ...]:
    """A row between two tenants: its id, both ends, and the pair that foreign keys carry."""
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("referring_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.Column("receiving_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.UniqueConstraint("referring_id", "id"),
    )


def within(
    key: str, table: str, *, tenant: str = "tenant_id", owner: str = "tenant_id", **options: Any
) -> sa.ForeignKeyConstraint:
    """A foreign key that carries the tenant with the id. ``tenant`` is its column here, ``owner`` the one of ``table``."""
    return sa.ForeignKeyConstraint([tenant, key], [f"{table}.{owner}", f"{table}.id"], **options)


def of_referral() -> sa.ForeignKeyConstraint:
    """What two tenants share of one referral hangs on it."""
    return within("referral_id", "referral", tenant="referring_id", owner="referring_id")


def person(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """Who did something."""
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("user.id"), nullable=nullable)
