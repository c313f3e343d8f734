"""Who may do what with the digest: plain questions, no session, no request."""

from __future__ import annotations

from network.digest.models import Activity, Edition
from network.permissions import Role
from network.tenancy import Actor, ActorKind

WRITERS = (Role.EDITOR, Role.ORGANISER, Role.ADMIN)
"""Those of a member organization who tell what it did."""


def can_write(actor: Actor) -> bool:
    """Writers of a member for it; coordinators, and the clock, for the network itself or the tenant it works for."""
    if actor.kind is ActorKind.MEMBER:
        return actor.holds(*WRITERS)
    return actor.kind in (ActorKind.COORDINATOR, ActorKind.CLOCK)


def can_edit(actor: Actor, activity: Activity) -> bool:
    return can_write(actor) and actor.tenant_id == activity.tenant_id


def can_compile(actor: Actor) -> bool:
    """Editions come from the clock; nobody need be there."""
    return actor.kind in (ActorKind.CLOCK, ActorKind.COORDINATOR)


def can_note(actor: Actor, edition: Edition) -> bool:
    """Whoever coordinates the network writes the note of an edition."""
    return actor.kind is ActorKind.COORDINATOR and actor.tenant_id == edition.tenant_id
