"""What was sent has become older than what the case holds: the newer version goes the same way, under the same consent."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.permissions import Unfit
from network.referrals import notices, queries
from network.referrals.categories import Category
from network.referrals.differences import Change, differing
from network.referrals.models import Case, CasePart, Referral, ReferralOrigin
from network.referrals.services import package, widening
from network.referrals.services.cases import readable_case
from network.referrals.services.origins import own_case
from network.referrals.services.sealing import open_sealed
from network.referrals.services.transitions import check, lock, transition
from network.referrals.states import Move
from network.tenancy import Actor


def newer_of(
    session: Session, referral: Referral, origin: ReferralOrigin
) -> dict[Category, tuple[CasePart, CasePart]]:
    """Of what the receiver has: what was written anew since it was sent, as it was sent and as it is today."""
    sent, present = package.sent_parts(session, referral), package.present_parts(session, origin.case_id)
    return {
        category: (sent[category], present[category])
        for category in Category
        if category.value in origin.categories
        and category in sent
        and category in present
        and sent[category].id != present[category].id
    }


def changes_of(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    newer: dict[Category, tuple[CasePart, CasePart]],
) -> dict[Category, list[Change]]:
    """What the receiver would read otherwise, question by question, where anything is. The reading is audited."""
    readable_case(session, actor, case)
    ids = [part.id for both in newer.values() for part in both]
    wraps = {wrap.sealed_id: wrap for wrap in session.scalars(queries.own_keys(case.tenant_id, ids))}
    if wraps:
        audit.record(session, actor, Action.CASE_READ, case.id)
    found = {}
    for category, both in newer.items():
        if all(part.id in wraps for part in both):
            then, today = (
                open_sealed(desk, wraps[part.id], part.ciphertext, category=category) for part in both
            )
            if changes := differing(then, today):
                found[category] = changes
    return found


def send_newer(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    categories: frozenset[Category],
    seen: int | None = None,
) -> Referral:
    """Send the newer version of categories that were sent, as more of the case is sent: with every guard of that. The
    receiver keeps the older one beside it, to compare, as long as the consent lets it read the category.

    Raises :class:`Unfit`: ``nothing_chosen``, and what :func:`widening.add` says.
    """
    referral = lock(session, referral_id, seen)
    check(referral, Move.UPDATE)
    origin, _case = own_case(session, actor, referral)
    wanted = [category for category in newer_of(session, referral, origin) if category in categories]
    if not wanted:
        raise Unfit("nothing_chosen")
    widening.add(session, actor, desk, referral, origin, wanted)
    transition(session, actor, referral, Move.UPDATE)
    notices.tell(session, referral.receiving_id)
    return referral
