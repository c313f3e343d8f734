"""Activities that members tell of, editions that gather a week of them, and what remains of what was withdrawn."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Enum,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from network.database import Json, Moment, PrimaryKey, now
from network.tenancy import Actor, TenantOwned


class ActivityKind(StrEnum):
    """What was done. The values stand in addresses: ``?category=training``."""

    INFORMATION_CAMPAIGN = "information_campaign"
    SEMINAR = "seminar"
    TRAINING = "training"
    ROUNDTABLE = "roundtable"
    CONFERENCE = "conference"
    RESEARCH = "research"
    HOTLINE = "hotline"
    PEER_WORK = "peer_work"
    COMMUNITY_GROUP = "community_group"
    LEGAL_ASSISTANCE = "legal_assistance"  # And the monitoring of courts.
    STATE_COOPERATION = "state_cooperation"


class ActivityState(StrEnum):
    """How far an activity is: a draft is its tenant's alone."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # Finished; the clock publishes it at ``publish_at``.
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Visibility(StrEnum):
    """Who reads an activity once it is published."""

    PUBLIC = "public"
    PARTNERS = "partners"  # Everyone who works at a member of the network.


class Reached(StrEnum):
    """Whom an activity reached, as counts alone."""

    WOMEN = "women"
    MEN = "men"
    GIRLS = "girls"  # Under 18.
    BOYS = "boys"
    OTHERS = "others"  # Not counted by sex and age.


class EditionKind(StrEnum):
    """What an edition gathers."""

    WEEKLY = "weekly"


class EditionState(StrEnum):
    """An open edition waits for the coordinator's note, and for its hour."""

    OPEN = "open"
    PUBLISHED = "published"


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=30, values_callable=lambda e: [m.value for m in e])


def _meant_for(column: InstrumentedAttribute[Visibility], actor: Actor) -> ColumnElement[bool]:
    audience = [Visibility.PUBLIC, Visibility.PARTNERS] if actor.is_partner else [Visibility.PUBLIC]
    return column.in_(audience)


class Activity(TenantOwned):
    """One thing that a tenant did, told in the languages it has."""

    __tablename__ = "activity"
    __table_args__ = (
        Index(None, "state", "visibility", "published_at"),
        Index(None, "state", "visibility", "updated_at"),
        Index(None, "tenant_id", "state"),
    )

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[ActivityKind] = mapped_column(_words(ActivityKind))
    title: Mapped[Json]
    summary: Mapped[Json]
    text: Mapped[Json]
    """Markdown."""
    project: Mapped[Json]
    """Project and funder, as readers should see them."""
    happened_from: Mapped[str] = mapped_column(String(10), default="")
    happened_to: Mapped[str] = mapped_column(String(10), default="")
    """Days as exact as they are known (``days.py``): ``2004``, ``2003-06`` or ``2007-04-24``; empty where unknown."""
    places: Mapped[list[str]] = mapped_column(default=list)
    """Ids of ``network.places``."""
    countries: Mapped[list[str]] = mapped_column(default=list)
    """ISO 3166 codes of these places, upper case; kept here because lists are narrowed by them."""
    reached: Mapped[Json] = mapped_column(default=dict)
    """People reached: counts by ``Reached``, never who."""
    visibility: Mapped[Visibility] = mapped_column(_words(Visibility), default=Visibility.PUBLIC)
    state: Mapped[ActivityState] = mapped_column(_words(ActivityState), default=ActivityState.DRAFT)
    publish_at: Mapped[datetime.datetime | None]
    """When the clock publishes it, while it is submitted."""
    published_at: Mapped[datetime.datetime | None]
    created_at: Mapped[Moment] = mapped_column(default=now)
    updated_at: Mapped[Moment] = mapped_column(default=now)
    """Atom's ``updated``: moves when what readers see changes, and never else."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change: a form that was read at an older one is refused."""

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """One's own, and others' while they are published: public ones for everybody, some for partners only."""
        own = false() if actor.tenant_id is None else cls.tenant_id == actor.tenant_id
        return or_(own, and_(cls.state == ActivityState.PUBLISHED, _meant_for(cls.visibility, actor)))

    @property
    def published(self) -> bool:
        return self.state is ActivityState.PUBLISHED


class Tombstone(TenantOwned):
    """That an entry was there and is gone, so that feed readers forget it too. Holds none of its words."""

    __tablename__ = "tombstone"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "activity_id"], ["activity.tenant_id", "activity.id"]),
        UniqueConstraint("tenant_id", "activity_id"),
    )

    id: Mapped[PrimaryKey]
    activity_id: Mapped[uuid.UUID]
    address: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the slug, hexadecimal: whoever has the address learns that it is gone. The slug itself is made of the
    title, and that is withdrawn."""
    kind: Mapped[ActivityKind] = mapped_column(_words(ActivityKind))
    countries: Mapped[list[str]]
    visibility: Mapped[Visibility] = mapped_column(_words(Visibility))
    """Who could read the entry, and may know that it is gone."""
    withdrawn_at: Mapped[Moment]

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        own = false() if actor.tenant_id is None else cls.tenant_id == actor.tenant_id
        return or_(own, _meant_for(cls.visibility, actor))


class Edition(TenantOwned):
    """One week of the network. The network's own tenant keeps it; a period has one edition, whatever the clock does."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "period_from"),)

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[EditionKind] = mapped_column(_words(EditionKind))
    period_from: Mapped[datetime.date]
    period_to: Mapped[datetime.date]
    """The last day that belongs to it."""
    state: Mapped[EditionState] = mapped_column(_words(EditionState), default=EditionState.OPEN)
    publish_at: Mapped[Moment]
    published_at: Mapped[datetime.datetime | None]
    updated_at: Mapped[Moment]
    note: Mapped[Json]
    """The coordinator's own words, by language, Markdown."""
    content: Mapped[Json]
    """What it held when it was published (``services.contents``); pages leave out what was withdrawn since."""
    version: Mapped[int] = mapped_column(default=1)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """The network's own; everybody's as soon as it is published."""
        own = false() if actor.tenant_id is None else cls.tenant_id == actor.tenant_id
        return or_(own, cls.state == EditionState.PUBLISHED)

    @property
    def published(self) -> bool:
        return self.state is EditionState.PUBLISHED
