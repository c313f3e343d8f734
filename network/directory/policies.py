"""Who may change what in the directory: plain questions, no session, no request."""

from __future__ import annotations

import uuid

from network.directory.models import Visibility, wider
from network.permissions import Role
from network.tenancy import Actor, ActorKind

EDITORS = (Role.EDITOR, Role.ADMIN)


def can_create(actor: Actor) -> bool:
    """Editors and admins of a member list what their tenant keeps, coordinators the non-members of the network."""
    if actor.kind is ActorKind.MEMBER:
        return actor.holds(*EDITORS)
    return actor.kind in (ActorKind.COORDINATOR, ActorKind.CLOCK)


def can_edit(actor: Actor, keeper: uuid.UUID) -> bool:
    """``keeper`` is the tenant that keeps the listing."""
    return actor.tenant_id == keeper and can_create(actor)


def can_widen(actor: Actor, keeper: uuid.UUID) -> bool:
    """Showing something to more people than before is the admin's decision alone."""
    if not can_edit(actor, keeper):
        return False
    return actor.kind is not ActorKind.MEMBER or actor.holds(Role.ADMIN)


def may_set(actor: Actor, keeper: uuid.UUID, before: Visibility, after: Visibility) -> bool:
    """A new row comes from ``TENANT``: whoever may not widen keeps it among colleagues."""
    return can_edit(actor, keeper) and (not wider(after, before) or can_widen(actor, keeper))


def can_propose(actor: Actor) -> bool:
    """Whoever is signed in from a member, or coordinates the network, may propose a correction of what she reads."""
    return actor.user_id is not None and actor.kind in (ActorKind.MEMBER, ActorKind.COORDINATOR)
