"""Consent taken back or run out. No validation may ever block a withdrawal."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import require
from network.referrals import notices, queries
from network.referrals.categories import Category
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY, ConsentEventKind
from network.referrals.models import Consent, ConsentEvent, Disclosure, Obligation, Referral
from network.referrals.models.keys import Sealed
from network.referrals.services import contributing, offers
from network.referrals.services.revoking import destroy_keys
from network.referrals.services.sealing import Content, seal
from network.referrals.services.transitions import transition
from network.referrals.states import RELEASED, Move, Status
from network.tenancy import Actor

STOP_WITHIN = datetime.timedelta(hours=72)


def withdraw_consent(
    session: Session,
    actor: Actor,
    consent: Consent,
    *,
    desk: DeskKeys | None = None,
    words: Content | None = None,
) -> list[Referral]:
    """Withdraw it now: every recipient's keys are destroyed in this transaction, every open referral stops.

    Any worker of the case's desk may record it, at any time, in any state; doing it twice changes nothing. An act that
    was renewed meanwhile is withdrawn with the one that took its place. ``words`` (why, on whose word) are sealed,
    where there is a ``desk``. Returns the referrals it stopped.
    """
    require(actor.reads_cases and actor.tenant_id == consent.tenant_id)
    session.refresh(consent, with_for_update=True)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now()
        note(session, consent, ConsentEventKind.WITHDRAWN, actor, desk=desk, words=words)
        audit.record(session, actor, Action.CONSENT_WITHDRAWN, consent.id)
        contributing.take_back_all(session, consent)
    stopped = stop_referrals(session, actor, consent)
    for successor in session.scalars(queries.successors_of(consent.id)).all():
        stopped += withdraw_consent(session, actor, successor, desk=desk, words=words)
    return stopped


def stop_referrals(session: Session, actor: Actor, consent: Consent) -> list[Referral]:
    """Close what stands on a consent that no longer holds."""
    offers.end_with(session, consent)
    return [
        referral
        for referral in session.scalars(queries.referrals_under(consent.id)).all()
        if stop_referral(session, actor, referral)
    ]


def stop_referral(session: Session, actor: Actor, referral: Referral) -> bool:
    """Destroy the recipient's keys now; what it had accepted it must confirm to have deleted. False where it had
    been stopped before. The caller holds the lock."""
    if referral.status is Status.STOPPING:
        return False
    destroy_keys(session, referral)
    accepted = referral.status in RELEASED
    stop_disclosures(session, referral, obliged=accepted)
    seen = referral.sent_at is not None
    transition(
        session, actor, referral, Move.WITHDRAW, target=Status.STOPPING if accepted else Status.WITHDRAWN
    )
    if seen:
        notices.tell(session, referral.receiving_id)
    return True


def expire_consent(session: Session, actor: Actor, consent_id: uuid.UUID) -> None:
    """The clock at the end of a consent: what is not yet accepted becomes withdrawn. Accepted referrals stay readable
    for 14 days, which row-level security counts by itself, and are stopped without a deletion task afterwards."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.withdrawn_at or consent.superseded_at or consent.refused_at:
        return
    if consent.ends_at > now():
        return
    offers.end_with(session, consent)
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        if referral.status in RELEASED or referral.status is Status.STOPPING:
            continue
        destroy_keys(session, referral)
        stop_disclosures(session, referral, obliged=False)
        seen = referral.sent_at is not None
        transition(session, actor, referral, Move.WITHDRAW, target=Status.WITHDRAWN)
        if seen:
            notices.tell(session, referral.receiving_id)
            notices.tell(session, referral.referring_id)
    note(session, consent, ConsentEventKind.EXPIRED, actor)
    audit.record(session, actor, Action.CONSENT_EXPIRED, consent.id)


def end_reading(session: Session, actor: Actor, consent_id: uuid.UUID) -> None:
    """The clock 14 days after the end: the wraps that row-level security already hides are destroyed."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.ends_at + READ_ONLY_AFTER_EXPIRY > now():
        return
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        destroy_keys(session, referral)
        stop_disclosures(session, referral, obliged=False)
        if referral.status is not Status.STOPPING:
            transition(session, actor, referral, Move.WITHDRAW, target=Status.WITHDRAWN)


def stop_disclosures(session: Session, referral: Referral, *, obliged: bool) -> None:
    """Write in the ledger that what was given stops, with a confirmation owed where ``obliged``."""
    moment = now()
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        if disclosure.stopped_at or disclosure.stop_requested_at:
            continue
        disclosure.stop_requested_at = moment
        if obliged:
            oblige(session, disclosure)
        else:
            disclosure.stopped_at = moment


def oblige(session: Session, disclosure: Disclosure, categories: Iterable[Category] = ()) -> None:
    """Have the recipient confirm within 72 hours that it deleted this, or these categories of it."""
    moment = now()
    session.add(
        Obligation(
            referring_id=disclosure.referring_id,
            receiving_id=disclosure.receiving_id,
            referral_id=disclosure.referral_id,
            disclosure_id=disclosure.id,
            categories=[category.value for category in categories],
            notified_at=moment,
            due_at=moment + STOP_WITHIN,
        )
    )


def note(
    session: Session,
    consent: Consent,
    kind: ConsentEventKind,
    actor: Actor,
    *,
    desk: DeskKeys | None = None,
    words: Content | None = None,
) -> None:
    """Write into the story of a consent what became of it."""
    row = uuid7()
    ciphertext = None
    if desk is not None and desk.let_in and words:
        ciphertext, _key = seal(session, desk, Sealed.CONSENT, row, words)
    session.add(
        ConsentEvent(
            id=row,
            tenant_id=consent.tenant_id,
            consent_id=consent.id,
            kind=kind,
            user_id=actor.user_id,
            at=now(),
            ciphertext=ciphertext,
        )
    )
