"""Mail that waits: which letter to whom, in ids only. Its words are made at delivery."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Json, Moment, now
from network.tenancy import PlatformOwned


class OutboxMessage(PlatformOwned):
    """One letter to one recipient. Neither its words nor an address nor anything about a case is kept here."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(None, "not_before", postgresql_where=text("sent_at IS NULL AND failed_at IS NULL")),
    )
    reason = "The clock claims mail of every tenant in turn; rows hold ids only and are rendered as the clock of one tenant."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    """Random, not ordered by time: it becomes the Message-ID, which must not tell when the deed was done."""
    tenant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tenant.id"), index=True)
    """Whose clock renders it; None for mail of the platform itself."""
    kind: Mapped[str] = mapped_column(String(60))
    to_kind: Mapped[str] = mapped_column(String(40))
    to_id: Mapped[uuid.UUID] = mapped_column(index=True)
    params: Mapped[Json] = mapped_column(default=dict)
    language: Mapped[str] = mapped_column(String(2), default="")
    """Empty: the recipient's own, found with the address."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    not_before: Mapped[Moment] = mapped_column(default=now)
    """Later than the deed where mail and deed must not be matched by their time; moved on after a failure."""
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    claimed_until: Mapped[datetime.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime.datetime | None]
    failed_at: Mapped[datetime.datetime | None]
    """Given up; only a person can help now, and the metrics say so."""
    last_error: Mapped[str | None] = mapped_column(String(80))
    """The name of an exception's class, never its text."""

    @property
    def recipient(self) -> tuple[str, uuid.UUID]:
        return (self.to_kind, self.to_id)
