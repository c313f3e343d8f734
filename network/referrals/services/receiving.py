"""Opening, answering and serving a referral: the side of the tenant that was asked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import NotThere, Unfit, require
from network.referrals import notices, policies, queries, requests
from network.referrals.categories import Category
from network.referrals.models import Obligation, Referral
from network.referrals.services import obligations, timing
from network.referrals.services.answers import say
from network.referrals.services.sealing import Content, open_sealed
from network.referrals.services.transitions import check, lock, transition
from network.referrals.states import DeclineReason, Move, Outcome, Side, Status, StopGround
from network.tenancy import Actor


def open_referral(session: Session, actor: Actor, referral_id: uuid.UUID) -> Referral:
    """Somebody of the receiving desk looks at it for the first time: the sender gets a receipt. Later looks only read."""
    referral = lock(session, referral_id)
    if policies.side_of(actor, referral) is not Side.RECEIVING:
        raise NotThere
    if referral.status is Status.SENT:
        transition(session, actor, referral, Move.OPEN)
        notices.tell(session, referral.referring_id)
        audit.record(session, actor, Action.REFERRAL_OPENED, referral.id)
    return referral


def acknowledge_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Tell the sender that it is being looked at."""
    referral = asked_referral(session, actor, referral_id, Move.ACKNOWLEDGE, seen)
    transition(session, actor, referral, Move.ACKNOWLEDGE)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_ACKNOWLEDGED, referral.id)
    return referral


def accept_referral(
    session: Session,
    actor: Actor,
    referral_id: uuid.UUID,
    *,
    worker_id: uuid.UUID | None,
    seen: int | None = None,
) -> Referral:
    """Take it on, with a named worker (a guest has none to name). The state change is what releases the consented parts.

    Raises :class:`Unfit` ``consent_ended`` when the consent ran out meanwhile.
    """
    referral = asked_referral(session, actor, referral_id, Move.ACCEPT, seen)
    if referral.frozen_at is not None:
        raise Unfit("stopped")
    if referral.consent_expires_at is None or referral.consent_expires_at <= now():
        raise Unfit("consent_ended")
    referral.worker_id = worker_id
    transition(session, actor, referral, Move.ACCEPT)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_ACCEPTED, referral.id)
    return referral


def decline_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    reason: DeclineReason,
    seen: int | None = None,
) -> Referral:
    """Say no, with a reason the sender reads and nobody else."""
    referral = asked_referral(session, actor, referral_id, Move.DECLINE, seen)
    transition(session, actor, referral, Move.DECLINE)
    say(session, desk, referral, Move.DECLINE, {"reason": reason.value})
    timing.await_silence(session, referral)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_DECLINED, referral.id)
    return referral


def start_service(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Accepted → in service."""
    referral = asked_referral(session, actor, referral_id, Move.START, seen)
    transition(session, actor, referral, Move.START)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_STARTED, referral.id)
    return referral


def report_outcome(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    outcome: Outcome | None = None,
    outcomes: Mapping[str, Outcome] | None = None,
    seen: int | None = None,
) -> Referral:
    """In service → outcome reported: what became of each requested service, for the sender to confirm.

    ``outcomes`` by the keys of ``requests.keys``; ``outcome`` says the same of all. Raises :class:`Unfit`
    ``outcome_missing`` where a service has none.
    """
    referral = asked_referral(session, actor, referral_id, Move.REPORT_OUTCOME, seen)
    check(referral, Move.REPORT_OUTCOME)
    wanted = requests.keys(read_envelope(session, actor, desk, referral) or {})
    said = {key: (outcomes or {}).get(key, outcome) for key in wanted}
    found = [each for each in said.values() if each is not None]
    if len(found) < len(wanted):
        raise Unfit("outcome_missing")
    transition(session, actor, referral, Move.REPORT_OUTCOME)
    told: Content = {"outcome": main_outcome(found).value}
    if wanted != [requests.WHOLE]:
        told["outcomes"] = {key: each.value for key, each in said.items() if each is not None}
    say(session, desk, referral, Move.REPORT_OUTCOME, told)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_OUTCOME, referral.id)
    return referral


def main_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """One word for several: what all of them are, help in part where some was given, the first one otherwise."""
    if len(set(outcomes)) == 1:
        return outcomes[0]
    given = {Outcome.PROVIDED, Outcome.PROVIDED_IN_PART}
    return outcomes[0] if given.isdisjoint(outcomes) else Outcome.PROVIDED_IN_PART


def confirm_stop(
    session: Session,
    actor: Actor,
    referral_id: uuid.UUID,
    *,
    ground: StopGround,
    alone: bool = False,
    seen: int | None = None,
) -> Referral:
    """The receiving desk confirms that it stopped and deleted, or states the legal ground on which it keeps something."""
    referral = lock(session, referral_id, seen)
    require(policies.can_move(actor, referral, Move.CONFIRM_STOP, alone=alone))
    moment = now()
    owed: list[Obligation] = list(session.scalars(queries.obligation_of(referral.id)).all())
    for obligation in owed:
        if obligation.confirmed_at is None:
            obligation.confirmed_at, obligation.ground = moment, ground
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        disclosure.stopped_at = disclosure.stopped_at or moment
    transition(session, actor, referral, Move.CONFIRM_STOP)
    notices.tell(session, referral.referring_id)
    obligations.tell_both_supervisors(session, referral.referring_id, referral.receiving_id)
    audit.record(session, actor, Action.STOP_CONFIRMED, referral.id, ground=ground.value)
    return referral


def read_envelope(session: Session, actor: Actor, desk: DeskKeys, referral: Referral) -> Content | None:
    """What is asked, for either desk; None where the key is gone (withdrawn, ended) or not released."""
    if policies.side_of(actor, referral) is None:
        raise NotThere
    wraps = session.scalars(
        queries.own_keys(desk.tenant_id, [referral.id])
        if actor.tenant_id == referral.referring_id
        else queries.envelope_key(referral.id, desk.tenant_id)
    ).all()
    if not wraps or referral.envelope is None:
        return None
    return open_sealed(desk, wraps[0], referral.envelope)


def read_package(
    session: Session, actor: Actor, desk: DeskKeys, referral: Referral
) -> dict[Category, Content]:
    """The consented parts, for the receiving desk, as far as the state and the consent release them now. Audited."""
    if policies.side_of(actor, referral) is not Side.RECEIVING:
        raise NotThere
    rows = session.execute(queries.released_parts(referral.id, desk.tenant_id)).all()
    if not rows:
        return {}
    audit.record(session, actor, Action.PACKAGE_READ, referral.id)
    opened = {
        part.category: open_sealed(desk, wrap, part.ciphertext, category=part.category) for wrap, part in rows
    }
    return {category: opened[category] for category in Category if category in opened}


def read_answers(
    session: Session, actor: Actor, desk: DeskKeys, referral: Referral
) -> list[tuple[Move, Content]]:
    """What the receiving desk answered (reason of a refusal, outcome), for either desk, oldest first."""
    if policies.side_of(actor, referral) is None:
        raise NotThere
    rows = session.execute(queries.answers_of(referral.id, desk.tenant_id)).all()
    return [(answer.move, open_sealed(desk, wrap, answer.ciphertext)) for answer, wrap in rows]


def asked_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, move: Move, seen: int | None
) -> Referral:
    """A referral that came to this desk, locked for a move of it; refused to who may not make it."""
    referral = lock(session, referral_id, seen)
    require(policies.can_move(actor, referral, move))
    return referral
