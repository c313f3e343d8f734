"""What a desk keeps about a case for itself, and the line by which it finds it again. None of it is ever disclosed."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.words import within
from network.tenancy import TenantOwned


class CaseNote(TenantOwned):
    """One version of one sealed note: the stage of identification, the indicators, a proceeding, a hearing.

    What kind of note it is stands inside, sealed. Notes of one thread are versions of each other: the highest number
    is the present one, and two people who write the same number meet at the unique key. Append-only; a note that was
    taken away is a last version that says so.
    """

    __tablename__ = "case_note"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record"),
        UniqueConstraint("thread_id", "number"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    thread_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    remind_on: Mapped[datetime.date | None] = mapped_column(index=True)
    """The day on which somebody must think of it: a bare reminder, of what stands inside."""
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)


class CaseIndex(TenantOwned):
    """A sealed line (alias, phone, keywords) of a case, for searching one's own open cases in the session."""

    __tablename__ = "case_index"
    __table_args__ = (within("tenant_id", "case_id", "case_record"), UniqueConstraint("case_id"))

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)
