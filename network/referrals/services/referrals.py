"""Preparing, approving and sending a referral: the side of the tenant that asks."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.keys import canon
from network.permissions import Refused, Unfit, require
from network.referrals import clocks, consent, notices, policies, queries
from network.referrals.categories import Category
from network.referrals.models import (
    Case,
    CasePart,
    Consent,
    Disclosure,
    Referral,
    ReferralOrigin,
)
from network.referrals.models.cases import CaseStatus
from network.referrals.models.keys import Sealed
from network.referrals.services.cases import new_code, workers_of
from network.referrals.services.consents import destroy_keys
from network.referrals.services.sealing import Content, open_key, open_sealed, seal, share
from network.referrals.services.transitions import check, lock, transition
from network.referrals.states import CancelReason, Move, Priority
from network.tenancy import Actor, Tenant

DEMOGRAPHIC_HINTS = ("prs_Gender", "age_band", "prs_PrimaryLanguage", "special_needs")
"""What the envelope tells before acceptance, and only where ``demographics`` is in scope (stage L0)."""
CHILD_BANDS = ("0-8", "9-17")
ADULT_YEARS = 18


def draft_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    receiving_id: uuid.UUID,
    categories: Iterable[Category],
    content: Content,
    priority: Priority = Priority.ROUTINE,
) -> Referral:
    """Begin a referral of a case. ``content`` (requested service, need) is sealed; nobody but this desk sees a draft.

    Raises :class:`Unfit`: ``case_closed``, ``recipient_unknown``, ``nothing_chosen``.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    if case.status in (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED):
        raise Unfit("case_closed")
    if receiving_id not in {tenant.id for tenant in session.scalars(queries.partners(case.tenant_id))}:
        raise Unfit("recipient_unknown")
    chosen = [c for c in Category if c in set(categories)]
    if not chosen:
        raise Unfit("nothing_chosen")
    tenant = session.get_one(Tenant, case.tenant_id)
    row = uuid7()
    envelope, _key = seal(session, desk, Sealed.ENVELOPE, row, content)
    referral = Referral(
        id=row,
        referring_id=case.tenant_id,
        receiving_id=receiving_id,
        code=new_code(f"{tenant.code}-R", 6),
        priority=priority,
        envelope=envelope,
    )
    session.add(referral)
    session.flush()
    session.add(
        ReferralOrigin(
            tenant_id=case.tenant_id,
            referral_id=referral.id,
            case_id=case.id,
            categories=[c.value for c in chosen],
            author_id=desk.user_id,
        )
    )
    session.flush()
    audit.record(session, actor, Action.REFERRAL_DRAFTED, referral.id)
    return referral


def revise_draft(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    seen: int,
    categories: Iterable[Category],
    content: Content,
    priority: Priority,
) -> Referral:
    """Change what will be asked and shown. Any earlier approval falls."""
    referral, origin = _own(session, actor, referral_id, Move.PREPARE, seen)
    check(referral, Move.PREPARE)
    chosen = [c for c in Category if c in set(categories)]
    if not chosen:
        raise Unfit("nothing_chosen")
    for wrap in session.scalars(queries.own_keys(referral.referring_id, [referral.id])).all():
        session.delete(wrap)
    session.flush()
    referral.envelope, _key = seal(session, desk, Sealed.ENVELOPE, referral.id, content)
    referral.priority = priority
    origin.categories = [c.value for c in chosen]
    origin.consent_id = None
    _drop_approval(origin)
    session.flush()
    audit.record(session, actor, Action.REFERRAL_DRAFTED, referral.id)
    return referral


def prepare_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    given: Consent,
    seen: int | None = None,
) -> Referral:
    """Draft → ready: every guard of sending but the approval. Raises :class:`Unfit` naming the guard that refuses."""
    referral, origin = _own(session, actor, referral_id, Move.PREPARE, seen)
    if given.case_id != origin.case_id:
        raise Refused
    origin.consent_id = given.id
    _judge(session, desk, referral, origin, now())
    transition(session, actor, referral, Move.PREPARE)
    audit.record(session, actor, Action.REFERRAL_READY, referral.id)
    return referral


def back_to_draft(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Ready or awaiting approval → draft, to change something. The approval falls."""
    referral, origin = _own(session, actor, referral_id, Move.REOPEN_DRAFT, seen)
    _drop_approval(origin)
    transition(session, actor, referral, Move.REOPEN_DRAFT)
    audit.record(session, actor, Action.REFERRAL_RETURNED, referral.id)
    return referral


def submit_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Ready → approval pending: ask a second person."""
    referral, _origin = _own(session, actor, referral_id, Move.SUBMIT, seen)
    transition(session, actor, referral, Move.SUBMIT)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_SUBMITTED, referral.id)
    return referral


def approve_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Approval pending → ready, by a supervisor who is not the author. Binds exactly what was looked at."""
    referral, origin = _own(session, actor, referral_id, Move.APPROVE, seen)
    require(actor.user_id != origin.author_id)
    origin.approved_by_id, origin.approved_at = actor.user_id, now()
    origin.approved_sha256 = _fingerprint(referral, origin, _parts(session, origin))
    transition(session, actor, referral, Move.APPROVE)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_APPROVED, referral.id)
    return referral


def return_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Approval pending → draft: the supervisor sends it back."""
    referral, origin = _own(session, actor, referral_id, Move.RETURN, seen)
    _drop_approval(origin)
    transition(session, actor, referral, Move.RETURN)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_RETURNED, referral.id)
    return referral


def send_referral(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Ready → sent: every guard again, the package frozen, hashed and signed, its keys sealed to the receiving desk.

    Raises :class:`Unfit` with the code of the guard that refuses (``consent_missing`` names the categories),
    :class:`Stale` for another state or version. Sending twice is the view's to prevent (``deeds.once``).
    """
    referral, origin = _own(session, actor, referral_id, Move.SEND, seen)
    check(referral, Move.SEND)
    moment = now()
    given = _judge(session, desk, referral, origin, moment)
    parts = _parts(session, origin)
    if _needs_second_person(session, referral) and origin.approved_sha256 != _fingerprint(
        referral, origin, parts
    ):
        raise Unfit("approval_needed")
    readable_until = given.expires_at + consent.READ_ONLY_AFTER_EXPIRY
    _seal_envelope(session, desk, referral, given, parts, readable_until)
    own = session.scalars(queries.own_keys(referral.referring_id, [part.id for part in parts.values()]))
    wraps = {wrap.sealed_id: wrap for wrap in own}
    for part in parts.values():
        share(
            session,
            desk,
            Sealed.CASE_PART,
            part.id,
            open_key(desk, wraps[part.id]),
            recipient_id=referral.receiving_id,
            referral_id=referral.id,
            readable_until=readable_until,
        )
    referral.package_sha256 = _package_hash(referral, parts)
    referral.signature_epoch = desk.current_epoch
    referral.signature = desk.signing_key().sign(signed_words(referral, given.text_id, given.given_at))
    referral.sent_at = moment
    referral.acknowledge_due_at = clocks.acknowledge_by(moment, referral.priority)
    referral.answer_due_at = clocks.answer_by(moment, referral.priority)
    referral.consent_expires_at = given.expires_at
    transition(session, actor, referral, Move.SEND)
    session.add(
        Disclosure(
            referring_id=referral.referring_id,
            receiving_id=referral.receiving_id,
            referral_id=referral.id,
            categories=[c.value for c in parts],
            part_ids=[str(p.id) for p in parts.values()],
            package_sha256=referral.package_sha256,
            disclosed_at=moment,
        )
    )
    session.flush()
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_SENT, referral.id)
    return referral


def recall_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Sent and not opened → draft: the undo of a send. What was sealed to the receiver is destroyed."""
    referral, origin = _own(session, actor, referral_id, Move.RECALL, seen)
    check(referral, Move.RECALL)
    _end_access(session, referral)
    _drop_approval(origin)
    transition(session, actor, referral, Move.RECALL)
    audit.record(session, actor, Action.REFERRAL_RECALLED, referral.id)
    return referral


def cancel_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, reason: CancelReason, seen: int | None = None
) -> Referral:
    """Before acceptance → cancelled. The receiver keeps the code and the dates, nothing else."""
    referral, _origin = _own(session, actor, referral_id, Move.CANCEL, seen)
    told = referral.sent_at is not None
    _end_access(session, referral)
    transition(session, actor, referral, Move.CANCEL)
    if told:
        notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_CANCELLED, referral.id, reason=reason.value)
    return referral


def confirm_decline(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Declined pending → declined: the sender has read the reason. The receiver's keys are destroyed."""
    referral, _origin = _own(session, actor, referral_id, Move.CONFIRM_DECLINE, seen)
    _end_access(session, referral)
    transition(session, actor, referral, Move.CONFIRM_DECLINE)
    audit.record(session, actor, Action.REFERRAL_CLOSED, referral.id)
    return referral


def close_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Outcome reported → closed: the sender confirms. The receiver keeps its own service notes, not the package."""
    referral, _origin = _own(session, actor, referral_id, Move.CLOSE, seen)
    _end_access(session, referral)
    transition(session, actor, referral, Move.CLOSE)
    notices.tell(session, referral.receiving_id)
    audit.record(session, actor, Action.REFERRAL_CLOSED, referral.id)
    return referral


def signed_words(referral: Referral, text_id: uuid.UUID, given_at: datetime.datetime) -> bytes:
    """What the referring desk signs: header ‖ hash of the ciphertexts ‖ consent record (security.md, Keys 8)."""
    return canon(
        "referral",
        referral.id,
        referral.referring_id,
        referral.receiving_id,
        referral.code,
        referral.package_sha256 or b"",
        text_id,
        given_at.isoformat(),
    )


def _own(
    session: Session, actor: Actor, referral_id: uuid.UUID, move: Move, seen: int | None
) -> tuple[Referral, ReferralOrigin]:
    """One's own referral, locked, with what only its desk knows; refused to who may not make this move.

    The case's need-to-know counts here too: who may not read the case moves no referral of it.
    """
    referral = lock(session, referral_id, seen)
    require(policies.can_move(actor, referral, move))
    origin = session.scalars(queries.origin_of(referral.id)).one()
    case = session.get_one(Case, origin.case_id)
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    return referral, origin


def _judge(
    session: Session, desk: DeskKeys, referral: Referral, origin: ReferralOrigin, at: datetime.datetime
) -> Consent:
    """Every guard of the send but the approval, in the order in which a caseworker can mend them."""
    case = session.get_one(Case, origin.case_id)
    if case.status in (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED):
        raise Unfit("case_closed")
    receiver = session.get(Tenant, referral.receiving_id)
    if receiver is None or receiver.suspended_at is not None:
        raise Unfit("recipient_suspended")
    if (
        session.scalars(
            queries.agreement_in_force(referral.referring_id, referral.receiving_id, at.date())
        ).first()
        is None
    ):
        raise Unfit("no_agreement")
    wanted = [Category(c) for c in origin.categories]
    parts = _parts(session, origin)
    if empty := [c.value for c in wanted if c not in parts]:
        raise Unfit("category_empty", categories=empty)
    found = {c.id: c for c in session.scalars(queries.consents_of(case.id))}
    given = found.get(origin.consent_id) if origin.consent_id else None
    terms = [given.terms()] if given else []
    if lacking := consent.missing(terms, referral.receiving_id, wanted, at):
        raise Unfit("consent_missing", categories=[c.value for c in lacking])
    if _needs_second_person(session, referral):
        assessed = session.scalars(queries.newest_risk_assessment(case.id)).one_or_none()
        if assessed is None or at.date() - assessed.assessed_on > consent.RISK_ASSESSMENT_VALID:
            raise Unfit("risk_assessment_old")
    if _is_minor(session, desk, case, at.date()):
        raise Unfit("minor")
    assert given is not None  # noqa: S101  # Without it every category would have been missing.
    return given


def _needs_second_person(session: Session, referral: Referral) -> bool:
    ends = [session.get(Tenant, referral.referring_id), session.get(Tenant, referral.receiving_id)]
    return policies.needs_second_person(*(end.country if end else None for end in ends))


def _is_minor(session: Session, desk: DeskKeys, case: Case, today: datetime.date) -> bool:
    """Whether anything written says that the person is under 18; minors have rules of their own."""
    rows = {entry.category: part for entry, part in session.execute(queries.present_parts(case.id))}
    told = [rows[c] for c in (Category.DEMOGRAPHICS, Category.IDENTITY) if c in rows]
    wraps = session.scalars(queries.own_keys(case.tenant_id, [part.id for part in told]))
    by_id = {wrap.sealed_id: wrap for wrap in wraps}
    for part in told:
        content = open_sealed(desk, by_id[part.id], part.ciphertext, category=part.category)
        if content.get("age_band") in CHILD_BANDS:
            return True
        if born := content.get("prs_Birthdate"):
            birth = datetime.date.fromisoformat(born)
            eighteen = birth.replace(year=birth.year + ADULT_YEARS, day=min(birth.day, 28))
            if today < eighteen:
                return True
    return False


def _parts(session: Session, origin: ReferralOrigin) -> dict[Category, CasePart]:
    """The present versions of the chosen categories, in the order of the case."""
    rows = {entry.category: part for entry, part in session.execute(queries.present_parts(origin.case_id))}
    return {c: rows[c] for c in Category if c in rows and c.value in origin.categories}


def _fingerprint(referral: Referral, origin: ReferralOrigin, parts: dict[Category, CasePart]) -> bytes:
    """What an approval binds: the receiver, the consent, the sealed request, and the versions of the parts."""
    words = canon(
        "approval",
        referral.id,
        referral.receiving_id,
        referral.priority.value,
        str(origin.consent_id or ""),
        hashlib.sha256(referral.envelope or b"").digest(),
        *(part.id for part in parts.values()),
    )
    return hashlib.sha256(words).digest()


def _package_hash(referral: Referral, parts: dict[Category, CasePart]) -> bytes:
    """Over ciphertext: a hash of a sex and an age band would be a dictionary."""
    pieces = [hashlib.sha256(referral.envelope or b"").digest()]
    pieces += [hashlib.sha256(part.ciphertext).digest() for part in parts.values()]
    return hashlib.sha256(canon("package", *pieces)).digest()


def _seal_envelope(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    given: Consent,
    parts: dict[Category, CasePart],
    readable_until: datetime.datetime,
) -> None:
    """Seal anew what the receiver reads at once: the request, what consent says, and hints where they are in scope."""
    wrap = session.scalars(queries.own_keys(referral.referring_id, [referral.id])).one()
    content = open_sealed(desk, wrap, referral.envelope or b"")
    content["consent"] = {
        "given_at": given.given_at.isoformat(),
        "expires_at": given.expires_at.isoformat(),
        "categories": [c.value for c in parts],
    }
    if Category.DEMOGRAPHICS in parts:
        part = parts[Category.DEMOGRAPHICS]
        key = session.scalars(queries.own_keys(referral.referring_id, [part.id])).one()
        told = open_sealed(desk, key, part.ciphertext, category=part.category)
        content["hints"] = {name: told[name] for name in DEMOGRAPHIC_HINTS if name in told}
    session.delete(wrap)
    session.flush()
    referral.envelope, sealed_with = seal(session, desk, Sealed.ENVELOPE, referral.id, content)
    share(
        session,
        desk,
        Sealed.ENVELOPE,
        referral.id,
        sealed_with,
        recipient_id=referral.receiving_id,
        referral_id=referral.id,
        readable_until=readable_until,
    )


def _end_access(session: Session, referral: Referral) -> None:
    """Destroy what the receiver can open and write in the ledger that it stopped."""
    destroy_keys(session, referral)
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        disclosure.stopped_at = disclosure.stopped_at or now()


def _drop_approval(origin: ReferralOrigin) -> None:
    origin.approved_by_id = origin.approved_at = origin.approved_sha256 = None
