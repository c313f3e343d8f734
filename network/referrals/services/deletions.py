"""What a receiving desk owes after a part of a consent was taken back: to delete it, and to say so."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.permissions import Role, Stale, require
from network.referrals import notices, policies, queries
from network.referrals.models import Obligation, Referral
from network.referrals.services import obligations
from network.referrals.services.transitions import lock
from network.referrals.states import Side, Status, StopGround
from network.tenancy import Actor


def owed(session: Session, referral: Referral) -> list[Obligation]:
    """What is to be confirmed of a referral that goes on; one that stops as a whole is confirmed by its move."""
    if referral.status is Status.STOPPING:
        return []
    found = session.scalars(queries.obligation_of(referral.id)).all()
    return [obligation for obligation in found if obligation.confirmed_at is None]


def confirm_deletion(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, ground: StopGround, alone: bool = False
) -> Referral:
    """A supervisor of the receiving desk confirms that what was taken back is deleted, or says on which ground it is
    kept. Where the tenant has no supervisor (``alone``) its caseworkers do. :class:`Stale` where nothing is owed."""
    referral = lock(session, referral_id)
    require(policies.side_of(actor, referral) is Side.RECEIVING and (alone or actor.holds(Role.SUPERVISOR)))
    waiting = owed(session, referral)
    if not waiting:
        raise Stale
    for obligation in waiting:
        obligation.confirmed_at, obligation.ground = now(), ground
    session.flush()
    notices.tell(session, referral.referring_id)
    obligations.tell_both_supervisors(session, referral.referring_id, referral.receiving_id)
    audit.record(session, actor, Action.STOP_CONFIRMED, referral.id, ground=ground.value)
    return referral
