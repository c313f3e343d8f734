"""Work with a date, and the lease that says which process does it."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey
from network.tenancy import PlatformOwned

SKEW = datetime.timedelta(minutes=1)
"""By how much the clocks of our machines may differ. What is said to last longer than that beyond its own length was
written before the clock was set back, and is not waited for."""


class Due(PlatformOwned):
    """One thing to do at a moment: written with the deed that makes it necessary, done exactly once by the clock."""

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "due_at"),
        Index(None, "due_at", postgresql_where=text("done_at IS NULL")),
    )
    reason = "The clock claims work of every tenant in turn; rows hold ids only and are done as the clock of one tenant."

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tenant.id"), index=True)
    """Whose clock does it; None for work of the platform itself."""
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID]
    due_at: Mapped[Moment]
    claimed_until: Mapped[datetime.datetime | None]
    retry_at: Mapped[datetime.datetime | None]
    """Not again before this, after a failure."""
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime.datetime | None]


class Lease(PlatformOwned):
    """Which process is the clock at present. Only thrift depends on it: work is claimed row by row all the same."""

    __tablename__ = "lease"
    reason = "Names a process, nothing of a tenant."

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[Moment]
