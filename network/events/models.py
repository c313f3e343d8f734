"""Events, the seats they have, and who registered for them."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Enum,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    and_,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from sqlalchemy.orm.util import AliasedClass

from network.database import Json, Moment, PrimaryKey, now
from network.tenancy import Actor, TenantOwned


class EventKind(StrEnum):
    """What people come together for."""

    CONFERENCE = "conference"
    ROUNDTABLE = "roundtable"
    SEMINAR = "seminar"
    TRAINING = "training"


class EventStatus(StrEnum):
    """How far an event is: a draft is its organiser's alone."""

    DRAFT = "draft"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class EventVisibility(StrEnum):
    """Who reads about an event once it is no draft."""

    PUBLIC = "public"
    PARTNERS = "partners"


class RegistrationState(StrEnum):
    """Where a registration stands (the words of Indico)."""

    COMPLETE = "complete"
    PENDING = "pending"  # Holds a seat and waits for the organiser's word.
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ConsentToPublish(StrEnum):
    """Who may read in a list of participants that one of them is there."""

    NOBODY = "nobody"
    PARTICIPANTS = "participants"
    ALL = "all"


SEATED = frozenset({RegistrationState.COMPLETE, RegistrationState.PENDING})
"""The states that hold a seat: this set alone decides who counts against the limit."""

ACTIVE = SEATED | {RegistrationState.WAITLISTED}
"""The states of which one person can have only one for an event."""


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])


class Event(TenantOwned):
    """A conference, roundtable, seminar or training that one tenant organises."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "status", "start_at"),)

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    uid: Mapped[str] = mapped_column(String(80), default=lambda: str(uuid.uuid4()))
    """The name of the event in every calendar (RFC 7986), the same for ever."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Grows with every change that moves an entry in a calendar (RFC 5545, 3.8.7.4)."""
    kind: Mapped[EventKind] = mapped_column(_words(EventKind))
    status: Mapped[EventStatus] = mapped_column(_words(EventStatus), default=EventStatus.DRAFT)
    visibility: Mapped[EventVisibility] = mapped_column(
        _words(EventVisibility), default=EventVisibility.PUBLIC
    )
    title: Mapped[Json]
    summary: Mapped[Json]
    programme: Mapped[Json]
    """Texts by language, as ``network.i18n.translated`` keeps them."""
    start_at: Mapped[Moment]
    end_at: Mapped[Moment]
    timezone: Mapped[str] = mapped_column(String(40))
    """One of ``zones.ZONES``: the clock on the wall where the event takes place."""
    place_code: Mapped[str | None] = mapped_column(String(40))
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166 code, upper case, of the place; kept here because lists are narrowed by it."""
    venue: Mapped[str] = mapped_column(String(300), default="")
    online_url: Mapped[str | None] = mapped_column(String(500))
    """Where to join from afar: for those who hold a seat, in their mail and on their own page, nowhere else."""
    approval: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the organiser says yes or no to each registration."""
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
    """When registration opens and closes; without them at publication and at the beginning of the event."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    last_modified: Mapped[Moment] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    """Counts the organiser's changes: a form that was read at an older one is refused."""

    seats: Mapped[EventCapacity] = relationship(
        back_populates="event", lazy="raise", uselist=False, cascade="all, delete-orphan"
    )

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """One's own, and others' as soon as they are no drafts: public ones for everybody, some for partners only."""
        return _readable(cls, actor)

    @property
    def announced(self) -> bool:
        """Readers know of it, so its changes are told to them."""
        return self.status is not EventStatus.DRAFT


def _readable(event: type[Event] | AliasedClass[Event], actor: Actor) -> ColumnElement[bool]:
    audience: ColumnElement[bool] = event.visibility == EventVisibility.PUBLIC
    if actor.is_partner:
        audience = or_(audience, event.visibility == EventVisibility.PARTNERS)
    own = false() if actor.acting_tenant is None else event.tenant_id == actor.acting_tenant
    return or_(own, and_(event.status != EventStatus.DRAFT, audience))


class EventCapacity(TenantOwned):
    """The seats of one event: the row that is locked while one is given or freed, so that none is given twice."""

    __tablename__ = "event_capacity"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "event_id"], ["event.tenant_id", "event.id"], ondelete="CASCADE"),
    )

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_limit: Mapped[int | None]
    """How many may come; None where everybody may."""
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    last_position: Mapped[int] = mapped_column(default=0)
    """The highest place in the queue that was given out; never goes back."""

    event: Mapped[Event] = relationship(back_populates="seats", lazy="raise")

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """Whoever reads about the event reads how many seats it has left."""
        known = aliased(Event)
        return cls.event_id.in_(select(known.id).where(_readable(known, actor)))

    @property
    def left(self) -> int | None:
        """Free seats, None where there is no limit. People who wait come before newcomers."""
        if self.registration_limit is None:
            return None
        return max(0, self.registration_limit - self.taken - self.waiting)

    @property
    def full(self) -> bool:
        """Whether a newcomer would wait."""
        return self.left == 0


class Registration(TenantOwned):
    """One person's wish to come. The organising tenant's row; the person reaches it by a signed link."""

    __tablename__ = "registration"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "event_id"], ["event.tenant_id", "event.id"]),
        # A person has one active registration for an event, whatever the code does.
        Index(
            None,
            "tenant_id",
            "event_id",
            "email_key",
            unique=True,
            postgresql_where="state IN ('complete', 'pending', 'waitlisted')",
        ),
        Index(None, "event_id", "state", "position"),
    )

    id: Mapped[PrimaryKey]
    event_id: Mapped[uuid.UUID]
    state: Mapped[RegistrationState] = mapped_column(_words(RegistrationState))
    position: Mapped[int]
    """The place in the queue, in the order in which people came; everybody has one, seats are given in this order."""
    email: Mapped[bytes] = mapped_column(LargeBinary)
    """The address, sealed under the outer layer (``people.seal_email``)."""
    email_key: Mapped[bytes] = mapped_column(LargeBinary)
    """By which a second registration of the same address is known; another value at every event."""
    name: Mapped[str] = mapped_column(String(200))
    organization: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2))
    consent_to_publish: Mapped[ConsentToPublish] = mapped_column(
        _words(ConsentToPublish), default=ConsentToPublish.NOBODY
    )
    submission: Mapped[uuid.UUID]
    """The number that the form carried: a form that is sent twice is one registration and one mail."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why the organiser said no, in the organiser's words."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now)

    event: Mapped[Event] = relationship(lazy="raise", viewonly=True)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """The organiser's own, and a visitor's while acting on that tenant's offer."""
        return false() if actor.acting_tenant is None else cls.tenant_id == actor.acting_tenant

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def seated(self) -> bool:
        return self.state in SEATED
