"""Projects as IATI describes an activity: what, when, who pays and who does it."""

from __future__ import annotations

import uuid
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKeyConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.common import FieldGroup, Listing, words
from network.directory.models.organization import Organization


class ProjectStatus(StrEnum):
    """The part of IATI's ActivityStatus that readers need."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"


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

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    status: Mapped[ProjectStatus] = mapped_column(words(ProjectStatus), default=ProjectStatus.RUNNING)
    source: Mapped[str] = mapped_column(String(2), default="en")
    title: Mapped[Json]
    description: Mapped[Json] = mapped_column(default=dict)
    start_on: Mapped[str] = mapped_column(String(10), default="")
    end_on: Mapped[str] = mapped_column(String(10), default="")
    """Days as exact as they are known (ISO 8601): ``2002``, ``2003-06`` or ``2007-04-24``; empty where unknown."""
    places: Mapped[list[str]] = mapped_column(default=list)
    """Ids of ``network.places``."""

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
