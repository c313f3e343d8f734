"""Members of one's own tenant: roles changed, access paused and given back, membership ended."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network import audit
from network.accounts import policies, queries
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import KeptForm, Membership, MembershipStatus, UserKey
from network.accounts.services import desk as desks
from network.accounts.services import sessions
from network.audit import Action
from network.database import now
from network.permissions import Role, Stale, Unfit, require
from network.tenancy import Actor, Tenant


def change_roles(
    session: Session,
    actor: Actor,
    tenant: Tenant,
    membership: Membership,
    roles: frozenset[Role],
    desk: DeskKeys | None,
) -> None:
    """Give a member these roles instead. Who no longer reads cases loses the desk's keys in the same moment.

    ``desk``: the actor's own keys, where she holds any. ``Unfit``: ``roles`` · ``last_admin`` · ``last_key_holder``.
    """
    require(policies.can_manage(actor, membership))
    if not membership.active:
        raise Stale
    if not policies.fits(roles, tenant.kind):
        raise Unfit("roles")
    if roles == membership.held:
        return
    _keep_one_manager(session, membership, roles)
    if policies.reads_cases(membership.held) and not policies.reads_cases(roles):
        desks.leave(session, actor, membership.user_id, desk)
    membership.roles = sorted(roles)
    session.flush()
    audit.record(session, actor, Action.ROLES_CHANGED, membership.user_id, roles=" ".join(sorted(roles)))


def suspend(session: Session, actor: Actor, membership: Membership) -> None:
    """Pause a member's access: her sessions end now, her keys wait for her. New epochs leave her out."""
    require(policies.can_manage(actor, membership))
    if not membership.active or membership.user_id == actor.user_id:
        raise Stale
    _keep_one_manager(session, membership, frozenset())
    current = session.scalars(queries.current_epoch(membership.tenant_id)).one_or_none()
    if current is not None and membership.user_id in desks.holders(session, membership.tenant_id):
        desks.refuse_to_lose_the_last(session, membership.tenant_id, membership.user_id, current)
    membership.status = MembershipStatus.SUSPENDED
    sessions.end_all(session, membership.user_id)
    audit.record(session, actor, Action.MEMBER_SUSPENDED, membership.user_id)


def restore(session: Session, actor: Actor, membership: Membership) -> None:
    """Give a paused member her access back."""
    require(policies.can_manage(actor, membership))
    if membership.status is not MembershipStatus.SUSPENDED:
        raise Stale
    membership.status = MembershipStatus.ACTIVE
    audit.record(session, actor, Action.MEMBER_RESTORED, membership.user_id)


def remove(session: Session, actor: Actor, membership: Membership, desk: DeskKeys | None) -> None:
    """End a membership: sessions, desk keys and the person's own key go in one transaction.

    A new epoch begins at once where the actor holds the desk's keys, else with the next holder who comes by.
    ``Unfit``: ``last_admin`` · ``last_key_holder``.
    """
    require(policies.can_manage(actor, membership))
    if membership.status is MembershipStatus.REMOVED or membership.user_id == actor.user_id:
        raise Stale
    _keep_one_manager(session, membership, frozenset())
    desks.leave(session, actor, membership.user_id, desk)
    membership.status, membership.ended_at = MembershipStatus.REMOVED, now()
    sessions.end_all(session, membership.user_id)
    session.execute(delete(KeptForm).where(KeptForm.user_id == membership.user_id))
    session.execute(delete(UserKey).where(UserKey.user_id == membership.user_id))
    audit.record(session, actor, Action.MEMBER_REMOVED, membership.user_id)


def _keep_one_manager(session: Session, membership: Membership, roles: frozenset[Role]) -> None:
    """Somebody must always be able to invite: the last admin, or coordinator, stays one."""
    managing = {Role.ADMIN, Role.COORDINATOR}
    if not managing & membership.held or managing & roles:
        return
    others = session.scalars(queries.members(membership.tenant_id).with_for_update(of=Membership))
    if not any(o.id != membership.id and o.active and managing & o.held for o in others):
        raise Unfit("last_admin")
