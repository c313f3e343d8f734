"""Where things are: the district for many readers, the door for few, and nothing more of what is confidential."""

from __future__ import annotations

from network.directory import where
from network.directory.hsds import parts
from network.directory.hsds.words import LANGUAGE, Json, filled, marks, said
from network.directory.models import Address, Location, ServiceAtLocation
from network.i18n.countries import country_name


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


def location(row: Location, *, withheld: bool = False, full: bool = False) -> Json:
    """A place of work; ``withheld`` for that of a confidential service: the district, and that the rest is not told.

    A place where any confidential service is given is withheld, whichever service or organization it is told with.
    """
    withheld = withheld or row.confidential
    place_id = where.district(row.place_id) if withheld else row.place_id
    place = where.place(place_id)
    name = ("" if withheld else said(row.name)) or (place.names.get(LANGUAGE, "") if place else "")
    doors = [] if withheld else [one for one in row.addresses if one.address_1 and one.sealed is None]
    point = next(((one.latitude, one.longitude) for one in doors if one.latitude is not None), (None, None))
    told = filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        location_type=row.location_type.value,
        name=name,
        transportation="" if withheld else said(row.transportation),
        description=", ".join(
            filter(None, (one.names.get(LANGUAGE) for one in map(where.place, where.line(place_id)) if one))
        ),
        latitude=point[0],
        longitude=point[1],
        external_identifier=place.pcode if place else None,
        external_identifier_type="p-code" if place and place.pcode else None,
        addresses=[address(one, row.place_id) for one in doors],
        attributes=marks(row.id, "location", address_withheld=withheld),
    )
    if full and not withheld:
        told |= filled(accessibility=[parts.accessibility(one) for one in row.accessibility])
    return told


def service_at_location(row: ServiceAtLocation, *, confidential: bool = False) -> Json:
    confidential = confidential or (row.location is not None and row.location.confidential)
    return filled(
        id=str(row.id),
        service_id=str(row.service_id),
        location_id=str(row.location_id),
        description="" if confidential else said(row.description),
        location=location(row.location, withheld=confidential, full=True) if row.location else None,
    )
