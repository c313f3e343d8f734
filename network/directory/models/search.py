"""The flat table that fuzzy search reads, and the number that says whether anything public changed."""

from __future__ import annotations

import uuid

from sqlalchemy import Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Json, Moment, PrimaryKey, now
from network.tenancy import PlatformOwned


class SearchPublic(PlatformOwned):
    """One thing of the directory that everybody may find. Holds words of public rows and no others."""

    __tablename__ = "search_public"
    __table_args__ = (
        Index(None, "keys", postgresql_using="gin", postgresql_ops={"keys": "gin_trgm_ops"}),
        Index(None, "places", postgresql_using="gin"),
    )
    reason = (
        "Fuzzy search below a row policy cannot use its index; only words that are public anyway stand here."
    )
    verbs = frozenset({"SELECT", "INSERT", "DELETE"})

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(20))
    """``organization`` or ``service``."""
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    """The listing whose rows are written anew together."""
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[Json]
    summary: Mapped[Json]
    organization_name: Mapped[Json]
    organization_kind: Mapped[str] = mapped_column(String(20))
    hotlines: Mapped[list[str]]
    """Public hotline numbers."""
    emergency: Mapped[bool] = mapped_column(default=False)
    place_id: Mapped[str | None] = mapped_column(String(24))
    places: Mapped[list[str]]
    """Every place it is in or works for, and all those these lie in."""
    languages: Mapped[list[str]]
    terms: Mapped[list[str]]
    names_key: Mapped[str] = mapped_column(Text)
    places_key: Mapped[str] = mapped_column(Text)
    keys: Mapped[str] = mapped_column(Text)
    """Names, places, numbers and texts, folded by ``network.i18n.fold``, each word with a space before and after."""
    sort_keys: Mapped[dict[str, str]] = mapped_column(JSONB)


class DirectoryState(PlatformOwned):
    """One row: a number that every change of something public moves, so that unchanged answers cost one query."""

    __tablename__ = "directory_state"
    reason = "Counts changes of what everybody may read; says nothing of anybody's rows."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE"})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Moment] = mapped_column(default=now)
