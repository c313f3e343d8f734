"""Passing something on: blocked unless the person's consent allows it. The receiver asks the origin, which asks the
person; what she said, the origin answers (referrals.md, rules: onward sharing).

To whom and why is sealed to both desks. Nothing is given to a third party by this: it says what may be.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Unfit
from network.referrals import notices, queries
from network.referrals.categories import Category
from network.referrals.models import Consent, Referral, ReferralOrigin
from network.referrals.services.answers import say
from network.referrals.services.origins import own_referral
from network.referrals.services.receiving import asked_referral, read_answers
from network.referrals.services.sealing import Content
from network.referrals.services.transitions import check, transition
from network.referrals.states import Move
from network.tenancy import Actor


def ask_onward(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    to: str,
    why: str,
    categories: Collection[Category],
    seen: int | None = None,
) -> Referral:
    """Ask the origin whether these may be passed on to whom is named. One question waits at a time.

    Raises :class:`Unfit` ``category_outside`` for what this desk cannot read itself.
    """
    referral = asked_referral(session, actor, referral_id, Move.ASK_ONWARD, seen)
    check(referral, Move.ASK_ONWARD)
    readable = {
        part.category for _wrap, part in session.execute(queries.released_parts(referral.id, desk.tenant_id))
    }
    wanted = [category for category in Category if category in categories]
    if not wanted or not readable.issuperset(wanted):
        raise Unfit("category_outside")
    transition(session, actor, referral, Move.ASK_ONWARD)
    referral.onward_asked_at = now()
    said = {"onward_to": to, "onward": [category.value for category in wanted], "why": why}
    say(session, desk, referral, Move.ASK_ONWARD, said)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.ONWARD_ASKED, referral.id)
    return referral


def answer_onward(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    allowed: bool,
    note: str = "",
    seen: int | None = None,
) -> Referral:
    """Say what the person decided. Yes only where her consent to this receiver says of each category that it may be
    passed on: :class:`Unfit` ``onward_not_consented`` names the others. No is never refused."""
    referral, origin = own_referral(session, actor, referral_id, Move.ANSWER_ONWARD, seen)
    check(referral, Move.ANSWER_ONWARD)
    asked = question(session, actor, desk, referral)
    wanted = [Category(name) for name in asked["onward"]]
    if allowed and (lacking := [c.value for c in wanted if c not in may_pass_on(session, referral, origin)]):
        raise Unfit("onward_not_consented", categories=lacking)
    transition(session, actor, referral, Move.ANSWER_ONWARD)
    referral.onward_asked_at = None
    said = {
        "onward_to": asked["onward_to"],
        "onward": asked["onward"],
        "onward_allowed": allowed,
        "note": note,
    }
    say(session, desk, referral, Move.ANSWER_ONWARD, said)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.ONWARD_ANSWERED, referral.id)
    return referral


def question(session: Session, actor: Actor, desk: DeskKeys, referral: Referral) -> Content:
    """The question that waits: to whom, what, why."""
    return [said for move, said in read_answers(session, actor, desk, referral) if move is Move.ASK_ONWARD][
        -1
    ]


def may_pass_on(session: Session, referral: Referral, origin: ReferralOrigin) -> set[Category]:
    """What the consent that carries the referral lets its receiver pass on today."""
    given = session.get(Consent, origin.consent_id) if origin.consent_id else None
    if given is None or not given.active(now()):
        return set()
    return {
        scope.category
        for scope in session.scalars(queries.scopes_of(given.id))
        if scope.recipient_id == referral.receiving_id and scope.removed_at is None and scope.onward_sharing
    }
