"""Hours of a service, a number or a place of work: weeks and the days that differ, written whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory.drafts import Exceptional, Hours, Opening
from network.directory.models import Location, Phone, Schedule, ScheduleException, Service, Visibility
from network.directory.policies import can_edit
from network.directory.services import publishing, readers, writing
from network.i18n.translated import written
from network.permissions import Unfit, require
from network.tenancy import Actor

Keeper = Service | Phone | Location
"""What has hours."""

MOST = 20
"""Rows of one keeper: more is a slip, and every reader's page counts with them."""


def change_hours(
    session: Session, actor: Actor, keeper: Keeper, hours: Hours, *, version: int, cause: str = "edit"
) -> bool:
    """Write when it is open; False where that is what was written. Read by whoever reads what has the hours.

    Raises :class:`Stale` for a version that is not the latest, :class:`Unfit` ``too_many_hours``.
    """
    require(can_edit(actor, keeper.tenant_id))
    writing.hold(session, keeper.organization_id)
    row: Keeper = writing.lock(session, keeper, version)
    if len(hours.weekly) > MOST or len(hours.different) > MOST:
        raise Unfit("too_many_hours")
    if not write_hours(session, row, hours):
        return False
    audience = readers.whole_audience(row)
    row.version += 1
    row.last_modified = now()
    session.flush()
    writing.keep_revision(session, actor, row, cause=cause)
    publishing.publish(session, row.organization_id, public=audience is Visibility.PUBLIC)
    audit.record(session, actor, Action.HOURS_CHANGED, row.id, of=row.__tablename__)
    return True


def write_hours(session: Session, row: Keeper, hours: Hours) -> bool:
    """Put these hours in the place of what is there; False where that is the same."""
    if hours == hours_of(session, row):
        return False
    column, audience = f"{row.__tablename__}_id", readers.whole_audience(row)
    for model in (Schedule, ScheduleException):
        session.execute(delete(model).where(getattr(model, column) == row.id))
    whose = {"tenant_id": row.tenant_id, column: row.id, "audience": audience}
    for opening in hours.weekly:
        session.add(Schedule(**whose, **_weekly(opening)))
    for day in hours.different:
        session.add(ScheduleException(**whose, **_different(day)))
    session.flush()
    return True


def hours_of(session: Session, keeper: Keeper) -> Hours:
    """Its hours as they stand."""
    column = f"{keeper.__tablename__}_id"
    weekly = session.scalars(
        select(Schedule).where(getattr(Schedule, column) == keeper.id).order_by(Schedule.id)
    )
    different = session.scalars(
        select(ScheduleException)
        .where(getattr(ScheduleException, column) == keeper.id)
        .order_by(ScheduleException.on, ScheduleException.id)
    )
    return Hours(
        weekly=tuple(
            Opening(
                always=row.always,
                byday=row.byday,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                timezone=row.timezone,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                notes=row.notes,
            )
            for row in weekly
        ),
        different=tuple(
            Exceptional(
                on=row.on,
                until=row.until,
                closed=row.closed,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                notes=row.notes,
            )
            for row in different
        ),
    )


def _weekly(one: Opening) -> dict[str, object]:
    return {
        "always": one.always,
        "byday": "" if one.always else one.byday,
        "opens_at": None if one.always else one.opens_at,
        "closes_at": None if one.always else one.closes_at,
        "timezone": one.timezone,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "notes": _texts(one.notes),
    }


def _different(one: Exceptional) -> dict[str, object]:
    return {
        "on": one.on,
        "until": one.until if one.until and one.until > one.on else None,
        "closed": one.closed,
        "opens_at": None if one.closed else one.opens_at,
        "closes_at": None if one.closed else one.closes_at,
        "notes": _texts(one.notes),
    }


def _texts(notes: Mapping[str, Any]) -> dict[str, Any]:
    """Texts just typed, or read from a row as they were."""
    typed = {code: one for code, one in notes.items() if isinstance(one, str)}
    return {**{code: one for code, one in notes.items() if code not in typed}, **written(typed)}
