"""Who opened a case that was not theirs: by breaking the glass, or by looking through the desk's cases."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.words import one_of, within
from network.tenancy import TenantOwned


class CaseGlass(TenantOwned):
    """A colleague who is not assigned opened a case, for a while. Why stands sealed, for the desk's supervisors."""

    __tablename__ = "case_glass"
    __table_args__ = (within("tenant_id", "case_id", "case_record"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[Moment] = mapped_column(default=now)
    ends_at: Mapped[Moment]
    seen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    seen_at: Mapped[Moment | None]
    """When a supervisor looked at it; until then it waits on the desk."""
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class LookKind(StrEnum):
    """What is counted about those who open cases that are not their own."""

    LOOK = "look"
    ALERT = "alert"
    CONFIRMED = "confirmed"


class CaseLook(TenantOwned):
    """One opening of a case not one's own, once an hour and case; that there were many; that the passphrase was
    typed again. Kept for a month."""

    __tablename__ = "case_look"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record"),
        Index("ix_case_look_user_id_at", "user_id", "at"),
    )

    id: Mapped[PrimaryKey]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    kind: Mapped[LookKind] = mapped_column(one_of(LookKind))
    at: Mapped[Moment] = mapped_column(default=now)
