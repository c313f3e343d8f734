"""Every sentence that the digest asks of SQL."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import defer

from network.digest.models import (
    Activity,
    ActivityKind,
    ActivityState,
    Edition,
    EditionKind,
    EditionState,
    Tombstone,
    Visibility,
)
from network.directory.models import Organization, Status
from network.directory.models import Visibility as Audience
from network.events.models import Event, EventStatus, EventVisibility
from network.places.models import Place
from network.places.queries import in_order
from network.tenancy import Tenant, TenantKind

PAGE = 10
"""Activities on one page of the list: what a cheap phone lays out in a moment."""

OPEN = 100
"""What a tenant has begun and not published, in one list."""

FEED = 50
"""Entries of a feed, however many lie behind them."""

REMEMBERED = 20
"""The latest withdrawals of which a feed still tells."""

Columns = TypeVarTuple("Columns")
Cursor = tuple[datetime.datetime, uuid.UUID]
Found = Row[Activity, str]
"""An activity and the name of the organization that tells of it."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a reader narrows a list or a feed by; None where it does not matter."""

    country: str | None = None
    kind: ActivityKind | None = None
    language: str | None = None
    tenant_id: uuid.UUID | None = None

    @property
    def narrow(self) -> bool:
        return any((self.country, self.kind, self.language, self.tenant_id))

    def of(self, model: type[Activity] | type[Tombstone], statement: Select[*Columns]) -> Select[*Columns]:
        if self.country:
            statement = statement.where(model.countries.contains([self.country]))
        if self.kind:
            statement = statement.where(model.kind == self.kind)
        if self.tenant_id:
            statement = statement.where(model.tenant_id == self.tenant_id)
        if self.language and model is Activity:
            statement = statement.where(Activity.title.has_key(self.language))
        return statement


def _told() -> Select[Activity, str]:
    return select(Activity, Tenant.name).join(Tenant, Tenant.id == Activity.tenant_id)


def published(chosen: Filter) -> Select[Activity, str]:
    """What this reader may read, with who tells it."""
    return chosen.of(Activity, _told().where(Activity.state == ActivityState.PUBLISHED))


def public(chosen: Filter) -> Select[Activity, str]:
    """What everybody may read, whoever asks: feeds and editions hold nothing else."""
    return published(chosen).where(Activity.visibility == Visibility.PUBLIC)


def latest(
    statement: Select[Activity, str], before: Cursor | None = None, limit: int = PAGE + 1
) -> Select[Activity, str]:
    """The latest first; one more than a page, to know whether there is another."""
    statement = statement.order_by(Activity.published_at.desc(), Activity.id.desc()).limit(limit)
    if before is None:
        return statement
    moment, last = before
    return statement.where(
        or_(Activity.published_at < moment, and_(Activity.published_at == moment, Activity.id < last))
    )


def entries(chosen: Filter) -> Select[Activity, str]:
    """The entries of a feed. Whatever changed comes first, so that a reader who was away does not miss it."""
    return public(chosen).order_by(Activity.updated_at.desc(), Activity.id.desc()).limit(FEED)


def withdrawn(chosen: Filter) -> Select[uuid.UUID, datetime.datetime]:
    """What everybody could read and was withdrawn lately: which, and when."""
    return (
        chosen.of(Tombstone, select(Tombstone.activity_id, Tombstone.withdrawn_at))
        .where(Tombstone.visibility == Visibility.PUBLIC)
        .order_by(Tombstone.withdrawn_at.desc(), Tombstone.id.desc())
        .limit(REMEMBERED)
    )


def by_slug(slug: str) -> Select[Activity, str]:
    return _told().where(Activity.slug == slug)


def own_by_slug(tenant_id: uuid.UUID, slug: str) -> Select[Activity, str]:
    return by_slug(slug).where(Activity.tenant_id == tenant_id)


def address_of(slug: str) -> str:
    """By which a withdrawn activity is known to those who have its address."""
    return hashlib.sha256(slug.encode()).hexdigest()


def tombstone_by_slug(slug: str) -> Select[Tombstone, str]:
    return (
        select(Tombstone, Tenant.name)
        .join(Tenant, Tenant.id == Tombstone.tenant_id)
        .where(Tombstone.address == address_of(slug))
    )


def tombstone_of(activity_id: uuid.UUID) -> Select[Tombstone]:
    return select(Tombstone).where(Tombstone.activity_id == activity_id)


def own_unpublished(tenant_id: uuid.UUID) -> Select[Activity, str]:
    waiting = (ActivityState.DRAFT, ActivityState.SUBMITTED)
    return (
        _told()
        .where(Activity.tenant_id == tenant_id, Activity.state.in_(waiting))
        .order_by(Activity.updated_at.desc(), Activity.id)
        .limit(OPEN)
    )


def locked(tenant_id: uuid.UUID | None, activity_id: uuid.UUID) -> Select[Activity]:
    """One's own activity for a change: one at a time, as it is now."""
    return (
        select(Activity)
        .where(Activity.tenant_id == tenant_id, Activity.id == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def published_between(first: datetime.datetime, end: datetime.datetime) -> Select[Activity, str]:
    """What everybody may read and was published from ``first`` to just before ``end``, the earliest first."""
    return (
        public(Filter())
        .where(Activity.published_at >= first, Activity.published_at < end)
        .order_by(Activity.published_at, Activity.id)
    )


def events_between(first: datetime.datetime, end: datetime.datetime) -> Select[Event]:
    """Events for everybody that begin in this time and take place, the next one first."""
    return (
        select(Event)
        .where(
            Event.status == EventStatus.PUBLISHED,
            Event.visibility == EventVisibility.PUBLIC,
            Event.start_at >= first,
            Event.start_at < end,
        )
        .order_by(Event.start_at, Event.id)
    )


def events_still_public(ids: Collection[uuid.UUID]) -> Select[uuid.UUID]:
    """Of these events, those that everybody may read about at this moment."""
    return select(Event.id).where(
        Event.id.in_(ids), Event.status != EventStatus.DRAFT, Event.visibility == EventVisibility.PUBLIC
    )


def listings_between(first: datetime.datetime, end: datetime.datetime) -> Select[Organization]:
    """Organizations that everybody may read about and that came to the directory, or were put right, in this time."""
    return (
        select(Organization)
        .where(
            Organization.visibility == Audience.PUBLIC,
            Organization.status == Status.ACTIVE,
            Organization.last_modified >= first,
            Organization.last_modified < end,
        )
        .order_by(Organization.created_at.desc(), Organization.id)
    )


def listings_still_public(ids: Collection[uuid.UUID]) -> Select[uuid.UUID]:
    """Of these listings, those that everybody may read at this moment."""
    return select(Organization.id).where(Organization.id.in_(ids), Organization.visibility == Audience.PUBLIC)


def public_listing(slug: str) -> Select[Organization, TenantKind]:
    """A listing that everybody may read, and what the tenant is that keeps it."""
    return (
        select(Organization, Tenant.kind)
        .join(Tenant, Tenant.id == Organization.tenant_id)
        .where(Organization.slug == slug, Organization.visibility == Audience.PUBLIC)
    )


def still_public(ids: Collection[uuid.UUID]) -> Select[uuid.UUID]:
    """Of these activities, those that everybody may read at this moment."""
    return select(Activity.id).where(
        Activity.id.in_(ids),
        Activity.state == ActivityState.PUBLISHED,
        Activity.visibility == Visibility.PUBLIC,
    )


def editions(limit: int = FEED) -> Select[Edition]:
    """Published ones, the latest period first, without what they hold."""
    return (
        select(Edition)
        .options(defer(Edition.content, raiseload=True))
        .where(Edition.state == EditionState.PUBLISHED)
        .order_by(Edition.period_from.desc(), Edition.id)
        .limit(limit)
    )


def open_editions(tenant_id: uuid.UUID) -> Select[Edition]:
    return (
        select(Edition)
        .where(Edition.tenant_id == tenant_id, Edition.state == EditionState.OPEN)
        .order_by(Edition.period_from)
        .limit(OPEN)
    )


def edition_by_slug(slug: str) -> Select[Edition]:
    return select(Edition).where(Edition.slug == slug)


def edition_of(tenant_id: uuid.UUID | None, kind: EditionKind, period_from: datetime.date) -> Select[Edition]:
    return select(Edition).where(
        Edition.tenant_id == tenant_id, Edition.kind == kind, Edition.period_from == period_from
    )


def locked_edition(tenant_id: uuid.UUID | None, edition_id: uuid.UUID) -> Select[Edition]:
    return (
        select(Edition)
        .where(Edition.tenant_id == tenant_id, Edition.id == edition_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def network_tenant() -> Select[Tenant]:
    return select(Tenant).where(Tenant.kind == TenantKind.NETWORK).order_by(Tenant.created_at).limit(1)


def tenant_kind(tenant_id: uuid.UUID | None) -> Select[TenantKind]:
    return select(Tenant.kind).where(Tenant.id == tenant_id)


def countries_of(ids: Collection[str]) -> Select[str, str]:
    """The places among these ids that exist, each with its country."""
    return select(Place.id, Place.country).where(Place.id.in_(ids))


def place_choices(language: str) -> Select[Place]:
    """Countries, provinces, districts and cities, in the reader's alphabet."""
    return select(Place).where(Place.level <= 2).order_by(Place.country, in_order(language), Place.id)
