"""Who may read a row of the directory: four audiences, and whom the narrow one names."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Enum, String, UniqueConstraint, and_, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from network.database import PrimaryKey, TenantKey
from network.tenancy import Actor, TenantOwned


class Visibility(StrEnum):
    """Who may read a listing or a field group of it, widest first."""

    PUBLIC = "public"
    PARTNERS = "partners"  # Everyone who works at a member of the network.
    NAMED = "named"  # One's own colleagues and those of the tenants picked one by one (``AudienceGrant``).
    TENANT = "tenant"  # The colleagues of the tenant that keeps the listing, no one else.


_WIDTH = {Visibility.TENANT: 0, Visibility.NAMED: 1, Visibility.PARTNERS: 2, Visibility.PUBLIC: 3}


def wider(new: Visibility, old: Visibility) -> bool:
    """Whether more people could read it at ``new`` than at ``old``."""
    return _WIDTH[new] > _WIDTH[old]


def narrower_of(one: Visibility, other: Visibility) -> Visibility:
    """What both allow: a part is never shown to more people than the whole."""
    return other if wider(one, other) else one


def words(kind: type[StrEnum]) -> Enum:
    """The column type of one of our enumerations: its plain values as text."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])


class AudienceGrant(TenantOwned):
    """That the colleagues of one more tenant may read a row whose audience is ``named``. Read by both sides."""

    __tablename__ = "audience_grant"
    __table_args__ = (UniqueConstraint("tenant_id", "subject_table", "subject_id", "reader_id"),)

    id: Mapped[PrimaryKey]
    subject_table: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)
    reader_id: Mapped[TenantKey]

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        if not actor.is_partner:
            return super().in_scope(actor)
        return or_(cls.tenant_id == actor.tenant_id, cls.reader_id == actor.tenant_id)


def readable(cls: Any, column: InstrumentedAttribute[Visibility], actor: Actor) -> ColumnElement[bool]:
    """One's own rows whatever they say; others' as far as they were opened, or opened to this reader by name."""
    opened = [Visibility.PUBLIC, Visibility.PARTNERS] if actor.is_partner else [Visibility.PUBLIC]
    if actor.tenant_id is None:
        return column.in_(opened)
    conditions = [cls.tenant_id == actor.tenant_id, column.in_(opened)]
    if actor.is_partner:
        for name, table in {"id": cls.__tablename__, **getattr(cls, "FOLLOWS", {})}.items():
            # The pair, so that nobody can write a grant about another tenant's row.
            named = select(AudienceGrant.tenant_id, AudienceGrant.subject_id).where(
                AudienceGrant.reader_id == actor.tenant_id, AudienceGrant.subject_table == table
            )
            row = tuple_(cls.tenant_id, getattr(cls, name))
            conditions.append(and_(column == Visibility.NAMED, row.in_(named)))
    return or_(*conditions)
