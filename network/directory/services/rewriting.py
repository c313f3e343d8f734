"""Writing values into a row of the directory that nobody typed into its form: accepted, restored or merged ones."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory.models import Contact, Organization, Phone, Project, Service, Visibility
from network.directory.policies import can_edit
from network.directory.services import publishing, writing
from network.directory.upkeep.fields import Correctable
from network.permissions import require
from network.tenancy import Actor

CHANGED = {
    "organization": Action.ORGANIZATION_CHANGED,
    "service": Action.SERVICE_CHANGED,
    "phone": Action.PHONE_CHANGED,
    "contact": Action.CONTACT_CHANGED,
    "project": Action.PROJECT_CHANGED,
}
NEVER = frozenset({"id", "tenant_id", "organization_id", "service_id", "version", "visibility", "audience"})
"""What says whose a row is and who reads it is changed by its own form alone."""


def organization_of(row: Correctable | Project) -> uuid.UUID:
    return row.id if isinstance(row, Organization) else row.organization_id


def rewrite(
    session: Session, actor: Actor, row: Correctable | Project, values: dict[str, Any], *, cause: str
) -> list[str]:
    """Write what differs as a new version, kept as a revision with its cause; the names of the columns that did."""
    require(can_edit(actor, row.tenant_id))
    if NEVER & values.keys():
        raise ValueError("not a value of the listing")
    writing.hold(session, organization_of(row))
    locked = writing.lock(session, row, row.version)
    changed = writing.apply(locked, values)
    if not changed:
        return []
    locked.last_modified = now()
    writing.keep_revision(session, actor, locked, cause=cause)
    public = writing.audience_of(locked) is Visibility.PUBLIC
    if public and isinstance(locked, Phone | Contact):
        _newer(session, locked)
    publishing.publish(session, organization_of(locked), public=public)
    action = CHANGED[locked.__tablename__]
    audit.record(
        session,
        actor,
        action,
        locked.id,
        version=locked.version,
        fields=",".join(sorted(changed)),
        cause=cause,
    )
    return changed


def _newer(session: Session, group: Phone | Contact) -> None:
    """What everybody may read changed: the listing it stands on is newer for those who follow it."""
    whole = session.get(Organization, group.organization_id)
    service = session.get(Service, group.service_id) if group.service_id else None
    for one in (whole, service):
        if one is not None:
            one.last_modified = now()
