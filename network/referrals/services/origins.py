"""One's own referral with what only its desk knows, locked for a move."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network.permissions import require
from network.referrals import policies, queries
from network.referrals.models import Case, Referral, ReferralOrigin
from network.referrals.services.cases import workers_of
from network.referrals.services.transitions import lock
from network.referrals.states import Move
from network.tenancy import Actor


def own_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, move: Move, seen: int | None
) -> tuple[Referral, ReferralOrigin]:
    """One's own referral, locked, with what only its desk knows; refused to who may not make this move.

    The case's need-to-know counts here too: who may not read the case moves no referral of it.
    """
    referral = lock(session, referral_id, seen)
    require(policies.can_move(actor, referral, move))
    origin, _case = own_case(session, actor, referral)
    return referral, origin


def own_case(session: Session, actor: Actor, referral: Referral) -> tuple[ReferralOrigin, Case]:
    """What only the sender's desk knows of a referral, for who may write in its case; refused to everybody else."""
    origin = session.scalars(queries.origin_of(referral.id)).one()
    case = session.get_one(Case, origin.case_id)
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    return origin, case


def drop_approval(origin: ReferralOrigin) -> None:
    origin.approved_by_id = origin.approved_at = origin.approved_sha256 = None
