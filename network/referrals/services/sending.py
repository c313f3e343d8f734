"""Sending a referral, and taking it back: the side of the tenant that asks."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Unfit
from network.referrals import notices
from network.referrals.models import ConsentOverride, Referral
from network.referrals.overrides import REVIEW_WITHIN
from network.referrals.services import guards, ledger, package, timing
from network.referrals.services.grounds import words_of
from network.referrals.services.origins import drop_approval, own_referral
from network.referrals.services.sealing import Content
from network.referrals.services.transitions import check, transition
from network.referrals.states import CancelReason, Move
from network.tenancy import Actor


def send_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    seen: int | None = None,
    alone: str = "",
) -> Referral:
    """Ready → sent: every guard again, the package frozen, hashed and signed, its keys sealed to the receiving desk.

    ``alone``: the ground that the only key holder of a tenant types, where a second person would have to look first;
    it is counted, and shown to the receiving desk. Raises :class:`Unfit` with the code of the guard that refuses
    (``consent_missing`` names the categories), :class:`Stale` for another state or version. Sending twice is the
    view's to prevent (``deeds.once``).
    """
    referral, origin = own_referral(session, actor, referral_id, Move.SEND, seen)
    check(referral, Move.SEND)
    present = package.present_parts(session, origin.case_id)
    carried = guards.judge(session, desk, referral, origin, present, now())
    parts = package.chosen_of(present, origin)
    told: Content = {}
    if guards.needs_second_person(
        session, referral, origin
    ) and origin.approved_sha256 != package.fingerprint(referral, origin, parts):
        if not alone.strip() or not guards.is_alone(session, referral):
            raise Unfit("approval_needed")
        origin.sent_alone, told["alone"] = True, alone.strip()
    override = carried if isinstance(carried, ConsentOverride) else None
    if override is not None:
        told["override"] = words_of(session, desk, override)
        override.alone = origin.sent_alone
        override.review_due_at = now() + REVIEW_WITHIN
        notices.watch_override(session, override)
    dispatch(session, actor, desk, referral, carried, parts, Move.SEND, told=told)
    return referral


def dispatch(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral: Referral,
    carried: package.Warrant,
    parts: package.Parts,
    move: Move,
    *,
    told: Content,
) -> None:
    """Seal the package to the receiving desk, start the clocks, write the ledger. ``told``: what the receiving desk
    must know of how it was sent, beside what is asked."""
    moment = now()
    package.wrap_up(session, desk, referral, carried, parts, told={**package.UNTOLD, **told})
    package.seal_parts(session, desk, referral, parts, package.readable_until(carried))
    referral.sent_at = moment
    referral.consent_expires_at = carried.ends_at
    timing.begin(session, referral, moment)
    transition(session, actor, referral, move)
    assert referral.package_sha256 is not None  # noqa: S101  # wrap_up() has just made it.
    ledger.enter(
        session, referral, parts, part_ids=[p.id for p in parts.values()], sha256=referral.package_sha256
    )
    notices.tell(session, referral.receiving_id, urgent=move is Move.SEND_IN_EMERGENCY)
    audit.record(session, actor, Action.REFERRAL_SENT, referral.id)


def recall_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Sent and not opened → draft: the undo of a send. What was sealed to the receiver is destroyed."""
    referral, origin = own_referral(session, actor, referral_id, Move.RECALL, seen)
    check(referral, Move.RECALL)
    package.end_access(session, referral)
    drop_approval(origin)
    transition(session, actor, referral, Move.RECALL)
    audit.record(session, actor, Action.REFERRAL_RECALLED, referral.id)
    return referral


def cancel_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, reason: CancelReason, seen: int | None = None
) -> Referral:
    """Before acceptance → cancelled. The receiver keeps the code and the dates, nothing else."""
    referral, _origin = own_referral(session, actor, referral_id, Move.CANCEL, seen)
    told = referral.sent_at is not None
    package.end_access(session, referral)
    transition(session, actor, referral, Move.CANCEL)
    if told:
        notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_CANCELLED, referral.id, reason=reason.value)
    return referral
