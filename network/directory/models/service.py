"""Services: what an organization does for people, where, when and for whom."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.common import FieldGroup, Listing, Status, words
from network.directory.models.organization import Contact, Organization, Phone

if TYPE_CHECKING:
    from network.directory.models.location import ServiceAtLocation


class Service(Listing):
    """One kind of help of one organization."""

    __tablename__ = "service"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    status: Mapped[Status] = mapped_column(words(Status), default=Status.ACTIVE)
    source: Mapped[str] = mapped_column(String(2), default="en")
    name: Mapped[Json]
    description: Mapped[Json]
    eligibility_description: Mapped[Json] = mapped_column(default=dict)
    application_process: Mapped[Json] = mapped_column(default=dict)
    fees_description: Mapped[Json] = mapped_column(default=dict)
    terms: Mapped[list[str]] = mapped_column(default=list)
    """Codes of ``taxonomy.TERMS``: what kind of help it is."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    """ISO 639-1 codes of the languages spoken there."""
    emergency: Mapped[bool] = mapped_column(default=False)
    """Helps at once, at any hour its schedule names, without an appointment."""
    confidential: Mapped[bool] = mapped_column(default=False)
    """Where it is must not be known: its public face is a hotline and its district."""

    organization: Mapped[Organization] = relationship(back_populates="services", lazy="raise")
    phones: Mapped[list[Phone]] = relationship(
        lazy="raise", order_by="Phone.position, Phone.id", viewonly=True
    )
    contacts: Mapped[list[Contact]] = relationship(lazy="raise", order_by="Contact.id", viewonly=True)
    schedules: Mapped[list[Schedule]] = relationship(lazy="raise", order_by="Schedule.id", viewonly=True)
    areas: Mapped[list[ServiceArea]] = relationship(
        lazy="raise", order_by="ServiceArea.place_id", viewonly=True
    )
    at_locations: Mapped[list[ServiceAtLocation]] = relationship(
        lazy="raise", order_by="ServiceAtLocation.id", viewonly=True
    )


class Schedule(FieldGroup):
    """When a service is open: round the clock, or on some days of the week from one hour to another."""

    __tablename__ = "schedule"
    __table_args__ = (ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"]),)

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    always: Mapped[bool] = mapped_column(default=False)
    byday: Mapped[str] = mapped_column(String(20), default="")
    """Days as iCalendar writes them (RFC 5545): ``MO,TU,WE``. Empty where ``always``."""
    opens_at: Mapped[datetime.time | None]
    closes_at: Mapped[datetime.time | None]
    """By the clock on the wall of ``timezone``."""
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Bishkek")
    notes: Mapped[Json] = mapped_column(default=dict)


class ServiceArea(FieldGroup):
    """A place whose people a service is for."""

    __tablename__ = "service_area"
    __table_args__ = (ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"]),)

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    place_id: Mapped[str] = mapped_column(String(24))
