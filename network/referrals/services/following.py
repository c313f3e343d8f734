"""A draft that follows an earlier referral: reopened, redirected, or asked of the next provider. Nothing is sent by it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.permissions import Stale
from network.referrals import policies, queries, requests
from network.referrals.categories import Category
from network.referrals.models import Case, Referral, ReferralOrigin
from network.referrals.services import drafts, package
from network.referrals.services.origins import own_referral
from network.referrals.services.receiving import read_envelope
from network.referrals.states import REOPENED, Move, Priority, Status
from network.tenancy import Actor

ELSEWHERE = REOPENED | {Status.DECLINED_PENDING, Status.CANCELLED}
"""From here the next provider may be asked."""


def reopen_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    receiving_id: uuid.UUID | None = None,
    service_id: uuid.UUID | None = None,
    seen: int | None = None,
) -> Referral:
    """A new draft of the same case with the same request, to the same organization or to another one.

    The old referral stays as it is. Consent is asked for anew where none covers the recipient: sending sees to it.
    Raises :class:`Unfit` as drafting does, :class:`Stale` where the state does not allow it.
    """
    referral, origin = own_referral(session, actor, referral_id, Move.REOPEN, seen)
    allowed = REOPENED if receiving_id in (None, referral.receiving_id) else ELSEWHERE
    if referral.status not in allowed:
        raise Stale
    return draft_after(
        session,
        actor,
        desk,
        referral,
        origin,
        receiving_id=receiving_id or referral.receiving_id,
        service_id=service_id,
    )


def draft_after(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral: Referral,
    origin: ReferralOrigin,
    *,
    receiving_id: uuid.UUID,
    service_id: uuid.UUID | None = None,
) -> Referral:
    """The draft that follows ``referral``: same case, same words, the categories that still hold something."""
    present = package.present_parts(session, origin.case_id)
    content = read_envelope(session, actor, desk, referral) or {}
    priority = referral.priority
    made = drafts.draft_referral(
        session,
        actor,
        desk,
        session.get_one(Case, origin.case_id),
        receiving_id=receiving_id,
        categories=[c for c in Category if c.value in origin.categories and c in present],
        content=requests.for_another(
            content, same=receiving_id == referral.receiving_id, service_id=service_id
        ),
        # An emergency is sent on its own path; what follows one is urgent.
        priority=Priority.URGENT if priority is Priority.EMERGENCY else priority,
    )
    following = session.scalars(queries.origin_of(made.id)).one()
    following.reopens_id = referral.id
    session.flush()
    audit.record(session, actor, Action.REFERRAL_REOPENED, referral.id)
    return made


def may_ask_elsewhere(actor: Actor, referral: Referral) -> bool:
    """Whether the page offers the next providers."""
    return policies.can_move(actor, referral, Move.REOPEN) and referral.status in ELSEWHERE
