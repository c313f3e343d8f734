"""Calls to the hotline: what was said is sealed; when to call back is clear, since the clock reminds of it."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.calls import CALL_KEPT
from network.referrals.models.words import within
from network.tenancy import TenantOwned


class HotlineCall(TenantOwned):
    """One call. It may become a case; then it belongs to those who may read the case."""

    __tablename__ = "hotline_call"
    __table_args__ = (within("tenant_id", "case_id", "case_record"),)

    id: Mapped[PrimaryKey]
    taken_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    worker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    """Who looks after it now, and calls back."""
    taken_at: Mapped[Moment] = mapped_column(default=now)
    callback_at: Mapped[Moment | None]
    called_back_at: Mapped[Moment | None]
    case_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def kept_until(self) -> datetime.date | None:
        """The last day on which a call that became no case is kept; a case says itself how long it is."""
        return (self.taken_at + CALL_KEPT).date() if self.case_id is None else None


class HotlineNumber(TenantOwned):
    """The caller's number, apart from the call, so that it can be destroyed on its day without any key."""

    __tablename__ = "hotline_number"
    __table_args__ = (within("tenant_id", "call_id", "hotline_call"), UniqueConstraint("call_id"))

    id: Mapped[PrimaryKey]
    call_id: Mapped[uuid.UUID]
    destroy_at: Mapped[Moment]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
