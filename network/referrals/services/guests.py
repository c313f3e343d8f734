"""Recipients without accounts: named from the directory, sent to, given a link again, closed. The sender's side."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.directory.models import Organization
from network.keys import Cost, Keyring
from network.permissions import Stale, Unfit, require
from network.referrals import policies, queries
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY
from network.referrals.models import Case, Guest, GuestLink, PartKey, Referral
from network.referrals.models.keys import Sealed
from network.referrals.services import guest_links, sending
from network.referrals.services.answers import lasts_until
from network.referrals.services.cases import CODE_LETTERS, workers_of
from network.referrals.services.guest_links import Issued
from network.referrals.services.origins import own_case
from network.referrals.services.sealing import Shared, open_key, reseal, share
from network.referrals.services.transitions import LINKLESS, lock
from network.referrals.states import Side
from network.tenancy import Actor, Tenant, TenantKind, become

NAME = 200
"""Characters of a tenant's name."""


def name_guest(
    session: Session, actor: Actor, case: Case, organization: Organization, *, name: str, country: str | None
) -> Tenant:
    """Make this listing a possible recipient of one referral of the case; naming it twice makes one.

    Raises :class:`Unfit` ``has_desk`` for a member of the network, which has an inbox of its own.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    assert actor.user_id is not None  # noqa: S101  # The policy admits members alone.
    if organization.member:
        raise Unfit("has_desk")
    session.refresh(case, with_for_update=True)
    waiting = session.scalars(queries.waiting_guest(case.id, organization.id)).first()
    if waiting is not None:
        return session.get_one(Tenant, waiting.guest_id)
    random = "".join(secrets.choice(CODE_LETTERS) for _ in range(7))
    tenant = Tenant(
        kind=TenantKind.GUEST,
        slug=f"guest-{secrets.token_hex(12)}",
        name=name[:NAME],
        code=f"G{random}",
        country=country,
        demonstration=session.get_one(Tenant, case.tenant_id).demonstration,
    )
    session.add(tenant)
    session.flush()
    session.add(
        Guest(
            tenant_id=case.tenant_id,
            case_id=case.id,
            guest_id=tenant.id,
            organization_id=organization.id,
            named_by_id=actor.user_id,
        )
    )
    session.flush()
    audit.record(session, actor, Action.GUEST_NAMED, case.id)
    return tenant


def send_to_guest(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    keyring: Keyring,
    cost: Cost,
    referral_id: uuid.UUID,
    *,
    seen: int | None = None,
) -> Issued:
    """Send, as to any recipient, to a pair of keys made now. What comes back is shown once and kept nowhere.

    Raises what :func:`sending.send_referral` raises; then no link was made either.
    """
    issued = guest_links.issue(session, keyring, cost, lock(session, referral_id))
    referral = sending.send_referral(session, actor, desk, referral_id, seen=seen)
    audit.record(session, actor, Action.GUEST_LINK_ISSUED, referral.id)
    return _until(session, referral, issued)


def issue_again(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    keyring: Keyring,
    cost: Cost,
    referral_id: uuid.UUID,
    *,
    seen: int | None = None,
) -> Issued:
    """A new link and a new code; the former open nothing any more. Everything is sealed anew to the new pair of keys.

    Raises :class:`Stale` when the referral has ended or was never sent.
    """
    guest_id = _owned(session, actor, referral_id, seen).receiving_id
    # What the guest sealed to itself hangs on a key that is gone; those rows are the guest's, so it takes them away.
    become(session, Actor.clock(guest_id))
    session.execute(
        delete(PartKey).where(
            PartKey.referral_id == referral_id, PartKey.tenant_id == guest_id, PartKey.holder_id == guest_id
        )
    )
    become(session, actor)
    referral = lock(session, referral_id)
    issued = guest_links.issue(session, keyring, cost, referral)
    sealed = session.scalars(queries.guest_wraps(referral.id, guest_id)).all()
    own = session.scalars(queries.own_keys(referral.referring_id, [wrap.sealed_id for wrap in sealed]))
    keys = {wrap.sealed_id: open_key(desk, wrap) for wrap in own}
    reseal(session, ((wrap, keys[wrap.sealed_id]) for wrap in sealed), holder_id=guest_id)
    if Sealed.ENVELOPE not in {wrap.sealed_kind for wrap in sealed}:
        _show_envelope(session, desk, referral)
    from_guest = session.scalars(queries.wraps_from_guest(referral.id, guest_id)).all()
    share(
        session,
        desk,
        (Shared(wrap.sealed_kind, wrap.sealed_id, open_key(desk, wrap)) for wrap in from_guest),
        recipient_id=guest_id,
        referral_id=referral.id,
    )
    session.flush()
    audit.record(session, actor, Action.GUEST_LINK_ISSUED, referral.id)
    return _until(session, referral, issued)


def _show_envelope(session: Session, desk: DeskKeys, referral: Referral) -> None:
    """Consent was narrowed while no link was open: the envelope without what was taken out is for the new one."""
    wrap = session.scalars(queries.own_keys(referral.referring_id, [referral.id])).one()
    envelope = Shared(Sealed.ENVELOPE, referral.id, open_key(desk, wrap), lasts_until(session, referral))
    share(session, desk, [envelope], recipient_id=referral.receiving_id, referral_id=referral.id)


def close_link(session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None) -> None:
    """Take the link back: neither it nor a session opens anything from this moment. It can be issued again."""
    referral = _owned(session, actor, referral_id, seen)
    if guest_links.end_links(session, referral.id):
        audit.record(session, actor, Action.GUEST_LINK_CLOSED, referral.id)


def link_of(session: Session, referral: Referral) -> GuestLink | None:
    """How the guest's link stands, for the desk that issued it."""
    link = session.scalars(queries.link_of(referral.receiving_id)).one_or_none()
    return link if link is not None and link.expires_at > now() else None


def _owned(session: Session, actor: Actor, referral_id: uuid.UUID, seen: int | None) -> Referral:
    """The sender's referral to a guest, locked, while there can be a link to it."""
    referral = lock(session, referral_id, seen)
    require(policies.side_of(actor, referral) is Side.REFERRING)
    own_case(session, actor, referral)
    guest = session.get_one(Tenant, referral.receiving_id)
    if guest.kind is not TenantKind.GUEST or referral.status in LINKLESS:
        raise Stale
    return referral


def _until(session: Session, referral: Referral, issued: Issued) -> Issued:
    """No link outlives what consent lets its guest read."""
    link = session.scalars(queries.link_of(referral.receiving_id)).one()
    if referral.consent_expires_at is not None:
        link.expires_at = min(link.expires_at, referral.consent_expires_at + READ_ONLY_AFTER_EXPIRY)
    session.flush()
    return Issued(issued.token, issued.code, link.expires_at)
