"""How a listing stood before: a full snapshot for each version, for colleagues alone."""

from __future__ import annotations

import uuid

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Json, Moment, PrimaryKey, now
from network.tenancy import TenantOwned


class Revision(TenantOwned):
    """One version of one row of the directory. History is the keeper's own, whoever may read the listing today."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("tenant_id", "subject_id", "version"),)

    id: Mapped[PrimaryKey]
    subject: Mapped[str] = mapped_column(String(40))
    """The table of the row."""
    subject_id: Mapped[uuid.UUID]
    listing_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    """The listing whose history it belongs to: the row itself, or what it is a part of."""
    version: Mapped[int]
    at: Mapped[Moment] = mapped_column(default=now)
    user_id: Mapped[uuid.UUID | None]
    cause: Mapped[str] = mapped_column(String(20), default="edit", server_default="edit")
    """Why it was written: ``edit``, ``proposal``, ``restore``, ``merge`` or ``import``."""
    visibility: Mapped[str | None] = mapped_column(String(20))
    """Who could read the row at that time."""
    snapshot: Mapped[Json]
