"""The network's partners: a coordinator invites an organization's first key holder, and may pause a partner."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts import policies, queries
from network.accounts.models import Invitation
from network.accounts.services import joining, news, sessions
from network.audit import Action
from network.database import now
from network.i18n.languages import LANGUAGES
from network.keys import Keyring
from network.permissions import Role, Stale, Unfit, require
from network.tenancy import Actor, Tenant, TenantKind, become

FOUNDER = frozenset({Role.ADMIN, Role.SUPERVISOR})
"""The first key holder manages the members and reads cases, until she gives either to somebody else."""


def add_partner(
    session: Session,
    actor: Actor,
    keyring: Keyring,
    *,
    name: str,
    slug: str,
    code: str,
    country: str | None,
    email: str,
    person: str,
    language: str,
) -> tuple[Tenant, Invitation]:
    """A new partner organization, and the letter to its first key holder.

    ``Unfit``: ``slug_taken`` · ``code_taken`` · ``code_shape``.
    """
    require(policies.can_coordinate(actor))
    if not re.fullmatch(r"[A-Z]{3,8}", code):
        raise Unfit("code_shape")
    for column, value, fault in ((Tenant.slug, slug, "slug_taken"), (Tenant.code, code, "code_taken")):
        if session.scalars(select(Tenant.id).where(column == value)).first():
            raise Unfit(fault)
    tenant = Tenant(kind=TenantKind.MEMBER, name=name, slug=slug, code=code, country=country)
    session.add(tenant)
    session.flush()
    invitation = invite_founder(session, actor, keyring, tenant, email=email, name=person, language=language)
    return tenant, invitation


def invite_founder(
    session: Session, actor: Actor, keyring: Keyring, tenant: Tenant, *, email: str, name: str, language: str
) -> Invitation:
    """The letter to a partner's first key holder: only while the partner has no desk. ``Unfit("has_desk")`` after."""
    require(policies.can_coordinate(actor))
    if tenant.kind is not TenantKind.MEMBER or session.scalars(queries.first_epoch(tenant.id)).first():
        raise Unfit("has_desk")
    invitation = joining.write(
        session,
        keyring,
        tenant.id,
        email=email,
        name=name,
        language=language,
        roles=FOUNDER,
        by=actor.user_id,
        founding=True,
    )
    joining.send(session, invitation)
    audit.record(session, actor, Action.PARTNER_INVITED, tenant.id)
    return invitation


def init_network(
    session: Session, keyring: Keyring, *, name: str, email: str, person: str, language: str
) -> str:
    """The network's own tenant and its first coordinator's invitation; returns the secret part of the link.

    May be asked again while nobody has joined: the earlier link then stops working. ``Unfit``: ``has_coordinator``
    · ``language``.
    """
    if language not in LANGUAGES:
        raise Unfit("language")
    tenant = session.scalars(queries.network_tenant()).one_or_none()
    if tenant is None:
        tenant = Tenant(kind=TenantKind.NETWORK, name=name, slug="network", code="NET")
        session.add(tenant)
        session.flush()
    tenant_id = tenant.id
    become(session, Actor.clock(tenant_id))
    if session.scalars(queries.members(tenant_id)).first():
        raise Unfit("has_coordinator")
    invitation = joining.write(
        session,
        keyring,
        tenant_id,
        email=email,
        name=person,
        language=language,
        roles=frozenset({Role.COORDINATOR}),
        by=None,
    )
    audit.record(session, Actor.clock(tenant_id), Action.MEMBER_INVITED, invitation.id)
    return joining.link_token(keyring, invitation)


PARTNER_CHANGED = "accounts.partner_changed"
"""Work of every partner after one of them was suspended or came back: whatever it shares with that one."""


def _have_all_look(session: Session) -> None:
    """Every partner's clock sees to what it shares with the one that was suspended or came back."""
    moment = now()
    for tenant_id in session.scalars(select(Tenant.id).where(Tenant.kind == TenantKind.MEMBER)).all():
        scheduler.plan(session, tenant_id, PARTNER_CHANGED, tenant_id, moment)


def suspend_partner(session: Session, actor: Actor, tenant: Tenant) -> None:
    """Pause a partner: its members are refused from their next request on, and what others let it read is taken from
    it. Nothing of its own is touched."""
    require(policies.can_coordinate(actor))
    if tenant.kind is not TenantKind.MEMBER or tenant.suspended_at:
        raise Stale
    tenant.suspended_at = now()
    sessions.end_of_tenant(session, tenant.id)
    assert actor.tenant_id  # noqa: S101  # Coordinators belong to the network's own tenant.
    _have_all_look(session)
    news.of_pause(session, actor.tenant_id, tenant.id)
    audit.record(session, actor, Action.PARTNER_SUSPENDED, tenant.id)


def restore_partner(session: Session, actor: Actor, tenant: Tenant) -> None:
    """Give a paused partner its access back."""
    require(policies.can_coordinate(actor))
    if not tenant.suspended_at:
        raise Stale
    tenant.suspended_at = None
    _have_all_look(session)
    audit.record(session, actor, Action.PARTNER_RESTORED, tenant.id)
