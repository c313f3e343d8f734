"""What people type about a listing, before it is one: the values a service takes, by the names of the columns."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

from network.directory.models import LocationType, OrganizationKind, Status, Visibility

Texts = dict[str, str]
"""A text by language code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationDraft:
    """An organization as it should stand."""

    kind: OrganizationKind
    name: Texts
    description: Texts
    alternate_name: Texts = field(default_factory=dict)
    member: bool = False
    status: Status = Status.ACTIVE
    source: str = "en"
    visibility: Visibility = Visibility.TENANT
    website: str | None = None
    email: str | None = None
    registered_on: datetime.date | None = None
    year_incorporated: int | None = None
    legal_status: str | None = None
    place_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When a service is open. ``byday`` as in RFC 5545: ``MO,TU``."""

    always: bool = False
    byday: str = ""
    opens_at: datetime.time | None = None
    closes_at: datetime.time | None = None
    timezone: str = "Asia/Bishkek"
    notes: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """A service as it should stand."""

    name: Texts
    description: Texts
    eligibility_description: Texts = field(default_factory=dict)
    application_process: Texts = field(default_factory=dict)
    fees_description: Texts = field(default_factory=dict)
    status: Status = Status.ACTIVE
    source: str = "en"
    visibility: Visibility = Visibility.TENANT
    terms: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    emergency: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a service reaches and when: its areas and its hours."""

    areas: tuple[str, ...] = ()
    opening: Opening | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneDraft:
    """A number as it should stand."""

    number: str
    country: str
    hotline: bool = False
    toll_free: bool = False
    channels: list[str] = field(default_factory=lambda: ["voice"])
    languages: list[str] = field(default_factory=list)
    description: Texts = field(default_factory=dict)
    hours: Texts = field(default_factory=dict)
    audience: Visibility = Visibility.TENANT
    service_id: uuid.UUID | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A person or desk as it should stand."""

    name: str
    title: str = ""
    email: str | None = None
    telephone: str | None = None
    audience: Visibility = Visibility.TENANT
    service_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationDraft:
    """Where an organization works, and the door if it is known; ``service_ids`` are given there."""

    place_id: str
    name: Texts = field(default_factory=dict)
    location_type: LocationType = LocationType.PHYSICAL
    audience: Visibility = Visibility.TENANT
    address_1: str = ""
    postal_code: str = ""
    address_audience: Visibility = Visibility.TENANT
    service_ids: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantDraft:
    """Who takes part in a project; ``organization`` names a listing by (tenant, id)."""

    role: int
    name: Texts
    organization: tuple[uuid.UUID, uuid.UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDraft:
    """A project as it should stand; days as exact as they are known."""

    title: Texts
    status: str
    description: Texts = field(default_factory=dict)
    source: str = "en"
    start_on: str = ""
    end_on: str = ""
    places: list[str] = field(default_factory=list)
    visibility: Visibility = Visibility.TENANT
    participants: tuple[ParticipantDraft, ...] = ()


Draft = OrganizationDraft | ServiceDraft | PhoneDraft | ContactDraft
"""What has columns of its own and a version. A ``dict`` in a draft is a text by language."""
