"""Who is told that something of the directory waits. The letter itself is the neutral notice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network.accounts import queries as accounts
from network.directory.services.proposing import KEEPERS
from network.outbox import USER, spreads
from network.permissions import Role


@spreads(KEEPERS)
def keepers(session: Session, tenant_id: uuid.UUID) -> Iterable[tuple[str, uuid.UUID]]:
    """Editors of a tenant, and where it has none its admins; of the network, its coordinators."""
    members = [one for one in session.scalars(accounts.members(tenant_id)) if one.active]
    editors = [one for one in members if Role.EDITOR in one.held]
    heads = [one for one in members if not {Role.ADMIN, Role.COORDINATOR}.isdisjoint(one.held)]
    for membership in editors or heads:
        yield USER, membership.user_id
