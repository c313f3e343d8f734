"""Where services are: the district for many readers, the door for few."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Float, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.audience import words
from network.directory.models.common import FieldGroup, Part, Versioned

if TYPE_CHECKING:
    from network.directory.models.hours import Schedule, ScheduleException
    from network.directory.models.service import Service


class LocationType(StrEnum):
    """In the words of HSDS."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Location(FieldGroup, Versioned):
    """A place of work of an organization, as exact as a place of ``network.places``; its door and point are ``Address``."""

    __tablename__ = "location"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    location_type: Mapped[LocationType] = mapped_column(words(LocationType), default=LocationType.PHYSICAL)
    name: Mapped[Json] = mapped_column(default=dict)
    place_id: Mapped[str] = mapped_column(String(24))
    confidential: Mapped[bool] = mapped_column(default=False)
    """A confidential service is given here: nobody reads more than the district, and the door is sealed."""
    transportation: Mapped[Json] = mapped_column(default=dict)
    """How to get there."""

    accessibility: Mapped[list[Accessibility]] = relationship(
        lazy="raise", order_by="Accessibility.id", viewonly=True
    )
    schedules: Mapped[list[Schedule]] = relationship(lazy="raise", order_by="Schedule.id", viewonly=True)
    schedule_exceptions: Mapped[list[ScheduleException]] = relationship(
        lazy="raise", order_by="ScheduleException.on, ScheduleException.id", viewonly=True
    )
    addresses: Mapped[list[Address]] = relationship(lazy="raise", order_by="Address.id", viewonly=True)


class Address(FieldGroup):
    """The exact place: a field group of its own, because a location may be known where its door may not.

    That of a confidential service is ``sealed`` under the outer layer of the keyring, the other columns are empty then
    (``network.directory.doors`` seals and opens), and it is read by the tenants picked one by one at most.
    """

    __tablename__ = "address"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "location_id"], ["location.tenant_id", "location.id"]),
    )

    id: Mapped[PrimaryKey]
    location_id: Mapped[uuid.UUID] = mapped_column(index=True)
    address_1: Mapped[str] = mapped_column(String(300), default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Accessibility(Part):
    """What helps or hinders people who move, see, hear or think differently at a place."""

    __tablename__ = "accessibility"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "location_id"], ["location.tenant_id", "location.id"]),
    )
    TEXTS = ("description",)

    location_id: Mapped[uuid.UUID] = mapped_column(index=True)
    features: Mapped[list[str]] = mapped_column(default=list)
    """Codes of ``labels.ACCESS``."""
    description: Mapped[Json] = mapped_column(default=dict)


class ServiceAtLocation(FieldGroup):
    """That a service is given at a location."""

    __tablename__ = "service_at_location"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"]),
        ForeignKeyConstraint(["tenant_id", "location_id"], ["location.tenant_id", "location.id"]),
    )

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    location_id: Mapped[uuid.UUID] = mapped_column(index=True)
    description: Mapped[Json] = mapped_column(default=dict)

    location: Mapped[Location] = relationship(lazy="raise", viewonly=True)
    service: Mapped[Service] = relationship(lazy="raise", viewonly=True)
