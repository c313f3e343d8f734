"""What copies elsewhere must learn, and what came from elsewhere."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.directory.models.organization import Organization
from network.directory.models.service import Service
from network.tenancy import PlatformOwned, TenantOwned

Index(None, Organization.created_at, Organization.id, postgresql_where=text("visibility = 'public'"))
Index(None, Service.created_at, Service.id, postgresql_where=text("visibility = 'public'"))


class DirectoryTombstone(PlatformOwned):
    """What everybody could read and can no more. Triggers of migration 0013 write it, so that no deed forgets to.

    It keeps the place of the row in the lists of the open API (``position``): who reads page after page while
    something is withdrawn misses nothing of the rest.
    """

    __tablename__ = "directory_tombstone"
    __table_args__ = (Index(None, "kind", "gone_at"),)
    reason = "Ids of what was public, for those who keep copies; holds no word of the rows themselves."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})

    id: Mapped[PrimaryKey]
    """The id of the row that was withdrawn."""
    kind: Mapped[str] = mapped_column(String(30))
    """``organization``, ``service`` or ``service_at_location``."""
    organization_id: Mapped[uuid.UUID | None]
    replaced_by: Mapped[uuid.UUID | None]
    """The listing into which it was merged."""
    position: Mapped[Moment] = mapped_column(default=now)
    gone_at: Mapped[Moment] = mapped_column(default=now)


class ImportedRecord(TenantOwned):
    """Which row a record of a source became, and what the record said then: a second import changes nothing."""

    __tablename__ = "imported_record"
    __table_args__ = (UniqueConstraint("tenant_id", "source", "kind", "external_id"),)

    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    id: Mapped[PrimaryKey]
    source: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(30))
    """The HSDS name of the record: ``organization``, ``phone`` …"""
    external_id: Mapped[str] = mapped_column(String(300))
    """The id as the source writes it."""
    record_id: Mapped[uuid.UUID] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(String(64))
    """Of what the source said last; a record that says the same again is left alone, whatever people wrote since."""
    imported_at: Mapped[Moment] = mapped_column(default=now)
