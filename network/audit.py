"""Who did what when, written in the deed's own transaction and chained so that a change shows.

Each tenant has its own chain. ``record`` only notes the entry; it is numbered and hashed just before the commit, so
that the lock on the chain's head is held for a moment and never while a page is rendered.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from network.database import Json, Moment, PrimaryKey, now, uuid7
from network.tenancy import Actor, TenantOwned, actor_of


class Action(StrEnum):
    """Everything that is audited, as ``noun.verb``; nothing here or in the detail may tell of a case."""

    # accounts
    SIGNED_IN = "session.opened"
    SIGN_IN_FAILED = "session.refused"
    SIGNED_OUT = "session.closed"
    SESSION_UNLOCKED = "session.unlocked"
    SESSION_ENDED = "session.ended"
    PASSPHRASE_CHANGED = "passphrase.changed"
    SECOND_FACTOR_SET = "second-factor.set"
    SECOND_FACTOR_CLEARED = "second-factor.cleared"
    RECOVERY_CODE_MADE = "recovery-code.made"
    ACCOUNT_RECOVERED = "account.recovered"
    MEMBER_INVITED = "member.invited"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    MEMBER_JOINED = "member.joined"
    ROLES_CHANGED = "member.roles-changed"
    MEMBER_SUSPENDED = "member.suspended"
    MEMBER_RESTORED = "member.restored"
    MEMBER_REMOVED = "member.removed"
    DESK_FOUNDED = "desk.founded"
    DESK_LET_IN = "desk.let-in"
    DESK_EPOCH_STARTED = "desk.epoch-started"
    DESK_LEFT = "desk.left"
    TRAVEL_BEGUN = "travel.begun"
    TRAVEL_ENDED = "travel.ended"
    SHEET_PRINTED = "recovery-sheet.printed"
    SHEET_USED = "recovery-sheet.used"
    PARTNER_INVITED = "partner.invited"
    PARTNER_SUSPENDED = "partner.suspended"
    PARTNER_RESTORED = "partner.restored"
    # directory
    ORGANIZATION_CREATED = "organization.created"
    ORGANIZATION_CHANGED = "organization.changed"
    SERVICE_CREATED = "service.created"
    SERVICE_CHANGED = "service.changed"
    PROJECT_CREATED = "project.created"
    PROJECT_CHANGED = "project.changed"
    PHONE_CREATED = "phone.created"
    PHONE_CHANGED = "phone.changed"
    PHONE_REMOVED = "phone.removed"
    CONTACT_CREATED = "contact.created"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_REMOVED = "contact.removed"
    LOCATION_CREATED = "location.created"
    LOCATION_CHANGED = "location.changed"
    LOCATION_REMOVED = "location.removed"
    PART_CREATED = "part.created"
    PART_CHANGED = "part.changed"
    PART_REMOVED = "part.removed"
    HOURS_CHANGED = "hours.changed"
    TRANSLATION_CHANGED = "translation.changed"
    AUDIENCE_CHANGED = "audience.changed"
    DIRECTORY_IMPORTED = "directory.imported"
    LISTING_VERIFIED = "listing.verified"
    LISTING_RESTORED = "listing.restored"
    LISTINGS_MERGED = "listing.merged"
    LISTINGS_APART = "listing.kept-apart"
    MERGE_UNDONE = "listing.merge-undone"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    PROPOSAL_DECIDED = "proposal.decided"
    # events
    EVENT_CREATED = "event.created"
    EVENT_CHANGED = "event.changed"
    EVENT_PUBLISHED = "event.published"
    EVENT_POSTPONED = "event.postponed"
    EVENT_CANCELLED = "event.cancelled"
    REGISTRATION_MADE = "registration.made"
    REGISTRATION_CHANGED = "registration.changed"
    REGISTRATION_WITHDRAWN = "registration.withdrawn"
    REGISTRATION_APPROVED = "registration.approved"
    REGISTRATION_REJECTED = "registration.rejected"
    REGISTRATIONS_EXPORTED = "registrations.exported"
    # digest
    ACTIVITY_CREATED = "activity.created"
    ACTIVITY_CHANGED = "activity.changed"
    ACTIVITY_SCHEDULED = "activity.scheduled"
    ACTIVITY_PUBLISHED = "activity.published"
    ACTIVITY_WITHDRAWN = "activity.withdrawn"
    EDITION_OPENED = "edition.opened"
    EDITION_PUBLISHED = "edition.published"
    EDITION_NOTED = "edition.noted"
    # referrals
    CASE_OPENED = "case.opened"
    CASE_READ = "case.read"
    CASE_WRITTEN = "case.written"
    CASE_STATUS_SET = "case.status_set"
    CASES_SEARCHED = "case.searched"
    RISK_ASSESSED = "case.risk_assessed"
    CASE_EXPORTED = "case.exported"
    CASES_BROUGHT = "case.import_read"
    CASES_IMPORTED = "case.imported"
    REFERRAL_COPIED = "referral.copied"
    CASE_ASSIGNED = "case.assigned"
    CASE_TAKEN_OFF = "case.taken_off"
    CASE_HANDED_ON = "case.handed_on"
    CASE_FROZEN = "case.frozen"
    CASE_UNFROZEN = "case.unfrozen"
    CASE_KEPT_UNTIL = "case.kept_until"
    CASE_HELD = "case.held"
    CASE_RELEASED = "case.released"
    CASE_ERASED = "case.erased"
    GLASS_BROKEN = "case.glass_broken"
    GLASS_SEEN = "case.glass_seen"
    MANY_CASES_OPENED = "case.many_opened"
    MANY_CASES_CONFIRMED = "case.many_confirmed"
    CALL_TAKEN = "call.taken"
    CALL_READ = "call.read"
    CALLS_READ = "calls.read"
    CALL_WRITTEN = "call.written"
    CALL_TAKEN_OVER = "call.taken_over"
    CALLED_BACK = "call.called_back"
    CALL_ERASED = "call.erased"
    CALL_NUMBER_DESTROYED = "call.number_destroyed"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    CONSENT_NARROWED = "consent.narrowed"
    CONSENT_READ = "consent.read"
    CONSENT_PRINTED = "consent.printed"
    LEDGER_PRINTED = "ledger.printed"
    EVIDENCE_ADDED = "evidence.added"
    EVIDENCE_READ = "evidence.read"
    WORDING_APPROVED = "wording.approved"
    OVERRIDE_ASKED = "override.asked"
    OVERRIDE_APPROVED = "override.approved"
    OVERRIDE_REVIEWED = "override.reviewed"
    OVERRIDE_ENDED = "override.ended"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_EXPIRED = "consent.expired"
    REFERRAL_DRAFTED = "referral.drafted"
    REFERRAL_READY = "referral.prepared"
    REFERRAL_SUBMITTED = "referral.submitted"
    REFERRAL_APPROVED = "referral.approved"
    REFERRAL_RETURNED = "referral.returned"
    REFERRAL_SENT = "referral.sent"
    REFERRAL_RECALLED = "referral.recalled"
    REFERRAL_OPENED = "referral.opened"
    REFERRAL_ACKNOWLEDGED = "referral.acknowledged"
    REFERRAL_ACCEPTED = "referral.accepted"
    REFERRAL_DECLINED = "referral.declined"
    REFERRAL_STARTED = "referral.started"
    REFERRAL_OUTCOME = "referral.outcome_reported"
    REFERRAL_CANCELLED = "referral.cancelled"
    REFERRAL_CLOSED = "referral.closed"
    REFERRAL_ASKED = "referral.asked"
    REFERRAL_ANSWERED = "referral.answered"
    REFERRAL_REDIRECT = "referral.redirect"
    REFERRAL_DECLINE_RETURNED = "referral.decline_returned"
    REFERRAL_TIMED_OUT = "referral.timed_out"
    REFERRAL_SCHEDULED = "referral.scheduled"
    REFERRAL_NOT_REACHED = "referral.not_reached"
    REFERRAL_REACHED = "referral.reached"
    REFERRAL_DISPUTED = "referral.disputed"
    REFERRAL_HANDOVER = "referral.handover"
    ONWARD_ASKED = "referral.onward_asked"
    ONWARD_ANSWERED = "referral.onward_answered"
    REFERRAL_TRANSFERRED = "referral.transferred"
    REFERRAL_REOPENED = "referral.reopened"
    SAFETY_CHECKED = "referral.safety_checked"
    STOP_CONFIRMED = "referral.stop_confirmed"
    SHARES_PAUSED = "referral.shares_paused"
    SHARES_RESUMED = "referral.shares_resumed"
    PACKAGE_READ = "referral.package_read"
    GUEST_NAMED = "guest.named"
    GUEST_LINK_ISSUED = "guest.link-issued"
    GUEST_LINK_CLOSED = "guest.link-closed"
    GUEST_LINK_LOCKED = "guest.link-locked"
    GUEST_CAME_IN = "guest.came-in"
    MESSAGE_SENT = "referral.message_sent"
    ATTACHMENT_ADDED = "referral.attachment_added"
    ATTACHMENT_TAKEN = "referral.attachment_taken"
    AGREEMENT_CHANGED = "agreement.changed"


ZERO = bytes(32)


class AuditHead(TenantOwned):
    """The end of one tenant's chain: the row that is locked while an entry is appended."""

    __tablename__ = "audit_head"

    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary, default=ZERO)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """A visitor's deeds are audited in the chain of the tenant visited."""
        return false() if actor.acting_tenant is None else cls.tenant_id == actor.acting_tenant


class AuditEntry(TenantOwned):
    """One deed. Append-only: app may insert and read, never change or delete."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("tenant_id", "sequence"),)

    id: Mapped[PrimaryKey]
    sequence: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[Moment]
    actor_kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    detail: Mapped[Json]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class _Pending:
    tenant_id: uuid.UUID
    actor: Actor
    action: Action
    subject_id: uuid.UUID | None
    detail: dict[str, Any]


def record(
    session: Session,
    actor: Actor,
    action: Action,
    subject_id: uuid.UUID | None = None,
    **detail: str | int | bool | None,
) -> None:
    """Note a deed for the chain of the actor's tenant. ``detail`` holds codes and field names, never what was typed."""
    tenant_id = actor.acting_tenant
    if tenant_id is None:
        raise ValueError("an anonymous reader does nothing that is audited")
    session.info.setdefault("audit", []).append(_Pending(tenant_id, actor, action, subject_id, dict(detail)))


def digest_of(entry: AuditEntry) -> bytes:
    """SHA-256 over every column but the hash itself, in a form that has one spelling only."""
    body = json.dumps(
        [
            str(entry.id),
            str(entry.tenant_id),
            entry.sequence,
            int(entry.at.timestamp() * 1_000_000),
            entry.actor_kind,
            str(entry.user_id or ""),
            entry.action,
            str(entry.subject_id or ""),
            entry.detail,
            entry.previous.hex(),
        ],
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).digest()


def write_pending(session: Session) -> None:
    """Append what was recorded. Called by the unit of work, just before its commit."""
    pending: list[_Pending] = session.info.pop("audit", [])
    if not pending:
        return
    acting = actor_of(session).acting_tenant
    if any(note.tenant_id != acting for note in pending):
        raise ValueError("a deed is audited in the chain of the tenant that commits it")
    session.flush()
    assert acting is not None  # noqa: S101  # record() refuses an actor without a tenant.
    sequence, previous = _end_of_chain(session, acting)
    entries: list[dict[str, Any]] = []
    for note in pending:
        sequence += 1
        values = {
            "id": uuid7(),
            "tenant_id": acting,
            "sequence": sequence,
            "at": now(),
            "actor_kind": note.actor.kind.value,
            "user_id": note.actor.user_id,
            "action": note.action.value,
            "subject_id": note.subject_id,
            "detail": note.detail,
            "previous": previous,
        }
        previous = digest_of(AuditEntry(**values))
        entries.append({**values, "hash": previous})
    # Entries and the new end of their chain go in one question: every reading of a case asks it.
    # One entry is said as such: SQLAlchemy writes a statement with several rows anew each time.
    written = insert(AuditEntry).values(entries if len(entries) > 1 else entries[0]).cte("written")
    end = update(AuditHead).where(AuditHead.tenant_id == acting).values(sequence=sequence, hash=previous)
    session.execute(end.add_cte(written), execution_options={"synchronize_session": False})


def _end_of_chain(session: Session, tenant_id: uuid.UUID) -> tuple[int, bytes]:
    """Number and hash of the last entry, locked; of a chain that nobody wrote in yet, begun here."""
    end = select(AuditHead.sequence, AuditHead.hash).with_for_update()
    found = session.execute(end).one_or_none()
    if found is None:
        begun = insert(AuditHead).values(tenant_id=tenant_id, sequence=0, hash=ZERO)
        session.execute(begun.on_conflict_do_nothing())
        found = session.execute(end).one()
    return found.sequence, found.hash


def faults(entries: Iterable[AuditEntry], head: AuditHead | None) -> Iterator[str]:
    """What is wrong with a chain read in order of its sequence: edits, gaps, reordering, a cut tail. Empty if sound."""
    previous, expected = ZERO, 1
    for entry in entries:
        if entry.sequence != expected:
            yield f"entry {expected} is missing"
            expected = entry.sequence
        if entry.previous != previous:
            yield f"entry {entry.sequence} does not follow its predecessor"
        if digest_of(entry) != entry.hash:
            yield f"entry {entry.sequence} was changed"
        previous, expected = entry.hash, expected + 1
    if head is not None and (head.sequence != expected - 1 or head.hash != previous):
        yield f"the chain ends at {expected - 1}, its head says {head.sequence}"
