"""Sending a referral, and taking it back: the side of the tenant that asks."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Unfit
from network.referrals import consent, notices
from network.referrals.models import (
    Disclosure,
    Referral,
)
from network.referrals.services import guards, package, timing
from network.referrals.services.origins import drop_approval, own_referral
from network.referrals.services.transitions import check, transition
from network.referrals.states import CancelReason, Move
from network.tenancy import Actor


def send_referral(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Ready → sent: every guard again, the package frozen, hashed and signed, its keys sealed to the receiving desk.

    Raises :class:`Unfit` with the code of the guard that refuses (``consent_missing`` names the categories),
    :class:`Stale` for another state or version. Sending twice is the view's to prevent (``deeds.once``).
    """
    referral, origin = own_referral(session, actor, referral_id, Move.SEND, seen)
    check(referral, Move.SEND)
    moment = now()
    present = package.present_parts(session, origin.case_id)
    given = guards.judge(session, desk, referral, origin, present, moment)
    parts = package.chosen_of(present, origin)
    if guards.needs_second_person(session, referral) and origin.approved_sha256 != package.fingerprint(
        referral, origin, parts
    ):
        raise Unfit("approval_needed")
    readable_until = given.expires_at + consent.READ_ONLY_AFTER_EXPIRY
    package.seal_envelope(session, desk, referral, given, parts, readable_until)
    package.seal_parts(session, desk, referral, parts, readable_until)
    referral.package_sha256 = package.package_hash(referral, parts)
    referral.signature_epoch = desk.current_epoch
    referral.signature = desk.signing_key().sign(
        package.signed_words(referral, given.text_id, given.given_at)
    )
    referral.sent_at = moment
    referral.consent_expires_at = given.expires_at
    timing.begin(session, referral, moment)
    transition(session, actor, referral, Move.SEND)
    session.add(
        Disclosure(
            referring_id=referral.referring_id,
            receiving_id=referral.receiving_id,
            referral_id=referral.id,
            categories=[c.value for c in parts],
            part_ids=[str(p.id) for p in parts.values()],
            package_sha256=referral.package_sha256,
            disclosed_at=moment,
        )
    )
    session.flush()
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_SENT, referral.id)
    return referral


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
