"""What two desks write and hand to each other about one referral, sealed to both."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.categories import Category
from network.referrals.models.referrals import with_referral
from network.referrals.models.words import one_of, within
from network.tenancy import Actor, TwoParty


class ReferralMessage(TwoParty):
    """A note from one desk to the other on one referral; append-only."""

    __tablename__ = "referral_message"
    __table_args__ = (within("referring_id", "referral_id", "referral", table_owner="referring_id"),)

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    by_tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Moment] = mapped_column(default=now)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return with_referral(cls.referring_id, cls.receiving_id, cls.referral_id, actor)


class Attachment(TwoParty):
    """A file on one referral. Its name, kind and hash are sealed in ``ciphertext``, the file itself in ``content``."""

    __tablename__ = "attachment"
    __table_args__ = (within("referring_id", "referral_id", "referral", table_owner="referring_id"),)

    id: Mapped[PrimaryKey]
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    by_tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    category: Mapped[Category] = mapped_column(one_of(Category))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """STREAM (security.md, Keys 7): read only when somebody takes the file."""
    at: Mapped[Moment] = mapped_column(default=now)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return with_referral(cls.referring_id, cls.receiving_id, cls.referral_id, actor)
