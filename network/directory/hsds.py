"""Rows as HSDS 3.0 says them. Pure: what is given is what everybody may read, and what is empty is left out.

Texts are English where there is any, else the next language of its fall-back order: the standard has one text a field.
Traps of the standard: null is no string, so nothing empty is written; an address demands postal code and province; a
location has no word for "withheld", so an attribute says it; the time zone of a schedule is a number of hours.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from network.directory import taxonomy, where
from network.directory.models import (
    Address,
    Contact,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from network.i18n.countries import country_name
from network.i18n.languages import LANGUAGES
from network.i18n.translated import pick

VERSION = "3.0"
LANGUAGE = "en"

Json = dict[str, Any]

_PARTS = uuid.UUID("2f1f6a64-8a83-5d0b-9d0d-64f2a8f1b6de")
"""Made once; ids of things that are no rows of ours (a language spoken, an attribute) are derived from it."""


def _part(owner: uuid.UUID, kind: str, code: str) -> str:
    return str(uuid.uuid5(_PARTS, f"{owner}/{kind}/{code}"))


def _said(texts: Mapping[str, object] | None) -> str:
    return pick(texts, LANGUAGE)[0]


def _filled(**values: Any) -> Json:
    """What is there: the schemas know no null and no use in emptiness."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def languages(owner: uuid.UUID, codes: list[str]) -> list[Json]:
    return [
        {
            "id": _part(owner, "language", code),
            "code": code,
            "name": LANGUAGES[code].name if code in LANGUAGES else code,
        }
        for code in codes
    ]


def phone(row: Phone) -> Json:
    return _filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        service_id=str(row.service_id) if row.service_id else None,
        number=row.number,
        type="voice" if "voice" in row.channels else next(iter(row.channels), ""),
        description="; ".join(filter(None, (_said(row.description), _said(row.hours)))),
        languages=languages(row.id, row.languages),
        attributes=_marks(row.id, "phone", hotline=row.hotline, toll_free=row.toll_free, country=row.country),
    )


def _marks(owner: uuid.UUID, entity: str, **marks: str | bool) -> list[Json]:
    """What the standard has no field for, as attributes with a value."""
    return [
        {
            "id": _part(owner, "attribute", name),
            "link_id": str(owner),
            "link_entity": entity,
            "link_type": name,
            "value": "yes" if value is True else str(value),
        }
        for name, value in marks.items()
        if value
    ]


def contact(row: Contact) -> Json:
    return _filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        service_id=str(row.service_id) if row.service_id else None,
        name=row.name,
        title=row.title,
        email=row.email,
    )


def address(row: Address, place_id: str) -> Json:
    """An address with the words the standard demands; what is unknown is said as such, never left out."""
    line = [where.place(one) for one in where.line(place_id)]
    named = {place.level: place.names.get(LANGUAGE, "") for place in line if place}
    country = where.country(place_id) or ""
    return {
        "id": str(row.id),
        "location_id": str(row.location_id),
        "address_1": row.address_1,
        "city": named.get(3) or named.get(2) or named.get(1) or country_name(country, LANGUAGE),
        "state_province": named.get(1) or country_name(country, LANGUAGE),
        "postal_code": row.postal_code or "unknown",
        "country": country,
        "address_type": "physical",
    }


def location(row: Location, *, withheld: bool = False) -> Json:
    """A place of work; ``withheld`` for that of a confidential service: the district, and that the rest is not told."""
    place = where.place(row.place_id)
    name = _said(row.name) or (place.names.get(LANGUAGE, "") if place else "")
    doors = [] if withheld else [address(one, row.place_id) for one in row.addresses]
    return _filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        location_type=row.location_type.value,
        name=name,
        description=", ".join(
            filter(
                None, (one.names.get(LANGUAGE) for one in map(where.place, where.line(row.place_id)) if one)
            )
        ),
        external_identifier=place.pcode if place else None,
        external_identifier_type="p-code" if place and place.pcode else None,
        addresses=doors,
        attributes=_marks(row.id, "location", address_withheld=withheld),
    )


def service_at_location(row: ServiceAtLocation, *, confidential: bool = False) -> Json:
    return _filled(
        id=str(row.id),
        service_id=str(row.service_id),
        location_id=str(row.location_id),
        description=_said(row.description),
        location=location(row.location, withheld=confidential) if row.location else None,
    )


def service_area(row: ServiceArea) -> Json:
    place = where.place(row.place_id)
    return _filled(
        id=str(row.id),
        service_id=str(row.service_id),
        name=place.names.get(LANGUAGE, row.place_id) if place else row.place_id,
        extent=place.pcode if place else None,
        extent_type="p-code" if place and place.pcode else None,
    )


def schedule(row: Schedule, at: datetime.datetime) -> Json:
    """Hours as a weekly rule. ``at`` decides the number of hours from UTC, which no country of the valley changes."""
    offset = ZoneInfo(row.timezone).utcoffset(at) or datetime.timedelta()
    hours = ("00:00", "23:59") if row.always else (_clock(row.opens_at), _clock(row.closes_at))
    return _filled(
        id=str(row.id),
        service_id=str(row.service_id),
        freq="WEEKLY",
        interval=1,
        wkst="MO",
        byday="MO,TU,WE,TH,FR,SA,SU" if row.always else row.byday,
        opens_at=hours[0],
        closes_at=hours[1],
        timezone=offset.total_seconds() / 3600,
        description="Round the clock, every day" if row.always else None,
        notes=_said(row.notes),
    )


def _clock(value: datetime.time | None) -> str:
    return f"{value:%H:%M}" if value else ""


def organization(row: Organization, *, full: bool = False) -> Json:
    """The organization; ``full`` with numbers, contacts and places of work."""
    told = _filled(
        id=str(row.id),
        name=_said(row.name),
        alternate_name=_said(row.alternate_name),
        email=row.email,
        website=row.website,
        year_incorporated=row.year_incorporated or (row.registered_on.year if row.registered_on else None),
        legal_status=row.legal_status,
        attributes=_marks(row.id, "organization", kind=row.kind.value, member_of_the_network=row.member),
    )
    told["description"] = _said(row.description)
    if full:
        told |= _filled(
            phones=[phone(one) for one in row.phones if one.service_id is None],
            contacts=[contact(one) for one in row.contacts if one.service_id is None],
            locations=[location(one) for one in row.locations],
        )
    return told


def service(row: Service, *, full: bool = False, at: datetime.datetime | None = None) -> Json:
    """The service; ``full`` with all that belongs to it. ``at``: the moment of the answer, for time zones."""
    told = _filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        name=_said(row.name),
        description=_said(row.description),
        status=row.status.value,
        application_process=_said(row.application_process),
        fees_description=_said(row.fees_description),
        eligibility_description=_said(row.eligibility_description),
        last_modified=moment(row.last_modified),
        attributes=[attribute(row.id, code) for code in row.terms if code in taxonomy.TERMS],
        languages=languages(row.id, row.languages),
    )
    if full:
        told["organization"] = organization(row.organization)
        told |= _filled(
            phones=[phone(one) for one in row.phones],
            contacts=[contact(one) for one in row.contacts],
            schedules=[schedule(one, at or row.last_modified) for one in row.schedules],
            service_areas=[service_area(one) for one in row.areas],
            service_at_locations=[
                service_at_location(one, confidential=row.confidential) for one in row.at_locations
            ],
        )
    return told


def service_of_location(row: ServiceAtLocation, of: Service) -> Json:
    """``/service_at_locations/ID``: the official description names the service's schema there, so both fit."""
    return service_at_location(row, confidential=of.confidential) | {
        "name": _said(of.name),
        "status": of.status.value,
    }


def attribute(owner: uuid.UUID, code: str) -> Json:
    """That a service is of this kind."""
    return {
        "id": _part(owner, "term", code),
        "link_id": str(owner),
        "link_entity": "service",
        "link_type": "service_type",
        "taxonomy_term_id": str(taxonomy.TERMS[code].id),
        "taxonomy_term": taxonomy_term(taxonomy.TERMS[code]),
    }


def the_taxonomy() -> Json:
    return {
        "id": str(taxonomy.TAXONOMY_ID),
        "name": taxonomy.TAXONOMY_NAME,
        "description": taxonomy.TAXONOMY_DESCRIPTION,
        "version": "1",
    }


def taxonomy_term(term: taxonomy.Term) -> Json:
    return {
        "id": str(term.id),
        "code": term.code,
        "name": term.name,
        "description": term.description,
        "taxonomy": taxonomy.TAXONOMY_NAME,
        "taxonomy_id": str(taxonomy.TAXONOMY_ID),
        "language": LANGUAGE,
    }


def page(contents: list[Json], *, total: int, number: int, size: int) -> Json:
    """The envelope of every list; an empty list is one page, first and last."""
    pages = max(1, -(-total // size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }
