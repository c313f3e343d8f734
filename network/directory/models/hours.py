"""When a service, a number or a place of work is open, week by week, and the days on which that is different."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Json, PrimaryKey
from network.directory.models.common import FieldGroup

OWNERS = ("service_id", "phone_id", "location_id")


def _of_its_owner() -> tuple[ForeignKeyConstraint, ...]:
    return tuple(
        ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])
        for column, table in ((column, column.removesuffix("_id")) for column in OWNERS)
    )


class Schedule(FieldGroup):
    """Round the clock, or on some days of the week from one hour to another. Of one service, number or place."""

    __tablename__ = "schedule"
    __table_args__ = _of_its_owner()
    FOLLOWS = {column: column.removesuffix("_id") for column in OWNERS}

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    phone_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    location_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    always: Mapped[bool] = mapped_column(default=False)
    byday: Mapped[str] = mapped_column(String(20), default="")
    """Days as iCalendar writes them (RFC 5545): ``MO,TU,WE``. Empty where ``always``."""
    opens_at: Mapped[datetime.time | None]
    closes_at: Mapped[datetime.time | None]
    """By the clock on the wall of ``timezone``; not after ``opens_at``, it is the next day's."""
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Bishkek")
    valid_from: Mapped[datetime.date | None]
    valid_to: Mapped[datetime.date | None]
    """First and last day on which these hours count; empty: from always, for ever."""
    notes: Mapped[Json] = mapped_column(default=dict)


class ScheduleException(FieldGroup):
    """A day, or days in a row, with other hours than the week has: closed, or open from one hour to another."""

    __tablename__ = "schedule_exception"
    __table_args__ = _of_its_owner()
    FOLLOWS = {column: column.removesuffix("_id") for column in OWNERS}

    id: Mapped[PrimaryKey]
    service_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    phone_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    location_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    on: Mapped[datetime.date]
    until: Mapped[datetime.date | None]
    """The last day of several; empty for one day."""
    closed: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime.time | None]
    closes_at: Mapped[datetime.time | None]
    notes: Mapped[Json] = mapped_column(default=dict)
