"""What belongs to an organization or a service: numbers, people, hours, papers, costs."""

from __future__ import annotations

import datetime
import uuid
from zoneinfo import ZoneInfo

from network.directory import where
from network.directory.hsds.words import Json, clock, day, filled, marks, part, said
from network.directory.models import (
    Accessibility,
    Contact,
    CostOption,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ScheduleException,
    ServiceArea,
    ServiceCapacity,
)
from network.i18n.languages import LANGUAGES


def languages(owner: uuid.UUID, codes: list[str]) -> list[Json]:
    return [
        {
            "id": part(owner, "language", code),
            "code": code,
            "name": LANGUAGES[code].name if code in LANGUAGES else code,
        }
        for code in codes
    ]


def phone(row: Phone) -> Json:
    extension = int(row.extension) if row.extension.isascii() and row.extension.isdigit() else None
    return filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        service_id=str(row.service_id) if row.service_id else None,
        number=row.number,
        extension=extension,
        type="voice" if "voice" in row.channels else next(iter(row.channels), ""),
        description="; ".join(filter(None, (said(row.description), said(row.hours)))),
        languages=languages(row.id, row.languages),
        attributes=marks(
            row.id,
            "phone",
            hotline=row.hotline,
            toll_free=row.toll_free,
            country=row.country,
            channels=",".join(row.channels) if row.channels != ["voice"] else "",
            toll_free_from=",".join(row.toll_free_from),
            safe_to_leave_message="" if row.safe_to_leave_message == "unknown" else row.safe_to_leave_message,
        ),
    )


def contact(row: Contact) -> Json:
    return filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        service_id=str(row.service_id) if row.service_id else None,
        name=row.name,
        title=row.title,
        email=row.email,
    )


def identifier(row: OrganizationIdentifier) -> Json:
    return {
        "id": str(row.id),
        "organization_id": str(row.organization_id),
        "identifier_scheme": row.identifier_scheme,
        "identifier_type": row.identifier_scheme,
        "identifier": row.identifier,
    }


def service_area(row: ServiceArea) -> Json:
    place = where.place(row.place_id)
    return filled(
        id=str(row.id),
        service_id=str(row.service_id),
        name=place.names.get("en", row.place_id) if place else row.place_id,
        extent=place.pcode if place else None,
        extent_type="p-code" if place and place.pcode else None,
    )


def schedule(row: Schedule, at: datetime.datetime) -> Json:
    """Hours as a weekly rule. ``at`` decides the number of hours from UTC, which no country of the valley changes."""
    offset = ZoneInfo(row.timezone).utcoffset(at) or datetime.timedelta()
    hours = ("00:00", "23:59") if row.always else (clock(row.opens_at), clock(row.closes_at))
    return filled(
        id=str(row.id),
        service_id=str(row.service_id) if row.service_id else None,
        location_id=str(row.location_id) if row.location_id else None,
        valid_from=day(row.valid_from),
        valid_to=day(row.valid_to),
        freq="WEEKLY",
        interval=1,
        wkst="MO",
        byday="MO,TU,WE,TH,FR,SA,SU" if row.always else row.byday,
        opens_at=hours[0],
        closes_at=hours[1],
        timezone=offset.total_seconds() / 3600,
        description="Round the clock, every day" if row.always else None,
        notes=said(row.notes),
    )


def exception(row: ScheduleException) -> Json:
    """Days with other hours: a schedule of those days alone, without hours where it is closed."""
    return filled(
        id=str(row.id),
        service_id=str(row.service_id) if row.service_id else None,
        location_id=str(row.location_id) if row.location_id else None,
        valid_from=day(row.on),
        valid_to=day(row.until or row.on),
        description="Closed on these days" if row.closed else "Other hours on these days",
        opens_at=None if row.closed else clock(row.opens_at),
        closes_at=None if row.closed else clock(row.closes_at),
        notes=said(row.notes),
        attributes=marks(row.id, "schedule", exception="closed" if row.closed else "other hours"),
    )


def accessibility(row: Accessibility) -> Json:
    return filled(
        id=str(row.id),
        location_id=str(row.location_id),
        description=said(row.description) or ", ".join(one.replace("_", " ") for one in row.features),
        details=",".join(row.features),
    )


def required_document(row: RequiredDocument) -> Json:
    return filled(id=str(row.id), service_id=str(row.service_id), document=said(row.document), uri=row.uri)


def cost_option(row: CostOption) -> Json:
    return filled(
        id=str(row.id),
        service_id=str(row.service_id),
        valid_from=day(row.valid_from),
        valid_to=day(row.valid_to),
        option=said(row.option),
        currency=row.currency,
        amount_description=said(row.amount_description),
    ) | ({"amount": float(row.amount)} if row.amount is not None else {})


def capacity(row: ServiceCapacity) -> Json:
    """How much room there is; a field of our profile."""
    told = filled(
        id=str(row.id),
        unit=row.unit.value,
        description=said(row.description),
        updated_at=row.updated_at.isoformat(),
    )
    counts = {"available": row.available, "maximum": row.maximum}
    return told | {name: count for name, count in counts.items() if count is not None}
