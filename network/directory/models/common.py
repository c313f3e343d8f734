"""What every row of the directory says of itself: who may read it, how it stands, which version it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Enum, or_
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from network.database import Moment, now
from network.tenancy import Actor, TenantOwned


class Visibility(StrEnum):
    """Who may read a listing or a field group of it, widest first."""

    PUBLIC = "public"
    PARTNERS = "partners"  # Everyone who works at a member of the network.
    TENANT = "tenant"  # The colleagues of the tenant that keeps the listing, no one else.


_WIDTH = {Visibility.TENANT: 0, Visibility.PARTNERS: 1, Visibility.PUBLIC: 2}


def wider(new: Visibility, old: Visibility) -> bool:
    """Whether more people could read it at ``new`` than at ``old``."""
    return _WIDTH[new] > _WIDTH[old]


def narrower_of(one: Visibility, other: Visibility) -> Visibility:
    """What both allow: a part is never shown to more people than the whole."""
    return other if wider(one, other) else one


class Status(StrEnum):
    """How a listing stands, in the words of HSDS."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


def words(kind: type[StrEnum]) -> Enum:
    """The column type of one of our enumerations: its plain values as text."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])


def readable(
    column: InstrumentedAttribute[Visibility], owner: ColumnElement[Any], actor: Actor
) -> ColumnElement[bool]:
    """One's own rows whatever they say; others' as far as they were opened."""
    opened = [Visibility.PUBLIC, Visibility.PARTNERS] if actor.is_partner else [Visibility.PUBLIC]
    if actor.tenant_id is None:
        return column.in_(opened)
    return or_(owner == actor.tenant_id, column.in_(opened))


class Versioned:
    """Columns of what people edit: a form read at an older ``version`` is refused."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment] = mapped_column(default=now)
    last_modified: Mapped[Moment] = mapped_column(default=now)


class Listing(TenantOwned, Versioned):
    """What has a page of its own: ``visibility`` says who may read that it exists at all."""

    __abstract__ = True

    @declared_attr
    @classmethod
    def visibility(cls) -> Mapped[Visibility]:
        return mapped_column(words(Visibility), default=Visibility.TENANT)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return readable(cls.visibility, cls.tenant_id, actor)  # type: ignore[arg-type]


class FieldGroup(TenantOwned):
    """A part of a listing with its own ``audience``: a row of its own, so that the policy of its table sees it.

    Never wider than the listing it belongs to; ``services.audiences`` keeps that true.
    """

    __abstract__ = True

    @declared_attr
    @classmethod
    def audience(cls) -> Mapped[Visibility]:
        return mapped_column(words(Visibility), default=Visibility.TENANT)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return readable(cls.audience, cls.tenant_id, actor)  # type: ignore[arg-type]
