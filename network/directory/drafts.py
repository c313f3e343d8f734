"""What people type about a listing, before it is one: the values a service takes, by the names of the columns."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from network.directory.models import Known, LocationType, OrganizationKind, Status, Visibility

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
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    notes: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptional:
    """A day, or days in a row, with other hours than the week has."""

    on: datetime.date
    until: datetime.date | None = None
    closed: bool = True
    opens_at: datetime.time | None = None
    closes_at: datetime.time | None = None
    notes: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """A service as it should stand. Who may come is a section of its own (``services.describe_service``)."""

    name: Texts
    alternate_name: Texts = field(default_factory=dict)
    url: str | None = None
    email: str | None = None
    description: Texts = field(default_factory=dict)
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
    keep_hours: bool = False
    """Leave the hours as they are: they say more than one ``opening`` can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneDraft:
    """A number as it should stand."""

    number: str
    country: str
    hotline: bool = False
    extension: str = ""
    toll_free: bool = False
    toll_free_from: list[str] = field(default_factory=list)
    safe_to_leave_message: Known = Known.UNKNOWN
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
    latitude: float | None = None
    longitude: float | None = None
    address_audience: Visibility = Visibility.TENANT
    transportation: Texts = field(default_factory=dict)
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
    """What is best known, where the four days below are not told apart."""
    planned_start: str = ""
    planned_end: str = ""
    actual_start: str = ""
    actual_end: str = ""
    iati_identifier: str = ""
    sectors: list[str] = field(default_factory=list)
    budget: Decimal | None = None
    currency: str = ""
    places: list[str] = field(default_factory=list)
    visibility: Visibility = Visibility.TENANT
    participants: tuple[ParticipantDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When something is open: its weeks, and the days that differ. Written whole."""

    weekly: tuple[Opening, ...] = ()
    different: tuple[Exceptional, ...] = ()


Draft = OrganizationDraft | ServiceDraft | PhoneDraft | ContactDraft
"""What has columns of its own and a version. A ``dict`` in a draft is a text by language."""
