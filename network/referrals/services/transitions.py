"""One move of a referral: locked, checked, counted, written down. Every verb goes through here."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.database import now
from network.permissions import NotThere, Stale
from network.referrals import notices, policies, queries
from network.referrals.models import Referral, ReferralEvent
from network.referrals.services import guest_links
from network.referrals.states import DRAFTING, ENDED, STEPS, Move, Status
from network.tenancy import Actor

LINKLESS = DRAFTING | ENDED
"""Where a guest's link has ended: the referral is over, or was taken back before anybody opened it."""


def lock(session: Session, referral_id: uuid.UUID, seen: int | None = None) -> Referral:
    """The referral, locked. Raises :class:`NotThere` for a foreign one, :class:`Stale` when ``seen`` is not its version."""
    referral = session.scalars(queries.locked(referral_id)).one_or_none()
    if referral is None:
        raise NotThere
    if seen is not None and referral.version != seen:
        raise Stale
    return referral


def check(referral: Referral, move: Move) -> None:
    """Raise :class:`Stale` unless the table knows this move from the present state and nothing withholds it."""
    if referral.status not in STEPS[move].origins or policies.withheld(referral, move):
        raise Stale


def transition(
    session: Session, actor: Actor, referral: Referral, move: Move, *, target: Status | None = None
) -> ReferralEvent:
    """Move it and write the event row. The caller holds the lock and has asked the policy."""
    check(referral, move)
    before = referral.status
    after = target or STEPS[move].target or before
    number = session.scalar(
        select(func.coalesce(func.max(ReferralEvent.number), 0)).where(
            ReferralEvent.referral_id == referral.id
        )
    )
    assert actor.tenant_id is not None  # noqa: S101  # No policy admits an actor without a tenant.
    event = ReferralEvent(
        referring_id=referral.referring_id,
        receiving_id=referral.receiving_id,
        referral_id=referral.id,
        number=(number or 0) + 1,
        move=move,
        before=before,
        after=after,
        by_tenant_id=actor.tenant_id,
        user_id=actor.user_id,
    )
    session.add(event)
    referral.status = after
    referral.changed_at = now()
    session.flush()
    notices.watch_end(session, referral)
    if after in LINKLESS:
        guest_links.end_links(session, referral.id)
    return event
