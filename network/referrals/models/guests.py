"""Recipients without accounts: an organization of the directory that one referral is opened to, by a link and a code."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.words import within
from network.tenancy import PlatformOwned, TenantOwned


class Guest(TenantOwned):
    """For which case a guest was named, and which listing of the directory it is: the referring tenant's alone.

    The guest itself is a row of kind guest in ``tenant``, so that consent, ledger and row-level security name it like
    any other recipient.
    """

    __tablename__ = "guest"
    __table_args__ = (within("tenant_id", "case_id", "case_record"), UniqueConstraint("guest_id"))

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    guest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    organization_id: Mapped[uuid.UUID]
    """The listing, kept by whomever; not a foreign key, since the listing may go and the ledger stays."""
    named_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)


class GuestLink(PlatformOwned):
    """The one link that opens a referral to its guest. Issued again it is another row; it ends with the referral."""

    __tablename__ = "guest_link"
    __table_args__ = {"schema": "wraps"}
    reason = "Found by a token before anybody knows whose it is; what it locks opens with that token and a code only."

    id: Mapped[PrimaryKey]
    guest_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    referring_id: Mapped[uuid.UUID]
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    epoch: Mapped[int]
    """Counts the issues: what was sealed to an earlier pair of keys stays shut."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    failures: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[Moment | None]
    views: Mapped[int] = mapped_column(default=0)
    """How often link and code opened it."""
    viewed_at: Mapped[Moment | None]
    expires_at: Mapped[Moment]
    created_at: Mapped[Moment] = mapped_column(default=now)


class GuestSession(PlatformOwned):
    """Half an hour of one browser that had link and code. The browser holds the token, this row its hash."""

    __tablename__ = "guest_session"
    reason = "Found by a token before anybody knows whose it is; what it seals opens with that token only."

    id: Mapped[PrimaryKey]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    link_id: Mapped[uuid.UUID] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now, index=True)
