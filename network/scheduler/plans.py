"""Writing work down, and saying which function does it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from network.database import uuid7
from network.scheduler.models import Due

Handler = Callable[[Session, Due], None]
PLATFORM = uuid.UUID(int=0)
"""The subject of periodic work that belongs to no tenant."""
EPOCH = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
"""A Monday, from which regular periods are counted."""

HANDLERS: dict[str, Handler] = {}
PERIODIC: dict[str, Period] = {}


@dataclass(frozen=True)
class Period:
    """When something regular begins anew, by the wall clock, whatever a process did or missed."""

    every: datetime.timedelta | None
    cron: CronTrigger | None
    each_tenant: bool
    all_missed: bool

    def first_after(self, moment: datetime.datetime) -> datetime.datetime:
        """The first beginning later than ``moment``, UTC."""
        if self.every is not None:
            return EPOCH + self.every * ((moment - EPOCH) // self.every + 1)
        assert self.cron is not None  # noqa: S101  # periodic() takes one of the two.
        found = self.cron.get_next_fire_time(None, moment + datetime.timedelta(microseconds=1))
        return (
            datetime.datetime.max.replace(tzinfo=datetime.UTC)
            if found is None
            else found.astimezone(datetime.UTC)
        )


def job(kind: str) -> Callable[[Handler], Handler]:
    """This function does work of a kind. It runs in one transaction with the note that the work is done."""

    def keep(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return keep


def periodic(
    kind: str,
    *,
    every: datetime.timedelta | None = None,
    cron: str | None = None,
    timezone: str = "UTC",
    each_tenant: bool = False,
    all_missed: bool = False,
) -> Callable[[Handler], Handler]:
    """This function runs once in every period, in one process of however many; ``due.due_at`` is the period's beginning.

    Give ``every`` (counted from a Monday midnight UTC) or ``cron`` (five fields; week days by name, because numbers
    mean other days to other programs; at least one a month). ``each_tenant`` runs it as the clock of each member
    and of the network, each in a transaction of its own. Of periods missed while no clock ran the last is made up
    for, or all with ``all_missed``. Periods before the first start of an installation are not.
    """
    if (every is None) == (cron is None):
        raise ValueError(f"{kind}: a period has a length or a calendar")
    trigger = None if cron is None else CronTrigger.from_crontab(cron, timezone=timezone)
    PERIODIC[kind] = Period(every, trigger, each_tenant, all_missed)
    return job(kind)


def plan(
    session: Session, tenant_id: uuid.UUID | None, kind: str, subject_id: uuid.UUID, due_at: datetime.datetime
) -> None:
    """Have work of a kind done for a row at a moment. The same again changes nothing."""
    session.execute(
        insert(Due)
        .values(id=uuid7(), tenant_id=tenant_id, kind=kind, subject_id=subject_id, due_at=due_at, attempts=0)
        .on_conflict_do_nothing(index_elements=["kind", "subject_id", "due_at"])
    )


def cancel(session: Session, kind: str, subject_id: uuid.UUID) -> None:
    """Take back what is planned for a row and not yet done. To plan anew for another moment, cancel first."""
    session.execute(
        delete(Due)
        .where(Due.kind == kind, Due.subject_id == subject_id, Due.done_at.is_(None))
        .execution_options(synchronize_session=False)
    )
