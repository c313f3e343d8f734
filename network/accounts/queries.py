"""Every sentence that accounts ask of the database."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import contains_eager

from network.accounts.models import (
    DeskEpoch,
    DeskKey,
    Invitation,
    KeptForm,
    Membership,
    MembershipStatus,
    SheetKey,
    SheetWrap,
    SigningSeed,
    User,
    UserKey,
    UserSession,
)
from network.audit import AuditEntry
from network.statements import built_once
from network.tenancy import Tenant, TenantKind


def user_by_email(email_key: bytes) -> Select[User, UserKey]:
    """The person with this address, and her locked key, in one question."""
    return select(User, UserKey).join(UserKey, UserKey.user_id == User.id).where(User.email_key == email_key)


def any_user_by_email(email_key: bytes) -> Select[User]:
    """The account of this address, whether or not it holds a key now."""
    return select(User).where(User.email_key == email_key)


@built_once
def living_membership(user_id: uuid.UUID) -> Select[Membership]:
    """The person's one place in the network, active or suspended."""
    return select(Membership).where(
        Membership.user_id == user_id, Membership.status != MembershipStatus.REMOVED
    )


@built_once
def membership_of(tenant_id: uuid.UUID, user_id: uuid.UUID) -> Select[Membership]:
    """The person's place in this tenant, also a former one."""
    return select(Membership).where(Membership.tenant_id == tenant_id, Membership.user_id == user_id)


@built_once
def session_by_token(token_hash: bytes) -> Select[UserSession, User, Tenant]:
    """A session, whose it is and in which tenant."""
    return (
        select(UserSession, User, Tenant)
        .join(User, User.id == UserSession.user_id)
        .join(Tenant, Tenant.id == UserSession.tenant_id)
        .where(UserSession.token_hash == token_hash)
    )


def sessions_of(user_id: uuid.UUID) -> Select[UserSession]:
    """A person's sessions, the latest first."""
    return select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.last_seen_at.desc())


def members(tenant_id: uuid.UUID) -> Select[Membership]:
    """Everyone who belongs to the tenant, with their names."""
    return (
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(Membership.tenant_id == tenant_id, Membership.status != MembershipStatus.REMOVED)
        .order_by(User.name, Membership.id)
    )


def open_invitations(tenant_id: uuid.UUID, at: datetime.datetime) -> Select[Invitation]:
    """Letters that were neither answered nor taken back."""
    return (
        select(Invitation)
        .where(
            Invitation.tenant_id == tenant_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > at,
        )
        .order_by(Invitation.created_at.desc())
    )


def invitation_by_token(token_hash: bytes) -> Select[Invitation]:
    """The invitation of a link, locked, so that of two who press at once one wins."""
    return select(Invitation).where(Invitation.token_hash == token_hash)


@built_once
def current_epoch(tenant_id: uuid.UUID) -> Select[DeskEpoch]:
    """The newest keys of a desk; anybody's, they are public."""
    return select(DeskEpoch).where(DeskEpoch.tenant_id == tenant_id).order_by(DeskEpoch.epoch.desc()).limit(1)


def newest_epoch(tenant_id: uuid.UUID) -> ScalarSelect[int | None]:
    """Its number, inside another question; nothing for a tenant without a desk."""
    return select(func.max(DeskEpoch.epoch)).where(DeskEpoch.tenant_id == tenant_id).scalar_subquery()


def epoch(tenant_id: uuid.UUID, number: int) -> Select[DeskEpoch]:
    """The public keys of one epoch."""
    return select(DeskEpoch).where(DeskEpoch.tenant_id == tenant_id, DeskEpoch.epoch == number)


def desk_keys_of(tenant_id: uuid.UUID, user_id: uuid.UUID) -> Select[DeskKey]:
    """All epochs that were sealed to this member."""
    return (
        select(DeskKey)
        .where(DeskKey.tenant_id == tenant_id, DeskKey.user_id == user_id)
        .order_by(DeskKey.epoch)
    )


@built_once
def desk_keys_opening(
    tenant_id: uuid.UUID, user_id: uuid.UUID
) -> Select[int, bytes, datetime.datetime | None]:
    """The same as epoch, sealed private half, and since when somebody who knows it has left, if anybody did."""
    same = (DeskEpoch.tenant_id == DeskKey.tenant_id) & (DeskEpoch.epoch == DeskKey.epoch)
    return (
        select(DeskKey.epoch, DeskKey.sealed, DeskEpoch.stale_at)
        .outerjoin(DeskEpoch, same)
        .where(DeskKey.tenant_id == tenant_id, DeskKey.user_id == user_id)
        .order_by(DeskKey.epoch)
    )


def holders(tenant_id: uuid.UUID, number: int | ScalarSelect[int | None]) -> Select[uuid.UUID]:
    """The members in good standing who hold the private half of an epoch."""
    membership = (Membership.tenant_id == DeskKey.tenant_id) & (Membership.user_id == DeskKey.user_id)
    return (
        select(DeskKey.user_id)
        .join(Membership, membership)
        .where(
            DeskKey.tenant_id == tenant_id,
            DeskKey.epoch == number,
            Membership.status == MembershipStatus.ACTIVE,
        )
    )


def holders_with_keys(tenant_id: uuid.UUID, number: int) -> Select[DeskKey, UserKey]:
    """The same, each with what was sealed to her and her own key."""
    return (
        select(DeskKey, UserKey)
        .join(UserKey, UserKey.user_id == DeskKey.user_id)
        .where(
            DeskKey.tenant_id == tenant_id,
            DeskKey.epoch == number,
            DeskKey.user_id.in_(holders(tenant_id, number)),
        )
    )


def signing_seed(tenant_id: uuid.UUID, number: int) -> Select[SigningSeed]:
    """The sealed signing key of an epoch."""
    return select(SigningSeed).where(SigningSeed.tenant_id == tenant_id, SigningSeed.epoch == number)


def sheet(tenant_id: uuid.UUID) -> Select[SheetKey]:
    """The valid recovery sheet."""
    return select(SheetKey).where(SheetKey.tenant_id == tenant_id)


def sheet_wraps(tenant_id: uuid.UUID) -> Select[SheetWrap]:
    """What the recovery sheet opens."""
    return select(SheetWrap).where(SheetWrap.tenant_id == tenant_id).order_by(SheetWrap.epoch)


def user_keys(user_ids: list[uuid.UUID]) -> Select[UserKey]:
    """The keys of these people; their public halves are what others need of them."""
    return select(UserKey).where(UserKey.user_id.in_(user_ids))


def kept_forms(user_id: uuid.UUID, at: datetime.datetime) -> Select[KeptForm]:
    """Forms that wait to be given back to this person."""
    return (
        select(KeptForm)
        .where(KeptForm.user_id == user_id, KeptForm.expires_at > at)
        .order_by(KeptForm.expires_at.desc())
    )


def network_tenant() -> Select[Tenant]:
    """The tenant of coordinators and observers."""
    return select(Tenant).where(Tenant.kind == TenantKind.NETWORK).order_by(Tenant.created_at).limit(1)


def partners() -> Select[Tenant]:
    """The member organizations by name."""
    return select(Tenant).where(Tenant.kind == TenantKind.MEMBER).order_by(Tenant.name)


def first_epoch(tenant_id: uuid.UUID) -> Select[uuid.UUID]:
    """Something, once its first key holder has come."""
    return select(DeskEpoch.id).where(DeskEpoch.tenant_id == tenant_id, DeskEpoch.epoch == 1)


def tenants_with_desk() -> Select[uuid.UUID]:
    """The tenants whose first key holder has come."""
    return select(DeskEpoch.tenant_id).where(DeskEpoch.epoch == 1)


def users(user_ids: set[uuid.UUID]) -> Select[User]:
    """These people, for their names."""
    return select(User).where(User.id.in_(user_ids))


def demonstration() -> Select[bool]:
    """Whether the demonstration network is loaded."""
    return select(exists().where(Tenant.demonstration))


def coordinators_count(tenant_id: uuid.UUID) -> Select[int]:
    """How many living memberships the network's own tenant has."""
    return select(func.count(Membership.id)).where(
        Membership.tenant_id == tenant_id, Membership.status == MembershipStatus.ACTIVE
    )


def trail(before: int | None, limit: int) -> Select[AuditEntry]:
    """The tenant's audit trail from the newest down, below a number: keyset, never OFFSET."""
    chosen = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(limit)
    return chosen.where(AuditEntry.sequence < before) if before is not None else chosen
