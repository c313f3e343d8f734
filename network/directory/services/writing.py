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
from network.directory.drafts import Draft
from network.directory.models import (
    Contact,
    Location,
    Organization,
    Part,
    Phone,
    Project,
    Revision,
    Service,
    Visibility,
    wider,
)
from network.directory.policies import may_set
from network.i18n.translated import rewritten, written
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


def keep_revision(session: Session, actor: Actor, row: Edited, *, cause: str = "edit") -> None:
    """A full snapshot of the row as it now stands, who could read it then, and why it was written."""
    session.flush()
    columns = row.__mapper__.column_attrs.keys()
    snapshot = {name: plain(getattr(row, name)) for name in columns}
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
