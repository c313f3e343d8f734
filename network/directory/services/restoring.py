"""Giving back an old version: the words and facts of then, as a new version; who reads it stays as it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.directory.models import Contact, Organization, Phone, Project, Revision, Service
from network.directory.policies import can_edit
from network.directory.services import rewriting
from network.directory.upkeep import history
from network.permissions import NotThere, Stale, require
from network.tenancy import Actor

RESTORABLE: dict[str, Any] = {
    "organization": Organization,
    "service": Service,
    "project": Project,
    "phone": Phone,
    "contact": Contact,
}
"""Places are not among them: a door that was closed is opened by its own form alone."""


def row_of(session: Session, revision: Revision) -> Any:
    """The row a revision is of, as it stands now; None where it was taken out or cannot be given back."""
    model = RESTORABLE.get(revision.subject)
    if model is None:
        return None
    return session.scalars(select(model).where(model.id == revision.subject_id)).one_or_none()


def restore(session: Session, actor: Actor, revision: Revision, *, version: int) -> list[str]:
    """Write the values of an old version as a new one; the names of what changed.

    ``version`` is the one that was read; raises :class:`Stale` where somebody changed the row meanwhile.
    """
    require(can_edit(actor, revision.tenant_id))
    row = row_of(session, revision)
    if row is None:
        raise NotThere
    if row.version != version:
        raise Stale
    values = history.given_back(row, revision.snapshot)
    changed = rewriting.rewrite(session, actor, row, values, cause="restore")
    if changed:
        audit.record(session, actor, Action.LISTING_RESTORED, row.id, version=revision.version)
    return changed
