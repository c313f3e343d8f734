"""Consent given, and consent withdrawn. No validation may ever block a withdrawal."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import Unfit, require
from network.referrals import notices, policies, queries
from network.referrals.categories import Category
from network.referrals.consent import (
    DEFAULT_TERM,
    LONGEST_TERM,
    ConsentEventKind,
    GivenBy,
    Purpose,
)
from network.referrals.models import (
    Case,
    Consent,
    ConsentEvent,
    ConsentScope,
    ConsentText,
    Obligation,
    PartKey,
    Referral,
)
from network.referrals.models.keys import Sealed
from network.referrals.services import contributing
from network.referrals.services.cases import workers_of
from network.referrals.services.sealing import Content, seal
from network.referrals.services.transitions import transition
from network.referrals.states import RELEASED, Move, Status
from network.tenancy import Actor

STOP_WITHIN = datetime.timedelta(hours=72)


def give_consent(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    text: ConsentText,
    scopes: Mapping[uuid.UUID, frozenset[Category]],
    details: Content,
    purpose: Purpose = Purpose.REFERRAL,
    given_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
    onward: frozenset[uuid.UUID] = frozenset(),
) -> Consent:
    """Record one act of consent.

    ``scopes`` names each recipient and what it may read; ``details`` (method, interpreter, witness, answers to the
    seven questions, safe contact) are sealed. Raises :class:`Unfit`: ``no_scope``, ``given_in_future``, ``expiry_past``,
    ``expiry_too_late`` (12 months at most), ``not_informed`` when a question was answered no.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    moment = now()
    given = given_at or moment
    expires = expires_at or given + DEFAULT_TERM
    if given > moment:
        raise Unfit("given_in_future")
    if expires <= moment:
        raise Unfit("expiry_past")
    if expires > given + LONGEST_TERM:
        raise Unfit("expiry_too_late")
    if not any(scopes.values()):
        raise Unfit("no_scope")
    if not all(details.get("informed", {"": False}).values()):
        raise Unfit("not_informed")
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CONSENT, row, details)
    consent = Consent(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        purpose=purpose,
        given_by=GivenBy.SELF,
        text_id=text.id,
        given_at=given,
        expires_at=expires,
        ciphertext=ciphertext,
    )
    session.add(consent)
    session.flush()
    for recipient, categories in scopes.items():
        session.add_all(
            ConsentScope(
                tenant_id=case.tenant_id,
                consent_id=consent.id,
                recipient_id=recipient,
                category=category,
                onward_sharing=recipient in onward,
            )
            for category in Category
            if category in categories
        )
    _note(session, consent, ConsentEventKind.GIVEN, actor)
    session.flush()
    notices.watch_expiry(session, consent)
    audit.record(session, actor, Action.CONSENT_GIVEN, consent.id)
    return consent


def withdraw_consent(session: Session, actor: Actor, consent: Consent) -> list[Referral]:
    """Withdraw it now: every recipient's keys are destroyed in this transaction, every open referral stops.

    Any worker of the case's desk may record it, at any time, in any state; doing it twice changes nothing. Returns the
    referrals it stopped.
    """
    require(actor.reads_cases and actor.tenant_id == consent.tenant_id)
    session.refresh(consent, with_for_update=True)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now()
        _note(session, consent, ConsentEventKind.WITHDRAWN, actor)
        audit.record(session, actor, Action.CONSENT_WITHDRAWN, consent.id)
        contributing.take_back_all(session, consent)
    return stop_referrals(session, actor, consent)


def stop_referrals(session: Session, actor: Actor, consent: Consent) -> list[Referral]:
    """Close what stands on a consent that no longer holds."""
    stopped = []
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        if referral.status is Status.STOPPING:
            continue
        destroy_keys(session, referral)
        accepted = referral.status in RELEASED
        target = Status.STOPPING if accepted else Status.WITHDRAWN
        _stop_disclosures(session, referral, obliged=accepted)
        seen = referral.sent_at is not None
        transition(session, actor, referral, Move.WITHDRAW, target=target)
        if seen:
            notices.tell(session, referral.receiving_id)
        stopped.append(referral)
    return stopped


def expire_consent(session: Session, actor: Actor, consent_id: uuid.UUID) -> None:
    """The clock at ``expires_at``: what is not yet accepted becomes withdrawn. Accepted referrals stay readable for 14
    days, which row-level security counts by itself, and are stopped without a deletion task afterwards."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.withdrawn_at is not None or consent.expires_at > now():
        return
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        if referral.status in RELEASED or referral.status is Status.STOPPING:
            continue
        destroy_keys(session, referral)
        _stop_disclosures(session, referral, obliged=False)
        seen = referral.sent_at is not None
        transition(session, actor, referral, Move.WITHDRAW, target=Status.WITHDRAWN)
        if seen:
            notices.tell(session, referral.receiving_id)
            notices.tell(session, referral.referring_id)
    _note(session, consent, ConsentEventKind.EXPIRED, actor)
    audit.record(session, actor, Action.CONSENT_EXPIRED, consent.id)


def end_reading(session: Session, actor: Actor, consent_id: uuid.UUID) -> None:
    """The clock 14 days after the expiry: the wraps that row-level security already hides are destroyed."""
    consent = session.get(Consent, consent_id)
    if consent is None:
        return
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        destroy_keys(session, referral)
        _stop_disclosures(session, referral, obliged=False)
        if referral.status is not Status.STOPPING:
            transition(session, actor, referral, Move.WITHDRAW, target=Status.WITHDRAWN)


def destroy_keys(session: Session, referral: Referral) -> None:
    """Delete every wrap the recipient holds of this referral, the envelope's too."""
    session.execute(
        delete(PartKey).where(PartKey.referral_id == referral.id, PartKey.holder_id == referral.receiving_id)
    )


def _stop_disclosures(session: Session, referral: Referral, *, obliged: bool) -> None:
    moment = now()
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        if disclosure.stopped_at or disclosure.stop_requested_at:
            continue
        disclosure.stop_requested_at = moment
        if not obliged:
            disclosure.stopped_at = moment
            continue
        session.add(
            Obligation(
                referring_id=referral.referring_id,
                receiving_id=referral.receiving_id,
                referral_id=referral.id,
                disclosure_id=disclosure.id,
                due_at=moment + STOP_WITHIN,
            )
        )


def _note(session: Session, consent: Consent, kind: ConsentEventKind, actor: Actor) -> None:
    session.add(
        ConsentEvent(
            tenant_id=consent.tenant_id, consent_id=consent.id, kind=kind, user_id=actor.user_id, at=now()
        )
    )
