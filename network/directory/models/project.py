"""Projects as IATI describes an activity: what, when, who pays and who does it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKeyConstraint, Numeric, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.audience import words
from network.directory.models.common import FieldGroup, Listing, Part
from network.directory.models.organization import Organization


class ProjectStatus(StrEnum):
    """IATI's ActivityStatus, in words."""

    PLANNED = "planned"
    RUNNING = "running"
    FINALISING = "finalising"  # The work is done, the reports are not.
    CLOSED = "closed"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"

    @property
    def code(self) -> int:
        """The number that IATI gives it: 1 pipeline … 6 suspended."""
        return list(ProjectStatus).index(self) + 1


class ParticipantRole(IntEnum):
    """IATI's OrganisationRole."""

    FUNDING = 1
    ACCOUNTABLE = 2
    EXTENDING = 3
    IMPLEMENTING = 4


class Project(Listing):
    """A project of the organization under which it is listed."""

    __tablename__ = "project"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
    )

    TEXTS = ("title", "description")

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    status: Mapped[ProjectStatus] = mapped_column(words(ProjectStatus), default=ProjectStatus.RUNNING)
    source: Mapped[str] = mapped_column(String(2), default="en")
    title: Mapped[Json]
    description: Mapped[Json] = mapped_column(default=dict)
    start_on: Mapped[str] = mapped_column(String(10), default="")
    end_on: Mapped[str] = mapped_column(String(10), default="")
    """Days as exact as they are known (ISO 8601): ``2002``, ``2003-06`` or ``2007-04-24``; empty where unknown.
    What is best known of the four below: the actual day, else the planned one."""
    planned_start: Mapped[str] = mapped_column(String(10), default="")
    planned_end: Mapped[str] = mapped_column(String(10), default="")
    actual_start: Mapped[str] = mapped_column(String(10), default="")
    actual_end: Mapped[str] = mapped_column(String(10), default="")
    iati_identifier: Mapped[str] = mapped_column(String(100), default="")
    sectors: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the OECD DAC, five digits: ``15180``."""
    budget: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    """ISO 4217; empty where no budget is told."""
    places: Mapped[list[str]] = mapped_column(default=list)
    """Ids of ``network.places``."""

    documents: Mapped[list[ProjectDocument]] = relationship(
        lazy="raise", order_by="ProjectDocument.id", viewonly=True
    )
    results: Mapped[list[ProjectResult]] = relationship(
        lazy="raise", order_by="ProjectResult.id", viewonly=True
    )

    participants: Mapped[list[ProjectParticipant]] = relationship(
        lazy="raise", order_by="ProjectParticipant.role, ProjectParticipant.id", viewonly=True
    )


class ProjectParticipant(FieldGroup):
    """Who takes part in a project and as what; a listing of the directory where there is one."""

    __tablename__ = "project_participant"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "project_id"], ["project.tenant_id", "project.id"]),
        ForeignKeyConstraint(
            ["participant_tenant_id", "participant_id"], ["organization.tenant_id", "organization.id"]
        ),
    )
    FOLLOWS = {"project_id": "project"}

    id: Mapped[PrimaryKey]
    project_id: Mapped[uuid.UUID] = mapped_column(index=True)
    role: Mapped[int] = mapped_column(SmallInteger)
    """A ``ParticipantRole``."""
    name: Mapped[Json]
    participant_tenant_id: Mapped[uuid.UUID | None]
    participant_id: Mapped[uuid.UUID | None]

    organization: Mapped[Organization | None] = relationship(
        lazy="raise",
        viewonly=True,
        foreign_keys="ProjectParticipant.participant_tenant_id, ProjectParticipant.participant_id",
    )


class ProjectDocument(Part):
    """Something to read about a project, where it stands on the web."""

    __tablename__ = "project_document"
    __table_args__ = (ForeignKeyConstraint(["tenant_id", "project_id"], ["project.tenant_id", "project.id"]),)
    TEXTS = ("title",)

    project_id: Mapped[uuid.UUID] = mapped_column(index=True)
    title: Mapped[Json]
    url: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(2), default="")


class ProjectResult(Part):
    """What a project wanted to reach and what it reached."""

    __tablename__ = "project_result"
    __table_args__ = (ForeignKeyConstraint(["tenant_id", "project_id"], ["project.tenant_id", "project.id"]),)
    TEXTS = ("title", "description")

    project_id: Mapped[uuid.UUID] = mapped_column(index=True)
    title: Mapped[Json]
    description: Mapped[Json] = mapped_column(default=dict)
    target: Mapped[str] = mapped_column(String(100), default="")
    achieved: Mapped[str] = mapped_column(String(100), default="")
    """As it was said, with its unit: ``1,200 people``."""
    on: Mapped[str] = mapped_column(String(10), default="")
    """When it was counted, as exact as it is known."""
