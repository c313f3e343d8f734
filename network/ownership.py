"""Whose a row is: the three kinds of tables, and the tenants themselves.

``in_scope`` says which rows an actor may reach, ``writable_by`` which ones she may write; ``network.tenancy`` holds every
statement to the first and every flush to the second. Import them from there, so that no model comes without its guard.
"""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Column, ColumnElement, Enum, String, Table, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from network.actors import Actor
from network.database import Base, Moment, PrimaryKey, TenantKey, now


class TenantKind(StrEnum):
    """What a tenant is."""

    NETWORK = "network"  # The network's own: coordinators and observers; keeps listings of non-members.
    MEMBER = "member"
    GUEST = "guest"  # A recipient without accounts, valid for one referral.


def _pair_key(cls: type[Owned]) -> None:
    """Let foreign keys carry the tenant with the id: plain ones would be existence oracles (security.md, lock 3)."""
    table = cls.__dict__.get("__table__")
    if isinstance(table, Table) and "id" in table.c:
        owner = cls.owner_column
        # Only as Column objects do strings like "id" stay the columns of this very table.
        columns: list[Column[Any]] = [table.c[owner], table.c.id]
        table.append_constraint(UniqueConstraint(*columns, name=f"uq_{table.name}_{owner}_id"))


class Owned(Base):
    """A row of one tenant or between two, which the guard of ``network.tenancy`` confines."""

    __abstract__ = True
    owner_column: ClassVar[str]
    ends: ClassVar[tuple[str, ...]]
    """The columns that say whose it is, and never change."""

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        _pair_key(cls)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """The rows this actor may read and change."""
        raise NotImplementedError

    def writable_by(self, actor: Actor) -> bool:
        raise NotImplementedError


class TenantOwned(Owned):
    """A row of one tenant. Overriding :meth:`in_scope` widens who reads; nobody else ever writes."""

    __abstract__ = True
    owner_column: ClassVar[str] = "tenant_id"
    ends: ClassVar[tuple[str, ...]] = ("tenant_id",)

    tenant_id: Mapped[TenantKey]

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.tenant_id is None:
            return false()
        return cls.tenant_id == actor.tenant_id

    def writable_by(self, actor: Actor) -> bool:
        return self.tenant_id is not None and self.tenant_id == actor.acting_tenant


class TwoParty(Owned):
    """A row between two tenants: owned by the referring one, naming the receiving one."""

    __abstract__ = True
    owner_column: ClassVar[str] = "referring_id"
    ends: ClassVar[tuple[str, ...]] = ("referring_id", "receiving_id")

    referring_id: Mapped[TenantKey]
    receiving_id: Mapped[TenantKey]

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.tenant_id is None:
            return false()
        return (cls.referring_id == actor.tenant_id) | (cls.receiving_id == actor.tenant_id)

    def writable_by(self, actor: Actor) -> bool:
        return actor.tenant_id is not None and actor.tenant_id in (self.referring_id, self.receiving_id)

    def other_end(self, tenant_id: uuid.UUID | None) -> uuid.UUID:
        """The tenant at the other end, as *tenant_id* sees it."""
        return self.receiving_id if tenant_id == self.referring_id else self.referring_id


class PlatformOwned(Base):
    """A row of the platform itself. ``reason`` says why it has no tenant policy, ``verbs`` what app may do with it."""

    __abstract__ = True
    reason: ClassVar[str]
    verbs: ClassVar[frozenset[str]] = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


class Tenant(PlatformOwned):
    """A member organization with accounts and keys, the network itself, or a guest of one referral."""

    __tablename__ = "tenant"
    reason = "Names the tenants themselves; everyone may read which partners the network has."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE"})

    id: Mapped[PrimaryKey]
    kind: Mapped[TenantKind] = mapped_column(
        Enum(TenantKind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """Three to eight capitals that begin the codes of its cases, e.g. ``POD``."""
    country: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[Moment] = mapped_column(default=now)
    suspended_at: Mapped[Moment | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    """Made by ``flask demo load``; every page says so while such a tenant is there."""
