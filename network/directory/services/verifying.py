"""Making sure of a listing, and reminding those who should."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from network import audit, outbox
from network.accounts import queries as accounts
from network.audit import Action
from network.database import now
from network.directory.models import Method, Organization, Verification, Visibility
from network.directory.policies import can_edit
from network.directory.services import publishing, writing
from network.directory.upkeep import queries
from network.directory.upkeep.queries import Confirmed
from network.directory.upkeep.verification import (
    PARTS,
    Confirmation,
    Stage,
    risk_of,
    standing,
    whole,
)
from network.permissions import Role, Unfit, require
from network.tenancy import Actor

LONGEST_BACK = datetime.timedelta(days=365)
"""A call of last year says nothing of today."""


def confirm(
    session: Session,
    actor: Actor,
    listing: Confirmed,
    *,
    method: Method = Method.KNOWN,
    parts: Iterable[str] = (),
    at: datetime.datetime | None = None,
) -> Verification:
    """Say that a listing is right, or these ``parts`` of it (none: all), without changing a word of it.

    Raises :class:`Unfit` ``part_unknown``; ``day_unfit`` for a day to come or more than a year ago.
    """
    require(can_edit(actor, listing.tenant_id))
    table = listing.__tablename__
    chosen = frozenset(parts) or frozenset(PARTS[table])
    if not chosen <= frozenset(PARTS[table]):
        raise Unfit("part_unknown")
    moment = at or now()
    if not now() - LONGEST_BACK <= moment <= now() + datetime.timedelta(minutes=5):
        raise Unfit("day_unfit")
    organization_id = listing.id if isinstance(listing, Organization) else listing.organization_id
    writing.hold(session, organization_id)
    session.refresh(listing, ["version", "verified_at", "verified_how", "reminded"])
    row = Verification(
        tenant_id=listing.tenant_id,
        subject=table,
        subject_id=listing.id,
        version=listing.version,
        at=moment,
        user_id=actor.user_id,
        method=method,
        parts=[part for part in PARTS[table] if part in chosen],
    )
    session.add(row)
    session.flush()
    _assure(session, listing)
    public = listing.visibility is Visibility.PUBLIC
    if public:
        # What everybody reads of it changed: copies elsewhere follow.
        listing.last_modified = now()
    publishing.publish(session, organization_id, public=public)
    audit.record(session, actor, Action.LISTING_VERIFIED, listing.id, method=method.value)
    return row


def _assure(session: Session, listing: Confirmed) -> None:
    """Write on the listing since when all of it is known to be right."""
    said = session.scalars(queries.verifications(listing.id)).all()
    found = whole(
        PARTS[listing.__tablename__],
        (Confirmation(one.at, Method(one.method), frozenset(one.parts)) for one in said),
    )
    if found is None or found == (listing.verified_at, listing.verified_how):
        return
    listing.verified_at, listing.verified_how = found
    listing.reminded = 0


def remind(session: Session, tenant_id: uuid.UUID, period: datetime.datetime) -> int:
    """Tell editors, then admins, of listings that wait; how many letters were queued.

    A listing's stage only grows until it is confirmed, so that no clock set back reminds anybody twice.
    """
    at = now()
    reached: set[Stage] = set()
    for model in queries.MODELS.values():
        for listing, hotline in session.execute(queries.waiting(model, tenant_id, at)):
            risk = risk_of(listing.__tablename__, hotline=hotline)
            stage = standing(risk, listing.verified_at, listing.created_at, at).stage
            moved = session.scalars(
                update(model)
                .where(model.id == listing.id, model.reminded < int(stage))
                .values(reminded=int(stage))
                .returning(model.id)
                .execution_options(synchronize_session=False)
            ).one_or_none()
            if moved is not None:
                reached.add(stage)
    letters = 0
    for user_id in _told(session, tenant_id, reached):
        key = f"directory.confirm/{tenant_id}/{period.isoformat()}/{user_id}"
        outbox.notify(session, tenant_id, user_id, dedupe_key=key)
        letters += 1
    return letters


def _told(session: Session, tenant_id: uuid.UUID, reached: set[Stage]) -> list[uuid.UUID]:
    """Editors where something is due, admins where it is overdue; a tenant without editors has its admins told."""
    members = [one for one in session.scalars(accounts.members(tenant_id)) if one.active]
    editors = [one.user_id for one in members if Role.EDITOR in one.held]
    heads = [one.user_id for one in members if not {Role.ADMIN, Role.COORDINATOR}.isdisjoint(one.held)]
    told: list[uuid.UUID] = []
    if Stage.DUE in reached:
        told += editors or heads
    if reached & {Stage.OVERDUE, Stage.DELINQUENT}:
        told += heads or editors
    return list(dict.fromkeys(told))
