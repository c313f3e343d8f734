"""Who acts: in what capacity, for which tenant, in which roles. Pure; what an actor reaches is ``network.tenancy``'s."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from network.permissions import CASE_READERS, Role


class ActorKind(StrEnum):
    """In what capacity a session acts."""

    ANONYMOUS = "anonymous"  # Reads what is public.
    VISITOR = "visitor"  # No account; acts on one tenant's public offer, such as registering for its event.
    GUEST = "guest"  # A recipient without an account, of one referral.
    MEMBER = "member"
    OBSERVER = "observer"
    COORDINATOR = "coordinator"
    CLOCK = "clock"  # A timed job or a command, for one tenant.


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``tenant_id`` is whose rows are one's own; ``visiting`` the tenant on whose offer a visitor acts."""

    kind: ActorKind
    tenant_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    roles: frozenset[Role] = frozenset()
    visiting: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    country: str | None = None

    @classmethod
    def anonymous(cls) -> Actor:
        return cls(ActorKind.ANONYMOUS)

    @classmethod
    def visitor(cls, tenant_id: uuid.UUID) -> Actor:
        return cls(ActorKind.VISITOR, visiting=tenant_id)

    @classmethod
    def guest(cls, tenant_id: uuid.UUID) -> Actor:
        """A recipient without an account, who had link and code: its own tenant row, and nothing else."""
        return cls(ActorKind.GUEST, tenant_id=tenant_id)

    @classmethod
    def clock(cls, tenant_id: uuid.UUID) -> Actor:
        return cls(ActorKind.CLOCK, tenant_id=tenant_id)

    @classmethod
    def member(
        cls,
        tenant_id: uuid.UUID,
        user_id: uuid.UUID,
        roles: Iterable[Role],
        session_id: uuid.UUID | None = None,
        country: str | None = None,
    ) -> Actor:
        """A signed-in person; the roles decide whether as member, observer or coordinator."""
        held = frozenset(roles)
        kind = ActorKind.MEMBER
        if Role.COORDINATOR in held:
            kind = ActorKind.COORDINATOR
        elif Role.OBSERVER in held:
            kind = ActorKind.OBSERVER
        return cls(kind, tenant_id, user_id, held, session_id=session_id, country=country)

    def holds(self, *roles: Role) -> bool:
        """Any of these roles. A supervisor is a caseworker too (contract.md)."""
        held = self.roles | {Role.CASEWORKER} if Role.SUPERVISOR in self.roles else self.roles
        return not held.isdisjoint(roles)

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def reads_cases(self) -> bool:
        return self.kind is ActorKind.MEMBER and not self.roles.isdisjoint(CASE_READERS)

    @property
    def is_partner(self) -> bool:
        """Reads what is for partners; observers and coordinators count as public unless a field says otherwise."""
        return self.kind is ActorKind.MEMBER

    @property
    def acting_tenant(self) -> uuid.UUID | None:
        """The tenant whose rows this actor may write."""
        return self.tenant_id or self.visiting
