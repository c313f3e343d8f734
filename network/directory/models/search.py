"""What is searched: a flat table for each audience, the vocabulary for slips, and the number of public changes.

``search_public`` holds words of public rows and no others, ``search_partners`` those of rows that partners may read,
``search_tenant`` those of rows for some tenants, once for each reader. All are made from the listings, by
``services.publishing``, and may be made anew at any time.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ColumnElement, DateTime, ForeignKey, Index, String, Text, false, or_, text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB, TSTZMULTIRANGE, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Json, PrimaryKey
from network.i18n.languages import CODES
from network.tenancy import Actor, PlatformOwned, TenantOwned


class Findable:
    """One thing of the directory, with all that a list shows of it, and all by which it is found."""

    id: Mapped[PrimaryKey]
    subject_id: Mapped[uuid.UUID]
    """The listing, hotline or project: the same in each of the three tables."""
    kind: Mapped[str] = mapped_column(String(20))
    """``organization``, ``service``, ``hotline`` or ``project``."""
    page: Mapped[str] = mapped_column(String(20))
    """Whose page tells more, with ``slug``: ``organization`` or ``service``."""
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    """The listing whose rows are written anew together."""
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[Json]
    summary: Mapped[Json]
    organization_name: Mapped[Json]
    organization_kind: Mapped[str] = mapped_column(String(20))
    hotlines: Mapped[list[str]]
    """Hotline numbers that this audience may know."""
    emergency: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    place_id: Mapped[str | None] = mapped_column(String(24))
    district: Mapped[str | None] = mapped_column(String(24))
    """From whose centre distances are taken; none for what is confidential."""
    places: Mapped[list[str]]
    """Every place it is in or works for, and all those these lie in."""
    languages: Mapped[list[str]]
    terms: Mapped[list[str]]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    names_key: Mapped[str] = mapped_column(Text)
    """Its names, folded by ``network.i18n.fold``, each word with a space before and after."""
    places_key: Mapped[str] = mapped_column(Text)
    lexemes: Mapped[str] = mapped_column(TSVECTOR)
    """Words by what they are, and filters: ``finding.words``."""
    week: Mapped[Any | None] = mapped_column(INT4MULTIRANGE)
    """Minutes of the week, by UTC from Monday, in which it is open. None where nobody knows."""
    closed: Mapped[Any | None] = mapped_column(TSTZMULTIRANGE)
    """Days on which the week does not count."""
    extra: Mapped[Any | None] = mapped_column(TSTZMULTIRANGE)
    """What is open on those days."""
    verified_until: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    """How long what was last confirmed counts as fresh. None where nobody confirmed it."""
    sort_keys: Mapped[dict[str, str]] = mapped_column(JSONB)


def _indexes(table: str) -> tuple[Index, ...]:
    # In the order of bytes, which reflection does not tell: the migration says COLLATE "C", as ``asking.order_of`` does.
    order = ((code, text(f"(sort_keys ->> '{code}')")) for code in CODES)
    return (
        Index(
            f"ix_{table}_lexemes", "lexemes", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        ),
        *(Index(f"ix_{table}_in_order_{code}", key, "subject_id") for code, key in order),
    )


class SearchPublic(Findable, PlatformOwned):
    """What everybody may find."""

    __tablename__ = "search_public"
    __table_args__ = _indexes("search_public")
    reason = (
        "Fuzzy search below a row policy cannot use its index; only words that are public anyway stand here."
    )
    verbs = frozenset({"SELECT", "INSERT", "DELETE"})


class SearchPartners(Findable, PlatformOwned):
    """What everyone who works at a member finds besides. Read as the role of partners only: ``finding.search``."""

    __tablename__ = "search_partners"
    __table_args__ = _indexes("search_partners")
    reason = (
        "Search below a row policy cannot use its index; the serving login itself may not read this, only the role"
        " of partners, which the request of a member takes for one query."
    )
    verbs = frozenset({"INSERT", "DELETE"})


class SearchTenant(Findable, TenantOwned):
    """What the keeper of a listing, or a tenant that is named for it, finds besides: a row for each reader."""

    __tablename__ = "search_tenant"

    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"), index=True)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.tenant_id is None:
            return false()
        return or_(cls.tenant_id == actor.tenant_id, cls.reader_id == actor.tenant_id)


class SearchWord(PlatformOwned):
    """One word of a public name or place, folded: what a slip is compared with."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_word", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )
    reason = (
        "Words of public names and places, each once, so that a slip is compared with few thousand words."
    )
    verbs = frozenset({"SELECT", "INSERT", "DELETE"})

    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    bones: Mapped[str] = mapped_column(String(80), index=True)
    """Its consonants (``folding.skeleton``)."""
