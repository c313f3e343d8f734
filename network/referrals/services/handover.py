"""Handing a whole case over: the receiving session writes what consent covers as a new case of its own.

No row ever changes its tenant. The consent is one of its own, for the purpose ``transfer``; the keys of what it covers
are sealed to the receiving desk when the hand-over is offered, and the ledger says so.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Unfit, require
from network.referrals import notices, policies, queries
from network.referrals.categories import Category
from network.referrals.consent import Purpose
from network.referrals.models import Case, Referral
from network.referrals.models.cases import CaseStatus
from network.referrals.services import cases, guards, ledger, offers, package
from network.referrals.services.origins import own_referral
from network.referrals.services.revoking import destroy_keys
from network.referrals.services.sealing import open_sealed
from network.referrals.services.transitions import check, lock, transition
from network.referrals.states import RELEASED, Move
from network.tenancy import Actor, Tenant, TenantKind

HANDED_OVER = "referrals.case_handed_over"
REFUSED = "referrals.handover_refused"


def propose_handover(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Offer the case: what the person consented to transfer is sealed to the receiving desk as it stands now.

    Raises :class:`Unfit`: ``transfer_consent_missing``, ``transfer_to_guest``, and what no sending may pass by:
    ``case_closed``, ``recipient_suspended``, ``no_agreement``, ``country_withheld``.
    """
    referral, origin = own_referral(session, actor, referral_id, Move.PROPOSE_HANDOVER, seen)
    check(referral, Move.PROPOSE_HANDOVER)
    if session.get_one(Tenant, referral.receiving_id).kind is TenantKind.GUEST:
        raise Unfit("transfer_to_guest")
    moment = now()
    until = _covered(session, referral, origin.case_id, moment)
    parts = _brought(session, origin.case_id, until)
    if not parts:
        raise Unfit("transfer_consent_missing")
    guards.of_the_way(session, session.get_one(Case, origin.case_id), referral, list(parts), moment)
    there = set(session.scalars(queries.sealed_to(referral.id, referral.receiving_id)))
    for category, part in parts.items():
        if part.id not in there:
            package.seal_parts(session, desk, referral, {category: part}, until[category])
    ledger.enter(
        session,
        referral,
        parts,
        part_ids=[part.id for part in parts.values()],
        sha256=package.package_hash(referral, parts),
        purpose=Purpose.TRANSFER,
    )
    transition(session, actor, referral, Move.PROPOSE_HANDOVER)
    referral.handover_proposed_at = moment
    session.flush()
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_HANDOVER, referral.id)
    return referral


def would_bring(session: Session, referral: Referral, case_id: uuid.UUID) -> list[Category]:
    """What an offer of this moment would let the receiver read, in the order of the case."""
    return list(_brought(session, case_id, _covered(session, referral, case_id, now())))


def _brought(session: Session, case_id: uuid.UUID, covered: Collection[Category]) -> package.Parts:
    present = package.present_parts(session, case_id)
    return {c: present[c] for c in Category if c in covered and c in present}


def _covered(
    session: Session, referral: Referral, case_id: uuid.UUID, at: datetime.datetime
) -> dict[Category, datetime.datetime]:
    """What the person lets the receiver take over, and until when each of it is read: as the consent that covers it."""
    found: dict[Category, datetime.datetime] = {}
    for given in session.scalars(queries.consents_of(case_id)):
        if given.purpose is not Purpose.TRANSFER or not given.terms().active(at):
            continue
        ends = package.readable_until(given)
        for category in given.terms().categories_for(referral.receiving_id):
            found[category] = max(found.get(category, ends), ends)
    return found


def refuse_handover(
    session: Session,
    actor: Actor,
    referral_id: uuid.UUID,
    *,
    alone: bool = False,
    seen: int | None = None,
) -> Referral:
    """The receiving supervisor leaves the case where it is; the referral goes on. What came with the offer alone is
    taken back by the sender's clock."""
    referral = lock(session, referral_id, seen)
    require(policies.can_move(actor, referral, Move.REFUSE_HANDOVER, alone=alone))
    transition(session, actor, referral, Move.REFUSE_HANDOVER)
    referral.handover_proposed_at = None
    scheduler.plan(session, referral.referring_id, REFUSED, referral.id, now())
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_HANDOVER, referral.id)
    return referral


def end_refused(session: Session, referral_id: uuid.UUID) -> None:
    """The sender's clock after a refusal: nobody keeps keys to what it did not take over. Nothing, where it was offered
    once more meanwhile or something else ended it."""
    referral = session.scalars(queries.locked(referral_id)).one_or_none()
    if referral is not None and referral.status in RELEASED and referral.handover_proposed_at is None:
        offers.take_back(session, referral)


def take_over(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    alone: bool = False,
    seen: int | None = None,
) -> Case:
    """A new case of the receiving desk with what the consent to the transfer covers. The sender's own is closed by its
    clock, which needs no key. Raises :class:`Unfit` ``handover_nothing`` where the consent ended meanwhile."""
    referral = lock(session, referral_id, seen)
    require(policies.can_move(actor, referral, Move.TAKE_OVER, alone=alone))
    check(referral, Move.TAKE_OVER)
    offered = [
        d for d in session.scalars(queries.disclosures_of(referral.id)) if d.purpose is Purpose.TRANSFER
    ]
    named = {ident for d in offered[-1:] if d.stopped_at is None for ident in d.part_ids}
    rows = [
        row
        for row in session.execute(queries.released_parts(referral.id, desk.tenant_id))
        if str(row[1].id) in named
    ]
    if not rows:
        raise Unfit("handover_nothing")
    opened = {
        part.category: open_sealed(desk, wrap, part.ciphertext, category=part.category) for wrap, part in rows
    }
    case = cases.open_case(session, actor)
    for category in Category:
        if category in opened:
            cases.write_part(session, actor, desk, case, category, opened[category], seen=0)
    transition(session, actor, referral, Move.TAKE_OVER)
    referral.handover_proposed_at = None
    scheduler.plan(session, referral.referring_id, HANDED_OVER, referral.id, now())
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_TRANSFERRED, referral.id)
    return case


def close_handed_over(session: Session, actor: Actor, referral_id: uuid.UUID) -> None:
    """The sender's clock after a take-over: its case is closed as referred, and the wraps it had sealed are destroyed."""
    referral = session.scalars(queries.locked(referral_id)).one_or_none()
    if referral is None:
        return
    origin = session.scalars(queries.origin_of(referral.id)).one()
    case = session.get_one(Case, origin.case_id)
    destroy_keys(session, referral)
    if case.status is not CaseStatus.CLOSED_REFERRED:
        case.status = CaseStatus.CLOSED_REFERRED
        audit.record(session, actor, Action.REFERRAL_TRANSFERRED, referral.id)
