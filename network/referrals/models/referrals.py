"""One tenant asking another to take on a client's need, and what was disclosed with it."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    exists,
    false,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, aliased, mapped_column

from network.database import Json, Moment, PrimaryKey, now
from network.referrals.clocks import Mark
from network.referrals.consent import Purpose
from network.referrals.models.leaving import FileForm
from network.referrals.models.words import one_of, within
from network.referrals.states import DRAFTING, ENDED, Move, Priority, Status, StopGround
from network.tenancy import Actor, PlatformOwned, TenantOwned, TwoParty

_ENDED = "(" + ", ".join(f"'{status.value}'" for status in sorted(ENDED)) + ")"


class Referral(TwoParty):
    """The header both sides see once it is sent. What is asked, and about whom, is sealed in the envelope."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("referring_id", "code"),
        # An inbox asks for what is open, or by its last change for what has ended: the first never grows, the second does.
        *(
            Index(None, side, "status", postgresql_where=text(f"status NOT IN {_ENDED}"))
            for side in TwoParty.ends
        ),
        *(
            Index(None, side, "changed_at", "id", postgresql_where=text(f"status IN {_ENDED}"))
            for side in TwoParty.ends
        ),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(20))
    status: Mapped[Status] = mapped_column(one_of(Status), default=Status.DRAFT)
    priority: Mapped[Priority] = mapped_column(one_of(Priority), default=Priority.ROUTINE)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now)
    sent_at: Mapped[Moment | None]
    acknowledge_due_at: Mapped[Moment | None]
    answer_due_at: Mapped[Moment | None]
    consent_expires_at: Mapped[Moment | None]
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)
    package_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    signature_epoch: Mapped[int | None]
    worker_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    """The caseworker of the receiving desk who took it on."""
    clock_from: Mapped[Moment | None]
    """When the clocks began; every stop moves it on together with the due times."""
    clock_stopped_at: Mapped[Moment | None]
    """Since when they stand: the case is frozen, or one of the two organizations is suspended."""
    acknowledge_mark: Mapped[Mark | None] = mapped_column(one_of(Mark))
    answer_mark: Mapped[Mark | None] = mapped_column(one_of(Mark))
    """The last mark of each clock that was told."""
    asked_at: Mapped[Moment | None]
    """When the first question stopped the clock of the answer; later ones do not."""
    declines_returned: Mapped[int] = mapped_column(default=0, server_default="0")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    first_attempt_at: Mapped[Moment | None]
    last_attempt_at: Mapped[Moment | None]
    """How often and when the receiving desk looked for the person in vain, since she was last reached."""
    handover_proposed_at: Mapped[Moment | None]
    onward_asked_at: Mapped[Moment | None]
    """Since when the receiving desk waits for an answer whether it may pass something on."""
    frozen_at: Mapped[Moment | None]
    """Since when its case is stopped for safety: while it is, the receiving desk reads nothing of it."""

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """A draft is its author's alone; once sent, both ends see it. A draft that never left stays unseen."""
        if actor.tenant_id is None:
            return false()
        received = and_(
            cls.receiving_id == actor.tenant_id, cls.status.not_in(sorted(DRAFTING)), cls.sent_at.is_not(None)
        )
        return or_(cls.referring_id == actor.tenant_id, received)


class ReferralOrigin(TenantOwned):
    """What only the referring tenant knows of its referral: the case, the consent, the approval."""

    __tablename__ = "referral_origin"
    __table_args__ = (
        within("tenant_id", "referral_id", "referral", table_owner="referring_id"),
        within("tenant_id", "case_id", "case_record"),
        within("tenant_id", "consent_id", "consent"),
        within("tenant_id", "reopens_id", "referral", table_owner="referring_id"),
        UniqueConstraint("referral_id"),
    )

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    consent_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[Moment | None]
    approved_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was approved: categories, receiver, and the versions of the parts. Any change drops the approval."""
    reopens_id: Mapped[uuid.UUID | None]
    """The referral that this one follows: reopened, redirected, or asked of the next provider."""
    safety_checked_at: Mapped[Moment | None]
    """When somebody of the desk last made sure that the person is safe, after she was not reached."""
    sent_alone: Mapped[bool] = mapped_column(default=False)
    """Sent without the second person it needed, since the tenant has one key holder; the ground is in the envelope."""


class ReferralEvent(TwoParty):
    """Every move, by whom, when, with a structured reason; append-only."""

    __tablename__ = "referral_event"
    __table_args__ = (
        within("referring_id", "referral_id", "referral", table_owner="referring_id"),
        UniqueConstraint("referral_id", "number"),
    )

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID]
    number: Mapped[int]
    move: Mapped[Move] = mapped_column(one_of(Move))
    before: Mapped[Status] = mapped_column(one_of(Status))
    after: Mapped[Status] = mapped_column(one_of(Status))
    at: Mapped[Moment] = mapped_column(default=now)
    by_tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return with_referral(cls.referring_id, cls.receiving_id, cls.referral_id, actor)


class ReferralAnswer(TwoParty):
    """What the receiving desk answered (a reason, an outcome), sealed to both desks."""

    __tablename__ = "referral_answer"
    __table_args__ = (within("referring_id", "referral_id", "referral", table_owner="referring_id"),)

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    move: Mapped[Move] = mapped_column(one_of(Move))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Moment] = mapped_column(default=now)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return with_referral(cls.referring_id, cls.receiving_id, cls.referral_id, actor)


class Disclosure(TwoParty):
    """The ledger: who received what, when, under which consent."""

    __tablename__ = "disclosure"
    __table_args__ = (within("referring_id", "referral_id", "referral", table_owner="referring_id"),)

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    purpose: Mapped[Purpose | None] = mapped_column(one_of(Purpose))
    """What it was given for, where that is not the referral itself."""
    copied_as: Mapped[FileForm | None] = mapped_column(one_of(FileForm))
    """As what the receiving desk took a copy of the package away; nothing for the package itself."""
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    part_ids: Mapped[list[str]] = mapped_column(ARRAY(String(36)))
    package_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    disclosed_at: Mapped[Moment] = mapped_column(default=now)
    stop_requested_at: Mapped[Moment | None]
    stopped_at: Mapped[Moment | None]

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return with_referral(cls.referring_id, cls.receiving_id, cls.referral_id, actor)


class Obligation(TwoParty):
    """Stop and delete, for one disclosure or some categories of it: due, confirmed, or kept on a stated ground."""

    __tablename__ = "obligation"
    __table_args__ = (
        within("referring_id", "disclosure_id", "disclosure", table_owner="referring_id"),
        Index(None, "referring_id", "due_at", postgresql_where=text("confirmed_at IS NULL")),
    )

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    disclosure_id: Mapped[uuid.UUID] = mapped_column(index=True)
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(30)), default=list)
    """Which of the disclosure's, where consent was narrowed; empty: all of them."""
    notified_at: Mapped[Moment] = mapped_column(default=now)
    due_at: Mapped[Moment]
    reminded_at: Mapped[Moment | None]
    """When the receiving desk was reminded that its time comes to an end."""
    overdue_told_at: Mapped[Moment | None]
    """When the supervisors of both sides were told that it was not confirmed in time."""
    clock_stopped_at: Mapped[Moment | None]
    """Since when its clock stands: one of the two organizations is suspended."""
    confirmed_at: Mapped[Moment | None]
    ground: Mapped[StopGround | None] = mapped_column(one_of(StopGround))


class Agreement(PlatformOwned):
    """Between two tenants, or (both empty) the network-wide default: without one in force nothing is sent."""

    __tablename__ = "agreement"
    reason = "Which partners may exchange referrals is decided by the network, and both ends must be able to read it."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE"})

    id: Mapped[PrimaryKey]
    first_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tenant.id"))
    second_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tenant.id"))
    valid_from: Mapped[datetime.date]
    valid_until: Mapped[datetime.date | None]
    rules: Mapped[Json] = mapped_column(default=dict)
    """By country of the receiver, in capitals: what is never sent there (``withheld``, categories) and whether a
    supervisor looks at each referral first (``approval``)."""


class Overdue(StrEnum):
    """What is overdue between two tenants."""

    ANSWER = "answer"
    CONFIRMATION = "confirmation"


class OverdueAnswer(TenantOwned):
    """What the coordinator is told, and all of it: an answer, or a confirmation, between two tenants is overdue."""

    __tablename__ = "overdue_answer"

    id: Mapped[PrimaryKey]
    referring_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    receiving_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    since: Mapped[Moment]
    what: Mapped[Overdue] = mapped_column(one_of(Overdue), default=Overdue.ANSWER, server_default="answer")

    def writable_by(self, actor: Actor) -> bool:
        """The clock of the tenant that waits writes it; the network's own tenant owns and reads it."""
        return actor.tenant_id is not None and self.referring_id == actor.tenant_id


def with_referral(
    referring: Mapped[uuid.UUID], receiving: Mapped[uuid.UUID], key: Mapped[uuid.UUID], actor: Actor
) -> ColumnElement[bool]:
    """The receiving side sees a row of a referral only when it sees the referral."""
    if actor.tenant_id is None:
        return false()
    asked = aliased(Referral)
    shown = exists().where(
        asked.id == key,
        asked.receiving_id == actor.tenant_id,
        asked.status.not_in(sorted(DRAFTING)),
        asked.sent_at.is_not(None),
    )
    return or_(referring == actor.tenant_id, and_(receiving == actor.tenant_id, shown))
