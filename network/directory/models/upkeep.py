"""How listings are kept right: who made sure, who proposes a correction, what was merged."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, Moment, PrimaryKey, now
from network.directory.models.assured import Method
from network.tenancy import TenantOwned, TwoParty


def _one_of(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])


class Verification(TenantOwned):
    """That somebody of the tenant that keeps a listing made sure of it, or of a part of it. For colleagues alone."""

    __tablename__ = "verification"

    id: Mapped[PrimaryKey]
    subject: Mapped[str] = mapped_column(String(20))
    """The table of the listing: ``organization``, ``service`` or ``project``."""
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)
    version: Mapped[int]
    """The version of the listing that was found right."""
    at: Mapped[Moment] = mapped_column(default=now)
    user_id: Mapped[uuid.UUID | None]
    method: Mapped[Method] = mapped_column(_one_of(Method))
    parts: Mapped[list[str]]
    """Codes of ``upkeep.verification.PARTS``."""


class ProposalState(StrEnum):
    """How far a proposal is."""

    PENDING = "pending"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ProposalKind(StrEnum):
    """What is proposed."""

    CORRECTION = "correction"
    DUPLICATE = "duplicate"  # That another listing is the same organization.


class Decision(StrEnum):
    """What the keeper said to one field."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Proposal(TwoParty):
    """A correction that somebody of one tenant proposes to the tenant that keeps the listing."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(None, "subject_id", "author_id", unique=True, postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[ProposalKind] = mapped_column(_one_of(ProposalKind), default=ProposalKind.CORRECTION)
    subject: Mapped[str] = mapped_column(String(20))
    """The table of the listing: ``organization`` or ``service``."""
    subject_id: Mapped[uuid.UUID]
    other_id: Mapped[uuid.UUID | None]
    """The listing that is the same, of whoever keeps it; each reader sees it as far as she may."""
    version: Mapped[int]
    """The version of the listing it was made on."""
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ProposalState] = mapped_column(_one_of(ProposalState), default=ProposalState.PENDING)
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment] = mapped_column(default=now)
    decided_at: Mapped[datetime.datetime | None]
    decided_by: Mapped[uuid.UUID | None]

    fields: Mapped[list[ProposalField]] = relationship(
        lazy="raise", order_by="ProposalField.position", viewonly=True
    )


class ProposalField(TwoParty):
    """One value that should change, and what the keeper says to it."""

    __tablename__ = "proposal_field"
    __table_args__ = (
        ForeignKeyConstraint(["referring_id", "proposal_id"], ["proposal.referring_id", "proposal.id"]),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[uuid.UUID] = mapped_column(index=True)
    position: Mapped[int]
    row_table: Mapped[str] = mapped_column(String(20))
    """The listing itself, or a number of it."""
    row_id: Mapped[uuid.UUID]
    version: Mapped[int]
    """The version of that row."""
    name: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2), default="")
    """For a text by language: which one."""
    old: Mapped[Any] = mapped_column(JSONB, nullable=False)
    """As the author read it; shown again only to who may still read it."""
    new: Mapped[Any] = mapped_column(JSONB, nullable=False)
    decision: Mapped[Decision | None] = mapped_column(_one_of(Decision))


class MergeState(StrEnum):
    """What became of two listings that looked alike."""

    MERGED = "merged"
    UNDONE = "undone"
    APART = "apart"  # Somebody looked, and they are two.


class Merge(TenantOwned):
    """Two listings of one tenant that were made one, with all that is needed to take it back."""

    __tablename__ = "merge"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "survivor_id"], ["organization.tenant_id", "organization.id"]),
        ForeignKeyConstraint(["tenant_id", "loser_id"], ["organization.tenant_id", "organization.id"]),
    )

    id: Mapped[PrimaryKey]
    survivor_id: Mapped[uuid.UUID] = mapped_column(index=True)
    loser_id: Mapped[uuid.UUID] = mapped_column(index=True)
    state: Mapped[MergeState] = mapped_column(_one_of(MergeState), default=MergeState.MERGED)
    choices: Mapped[Json]
    """Column of the survivor → ``survivor`` or ``loser``: whose value was kept."""
    before: Mapped[Json]
    """What the survivor said before, by column."""
    moved: Mapped[Json]
    """Table → ids of the rows that were moved to the survivor."""
    version: Mapped[int] = mapped_column(default=0)
    """The survivor's version right after: undoing gives back only what nobody changed since."""
    user_id: Mapped[uuid.UUID | None]
    at: Mapped[Moment] = mapped_column(default=now)
    undone_at: Mapped[datetime.datetime | None]
