"""A partner is suspended: what others let it read is taken from it at once, what is its own is left alone.

Its requests are refused by ``accounts.gate``, sending to it by ``guards``; here are the wraps, the clocks, and the way
back: whoever shared something can let it read again when it is back, where consent still holds.
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import NotThere, Stale, Unfit
from network.referrals import notices, overrides, policies, queries
from network.referrals.categories import Category
from network.referrals.models import Consent, PausedShare, Referral
from network.referrals.models.keys import Sealed
from network.referrals.services import obligations, timing
from network.referrals.services.grounds import ground_of
from network.referrals.services.origins import own_case
from network.referrals.services.sealing import Shared, open_key, share
from network.referrals.services.transitions import lock
from network.referrals.states import ENVELOPE, Side
from network.tenancy import Actor, Tenant


def look_after(session: Session, actor: Actor) -> None:
    """What this tenant does when a partner is suspended or comes back: destroy, stop its clocks or let them run on."""
    assert actor.tenant_id is not None  # noqa: S101  # The clock of one tenant.
    destroy_shares(session, actor)
    timing.look_after(session)
    obligations.look_after(session, actor.tenant_id)


def destroy_shares(session: Session, actor: Actor) -> int:
    """Destroy every wrap that this tenant made for others that are suspended now; how many. What was shared with whom
    is kept, without its key. The suspended one's own wraps, and those it made for others, are never touched."""
    assert actor.tenant_id is not None  # noqa: S101  # The clock of one tenant.
    wraps = session.scalars(queries.wraps_of_suspended(actor.tenant_id)).all()
    touched: set[uuid.UUID] = set()
    for wrap in wraps:
        session.delete(wrap)
        if wrap.referral_id is not None:
            touched.add(wrap.referral_id)
            session.add(
                PausedShare(
                    tenant_id=actor.tenant_id,
                    holder_id=wrap.holder_id,
                    referral_id=wrap.referral_id,
                    sealed_kind=wrap.sealed_kind,
                    sealed_id=wrap.sealed_id,
                    readable_until=wrap.readable_until,
                )
            )
    session.flush()
    for referral_id in sorted(touched):
        audit.record(session, actor, Action.SHARES_PAUSED, referral_id)
    if touched:
        notices.tell(session, actor.tenant_id)
    return len(wraps)


def seal_again(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Let the other desk, which is back, read what it could before, as far as consent covers it today.

    Raises :class:`Unfit` ``recipient_suspended`` or ``consent_ended``, :class:`Stale` where there is nothing to give.
    """
    referral = lock(session, referral_id, seen)
    side = policies.side_of(actor, referral)
    if side is None:
        raise NotThere
    shares = session.execute(queries.paused_shares(desk.tenant_id, referral.id)).all()
    if not shares or referral.status not in ENVELOPE:
        raise Stale
    other = referral.other_end(desk.tenant_id)
    if session.get_one(Tenant, other).suspended_at is not None:
        raise Unfit("recipient_suspended")
    covered = _covered(session, actor, desk, referral) if side is Side.REFERRING else frozenset()
    there = set(session.scalars(queries.sealed_to(referral.id, other)))
    categories = _categories(session, [paused.sealed_id for paused, _wrap in shares])
    again = []
    for paused, wrap in shares:
        fresh = paused.readable_until is None or paused.readable_until > now()
        # The envelope may have been sealed anew since it is back.
        fresh = fresh and paused.sealed_id not in there
        ours = side is Side.REFERRING and paused.sealed_kind in (Sealed.CASE_PART, Sealed.ATTACHMENT)
        if ours and categories.get(paused.sealed_id) not in covered:
            fresh = False
        if fresh:
            again.append(
                Shared(paused.sealed_kind, paused.sealed_id, open_key(desk, wrap), paused.readable_until)
            )
        session.delete(paused)
    share(session, desk, again, recipient_id=other, referral_id=referral.id)
    session.flush()
    notices.tell(session, other)
    audit.record(session, actor, Action.SHARES_RESUMED, referral.id)
    return referral


def _categories(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, Category]:
    """Of which category each part and each file is."""
    parts = {part.id: part.category for part in session.scalars(queries.parts_named(ids))}
    return parts | {row.id: row.category for row in session.execute(queries.files_named(ids))}


def _covered(session: Session, actor: Actor, desk: DeskKeys, referral: Referral) -> frozenset[Category]:
    """What the person lets the receiver read today: of the consent this referral stands on, or, where it left without
    one, of what is still in force."""
    origin, file = own_case(session, actor, referral)
    if origin.consent_id is None:
        return _overridden(session, desk, referral, frozenset(Category(c) for c in origin.categories))
    if referral.consent_expires_at is None or referral.consent_expires_at <= now():
        raise Unfit("consent_ended")
    given: Consent | None = next(
        (c for c in session.scalars(queries.consents_of(file.id)) if c.id == origin.consent_id), None
    )
    if given is None or not given.terms().active(now()):
        raise Unfit("consent_ended")
    chosen = frozenset(Category(c) for c in origin.categories)
    return chosen & given.terms().categories_for(referral.receiving_id)


def _overridden(
    session: Session, desk: DeskKeys, referral: Referral, sent: frozenset[Category]
) -> frozenset[Category]:
    """Of what left without consent: the minimum of its ground, while the override is in force; nothing after its end."""
    override = session.scalars(queries.override_of(referral.id)).one_or_none()
    if override is None or override.ends_at <= now():
        raise Unfit("consent_ended")
    return sent - frozenset(overrides.beyond(ground_of(session, desk, override), sent))
