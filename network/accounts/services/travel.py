"""Travel mode: an account that shows no cases while its owner is on a journey, until somebody at home lifts it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts import policies, queries
from network.accounts.models import Membership
from network.accounts.services.desk import holders
from network.audit import Action
from network.database import now
from network.permissions import NotThere, Role, Unfit, require
from network.tenancy import Actor


def begin(session: Session, actor: Actor) -> None:
    """From the next request on her account reads no cases, in every browser, whoever holds it.

    :class:`Unfit` ``nobody_at_home`` where no colleague could lift it afterwards.
    """
    require(actor.reads_cases)
    membership = _own(session, actor)
    if membership.travelling_since is not None:
        return
    if not _at_home(session, actor):
        raise Unfit("nobody_at_home")
    membership.travelling_since = now()
    session.flush()
    audit.record(session, actor, Action.TRAVEL_BEGUN, actor.user_id)


def lift(session: Session, actor: Actor, traveller: Membership) -> None:
    """She is back, or somebody has spoken with her and it is safe."""
    require(can_lift(session, actor, traveller))
    traveller.travelling_since = None
    session.flush()
    audit.record(session, actor, Action.TRAVEL_ENDED, traveller.user_id)


def can_lift(session: Session, actor: Actor, traveller: Membership) -> bool:
    """Whether this actor may; of those who hold the key of the desk."""
    if actor.tenant_id is None or actor.user_id not in holders(session, actor.tenant_id):
        return False
    supervised = any(
        Role.SUPERVISOR in one.held
        for one in session.scalars(queries.members(actor.tenant_id))
        if one.active and one.travelling_since is None and one.user_id != traveller.user_id
    )
    return policies.can_lift_travel(actor, traveller, supervised=supervised)


def _own(session: Session, actor: Actor) -> Membership:
    assert actor.tenant_id and actor.user_id  # noqa: S101  # Callers required a reader of cases.
    found = session.scalars(queries.membership_of(actor.tenant_id, actor.user_id)).one_or_none()
    if found is None:
        raise NotThere
    return found


def _at_home(session: Session, actor: Actor) -> set[uuid.UUID]:
    assert actor.tenant_id  # noqa: S101  # Callers required a reader of cases.
    held = holders(session, actor.tenant_id)
    return {
        one.user_id
        for one in session.scalars(queries.members(actor.tenant_id))
        if one.active
        and one.user_id in held
        and one.user_id != actor.user_id
        and one.travelling_since is None
    }
