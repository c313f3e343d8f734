"""What somebody must know to get the help of a service: the way in, what to bring, what it costs, whether there is room."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Json, Moment, PrimaryKey, now
from network.directory.models.audience import words
from network.directory.models.common import FieldGroup, Part

if TYPE_CHECKING:
    from network.directory.models.project import Project


def _of_service() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "service_id"], ["service.tenant_id", "service.id"])


class ReferralMethod(StrEnum):
    """How a colleague sends somebody there."""

    CALL = "call"
    EMAIL = "email"
    KOPURO = "kopuro"
    LETTER = "letter"
    COME_ALONG = "come_along"
    BY_THEMSELVES = "by_themselves"


class ReferralRoute(Part):
    """How partners bring somebody to a service; meant for partners, not for the public."""

    __tablename__ = "referral_route"
    __table_args__ = (_of_service(),)
    TEXTS = ("next_step", "documents", "complaints")

    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    method: Mapped[ReferralMethod] = mapped_column(words(ReferralMethod), default=ReferralMethod.CALL)
    contact: Mapped[str] = mapped_column(String(300), default="")
    """Whom to call or write to, as it should be read."""
    next_step: Mapped[Json] = mapped_column(default=dict)
    """What happens after the first contact."""
    response_hours: Mapped[int | None]
    """Within how many hours somebody answers."""
    documents: Mapped[Json] = mapped_column(default=dict)
    """Papers that a referral needs."""
    complaints: Mapped[Json] = mapped_column(default=dict)
    """Where to turn if something went wrong."""


class CapacityUnit(StrEnum):
    """What is counted."""

    BEDS = "beds"
    FAMILY_ROOMS = "family_rooms"
    PLACES = "places"
    APPOINTMENTS = "appointments"


class ServiceCapacity(Part):
    """How much room there is, and when somebody last looked."""

    __tablename__ = "service_capacity"
    __table_args__ = (_of_service(),)
    TEXTS = ("description",)

    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    unit: Mapped[CapacityUnit] = mapped_column(words(CapacityUnit), default=CapacityUnit.BEDS)
    available: Mapped[int | None]
    maximum: Mapped[int | None]
    description: Mapped[Json] = mapped_column(default=dict)
    updated_at: Mapped[Moment] = mapped_column(default=now)
    """When the numbers were last said to be right, changed or not."""


class RequiredDocument(Part):
    """A paper to bring."""

    __tablename__ = "required_document"
    __table_args__ = (_of_service(),)
    TEXTS = ("document",)

    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    document: Mapped[Json]
    uri: Mapped[str] = mapped_column(String(300), default="")


class CostOption(Part):
    """What it costs for whom; an amount of nothing is free."""

    __tablename__ = "cost_option"
    __table_args__ = (_of_service(),)
    TEXTS = ("option", "amount_description")

    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    option: Mapped[Json] = mapped_column(default=dict)
    """For whom: “pensioners”."""
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    amount_description: Mapped[Json] = mapped_column(default=dict)
    valid_from: Mapped[datetime.date | None]
    valid_to: Mapped[datetime.date | None]


class ServiceFunding(FieldGroup):
    """That a grant pays for a service: when it ends, somebody must ask what becomes of the service."""

    __tablename__ = "service_funding"
    __table_args__ = (
        _of_service(),
        ForeignKeyConstraint(["tenant_id", "project_id"], ["project.tenant_id", "project.id"]),
        UniqueConstraint("tenant_id", "service_id", "project_id"),
    )

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID] = mapped_column(index=True)
    project_id: Mapped[uuid.UUID] = mapped_column(index=True)

    project: Mapped[Project | None] = relationship(lazy="raise", viewonly=True)
