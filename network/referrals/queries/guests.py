"""What is asked of SQL about recipients without accounts."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import Select, String, cast, exists, or_, select

from network.directory.models import Organization, Status
from network.i18n.languages import LANGUAGES
from network.referrals.models import Guest, GuestLink, GuestSession, PartKey, Referral

AT_ONCE = 25
"""Organizations offered at once; more, and one searches by name."""


def link_of(guest_id: uuid.UUID) -> Select[GuestLink]:
    """The present link of a guest, if it has one."""
    return select(GuestLink).where(GuestLink.guest_id == guest_id)


def link_by_token(token_hash: bytes, at: datetime.datetime) -> Select[GuestLink]:
    """The link of this token that has not run out."""
    return select(GuestLink).where(GuestLink.token_hash == token_hash, GuestLink.expires_at > at)


def guest_session_by_token(
    token_hash: bytes, link_id: uuid.UUID, since: datetime.datetime
) -> Select[GuestSession]:
    return select(GuestSession).where(
        GuestSession.token_hash == token_hash,
        GuestSession.link_id == link_id,
        GuestSession.created_at > since,
    )


def guest_is_taken(guest_id: uuid.UUID) -> Select[bool]:
    """Whether a referral to this guest was begun already: it is valid for one."""
    return select(select(Referral.id).where(Referral.receiving_id == guest_id).exists())


def waiting_guest(case_id: uuid.UUID, organization_id: uuid.UUID) -> Select[Guest]:
    """The guest that was named for this case and organization and has no referral yet."""
    taken = exists().where(Referral.receiving_id == Guest.guest_id)
    return select(Guest).where(Guest.case_id == case_id, Guest.organization_id == organization_id, ~taken)


def guest_wraps(referral_id: uuid.UUID, guest_id: uuid.UUID) -> Select[PartKey]:
    """What the referring desk sealed to the guest."""
    return select(PartKey).where(
        PartKey.referral_id == referral_id, PartKey.holder_id == guest_id, PartKey.tenant_id != guest_id
    )


def wraps_from_guest(referral_id: uuid.UUID, guest_id: uuid.UUID) -> Select[PartKey]:
    """What the guest sealed to the referring desk."""
    return select(PartKey).where(
        PartKey.referral_id == referral_id, PartKey.tenant_id == guest_id, PartKey.holder_id != guest_id
    )


def listings_without_account(search: str, limit: int = AT_ONCE) -> Select[Organization]:
    """Active listings of the directory that are no member of the network, by a part of their name in any language."""
    names = [Organization.name[code]["text"].astext for code in LANGUAGES]
    chosen = select(Organization).where(Organization.member.is_(False), Organization.status == Status.ACTIVE)
    if search:
        chosen = chosen.where(or_(*(name.icontains(search, autoescape=True) for name in names)))
    return chosen.order_by(cast(Organization.name, String), Organization.id).limit(limit)
