"""Consent made smaller: exactly the keys of what was taken out are destroyed, and what was read must be deleted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys, NoDeskKey
from network.audit import Action
from network.database import now
from network.permissions import Unfit, require
from network.referrals import notices, queries
from network.referrals.categories import Category
from network.referrals.consent import ConsentEventKind
from network.referrals.models import Consent, Referral, ReferralOrigin
from network.referrals.services import guards, offers, package
from network.referrals.services.origins import drop_approval
from network.referrals.services.revoking import destroy_envelope, destroy_some
from network.referrals.services.transitions import transition
from network.referrals.services.withdrawing import note, oblige, stop_referral
from network.referrals.states import DRAFTING, RELEASED, Move, Status
from network.tenancy import Actor

Removals = Mapping[uuid.UUID, frozenset[Category]]


def present_scopes(session: Session, consent_id: uuid.UUID) -> dict[uuid.UUID, frozenset[Category]]:
    """By recipient, what a consent allows now."""
    found: dict[uuid.UUID, frozenset[Category]] = {}
    for scope in session.scalars(queries.scopes_of(consent_id)):
        if scope.removed_at is None:
            found[scope.recipient_id] = found.get(scope.recipient_id, frozenset()) | {scope.category}
    return found


def narrow_consent(
    session: Session, actor: Actor, desk: DeskKeys, consent: Consent, removals: Removals
) -> list[Referral]:
    """Take these categories away from these recipients, now. Never refused to anybody of the desk.

    Each recipient loses the keys to exactly them; where it had accepted, it owes a deletion within 72 hours. A referral
    that has nothing left stops as if withdrawn. Raises :class:`Unfit` ``nothing_chosen`` where nothing was named that
    is still allowed. Returns the referrals concerned.
    """
    require(actor.reads_cases and actor.tenant_id == consent.tenant_id)
    session.refresh(consent, with_for_update=True)
    moment, removed = now(), False
    for scope in session.scalars(queries.scopes_of(consent.id)).all():
        if scope.removed_at is None and scope.category in removals.get(scope.recipient_id, ()):
            scope.removed_at, removed = moment, True
    if not removed:
        raise Unfit("nothing_chosen")
    offers.end_with(session, consent)
    concerned = []
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        origin = session.scalars(queries.origin_of(referral.id)).one()
        lost = removals.get(referral.receiving_id, frozenset()) & {Category(c) for c in origin.categories}
        if lost and _narrow(session, actor, desk, consent, referral, origin, lost):
            concerned.append(referral)
    note(session, consent, ConsentEventKind.SCOPE_NARROWED, actor)
    session.flush()
    audit.record(session, actor, Action.CONSENT_NARROWED, consent.id)
    return concerned


def _narrow(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    consent: Consent,
    referral: Referral,
    origin: ReferralOrigin,
    lost: frozenset[Category],
) -> bool:
    if referral.status is Status.STOPPING:
        return False
    if referral.status in DRAFTING:
        # What is not sent yet meets the guards again when it is.
        drop_approval(origin)
        return False
    kept = [c for c in origin.categories if Category(c) not in lost]
    if not kept:
        return stop_referral(session, actor, referral)
    sent = package.sent_parts(session, referral)
    gone = package.ever_sent(session, referral, lost)
    gone += session.scalars(queries.files_of_categories(referral.id, lost)).all()
    destroy_some(session, referral, gone)
    origin.categories = kept
    parts = {category: part for category, part in sent.items() if category.value in kept}
    _tell_anew(session, desk, referral, consent, parts)
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        owed = [c for c in Category if c in lost and c.value in disclosure.categories]
        if owed and referral.status in RELEASED and not disclosure.stopped_at:
            oblige(session, disclosure, owed)
    transition(session, actor, referral, Move.NARROW, target=referral.status)
    notices.tell(session, referral.receiving_id)
    return True


def _tell_anew(
    session: Session, desk: DeskKeys, referral: Referral, consent: Consent, parts: package.Parts
) -> None:
    """Seal the envelope without what it told of the removed categories. Who has no key to do so destroys the
    recipient's instead: less is read, never more. Nobody of a suspended organization reads it meanwhile, nor a guest
    whose link was closed."""
    destroy_envelope(session, referral)
    try:
        package.wrap_up(session, desk, referral, consent, parts, shared=guards.can_read(session, referral))
    except NoDeskKey:
        return
