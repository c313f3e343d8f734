"""What a client said yes to: the wording, the act, its scope row by row, and what became of it."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Moment, PrimaryKey, now
from network.referrals.categories import Category
from network.referrals.consent import Access, ConsentEventKind, GivenBy, Purpose, Terms
from network.referrals.models.words import one_of, within
from network.referrals.overrides import Review, reads_until
from network.tenancy import PlatformOwned, TenantOwned


class ConsentText(PlatformOwned):
    """A wording that people are asked with. Kept for ever, never changed: a change is a new version."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("key", "version", "language"),)
    reason = "The wording of consent is the same for the whole network and is read aloud to anybody."
    verbs = frozenset({"SELECT", "INSERT"})

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(8))
    wording: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    approved_at: Mapped[Moment] = mapped_column(default=now)
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    """The coordinator who let it be used; none for the wordings that come with the product."""


class Consent(TenantOwned):
    """One act of consent, or of refusing it. Append-only but for the moment of its end; how it was given is sealed."""

    __tablename__ = "consent"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record"),
        within("tenant_id", "supersedes_id", "consent"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    given_by: Mapped[GivenBy] = mapped_column(one_of(GivenBy))
    text_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consent_text.id"))
    given_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
    refused_at: Mapped[Moment | None]
    superseded_at: Mapped[Moment | None]
    """When a newer act took its place: renewed, or with more in it."""
    supersedes_id: Mapped[uuid.UUID | None]
    guardian_consent_ends_on: Mapped[datetime.date | None]
    """The first of a month; written by the session that writes the birth date."""
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)

    scopes: Mapped[list[ConsentScope]] = relationship(lazy="raise", overlaps="scopes", passive_deletes=True)

    def terms(self) -> Terms:
        """This consent as the pure rules read it. ``scopes`` must have been loaded."""
        by_recipient: dict[uuid.UUID, set[Category]] = {}
        for scope in self.scopes:
            if scope.removed_at is None:
                by_recipient.setdefault(scope.recipient_id, set()).add(scope.category)
        return Terms(
            purpose=self.purpose,
            given_at=self.given_at,
            expires_at=self.expires_at,
            withdrawn_at=self.withdrawn_at,
            superseded_at=self.superseded_at,
            refused_at=self.refused_at,
            guardian_ends_on=self.guardian_consent_ends_on,
            scopes={recipient: frozenset(found) for recipient, found in by_recipient.items()},
        )

    @property
    def ends_at(self) -> datetime.datetime:
        """The first moment at which it no longer holds, whatever ends it. The scope does not matter for it."""
        return Terms(
            purpose=self.purpose,
            given_at=self.given_at,
            expires_at=self.expires_at,
            withdrawn_at=self.withdrawn_at,
            superseded_at=self.superseded_at,
            refused_at=self.refused_at,
            guardian_ends_on=self.guardian_consent_ends_on,
        ).ends_at

    def active(self, at: datetime.datetime) -> bool:
        return self.given_at <= at < self.ends_at


class ConsentScope(TenantOwned):
    """Consent × one recipient × one category. There is no "all partners"."""

    __tablename__ = "consent_scope"
    __table_args__ = (
        within("tenant_id", "consent_id", "consent"),
        UniqueConstraint("consent_id", "recipient_id", "category"),
    )

    id: Mapped[PrimaryKey]
    consent_id: Mapped[uuid.UUID]
    recipient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    category: Mapped[Category] = mapped_column(one_of(Category))
    access: Mapped[Access] = mapped_column(one_of(Access), default=Access.SEE)
    onward_sharing: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[Moment | None]


class ConsentEvent(TenantOwned):
    """What became of a consent; append-only."""

    __tablename__ = "consent_event"
    __table_args__ = (within("tenant_id", "consent_id", "consent"),)

    id: Mapped[PrimaryKey]
    consent_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[ConsentEventKind] = mapped_column(one_of(ConsentEventKind))
    at: Mapped[Moment] = mapped_column(default=now)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    ciphertext: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was said about it (why it ended, on whose word), where anything was; sealed like the consent itself."""


# Which consents end soon is asked by every visit to the desk; those that ended or were withdrawn only grow.
Index(None, Consent.tenant_id, Consent.expires_at, postgresql_where=Consent.withdrawn_at.is_(None))


class ConsentDraft(TenantOwned):
    """What a worker has written down of a consent that is being asked for. One for each case and worker; sealed."""

    __tablename__ = "consent_draft"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record", ondelete="CASCADE"),
        UniqueConstraint("case_id", "author_id"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[Moment] = mapped_column(default=now)


class ConsentEvidence(TenantOwned):
    """A scan or a recording that shows consent was given: encrypted, never copied to a recipient."""

    __tablename__ = "consent_evidence"
    __table_args__ = (within("tenant_id", "consent_id", "consent", ondelete="CASCADE"),)

    id: Mapped[PrimaryKey]
    consent_id: Mapped[uuid.UUID] = mapped_column(index=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    """Its name, kind and the hash of what it shows."""
    blob: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Over the encrypted file."""
    added_at: Mapped[Moment] = mapped_column(default=now)


class ConsentOverride(TenantOwned):
    """That a referral left, or is to leave, without consent: who asked, who agreed, what the review said."""

    __tablename__ = "consent_override"
    __table_args__ = (
        within("tenant_id", "referral_id", "referral", table_owner="referring_id", ondelete="CASCADE"),
        UniqueConstraint("referral_id"),
    )

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID]
    requested_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    requested_at: Mapped[Moment] = mapped_column(default=now)
    alone: Mapped[bool] = mapped_column(default=False)
    """The tenant had one key holder: the review takes the place of the second person."""
    approve_by: Mapped[Moment | None]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[Moment | None]
    informed_at: Mapped[Moment | None]
    """When the person was told that it was done."""
    review_due_at: Mapped[Moment | None]
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    reviewed_at: Mapped[Moment | None]
    review: Mapped[Review | None] = mapped_column(one_of(Review))
    ended_at: Mapped[Moment | None]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    """Ground and reason."""

    @property
    def given_at(self) -> datetime.datetime:
        """What the recipient is told instead of the date of a consent."""
        return self.requested_at

    @property
    def text_id(self) -> uuid.UUID:
        """What the signature names instead of the wording of a consent."""
        return self.id

    @property
    def ends_at(self) -> datetime.datetime:
        """The first moment at which it no longer holds, as things stand."""
        upheld = self.reviewed_at if self.review is Review.UPHELD else None
        return reads_until(
            self.requested_at,
            agreed_at=self.approved_at or upheld,
            approve_by=self.approve_by,
            review_due_at=self.review_due_at,
            alone=self.alone,
            ended_at=self.ended_at,
        )
