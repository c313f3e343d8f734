"""What the two desks clear up before an answer: questions, and the proposal to ask somebody else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Unfit
from network.referrals import notices, queries
from network.referrals.categories import Category
from network.referrals.models import Referral, ReferralEvent
from network.referrals.services import following, package, providers, timing, widening
from network.referrals.services.answers import say
from network.referrals.services.origins import own_referral
from network.referrals.services.receiving import asked_referral, read_answers
from network.referrals.services.transitions import check, transition
from network.referrals.states import Move
from network.tenancy import Actor


def ask_question(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    question: str,
    seen: int | None = None,
) -> Referral:
    """Acknowledged → a question waits. The first one stops the clock of the answer, for 48 hours at most."""
    referral = asked_referral(session, actor, referral_id, Move.ASK, seen)
    transition(session, actor, referral, Move.ASK)
    timing.pause(session, referral, now())
    say(session, desk, referral, Move.ASK, {"question": question})
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_ASKED, referral.id)
    return referral


def answer_question(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    answer: str,
    more: Iterable[Category] = (),
    seen: int | None = None,
) -> Referral:
    """The question was answered; the clock runs on. ``more``: categories sent along now, where consent covers them.

    Raises :class:`Unfit`: ``consent_over``, and what :func:`widening.add` says.
    """
    referral, origin = own_referral(session, actor, referral_id, Move.ANSWER, seen)
    check(referral, Move.ANSWER)
    wanted = widening.unsent(origin, more)
    if wanted:
        widening.add(session, actor, desk, referral, origin, wanted)
    questions = select(func.count(ReferralEvent.id)).where(
        ReferralEvent.referral_id == referral.id, ReferralEvent.move == Move.ASK
    )
    if session.scalar(questions) == 1:
        timing.answered(session, referral, now())
    transition(session, actor, referral, Move.ANSWER)
    said = {"answer": answer, "categories": [c.value for c in wanted]}
    say(session, desk, referral, Move.ANSWER, said)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_ANSWERED, referral.id)
    return referral


def suggest_redirect(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    service_id: uuid.UUID,
    note: str = "",
    seen: int | None = None,
) -> Referral:
    """Name another provider of the directory. No data moves: the sender decides, and the person consents anew."""
    referral = asked_referral(session, actor, referral_id, Move.SUGGEST_REDIRECT, seen)
    named = session.scalars(queries.services_named([service_id])).one_or_none()
    if named is None or named.tenant_id == referral.receiving_id:
        raise Unfit("provider_unknown")
    transition(session, actor, referral, Move.SUGGEST_REDIRECT)
    said = {"service_id": str(service_id), "service": named.name, "organization": named.organization.name}
    say(session, desk, referral, Move.SUGGEST_REDIRECT, {**said, "note": note})
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_REDIRECT, referral.id)
    return referral


def refuse_redirect(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """It stays with this organization, which answers."""
    referral, _origin = own_referral(session, actor, referral_id, Move.REFUSE_REDIRECT, seen)
    transition(session, actor, referral, Move.REFUSE_REDIRECT)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_REDIRECT, referral.id)
    return referral


def accept_redirect(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral | None:
    """The referral is cancelled; where the named provider is a partner, the new draft for it is answered.

    Nothing is sent by this: the draft needs the person's consent to the new recipient, as every draft does.
    """
    referral, origin = own_referral(session, actor, referral_id, Move.ACCEPT_REDIRECT, seen)
    check(referral, Move.ACCEPT_REDIRECT)
    told = [
        content
        for move, content in read_answers(session, actor, desk, referral)
        if move is Move.SUGGEST_REDIRECT
    ]
    package.end_access(session, referral)
    transition(session, actor, referral, Move.ACCEPT_REDIRECT)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_CANCELLED, referral.id, reason="redirect")
    named = (
        session.scalars(queries.services_named([uuid.UUID(told[-1]["service_id"])])).one_or_none()
        if told
        else None
    )
    if named is None or named.tenant_id not in providers.partners_of(session, referral.referring_id):
        return None
    return following.draft_after(
        session, actor, desk, referral, origin, receiving_id=named.tenant_id, service_id=named.id
    )
