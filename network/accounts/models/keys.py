"""Wrapped keys, in a schema of their own without foreign keys out: it is backed up apart and outlives nothing.

Whoever holds only these tables opens nothing: every blob waits for a passphrase, a printed code or another key.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, LargeBinary, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.tenancy import Actor, PlatformOwned, TenantOwned

WRAPS = "wraps"


class UserKey(PlatformOwned):
    """A person's key pair: the private seed locked by the passphrase and, again, by the printed recovery code."""

    __tablename__ = "user_key"
    __table_args__ = {"schema": WRAPS}
    reason = "Belongs to a person, is needed to sign in, and opens with her passphrase or printed code only."

    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    recovery_salt: Mapped[bytes] = mapped_column(LargeBinary)
    recovery_wrap: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)


class DeskEpoch(TenantOwned):
    """The public halves of a desk's keys from one change of hands to the next. Everyone may seal to a desk."""

    __tablename__ = "desk_epoch"
    __table_args__ = (UniqueConstraint("tenant_id", "epoch"), {"schema": WRAPS})
    readable_by_everyone = "Public halves of keys: whoever refers to a desk seals to them."

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID] = mapped_column(index=True)
    epoch: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    signing_public: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)
    stale_at: Mapped[Moment | None]
    """Someone who knows this private half left: the next key holder's session starts a new epoch."""

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:  # noqa: ARG003  # Public for every actor.
        """Public keys are public."""
        return true()


class DeskKey(TenantOwned):
    """The private half of one epoch, sealed to one member of the desk."""

    __tablename__ = "desk_key"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "epoch"), {"schema": WRAPS})

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID]
    epoch: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    endorsement: Mapped[bytes] = mapped_column(LargeBinary)
    """Made with this epoch's private half over the member's public key: the next epoch is sealed to that key only, so
    that a key swapped in the database is not handed anything."""
    created_at: Mapped[Moment] = mapped_column(default=now)


class SigningSeed(TenantOwned):
    """The seed of the desk's signing key of one epoch, sealed to that epoch's public half."""

    __tablename__ = "signing_seed"
    __table_args__ = (UniqueConstraint("tenant_id", "epoch"), {"schema": WRAPS})

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID] = mapped_column(index=True)
    epoch: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SheetKey(TenantOwned):
    """The organization recovery sheet: a key pair whose seed only the printed code opens. One is valid at a time."""

    __tablename__ = "sheet_key"
    __table_args__ = (UniqueConstraint("tenant_id"), {"schema": WRAPS})

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID] = mapped_column(index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    epoch: Mapped[int]
    """The newest epoch when it was printed; that epoch's private half endorsed the public key."""
    endorsement: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)
    used_at: Mapped[Moment | None]
    """Once the code was typed, a new sheet should be printed."""


class SheetWrap(TenantOwned):
    """The private half of one epoch, sealed to the sheet."""

    __tablename__ = "sheet_wrap"
    __table_args__ = (UniqueConstraint("tenant_id", "epoch"), {"schema": WRAPS})

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID] = mapped_column(index=True)
    epoch: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
