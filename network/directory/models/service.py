"""Services: what an organization does for people, where, when and for whom."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.audience import words
from network.directory.models.common import FieldGroup, Listing, Status
from network.directory.models.organization import Contact, Organization, Phone

if TYPE_CHECKING:
    from network.directory.models.help import (
        CostOption,
        ReferralRoute,
        RequiredDocument,
        ServiceCapacity,
        ServiceFunding,
    )
    from network.directory.models.hours import Schedule, ScheduleException
    from network.directory.models.location import ServiceAtLocation


class Service(Listing):
    """One kind of help of one organization."""

    __tablename__ = "service"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
    )

    TEXTS = (
        "name",
        "alternate_name",
        "description",
        "eligibility_description",
        "application_process",
        "fees_description",
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    status: Mapped[Status] = mapped_column(words(Status), default=Status.ACTIVE)
    source: Mapped[str] = mapped_column(String(2), default="en")
    name: Mapped[Json]
    alternate_name: Mapped[Json] = mapped_column(default=dict)
    description: Mapped[Json]
    url: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(String(254))
    eligibility_description: Mapped[Json] = mapped_column(default=dict)
    eligibility: Mapped[Json] = mapped_column(default=dict)
    """What was answered about who may come, by the fields of ``network.directory.eligibility``; the rest is unknown."""
    delivery: Mapped[list[str]] = mapped_column(default=list)
    """How it is given: ``in_person``, ``phone``, ``online``, ``outreach``."""
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
    schedule_exceptions: Mapped[list[ScheduleException]] = relationship(
        lazy="raise", order_by="ScheduleException.on, ScheduleException.id", viewonly=True
    )
    referral_routes: Mapped[list[ReferralRoute]] = relationship(
        lazy="raise", order_by="ReferralRoute.id", viewonly=True
    )
    capacities: Mapped[list[ServiceCapacity]] = relationship(
        lazy="raise", order_by="ServiceCapacity.id", viewonly=True
    )
    required_documents: Mapped[list[RequiredDocument]] = relationship(
        lazy="raise", order_by="RequiredDocument.id", viewonly=True
    )
    cost_options: Mapped[list[CostOption]] = relationship(
        lazy="raise", order_by="CostOption.id", viewonly=True
    )
    funding: Mapped[list[ServiceFunding]] = relationship(
        lazy="raise", order_by="ServiceFunding.id", viewonly=True
    )
    areas: Mapped[list[ServiceArea]] = relationship(
        lazy="raise", order_by="ServiceArea.place_id", viewonly=True
    )
    at_locations: Mapped[list[ServiceAtLocation]] = relationship(
        lazy="raise", order_by="ServiceAtLocation.id", viewonly=True
    )


class ServiceArea(FieldGroup):
    """A place whose people a service is for."""

    __tablename__ = "service_area"
    __table_args__ = (ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"]),)
    FOLLOWS = {"service_id": "service"}

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    place_id: Mapped[str] = mapped_column(String(24))
