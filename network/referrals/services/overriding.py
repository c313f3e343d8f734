"""Leaving without consent: two persons, a listed ground, the minimum, and a review. Danger to life never waits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import NotThere, Role, Stale, Unfit, require
from network.referrals import notices, overrides, queries
from network.referrals.categories import Category
from network.referrals.models import Case, ConsentOverride, PartKey, Referral
from network.referrals.models.keys import Sealed
from network.referrals.overrides import APPROVE_WITHIN, REVIEW_WITHIN, Ground, Review
from network.referrals.services import cases, drafts, guards, package, sending
from network.referrals.services.origins import own_referral
from network.referrals.services.sealing import Content, seal
from network.referrals.services.transitions import check, lock
from network.referrals.services.withdrawing import stop_referral
from network.referrals.states import OPEN, Move, Priority, Status
from network.tenancy import Actor

Typed = Mapping[Category, Mapping[str, str]]
"""What was written down in the emergency itself, by category."""


def ask_override(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    ground: Ground,
    reason: str,
    seen: int | None = None,
) -> ConsentOverride:
    """Ask that a draft may leave without consent. A supervisor who is not the author must approve it before it does.

    Raises :class:`Unfit`: ``reason_missing``; ``beyond_minimum`` naming the categories that are too many; ``in_danger``
    where life is in danger, since that does not wait and has a page of its own.
    """
    referral, origin = own_referral(session, actor, referral_id, Move.PREPARE, seen)
    check(referral, Move.PREPARE)
    if ground is Ground.IMMINENT_DANGER_LIFE:
        raise Unfit("in_danger")
    _reasoned(reason)
    if more := overrides.beyond(ground, frozenset(Category(c) for c in origin.categories)):
        raise Unfit("beyond_minimum", categories=[c.value for c in more])
    former = session.scalars(queries.override_of(referral.id)).one_or_none()
    if former is not None:
        for wrap in session.scalars(queries.own_keys(former.tenant_id, [former.id])).all():
            session.delete(wrap)
        session.delete(former)
        session.flush()
    override = _write(session, desk, referral, ground, reason)
    origin.consent_id = None
    audit.record(session, actor, Action.OVERRIDE_ASKED, referral.id)
    return override


def send_emergency(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    receiving_id: uuid.UUID,
    categories: frozenset[Category],
    typed: Typed,
    content: Content,
    reason: str,
) -> Referral:
    """Imminent danger to life: what was typed is written into the case, and the minimum leaves at once, on one person's
    word. Consent, approval and risk assessment are not awaited; a second person agrees within 24 hours or it stops,
    and it is reviewed within 72.

    Raises :class:`Unfit`: ``reason_missing``, ``nothing_chosen``, ``beyond_minimum``, ``case_closed``,
    ``recipient_unknown``, ``recipient_suspended``, ``no_agreement``.
    """
    _reasoned(reason)
    written = {category: fields for category, fields in typed.items() if any(fields.values())}
    chosen = categories | frozenset(written)
    if more := overrides.beyond(Ground.IMMINENT_DANGER_LIFE, chosen):
        raise Unfit("beyond_minimum", categories=[c.value for c in more])
    if written:
        _write_down(session, actor, desk, case, written)
    present = package.present_parts(session, case.id)
    referral = drafts.draft_referral(
        session,
        actor,
        desk,
        case,
        receiving_id=receiving_id,
        categories=[c for c in chosen if c in present],
        content=content,
        priority=Priority.EMERGENCY,
    )
    guards.of_the_way(session, case, referral, [c for c in Category if c in chosen], now())
    override = _write(session, desk, referral, Ground.IMMINENT_DANGER_LIFE, reason)
    override.alone = guards.is_alone(session, referral)
    override.approve_by = None if override.alone else override.requested_at + APPROVE_WITHIN
    override.review_due_at = override.requested_at + REVIEW_WITHIN
    session.flush()
    notices.watch_override(session, override)
    told: Content = {"override": {"ground": Ground.IMMINENT_DANGER_LIFE.value, "reason": reason.strip()}}
    if override.alone:
        told["alone"] = reason.strip()
    origin = session.scalars(queries.origin_of(referral.id)).one()
    origin.sent_alone = override.alone
    parts = package.chosen_of(present, origin)
    sending.dispatch(session, actor, desk, referral, override, parts, Move.SEND_IN_EMERGENCY, told=told)
    notices.tell(session, referral.referring_id, urgent=True)
    audit.record(session, actor, Action.OVERRIDE_ASKED, referral.id)
    return referral


def may_look_second(session: Session, actor: Actor, override: ConsentOverride) -> bool:
    """A supervisor other than who asked; where the tenant has none, any other key holder; nobody in one's own case
    but where one is alone, and then for the review."""
    if not actor.reads_cases or actor.tenant_id != override.tenant_id:
        return False
    if actor.user_id == override.requested_by_id:
        return override.alone
    return actor.holds(Role.SUPERVISOR) or not session.scalar(queries.has_supervisor())


def approve_override(session: Session, actor: Actor, referral_id: uuid.UUID) -> ConsentOverride:
    """The second person agrees to what was sent in danger: it goes on."""
    referral, override = _of(session, actor, referral_id)
    require(may_look_second(session, actor, override) and actor.user_id != override.requested_by_id)
    if override.approved_at is not None or override.ended_at is not None or referral.status not in OPEN:
        raise Stale
    override.approved_by_id, override.approved_at = actor.user_id, now()
    _read_until(session, referral, override)
    audit.record(session, actor, Action.OVERRIDE_APPROVED, referral.id)
    return override


def review_override(
    session: Session, actor: Actor, referral_id: uuid.UUID, review: Review, *, informed: bool
) -> ConsentOverride:
    """Within 72 hours somebody looks again: it was right and goes on, or it stops now. ``informed``: whether the person
    has been told meanwhile."""
    referral, override = _of(session, actor, referral_id)
    require(may_look_second(session, actor, override))
    if override.reviewed_at is not None or override.ended_at is not None:
        raise Stale
    moment = now()
    override.reviewed_by_id, override.reviewed_at, override.review = actor.user_id, moment, review
    if informed:
        override.informed_at = override.informed_at or moment
    audit.record(session, actor, Action.OVERRIDE_REVIEWED, referral.id, review=review.value)
    if review is Review.STOPPED:
        _end(session, actor, referral, override)
    else:
        _read_until(session, referral, override)
    return override


def end_override(session: Session, actor: Actor, referral_id: uuid.UUID) -> ConsentOverride:
    """Stop what was sent without consent, at any time: nothing can refuse it to anybody of the desk."""
    referral, override = _of(session, actor, referral_id)
    _end(session, actor, referral, override)
    return override


def end_overdue(session: Session, actor: Actor, referral_id: uuid.UUID) -> None:
    """The clock: what nobody else agreed to in time stops as if withdrawn. Row-level security has hidden it already."""
    referral = lock(session, referral_id)
    override = session.scalars(queries.override_of(referral_id)).one_or_none()
    if override is not None and override.ended_at is None and override.ends_at <= now():
        _end(session, actor, referral, override)
        notices.tell(session, referral.referring_id)


def ask_for_review(session: Session, actor: Actor, referral_id: uuid.UUID) -> None:
    """The clock after 72 hours: the desk is told that nobody has looked again."""
    override = session.scalars(queries.override_of(referral_id)).one_or_none()
    if override is None or override.reviewed_at is not None or override.ended_at is not None:
        return
    notices.tell(session, override.tenant_id)
    end_overdue(session, actor, referral_id)


def _of(session: Session, actor: Actor, referral_id: uuid.UUID) -> tuple[Referral, ConsentOverride]:
    referral = lock(session, referral_id)
    override = session.scalars(queries.override_of(referral_id)).one_or_none()
    if override is None or not actor.reads_cases or actor.tenant_id != referral.referring_id:
        raise NotThere
    return referral, override


def _end(session: Session, actor: Actor, referral: Referral, override: ConsentOverride) -> None:
    if override.ended_at is None:
        override.ended_at = now()
        audit.record(session, actor, Action.OVERRIDE_ENDED, referral.id)
    if referral.status in OPEN and referral.status is not Status.STOPPING:
        stop_referral(session, actor, referral)
    session.flush()


def _read_until(session: Session, referral: Referral, override: ConsentOverride) -> None:
    session.flush()
    referral.consent_expires_at = override.ends_at
    session.execute(
        update(PartKey)
        .where(PartKey.referral_id == referral.id, PartKey.readable_until.is_not(None))
        .values(readable_until=override.ends_at)
    )
    notices.watch_override_end(session, override)


def _write(
    session: Session, desk: DeskKeys, referral: Referral, ground: Ground, reason: str
) -> ConsentOverride:
    row = uuid7()
    words = {"ground": ground.value, "reason": reason.strip()}
    ciphertext, _key = seal(session, desk, Sealed.OVERRIDE, row, words)
    override = ConsentOverride(
        id=row,
        tenant_id=referral.referring_id,
        referral_id=referral.id,
        requested_by_id=desk.user_id,
        requested_at=now(),
        alone=False,
        ciphertext=ciphertext,
    )
    session.add(override)
    session.flush()
    return override


def _write_down(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    written: Mapping[Category, Mapping[str, str]],
) -> None:
    """Put what was typed beside what the case has already."""
    present = cases.read_parts(session, actor, desk, case)
    numbers = cases.versions(session, case)
    for category, fields in written.items():
        told = {**present.get(category, {}), **{name: value for name, value in fields.items() if value}}
        cases.write_part(session, actor, desk, case, category, told, seen=numbers.get(category, 0))


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Unfit("reason_missing")
