"""Writing values into a row of the directory that nobody typed into its form: accepted, restored or merged ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory.models import (
    Contact,
    Location,
    Organization,
    Part,
    Phone,
    Project,
    Service,
    Visibility,
)
from network.directory.policies import can_edit
from network.directory.services import parts, publishing, writing
from network.directory.upkeep.fields import Correctable
from network.keys import Keyring
from network.permissions import require
from network.tenancy import Actor

CHANGED = {
    "organization": Action.ORGANIZATION_CHANGED,
    "service": Action.SERVICE_CHANGED,
    "phone": Action.PHONE_CHANGED,
    "contact": Action.CONTACT_CHANGED,
    "project": Action.PROJECT_CHANGED,
    "location": Action.LOCATION_CHANGED,
}
"""What is not here is a part."""
NEVER = frozenset({"id", "tenant_id", "organization_id", "service_id", "version", "visibility", "audience"})
"""What says whose a row is and who reads it is changed by its own form alone."""


Written = Correctable | Project | Location | Part


def organization_of(session: Session, row: Written) -> uuid.UUID:
    """The organization that a row belongs to, however deep."""
    if isinstance(row, Organization):
        return row.id
    if isinstance(row, Part):
        whole = parts.whole_of(session, row)
        return whole.id if isinstance(whole, Organization) else whole.organization_id
    return row.organization_id


def rewrite(
    session: Session,
    actor: Actor,
    row: Written,
    values: dict[str, Any],
    *,
    cause: str,
    also: Callable[[Any], list[str]] | None = None,
    keyring: Keyring | None = None,
) -> list[str]:
    """Write what differs as a new version, kept as a revision with its cause; the names of the columns that did.

    ``also`` writes what belongs to the row beside its columns, hours or a door, and says what of it differed.
    """
    require(can_edit(actor, row.tenant_id))
    if NEVER & values.keys():
        raise ValueError("not a value of the listing")
    organization_id = organization_of(session, row)
    writing.hold(session, organization_id)
    locked = writing.lock(session, row, row.version)
    changed = writing.apply(locked, values)
    beside = also(locked) if also is not None else []
    if not changed and not beside:
        return []
    locked.version += not changed
    changed = [*changed, *beside]
    locked.last_modified = now()
    writing.keep_revision(session, actor, locked, cause=cause, keyring=keyring)
    public = writing.audience_of(locked) is Visibility.PUBLIC
    if public:
        newer(session, locked)
    publishing.publish(session, organization_id, public=public)
    action = CHANGED.get(locked.__tablename__, Action.PART_CHANGED)
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


def newer(session: Session, row: Written) -> None:
    """What everybody may read of a part changed: the listing it stands on is newer for those who follow it."""
    wholes: list[Any] = []
    if isinstance(row, Part):
        wholes = [parts.whole_of(session, row)]
    elif isinstance(row, Phone | Contact | Location):
        wholes = [session.get(Organization, row.organization_id)]
        service_id = getattr(row, "service_id", None)
        wholes.append(session.get(Service, service_id) if service_id else None)
    for one in wholes:
        if one is not None:
            one.last_modified = now()
