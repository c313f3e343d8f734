"""What every row of the directory says of itself: who may read it, how it stands, which version it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from network.database import LeadingTenantKey, Moment, PrimaryKey, now
from network.directory import texts
from network.directory.models.assured import Assured
from network.directory.models.audience import Visibility, readable, words
from network.tenancy import Actor, TenantOwned


class Status(StrEnum):
    """How a listing stands, in the words of HSDS."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class Versioned:
    """Columns of what people edit: a form read at an older ``version`` is refused."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment] = mapped_column(default=now)
    last_modified: Mapped[Moment] = mapped_column(default=now)


class Listing(TenantOwned, Versioned, Assured):
    """What has a page of its own: ``visibility`` says who may read that it exists at all."""

    __abstract__ = True

    tenant_id: Mapped[LeadingTenantKey]

    TEXTS: ClassVar[tuple[str, ...]] = ()
    """Columns that hold a text by language, each translation with its status (``network.directory.texts``)."""

    @declared_attr
    @classmethod
    def visibility(cls) -> Mapped[Visibility]:
        return mapped_column(words(Visibility), default=Visibility.TENANT)

    @property
    def translations(self) -> dict[str, dict[str, str]]:
        """``{column: {language: status}}`` of everything that is translated; kept in the texts themselves."""
        source = str(getattr(self, "source", "en"))
        found = {name: texts.statuses(getattr(self, name), source) for name in self.TEXTS}
        return {name: {code: one.value for code, one in by.items()} for name, by in found.items() if by}

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return readable(cls, cls.visibility, actor)


class FieldGroup(TenantOwned):
    """A part of a listing with its own ``audience``: a row of its own, so that the policy of its table sees it.

    Never wider than the listing it belongs to; ``services.audiences`` keeps that true.
    """

    __abstract__ = True

    tenant_id: Mapped[LeadingTenantKey]

    FOLLOWS: ClassVar[dict[str, str]] = {}
    """Columns whose row it is read with, and their tables: whoever is named for that one is named for this."""

    @declared_attr
    @classmethod
    def audience(cls) -> Mapped[Visibility]:
        return mapped_column(words(Visibility), default=Visibility.TENANT)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return readable(cls, cls.audience, actor)


class Part(FieldGroup, Versioned):
    """A field group that people edit on a page of its own."""

    __abstract__ = True

    TEXTS: ClassVar[tuple[str, ...]] = ()

    id: Mapped[PrimaryKey]

    def parent(self) -> tuple[str, Any]:
        """Which column says what it is a part of, and its value."""
        for column in ("service_id", "location_id", "project_id", "organization_id"):
            if getattr(self, column, None) is not None:
                return column, getattr(self, column)
        raise LookupError(type(self).__name__)
