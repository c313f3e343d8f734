"""What is asked of SQL for the inbox of an organization: one page of a box, and how many of what are open.

What has ended grows for ever, what is open does not: partial indexes (migration 0024) keep the two apart, so that a desk
waits no longer when the network has millions of referrals. What such an index knows stands in the text of the
statement (``_written``), because PostgreSQL must see it when it plans.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased, defer

from network.accounts.models import User
from network.referrals.inbox import OUR_TURN, PAGE, Box, Wish
from network.referrals.models import Case, Referral, ReferralOrigin
from network.referrals.queries.cases import known_to
from network.referrals.states import ENDED, UNANSWERED, Priority, Status
from network.tenancy import Actor, Tenant


def _written(values: Collection[StrEnum]) -> Any:
    return bindparam(None, sorted(v.value for v in values), expanding=True, literal_execute=True)


def is_open() -> ColumnElement[bool]:
    """In the words of the partial indexes of what is open."""
    return Referral.status.not_in(_written(ENDED))


def has_ended() -> ColumnElement[bool]:
    """In the words of the partial indexes of what has ended."""
    return Referral.status.in_(_written(ENDED))


def urgency(box: Box) -> ColumnElement[int]:
    """What stands first: what was withdrawn, then what waits for this desk by its urgency, then the rest by its own."""
    ours = Referral.status.in_(sorted(OUR_TURN[box]))
    emergency, urgent = (Referral.priority == p for p in (Priority.EMERGENCY, Priority.URGENT))
    return case(
        (Referral.status == Status.STOPPING, 0),
        (and_(ours, emergency), 1),
        (and_(ours, urgent), 2),
        (ours, 3),
        (emergency, 4),
        (urgent, 5),
        else_=6,
    )


def due() -> ColumnElement[Any]:
    """By when the next step is due; nothing where no clock runs."""
    acknowledge = case(
        (Referral.status.in_([Status.SENT, Status.RECEIVED]), Referral.acknowledge_due_at), else_=None
    )
    answer = case((Referral.status.in_(sorted(UNANSWERED)), Referral.answer_due_at), else_=None)
    return func.coalesce(acknowledge, answer)


def box_of(actor: Actor, wish: Wish) -> Select[Any]:
    """One page and one more of a box: Referral, the partner's name, rank, the moment it stands by, by when its next step
    is due, and the name of who works on it.

    What is open stands by when it is due or, where no clock runs, by its last change; what has ended by its last
    change, the latest first.
    """
    rank = literal(0) if wish.ended else urgency(wish.box)
    ends = null() if wish.ended else due()
    moment = Referral.changed_at if wish.ended else func.coalesce(ends, Referral.changed_at)
    partner = Referral.referring_id if wish.box is Box.RECEIVED else Referral.receiving_id
    worker = aliased(User)
    found = (
        select(
            Referral,
            Tenant.name,
            rank.label("rank"),
            moment.label("moment"),
            ends.label("due"),
            worker.name.label("worker"),
        )
        .join(Tenant, Tenant.id == partner)
        .options(defer(Referral.envelope), defer(Referral.signature))
    )
    if wish.box is Box.RECEIVED:
        found = found.outerjoin(worker, worker.id == Referral.worker_id)
        found = found.where(Referral.receiving_id == actor.tenant_id)
        mine = Referral.worker_id == actor.user_id
    else:
        found = (
            found.join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
            .join(Case, Case.id == ReferralOrigin.case_id)
            .outerjoin(worker, worker.id == ReferralOrigin.author_id)
            .where(Referral.referring_id == actor.tenant_id, known_to(actor))
        )
        mine = or_(ReferralOrigin.author_id == actor.user_id, Case.owner_id == actor.user_id)
    found = found.where(has_ended() if wish.ended else is_open(), Referral.status.in_(sorted(wish.statuses)))
    if wish.priority:
        found = found.where(Referral.priority == wish.priority)
    if wish.partner:
        found = found.where(partner == wish.partner)
    if wish.mine:
        found = found.where(mine)
    if wish.ended:
        if wish.after:
            found = found.where(tuple_(moment, Referral.id) < tuple_(literal(wish.after.at), wish.after.id))
        return found.order_by(moment.desc(), Referral.id.desc()).limit(PAGE + 1)
    if wish.after:
        place = tuple_(literal(wish.after.rank), literal(wish.after.at), literal(wish.after.id))
        found = found.where(tuple_(rank, moment, Referral.id) > place)
    return found.order_by(rank, moment, Referral.id).limit(PAGE + 1)


def open_counts(actor: Actor) -> Select[Any]:
    """How many are open: by box, state, urgency and partner, and how many of them are this person's."""
    received = Referral.receiving_id == actor.tenant_id
    sent = and_(Referral.referring_id == actor.tenant_id, known_to(actor))
    mine = case(
        (received, Referral.worker_id == actor.user_id),
        else_=or_(ReferralOrigin.author_id == actor.user_id, Case.owner_id == actor.user_id),
    )
    box = case((received, Box.RECEIVED.value), else_=Box.SENT.value)
    partner = aliased(Tenant)
    columns = (box.label("box"), Referral.status, Referral.priority, partner.id, partner.name)
    return (
        select(
            *columns, func.count(Referral.id), func.count(Referral.id).filter(func.coalesce(mine, false()))
        )
        .select_from(Referral)
        .outerjoin(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .outerjoin(Case, Case.id == ReferralOrigin.case_id)
        .join(
            partner,
            partner.id == case((received, Referral.referring_id), else_=Referral.receiving_id),
        )
        .where(is_open(), or_(received, sent), or_(received, Referral.referring_id == actor.tenant_id))
        .group_by(*columns)
    )


def any_ended(actor: Actor, box: Box) -> Select[bool]:
    """Whether a box has something that ended, of what this person may see."""
    found = select(Referral.id).where(has_ended())
    if box is Box.RECEIVED:
        found = found.where(Referral.receiving_id == actor.tenant_id)
    else:
        found = (
            found.join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
            .join(Case, Case.id == ReferralOrigin.case_id)
            .where(Referral.referring_id == actor.tenant_id, known_to(actor))
        )
    return select(found.exists())
