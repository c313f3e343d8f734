"""Who is signed in, and forms that came too late."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.tenancy import PlatformOwned


class SessionState(StrEnum):
    """How far a session has come."""

    PENDING = "pending"  # The passphrase was right; only the second factor may be answered.
    ACTIVE = "active"
    LOCKED = "locked"  # Idle for too long; the passphrase opens it again.
    ENDED = "ended"  # Past its absolute limit; kept for a while so that a late form finds its owner.


class UserSession(PlatformOwned):
    """One browser of one person. The browser holds the token, this row its hash."""

    __tablename__ = "user_session"
    reason = (
        "Found by a token before anyone knows whose tenant it is; what it seals opens with that token only."
    )

    id: Mapped[PrimaryKey]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"), index=True)
    state: Mapped[SessionState] = mapped_column(
        Enum(SessionState, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The person's private seed under a key that only the token gives; gone while locked or ended."""
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong codes or passphrases in a row; the session ends after a few."""
    agent: Mapped[str] = mapped_column(String(40), default="")
    """Browser and system in two words, so that people recognise their own sessions."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    last_seen_at: Mapped[Moment] = mapped_column(default=now, index=True)


class KeptForm(PlatformOwned):
    """A form whose session had ended while it was filled in, sealed to the person who filled it in."""

    __tablename__ = "kept_form"
    reason = "Belongs to a person, and is written when nobody is signed in; only that person's key opens it."

    id: Mapped[PrimaryKey]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    session_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    """One for each session that ended, so that nobody can fill the table."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[Moment]
