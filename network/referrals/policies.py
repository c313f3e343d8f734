"""Plain questions about who may do what with a case or a referral: no session, no request."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from network.permissions import Role
from network.referrals.clocks import ATTEMPTS, ATTEMPTS_OVER
from network.referrals.models import Case, Referral
from network.referrals.states import DRAFTING, RELEASED, STEPS, Move, Side
from network.tenancy import Actor, ActorKind


def can_open_case(actor: Actor) -> bool:
    """Start a file: anybody of the desk."""
    return actor.reads_cases


def needs_to_know(actor: Actor, case: Case, workers: Collection[uuid.UUID]) -> bool:
    """Its owner, those assigned or with the glass broken, and the tenant's supervisors."""
    if not actor.reads_cases or actor.tenant_id != case.tenant_id:
        return False
    return actor.holds(Role.SUPERVISOR) or actor.user_id == case.owner_id or actor.user_id in workers


def can_read_case(actor: Actor, case: Case, workers: Collection[uuid.UUID], *, alone: bool = False) -> bool:
    """Need to know. Stopped for safety, only the supervisors; in a tenant without any (``alone``), its owner."""
    if not needs_to_know(actor, case, workers):
        return False
    if actor.holds(Role.SUPERVISOR) or case.frozen_at is None:
        return True
    return alone and actor.user_id == case.owner_id


def can_write_case(actor: Actor, case: Case, workers: Collection[uuid.UUID]) -> bool:
    return can_read_case(actor, case, workers) and case.frozen_at is None


def can_keep_case(actor: Actor, case: Case) -> bool:
    """Say who works on it, stop it for safety, say until when it is kept: its owner and the tenant's supervisors."""
    mine = actor.reads_cases and actor.tenant_id == case.tenant_id
    return mine and (actor.holds(Role.SUPERVISOR) or actor.user_id == case.owner_id)


def can_lift_freeze(actor: Actor, case: Case, *, alone: bool) -> bool:
    """A supervisor lets a stopped case go on; where the tenant has none, its owner."""
    return can_keep_case(actor, case) and (actor.holds(Role.SUPERVISOR) or alone)


def side_of(actor: Actor, referral: Referral) -> Side | None:
    """On which end of this referral the actor sits, if on any. A guest sits on the receiving end of its one referral."""
    if not (actor.reads_cases or actor.kind is ActorKind.GUEST):
        return None
    if actor.tenant_id == referral.referring_id:
        return Side.REFERRING
    if actor.tenant_id == referral.receiving_id and referral.status not in DRAFTING:
        return Side.RECEIVING
    return None


def can_move(actor: Actor, referral: Referral, move: Move, *, alone: bool = False) -> bool:
    """Whether this actor may make this move, the state apart. ``alone``: the actor's tenant has no supervisor, so
    its caseworkers act as one on the receiving side (the state table's preamble)."""
    side = side_of(actor, referral)
    wanted = STEPS[move].side
    if wanted is Side.SYSTEM:
        return False
    if wanted is Side.REFERRING_SUPERVISOR:
        return side is Side.REFERRING and actor.holds(Role.SUPERVISOR)
    if wanted is Side.RECEIVING_SUPERVISOR:
        return side is Side.RECEIVING and (alone or actor.holds(Role.SUPERVISOR))
    return side is wanted


def moves_for(actor: Actor, referral: Referral, *, alone: bool = False) -> list[Move]:
    """What the actor may do with it now, in the order of the table; the pages show exactly these."""
    return [
        move
        for move, step in STEPS.items()
        if referral.status in step.origins
        and can_move(actor, referral, move, alone=alone)
        and not withheld(referral, move)
    ]


def withheld(referral: Referral, move: Move) -> bool:
    """Moves that the state allows and what happened before does not: those of a hand-over that nobody proposed, an
    answer to a question about passing on that nobody asked, a second return of a refusal, giving up on somebody before she was looked for long enough."""
    if move in (Move.TAKE_OVER, Move.REFUSE_HANDOVER):
        return referral.handover_proposed_at is None
    if move is Move.PROPOSE_HANDOVER:
        return referral.handover_proposed_at is not None
    if move in (Move.ASK_ONWARD, Move.ANSWER_ONWARD):
        return (referral.onward_asked_at is None) is (move is Move.ANSWER_ONWARD)
    if move is Move.RETURN_DECLINE:
        return referral.declines_returned > 0
    if move is Move.GIVE_UP:
        first, last = referral.first_attempt_at, referral.last_attempt_at
        if referral.attempts < ATTEMPTS or first is None or last is None:
            return True
        return last - first < ATTEMPTS_OVER
    return False


def needs_second_person(referring_country: str | None, receiving_country: str | None) -> bool:
    """A referral across a border needs a supervisor's approval (state table, "submit / approve / return")."""
    return referring_country != receiving_country


def lets_read_parts(referral: Referral) -> bool:
    """Whether the receiving desk may see the consented parts in this state."""
    return referral.status in RELEASED
