"""What somebody typed and has not finished."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, UniqueConstraint, and_, false
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.tenancy import Actor, TenantOwned


class SectionDraft(TenantOwned):
    """One section of one form, as one person left it. Nobody else reads it, colleagues neither."""

    __tablename__ = "section_draft"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "section"),)

    id: Mapped[PrimaryKey]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    section: Mapped[str] = mapped_column(String(200))
    """Which form of which row: ``phone/01f0…``."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """What was typed, under the outer layer: it may be an address that nobody must know."""
    saved_at: Mapped[Moment] = mapped_column(default=now)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.tenant_id is None or actor.user_id is None:
            return false()
        return and_(cls.tenant_id == actor.tenant_id, cls.user_id == actor.user_id)
