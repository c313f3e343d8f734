"""A case and what is written in it, sealed category by category."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    exists,
    false,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.categories import Category
from network.referrals.models.keys import PartKey, shown_to
from network.referrals.models.words import one_of, within
from network.tenancy import Actor, TenantOwned


class CaseStatus(StrEnum):
    """HTCDS ``cas_Status``."""

    ACTIVE = "Active"
    FOLLOW_UP = "FollowUp"
    CLOSED = "Closed"
    CLOSED_REFERRED = "ClosedReferred"


class Case(TenantOwned):
    """One person's file with one tenant, under a code that tells nothing. ``case`` itself is a word of SQL."""

    __tablename__ = "case_record"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        # The job of erasure asks each night for those past their day; most have none.
        Index(
            "ix_case_record_retention_on",
            "tenant_id",
            "retention_on",
            postgresql_where=text("retention_on IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(20))
    status: Mapped[CaseStatus] = mapped_column(one_of(CaseStatus), default=CaseStatus.ACTIVE)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)
    frozen_at: Mapped[Moment | None]
    retention_on: Mapped[datetime.date | None]
    legal_hold_at: Mapped[Moment | None]
    """Since when nothing of this case may be erased; why is a note of the case."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CaseWorker(TenantOwned):
    """Somebody of the desk who works on a case beside its owner."""

    __tablename__ = "case_worker"
    __table_args__ = (within("tenant_id", "case_id", "case_record"), UniqueConstraint("case_id", "user_id"))

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    assigned_at: Mapped[Moment] = mapped_column(default=now)


class CasePart(TenantOwned):
    """One version of one category, sealed. It does not say of which case: a recipient may see this very row."""

    __tablename__ = "case_part"

    id: Mapped[PrimaryKey]
    category: Mapped[Category] = mapped_column(one_of(Category))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """Its own tenant's, and whoever holds a released key of its own to this very version."""
        if actor.tenant_id is None:
            return false()
        key = aliased(PartKey)
        held = exists().where(key.sealed_id == cls.id, key.holder_id == actor.tenant_id, shown_to(key, actor))
        return (cls.tenant_id == actor.tenant_id) | held


class CaseEntry(TenantOwned):
    """Where a sealed part stands in a case: the owner's alone."""

    __tablename__ = "case_entry"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record"),
        within("tenant_id", "part_id", "case_part"),
        UniqueConstraint("case_id", "category", "number"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID]
    part_id: Mapped[uuid.UUID] = mapped_column(index=True)
    category: Mapped[Category] = mapped_column(one_of(Category))
    number: Mapped[int]
    """1 for the first version of this category, counting up; the highest is the present one."""
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)


class CaseMark(TenantOwned):
    """By what a case is found again inside its tenant without opening any (security.md: a keyed blind index): HMACs
    under the desk's secret, of a document's number, a name, a telephone."""

    __tablename__ = "case_mark"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record", ondelete="CASCADE"),
        UniqueConstraint("case_id", "category", "mark"),
        Index(None, "tenant_id", "mark"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    category: Mapped[Category] = mapped_column(one_of(Category))
    mark: Mapped[bytes] = mapped_column(LargeBinary)


class RiskAssessment(TenantOwned):
    """HTCDS risk questions for a case. Its date is clear, since sending needs it; its level and notes are sealed."""

    __tablename__ = "risk_assessment"
    __table_args__ = (within("tenant_id", "case_id", "case_record"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    assessed_on: Mapped[datetime.date]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)
