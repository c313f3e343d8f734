"""Where services are: the district for many readers, the door for few."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, PrimaryKey
from network.directory.models.common import FieldGroup, words

if TYPE_CHECKING:
    from network.directory.models.service import Service


class LocationType(StrEnum):
    """In the words of HSDS."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Location(FieldGroup):
    """A place of work of an organization, as exact as a place of ``network.places``. It has no point on a map."""

    __tablename__ = "location"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "organization_id"], ["organization.tenant_id", "organization.id"]),
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[uuid.UUID] = mapped_column(index=True)
    location_type: Mapped[LocationType] = mapped_column(words(LocationType), default=LocationType.PHYSICAL)
    name: Mapped[Json] = mapped_column(default=dict)
    place_id: Mapped[str] = mapped_column(String(24))

    addresses: Mapped[list[Address]] = relationship(lazy="raise", order_by="Address.id", viewonly=True)


class Address(FieldGroup):
    """Street and house: a field group of its own, because a location may be known where its door may not."""

    __tablename__ = "address"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "location_id"], ["location.tenant_id", "location.id"]),
    )

    id: Mapped[PrimaryKey]
    location_id: Mapped[uuid.UUID] = mapped_column(index=True)
    address_1: Mapped[str] = mapped_column(String(300))
    postal_code: Mapped[str] = mapped_column(String(12), default="")


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
