"""How a row of the directory is written: locked, compared with the version that was read, kept as a revision."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import uuid
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.database import now
from network.directory import doors
from network.directory.drafts import Draft
from network.directory.models import (
    Address,
    Contact,
    Location,
    Organization,
    Part,
    Phone,
    Project,
    Revision,
    Schedule,
    ScheduleException,
    Service,
    ServiceAtLocation,
    Visibility,
    wider,
)
from network.directory.policies import may_set
from network.i18n.translated import rewritten, written
from network.keys import Keyring
from network.permissions import Stale, Unfit, require
from network.tenancy import Actor

Edited = Organization | Service | Phone | Contact | Location | Project | Part
Row = TypeVar("Row", bound=Edited)


def audience_of(row: Edited) -> Visibility:
    """Who may read this row, by whichever column says it."""
    return row.visibility if isinstance(row, Organization | Service | Project) else row.audience


def hold(session: Session, organization_id: uuid.UUID) -> None:
    """Let one change of an organization follow another, whatever part of it they are about, until the commit.

    Every verb holds the organization before anything of it: the rows that are searched are written anew from all its
    parts, and two who did so at once would write them twice.
    """
    held = select(Organization.id).where(Organization.id == organization_id)
    session.execute(held.with_for_update(key_share=True))


def lock(session: Session, row: Row, version: int) -> Row:
    """The row as it stands now, held until the commit; :class:`Stale` where it is not the version that was read."""
    statement = select(type(row)).where(type(row).id == row.id).with_for_update()
    found: Row = session.scalars(statement.execution_options(populate_existing=True)).one()
    if found.version != version:
        raise Stale
    return found


def check_audience(
    actor: Actor, keeper: uuid.UUID, before: Visibility, after: Visibility, whole: Visibility | None
) -> None:
    """Widening is the admin's; and no part is shown to more people than the whole it belongs to."""
    require(may_set(actor, keeper, before, after))
    if whole is not None and wider(after, whole):
        raise Unfit("wider_than_whole", whole=whole.value)


def values_of(draft: Draft, before: Edited | None) -> dict[str, Any]:
    """Columns and what to write there; translations of a text that changed are marked as outdated."""
    source = str(getattr(draft, "source", None) or getattr(before, "source", "en"))
    values = {field.name: getattr(draft, field.name) for field in dataclasses.fields(draft)}
    for name, value in values.items():
        if isinstance(value, dict):
            values[name] = (
                rewritten(getattr(before, name), value, source) if before is not None else written(value)
            )
    return values


def apply(row: Edited, values: dict[str, Any]) -> list[str]:
    """Write what differs; the names of the columns that did."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.version += 1
    return changed


def keep_revision(
    session: Session, actor: Actor, row: Edited, *, cause: str = "edit", keyring: Keyring | None = None
) -> None:
    """A full snapshot of the row as it now stands, who could read it then, and why it was written.

    With its hours, where it has such; of a place also what is given there and, with a ``keyring`` to seal it, its door.
    """
    session.flush()
    snapshot = columns_of(row)
    if isinstance(row, Service | Phone | Location):
        snapshot["schedules"] = _hours(session, row)
    if isinstance(row, Location):
        snapshot |= _place(session, row, keyring)
    session.add(
        Revision(
            tenant_id=row.tenant_id,
            subject=row.__tablename__,
            subject_id=row.id,
            version=row.version,
            at=now(),
            user_id=actor.user_id,
            cause=cause,
            visibility=audience_of(row).value,
            listing_id=listing_of(row),
            snapshot=snapshot,
        )
    )


def keep_last(session: Session, actor: Actor, row: Edited) -> None:
    """How a row stood when it was taken out: from there it can be given back."""
    row.version += 1
    keep_revision(session, actor, row, cause="remove")


def columns_of(row: Any) -> dict[str, Any]:
    """Every column of a row as JSON holds it."""
    return {name: plain(getattr(row, name)) for name in row.__mapper__.column_attrs.keys()}  # noqa: SIM118


def _hours(session: Session, row: Service | Phone | Location) -> dict[str, Any] | None:
    found: dict[str, list[dict[str, Any]]] = {}
    model: Any
    for name, model in (("weekly", Schedule), ("different", ScheduleException)):
        column = getattr(model, f"{row.__tablename__}_id")
        rows = session.scalars(select(model).where(column == row.id).order_by(model.id)).all()
        aside = {"id", "tenant_id", "audience", *model.FOLLOWS}
        found[name] = [
            {key: value for key, value in columns_of(one).items() if key not in aside} for one in rows
        ]
    return found if any(found.values()) else None


def _place(session: Session, row: Location, keyring: Keyring | None) -> dict[str, Any]:
    """What is given there, and the door: never that of a confidential service, of another under the outer layer."""
    given = select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id == row.id)
    found: dict[str, Any] = {"services": sorted(str(one) for one in session.scalars(given))}
    address = session.scalars(select(Address).where(Address.location_id == row.id)).first()
    if row.confidential or address is None or address.sealed is not None:
        return found | {"door": None}
    if keyring is not None:
        found["door"] = doors.for_history(keyring, row.id, doors.door_of(keyring, address))
    return found


def listing_of(row: Edited) -> uuid.UUID:
    """Whose history a row belongs to: its own, where it has a page, else that of what it is a part of."""
    if isinstance(row, Organization | Service | Project):
        return row.id
    for column in ("service_id", "project_id", "organization_id", "location_id"):
        found: uuid.UUID | None = getattr(row, column, None)
        if found is not None:
            return found
    return row.id


def plain(value: Any) -> Any:
    """A value of a column as JSON holds it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | Decimal) else value
