"""Parts of a listing that are edited on a page of their own: the way in, room, papers, costs, numbers of registers …"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory.models import (
    Location,
    Organization,
    Part,
    Project,
    Service,
    ServiceCapacity,
    ServiceFunding,
    Visibility,
    narrower_of,
)
from network.directory.policies import can_edit
from network.directory.services import publishing, readers, writing
from network.i18n.translated import rewritten
from network.permissions import NotThere, require
from network.tenancy import Actor

Whole = Organization | Service | Location | Project
Row = TypeVar("Row", bound=Part)

WHOLES: dict[str, Any] = {
    "service_id": Service,
    "location_id": Location,
    "project_id": Project,
    "organization_id": Organization,
}


def create_part(
    session: Session,
    actor: Actor,
    whole: Whole,
    model: type[Row],
    values: Mapping[str, Any],
    audience: Visibility = Visibility.TENANT,
    named: Iterable[uuid.UUID] = (),
) -> Row:
    """Add a part to what it belongs to. ``values`` are its columns; texts by language.

    Raises :class:`Unfit` ``wider_than_whole`` where the listing itself is for fewer people.
    """
    require(can_edit(actor, whole.tenant_id))
    organization = _hold(session, whole)
    limit = readers.whole_audience(whole)
    writing.check_audience(actor, whole.tenant_id, Visibility.TENANT, audience, limit)
    row = model(tenant_id=whole.tenant_id, **{f"{whole.__tablename__}_id": whole.id}, audience=audience)
    _write(row, values, _source(whole))
    session.add(row)
    writing.keep_revision(session, actor, row)
    readers.name_readers(session, actor, row, named, whole=whole)
    _published(session, organization, whole, public=audience is Visibility.PUBLIC)
    audit.record(
        session, actor, Action.PART_CREATED, row.id, part=model.__tablename__, audience=audience.value
    )
    return row


def change_part(
    session: Session,
    actor: Actor,
    part: Part,
    values: Mapping[str, Any],
    audience: Visibility,
    named: Iterable[uuid.UUID] = (),
    *,
    version: int,
) -> bool:
    """Write what differs; False where nothing does. Raises :class:`Stale` for a version that is not the latest."""
    require(can_edit(actor, part.tenant_id))
    whole = whole_of(session, part)
    organization = _hold(session, whole)
    row = writing.lock(session, part, version)
    limit = readers.whole_audience(whole)
    writing.check_audience(actor, row.tenant_id, row.audience, audience, limit)
    was_public = row.audience is Visibility.PUBLIC
    changed = _write(row, values, _source(whole))
    if row.audience is not audience:
        row.audience = audience
        changed.append("audience")
    counted = isinstance(row, ServiceCapacity)  # Saying that the numbers are still right is news.
    if isinstance(row, ServiceCapacity):
        row.updated_at = now()
    renamed = readers.name_readers(session, actor, row, named, whole=whole)
    if not changed and not renamed and not counted:
        return False
    row.version += 1
    row.last_modified = now()
    writing.keep_revision(session, actor, row)
    _published(session, organization, whole, public=was_public or audience is Visibility.PUBLIC)
    audit.record(
        session, actor, Action.PART_CHANGED, row.id, part=row.__tablename__, fields=",".join(sorted(changed))
    )
    return True


def remove_part(session: Session, actor: Actor, part: Part) -> None:
    """Take a part out of the directory. Its last version stays among the revisions."""
    require(can_edit(actor, part.tenant_id))
    whole = whole_of(session, part)
    organization = _hold(session, whole)
    public, ident, table = part.audience is Visibility.PUBLIC, part.id, part.__tablename__
    writing.keep_last(session, actor, part)
    readers.forget_readers(session, part)
    session.delete(part)
    _published(session, organization, whole, public=public)
    audit.record(session, actor, Action.PART_REMOVED, ident, part=table)


def whole_of(session: Session, part: Part) -> Whole:
    """The listing, or place, that it is a part of."""
    column, ident = part.parent()
    found: Whole | None = session.get(WHOLES[column], ident)
    if found is None:
        raise NotThere
    return found


def fund(
    session: Session,
    actor: Actor,
    service: Service,
    projects: Iterable[Project],
    *,
    offered: Iterable[Project] | None = None,
) -> None:
    """Say which grants pay for a service, of those that were ``offered`` to choose from (else of all); others stay.

    Read by whoever reads both.
    """
    require(can_edit(actor, service.tenant_id))
    writing.hold(session, service.organization_id)
    wanted = {project.id: project for project in projects if project.tenant_id == service.tenant_id}
    among = None if offered is None else {project.id for project in offered}
    there = session.scalars(select(ServiceFunding).where(ServiceFunding.service_id == service.id)).all()
    for row in there:
        if row.project_id not in wanted and (among is None or row.project_id in among):
            session.delete(row)
    known = {row.project_id for row in there}
    session.add_all(
        ServiceFunding(
            tenant_id=service.tenant_id,
            service_id=service.id,
            project_id=ident,
            audience=narrower_of(service.visibility, project.visibility),
        )
        for ident, project in wanted.items()
        if ident not in known
    )
    session.flush()
    audit.record(session, actor, Action.PART_CHANGED, service.id, part="service_funding", count=len(wanted))


def _source(whole: Whole) -> str:
    return str(getattr(whole, "source", "en"))


def _write(row: Part, values: Mapping[str, Any], source: str) -> list[str]:
    """Write what differs, translations of a changed text marked as outdated; the names of the columns that did."""
    changed = []
    for name, value in values.items():
        before = getattr(row, name)
        wanted = rewritten(before, value, source) if name in row.TEXTS else value
        if before != wanted:
            setattr(row, name, wanted)
            changed.append(name)
    return changed


def _hold(session: Session, whole: Whole) -> uuid.UUID:
    organization_id = whole.id if isinstance(whole, Organization) else whole.organization_id
    writing.hold(session, organization_id)
    return organization_id


def _published(session: Session, organization_id: uuid.UUID, whole: Whole, *, public: bool) -> None:
    """What everybody may read changed: the listing it stands on is newer for those who follow it."""
    if public:
        whole.last_modified = now()
        session.flush()
    publishing.publish(session, organization_id, public=public)
