"""Vocabularies of others beside our own ``taxonomy.TERMS``: what an import brings along, and what it says of rows."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Json, PrimaryKey
from network.directory.models.common import FieldGroup


class Taxonomy(FieldGroup):
    """A vocabulary."""

    __tablename__ = "taxonomy"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[Json] = mapped_column(default=dict)
    uri: Mapped[str] = mapped_column(String(300), default="")
    edition: Mapped[str] = mapped_column(String(50), default="")


class TaxonomyTerm(FieldGroup):
    """A word of a vocabulary, below another or not."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "taxonomy_id"], ["taxonomy.tenant_id", "taxonomy.id"]),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["taxonomy_term.tenant_id", "taxonomy_term.id"]),
    )

    id: Mapped[PrimaryKey]
    taxonomy_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    parent_id: Mapped[uuid.UUID | None]
    code: Mapped[str] = mapped_column(String(80), default="")
    name: Mapped[Json]
    description: Mapped[Json] = mapped_column(default=dict)
    uri: Mapped[str] = mapped_column(String(300), default="")


class Attribute(FieldGroup):
    """That a term, or a value of no vocabulary, is said of a row."""

    __tablename__ = "attribute"
    __table_args__ = (
        ForeignKeyConstraint(
            ["term_tenant_id", "taxonomy_term_id"], ["taxonomy_term.tenant_id", "taxonomy_term.id"]
        ),
    )

    id: Mapped[PrimaryKey]
    link_entity: Mapped[str] = mapped_column(String(40))
    """The table of the row."""
    link_id: Mapped[uuid.UUID] = mapped_column(index=True)
    link_type: Mapped[str] = mapped_column(String(80), default="")
    term_tenant_id: Mapped[uuid.UUID | None]
    taxonomy_term_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    value: Mapped[str] = mapped_column(String(300), default="")
