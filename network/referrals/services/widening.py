"""Consent made larger: a new act, and with it a larger package for a referral that is on its way."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Role, Unfit
from network.referrals import notices, queries
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, Referral, ReferralOrigin
from network.referrals.services import guards, ledger, package
from network.referrals.services.origins import own_case
from network.referrals.services.revoking import destroy_envelope
from network.referrals.services.transitions import check, lock, transition
from network.referrals.states import Move
from network.tenancy import Actor


def could_add(session: Session, referral: Referral, origin: ReferralOrigin) -> list[Category]:
    """What the consent under which it was sent covers today, the case holds, and the receiver does not have."""
    given = session.get(Consent, origin.consent_id) if origin.consent_id else None
    if given is None or not given.active(now()):
        return []
    allowed = {
        scope.category
        for scope in session.scalars(queries.scopes_of(given.id))
        if scope.removed_at is None and scope.recipient_id == referral.receiving_id
    }
    present = package.present_parts(session, origin.case_id)
    return [category for category in unsent(origin, allowed) if category in present]


def send_more(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    categories: frozenset[Category],
    seen: int | None = None,
) -> Referral:
    """Add what the person allowed since to a referral on its way, a move of its own.

    Raises :class:`Unfit`: ``nothing_chosen``, and what :func:`add` says.
    """
    referral = lock(session, referral_id, seen)
    check(referral, Move.WIDEN)
    origin, _case = own_case(session, actor, referral)
    wanted = unsent(origin, categories)
    if not wanted:
        raise Unfit("nothing_chosen")
    add(session, actor, desk, referral, origin, wanted)
    transition(session, actor, referral, Move.WIDEN)
    notices.tell(session, referral.receiving_id)
    return referral


def may_send(session: Session, actor: Actor, referral: Referral, origin: ReferralOrigin) -> bool:
    """Whether this person may send more of it: where a second person must look, a supervisor who is not the author."""
    looked = actor.holds(Role.SUPERVISOR) and actor.user_id != origin.author_id
    return (
        looked
        or not guards.needs_second_person(session, referral, origin)
        or guards.is_alone(session, referral)
    )


def unsent(origin: ReferralOrigin, chosen: Iterable[Category]) -> list[Category]:
    """Of what was chosen, what the receiver does not have yet, in the order of the case."""
    wished = frozenset(chosen)
    return [c for c in Category if c in wished and c.value not in origin.categories]


def add(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral: Referral,
    origin: ReferralOrigin,
    wanted: list[Category],
) -> None:
    """Send further categories of the case along: a new version of the package, whose difference the receiver is shown.

    The caller holds the lock, asked who may move the referral, and makes the move. Where a second person must look, a
    supervisor who is not the author sends it. Raises :class:`Unfit`: ``case_closed``, ``recipient_suspended``,
    ``no_agreement``, ``country_withheld``, ``category_empty``, ``consent_missing``, ``risk_assessment_old``, ``minor``,
    ``more_needs_supervisor``.
    """
    case = session.get_one(Case, origin.case_id)
    guards.of_the_way(session, case, referral, wanted, now())
    present = package.present_parts(session, case.id)
    guards.filled(session, desk, case, present, wanted)
    given = guards.consented(session, referral, origin, wanted, now())
    guards.safe(session, desk, referral, case, given, now())
    if not may_send(session, actor, referral, origin):
        raise Unfit("more_needs_supervisor")
    _seal(session, desk, referral, origin, given, {category: present[category] for category in wanted})
    audit.record(session, actor, Action.REFERRAL_SENT, referral.id)


def _seal(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    origin: ReferralOrigin,
    given: Consent,
    new: package.Parts,
) -> None:
    added = [category for category in new if category.value not in origin.categories]
    # What was taken back once and allowed again is sent as it is today.
    whole = package.sent_parts(session, referral) | new
    parts = {c: whole[c] for c in Category if c in new or c.value in origin.categories}
    origin.categories = [c.value for c in parts]
    destroy_envelope(session, referral)
    package.wrap_up(session, desk, referral, given, parts, added=added)
    package.seal_parts(session, desk, referral, new, package.readable_until(given))
    assert referral.package_sha256 is not None  # noqa: S101  # wrap_up() has just made it.
    ledger.enter(
        session, referral, new, part_ids=[part.id for part in new.values()], sha256=referral.package_sha256
    )
