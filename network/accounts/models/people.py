"""People, where they belong, and the letters that invite them."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.database import Moment, PrimaryKey, now
from network.permissions import Role
from network.tenancy import Actor, ActorKind, PlatformOwned, TenantOwned


class User(PlatformOwned):
    """A person with an account. Her address is sealed; ``email_key`` finds her by what she types."""

    __tablename__ = "user"
    reason = "A person signs in before anyone knows her tenant, and keeps her account when she changes it."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE"})

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    email: Mapped[bytes] = mapped_column(LargeBinary)
    """Outer layer, purpose ``user.email``, row id the user's."""
    email_key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """HMAC of the folded address under the keyring."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The secret of the second factor, outer layer, purpose ``user.totp``; none while it is not set up."""
    totp_step: Mapped[int | None]
    """The 30-second step of the last code that was taken, so that each works once."""


class MembershipStatus(StrEnum):
    """Whether a member may come in. Who is only invited has no membership yet."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class Membership(TenantOwned):
    """One person's place in one tenant.

    A person has one living membership at most: it is what keeps a coordinator or observer from also being somebody's
    caseworker (contract.md). Who works for two organizations has an address in each.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id"),
        Index(None, "user_id", unique=True, postgresql_where=text("status <> 'removed'")),
    )

    id: Mapped[PrimaryKey]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    roles: Mapped[list[str]]
    status: Mapped[MembershipStatus] = mapped_column(
        Enum(MembershipStatus, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e]),
        default=MembershipStatus.ACTIVE,
    )
    created_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]
    travelling_since: Mapped[Moment | None]
    """Since when her account shows no case, until somebody of the desk lifts it (travel mode)."""

    user: Mapped[User] = relationship(lazy="raise")

    @property
    def held(self) -> frozenset[Role]:
        """The roles as such."""
        return frozenset(Role(role) for role in self.roles)

    @property
    def active(self) -> bool:
        return self.status is MembershipStatus.ACTIVE

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """One's colleagues, and always oneself: signing in asks before the tenant is known."""
        own = cls.user_id == actor.user_id if actor.user_id else false()
        return or_(super().in_scope(actor), own)


class Invitation(TenantOwned):
    """A one-time link by which a person makes her account. The database keeps the hash of the link alone.

    A ``founding`` one is for the first key holder of a tenant, who makes its desk's keys; a coordinator writes it, into
    a tenant that is not hers, and can do nothing else there.
    """

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    email: Mapped[bytes] = mapped_column(LargeBinary)
    """Outer layer, purpose ``invitation.email``."""
    email_key: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    roles: Mapped[list[str]]
    founding: Mapped[bool] = mapped_column(default=False)
    issue: Mapped[int] = mapped_column(default=1)
    """Counts up when the letter is written anew; older links of the same invitation stop working."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)
    expires_at: Mapped[Moment]
    accepted_at: Mapped[Moment | None]
    withdrawn_at: Mapped[Moment | None]

    @property
    def held(self) -> frozenset[Role]:
        """The roles it offers."""
        return frozenset(Role(role) for role in self.roles)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """The tenant's own; who holds a link comes as a visitor; a coordinator sees the founding ones."""
        if actor.kind is ActorKind.VISITOR:
            return cls.tenant_id == actor.visiting
        if actor.kind is ActorKind.COORDINATOR:
            return or_(super().in_scope(actor), cls.founding)
        return super().in_scope(actor)

    def writable_by(self, actor: Actor) -> bool:
        if actor.kind is ActorKind.COORDINATOR and self.founding:
            return True
        return actor.kind is not ActorKind.VISITOR and super().writable_by(actor)
