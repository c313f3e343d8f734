"""Consent made larger: a new act, and with it a larger package for a referral that is on its way."""

from __future__ import annotations

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.permissions import Role, Unfit, require
from network.referrals import notices, policies, queries
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, Disclosure, PartKey, Referral, ReferralOrigin
from network.referrals.models.keys import Sealed
from network.referrals.services import guards, package
from network.referrals.services.cases import workers_of
from network.referrals.services.sealing import Content
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
    return [c for c in Category if c in allowed and c in present and c.value not in origin.categories]


def send_more(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    categories: frozenset[Category],
    seen: int | None = None,
) -> Referral:
    """Add what the person allowed since to a referral on its way: a new version of the package, whose difference the
    receiver is shown. Where a second person must look, a supervisor who is not the author sends it.

    Raises :class:`Unfit`: ``nothing_chosen``, ``consent_missing`` naming what no consent covers, ``approval_needed``.
    """
    referral = lock(session, referral_id, seen)
    check(referral, Move.WIDEN)
    origin = session.scalars(queries.origin_of(referral.id)).one()
    case = session.get_one(Case, origin.case_id)
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    if not categories:
        raise Unfit("nothing_chosen")
    addable = could_add(session, referral, origin)
    if lacking := [c.value for c in Category if c in categories and c not in addable]:
        raise Unfit("consent_missing", categories=lacking)
    guards.of_the_way(session, case, referral, [c for c in Category if c in categories], now())
    looked = actor.holds(Role.SUPERVISOR) and actor.user_id != origin.author_id
    if guards.needs_second_person(session, referral, origin) and not (
        looked or guards.is_alone(session, referral)
    ):
        raise Unfit("approval_needed")
    _add(session, desk, referral, origin, [c for c in addable if c in categories])
    transition(session, actor, referral, Move.WIDEN)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_SENT, referral.id)
    return referral


def _add(
    session: Session, desk: DeskKeys, referral: Referral, origin: ReferralOrigin, added: list[Category]
) -> None:
    given = session.get_one(Consent, origin.consent_id)
    present = package.present_parts(session, origin.case_id)
    new = {category: present[category] for category in added}
    former = package.sent_parts(session, referral)
    parts = {c: former.get(c) or new[c] for c in Category if c in new or c.value in origin.categories}
    origin.categories = [c.value for c in parts]
    session.execute(
        delete(PartKey).where(
            PartKey.referral_id == referral.id,
            PartKey.holder_id == referral.receiving_id,
            PartKey.sealed_kind == Sealed.ENVELOPE,
        )
    )
    # What was taken back once and allowed again is sent as it is today.
    parts |= new
    told: Content = {"added": [c.value for c in added]}
    package.wrap_up(session, desk, referral, given, parts, told=told)
    package.seal_parts(session, desk, referral, new, package.readable_until(given))
    assert referral.package_sha256 is not None  # noqa: S101  # wrap_up() has just made it.
    session.add(
        Disclosure(
            referring_id=referral.referring_id,
            receiving_id=referral.receiving_id,
            referral_id=referral.id,
            categories=[c.value for c in added],
            part_ids=[str(part.id) for part in new.values()],
            package_sha256=referral.package_sha256,
            disclosed_at=now(),
        )
    )
    session.flush()
