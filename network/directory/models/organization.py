"""Organizations and what they tell of themselves by field group."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.audience import words
from network.directory.models.common import FieldGroup, Listing, Part, Status, Versioned

if TYPE_CHECKING:
    from network.directory.models.hours import Schedule, ScheduleException
    from network.directory.models.location import Location
    from network.directory.models.project import Project
    from network.directory.models.service import Service


class OrganizationKind(StrEnum):
    """What an organization is."""

    NGO = "ngo"
    COMMUNITY_GROUP = "community_group"
    GOVERNMENT = "government"
    INTERNATIONAL = "international"
    MEDIA = "media"


class Known(StrEnum):
    """An answer that may be missing: unknown is not no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Organization(Listing):
    """A listing: of a member or of anybody else whom the network works with. ``tenant_id`` says who keeps it."""

    __tablename__ = "organization"
    __table_args__ = (
        ForeignKeyConstraint(
            ["merged_into_tenant_id", "merged_into_id"], ["organization.tenant_id", "organization.id"]
        ),
    )
    TEXTS = ("name", "alternate_name", "description")

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[OrganizationKind] = mapped_column(words(OrganizationKind))
    member: Mapped[bool] = mapped_column(default=False)
    """Whether it is a member of the network, not whether this row is kept by one."""
    status: Mapped[Status] = mapped_column(words(Status), default=Status.ACTIVE)
    source: Mapped[str] = mapped_column(String(2), default="en")
    """The language its texts were written in first; the others are translations of it."""
    name: Mapped[Json]
    alternate_name: Mapped[Json]
    description: Mapped[Json]
    website: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(String(254))
    """The address for everybody who may read the listing; others are contacts with an audience of their own."""
    registered_on: Mapped[datetime.date | None]
    year_incorporated: Mapped[int | None]
    legal_status: Mapped[str | None] = mapped_column(String(100))
    place_id: Mapped[str | None] = mapped_column(String(24))
    """Where it has its seat, as a place of ``network.places``; exact addresses are field groups."""
    merged_into_tenant_id: Mapped[uuid.UUID | None]
    merged_into_id: Mapped[uuid.UUID | None]
    """The listing that stands for this one since the two were found to be the same."""

    services: Mapped[list[Service]] = relationship(
        back_populates="organization", lazy="raise", order_by="Service.created_at"
    )
    phones: Mapped[list[Phone]] = relationship(
        lazy="raise", order_by="Phone.position, Phone.id", viewonly=True
    )
    contacts: Mapped[list[Contact]] = relationship(lazy="raise", order_by="Contact.id", viewonly=True)
    identifiers: Mapped[list[OrganizationIdentifier]] = relationship(
        lazy="raise",
        order_by="OrganizationIdentifier.identifier_scheme, OrganizationIdentifier.id",
        viewonly=True,
    )
    locations: Mapped[list[Location]] = relationship(lazy="raise", order_by="Location.id", viewonly=True)
    projects: Mapped[list[Project]] = relationship(
        lazy="raise", order_by="Project.start_on.desc(), Project.id", viewonly=True
    )


class OrganizationIdentifier(Part):
    """A number under which a register knows an organization: KG-INN, KG-OKPO, UZ-KTUT, XM-DAC and the like."""

    __tablename__ = "organization_identifier"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
        Index(None, "identifier_scheme", "identifier"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    identifier_scheme: Mapped[str] = mapped_column(String(40))
    identifier: Mapped[str] = mapped_column(String(200))


class Phone(FieldGroup, Versioned):
    """A number to call, of an organization or of one service of it."""

    __tablename__ = "phone"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
        ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"]),
        Index(None, "country", postgresql_where=text("hotline")),
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(String(20))
    """E.164 (``+996…``), or a short number that works inside ``country`` alone."""
    country: Mapped[str] = mapped_column(String(2))
    hotline: Mapped[bool] = mapped_column(default=False)
    extension: Mapped[str] = mapped_column(String(10), default="")
    toll_free: Mapped[bool] = mapped_column(default=False)
    toll_free_from: Mapped[list[str]] = mapped_column(default=list)
    """Countries (ISO 3166-1 alpha-2) from which the call costs nothing; empty where ``toll_free`` says all we know."""
    safe_to_leave_message: Mapped[Known] = mapped_column(words(Known), default=Known.UNKNOWN)
    """Whether a message left there is heard by nobody who should not hear it."""
    channels: Mapped[list[str]] = mapped_column(default=lambda: ["voice"])
    languages: Mapped[list[str]] = mapped_column(default=list)
    description: Mapped[Json] = mapped_column(default=dict)
    hours: Mapped[Json] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)

    schedules: Mapped[list[Schedule]] = relationship(lazy="raise", order_by="Schedule.id", viewonly=True)
    schedule_exceptions: Mapped[list[ScheduleException]] = relationship(
        lazy="raise", order_by="ScheduleException.on, ScheduleException.id", viewonly=True
    )

    @property
    def tel(self) -> str:
        """What stands behind ``tel:``."""
        return self.number


class Contact(FieldGroup, Versioned):
    """A person or desk to turn to; by default for colleagues alone."""

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
        ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"]),
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    telephone: Mapped[str | None] = mapped_column(String(20))
