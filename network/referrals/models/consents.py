"""What a client said yes to: the wording, the act, its scope row by row, and what became of it."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Moment, PrimaryKey, now
from network.referrals.categories import Category
from network.referrals.consent import ConsentEventKind, GivenBy, Purpose, Terms
from network.referrals.models.words import one_of, within
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


class Consent(TenantOwned):
    """One act of consent. Append-only but for the moment of its withdrawal; how it was given is sealed."""

    __tablename__ = "consent"
    __table_args__ = (within("tenant_id", "case_id", "case_record"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    given_by: Mapped[GivenBy] = mapped_column(one_of(GivenBy))
    text_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consent_text.id"))
    given_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
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
            scopes={recipient: frozenset(found) for recipient, found in by_recipient.items()},
        )


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


# Which consents end soon is asked by every visit to the desk; those that ended or were withdrawn only grow.
Index(None, Consent.tenant_id, Consent.expires_at, postgresql_where=Consent.withdrawn_at.is_(None))
