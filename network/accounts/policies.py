"""Who may invite, change, let in and suspend: plain questions, no session and no request."""

from __future__ import annotations

from collections.abc import Iterable

from network.accounts.models import Membership
from network.permissions import CASE_READERS, NETWORK_ROLES, TENANT_ROLES, Role
from network.tenancy import Actor, ActorKind, Tenant, TenantKind


def can_manage_members(actor: Actor) -> bool:
    """An organization's admin her own; a coordinator the network's own people."""
    return actor.holds(Role.ADMIN, Role.COORDINATOR)


def can_manage(actor: Actor, membership: Membership) -> bool:
    return can_manage_members(actor) and membership.tenant_id == actor.tenant_id


def can_coordinate(actor: Actor) -> bool:
    return actor.kind is ActorKind.COORDINATOR


def can_let_in(actor: Actor, newcomer: Membership) -> bool:
    """Somebody of the desk, a colleague who reads cases; that she holds the key is shown by using it."""
    return (
        actor.reads_cases
        and newcomer.tenant_id == actor.tenant_id
        and newcomer.user_id != actor.user_id
        and newcomer.active
        and reads_cases(newcomer.held)
    )


def can_lift_travel(actor: Actor, traveller: Membership, *, supervised: bool) -> bool:
    """End a colleague's travel mode: a supervisor does; where there is none at home, another of the desk. Never oneself."""
    return (
        actor.reads_cases
        and traveller.tenant_id == actor.tenant_id
        and traveller.user_id != actor.user_id
        and traveller.travelling_since is not None
        and (actor.holds(Role.SUPERVISOR) or not supervised)
    )


def can_read_trail(actor: Actor) -> bool:
    return actor.holds(Role.ADMIN, Role.COORDINATOR)


def roles_of(kind: TenantKind) -> frozenset[Role]:
    """The roles a tenant of this kind can give: a network role never stands beside one that reads cases."""
    if kind is TenantKind.NETWORK:
        return NETWORK_ROLES
    return TENANT_ROLES if kind is TenantKind.MEMBER else frozenset()


def fits(roles: Iterable[Role], kind: TenantKind) -> bool:
    """Some role, and none that this kind of tenant cannot give. An observer only observes."""
    chosen = frozenset(roles)
    alone = Role.OBSERVER not in chosen or chosen == {Role.OBSERVER}
    return bool(chosen) and chosen <= roles_of(kind) and alone


def reads_cases(roles: Iterable[Role]) -> bool:
    return not CASE_READERS.isdisjoint(roles)


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Roles for which a passphrase alone is not enough, where the installation asks for a second factor."""
    return reads_cases(roles) or not {Role.ADMIN, Role.COORDINATOR}.isdisjoint(roles)


def may_sign_in(membership: Membership | None, tenant: Tenant) -> bool:
    return membership is not None and membership.active and tenant.suspended_at is None
