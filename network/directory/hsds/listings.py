"""Organizations and services, as lists show them and whole."""

from __future__ import annotations

import datetime

from network.directory import taxonomy
from network.directory.hsds import parts, places
from network.directory.hsds.terms import attribute
from network.directory.hsds.words import Json, filled, marks, moment, said, translations
from network.directory.models import Organization, Service, ServiceAtLocation


def organization(
    row: Organization,
    *,
    full: bool = False,
    with_services: bool = False,
    at: datetime.datetime | None = None,
) -> Json:
    """The organization; ``full`` with numbers, contacts and places of work."""
    told = filled(
        id=str(row.id),
        name=said(row.name),
        alternate_name=said(row.alternate_name),
        email=row.email,
        website=row.website,
        year_incorporated=row.year_incorporated or (row.registered_on.year if row.registered_on else None),
        legal_status=row.legal_status,
        attributes=marks(row.id, "organization", kind=row.kind.value, member_of_the_network=row.member),
        translations=translations(
            name=row.name, alternate_name=row.alternate_name, description=row.description
        ),
    )
    told["description"] = said(row.description)
    if full:
        told |= filled(
            phones=[parts.phone(one) for one in row.phones if one.service_id is None],
            contacts=[parts.contact(one) for one in row.contacts if one.service_id is None],
            organization_identifiers=[parts.identifier(one) for one in row.identifiers],
            locations=[places.location(one, full=True) for one in row.locations],
        )
    if with_services:
        told |= filled(services=[service(one, full=True, at=at, within=row) for one in row.services])
    return told


def _age(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def service(
    row: Service,
    *,
    full: bool = False,
    at: datetime.datetime | None = None,
    within: Organization | None = None,
) -> Json:
    """The service; ``full`` with all that belongs to it. ``at``: the moment of the answer, for time zones.

    ``within``: the organization that already holds it, so that it is not said again.
    """
    told = filled(
        id=str(row.id),
        organization_id=str(row.organization_id),
        name=said(row.name),
        alternate_name=said(row.alternate_name),
        description=said(row.description),
        url=row.url,
        email=row.email,
        status=row.status.value,
        application_process=said(row.application_process),
        fees_description=said(row.fees_description),
        eligibility_description=said(row.eligibility_description),
        minimum_age=_age(row.eligibility.get("minimum_age")),
        maximum_age=_age(row.eligibility.get("maximum_age")),
        assured_date=row.verified_at.date().isoformat() if row.verified_at else None,
        last_modified=moment(row.last_modified),
        attributes=[attribute(row.id, code) for code in row.terms if code in taxonomy.TERMS],
        languages=parts.languages(row.id, row.languages),
        emergency=row.emergency or None,
        confidential=row.confidential or None,
        delivery=row.delivery,
        eligibility=row.eligibility,
        translations=translations(
            name=row.name,
            alternate_name=row.alternate_name,
            description=row.description,
            application_process=row.application_process,
            fees_description=row.fees_description,
            eligibility_description=row.eligibility_description,
        ),
    )
    if full:
        told |= _parts_of(row, at or row.last_modified)
        if within is None:
            told["organization"] = organization(row.organization)
    return told


def _parts_of(row: Service, at: datetime.datetime) -> Json:
    return filled(
        phones=[parts.phone(one) for one in row.phones],
        contacts=[parts.contact(one) for one in row.contacts],
        schedules=[
            *(parts.schedule(one, at) for one in row.schedules),
            *(parts.exception(one) for one in row.schedule_exceptions),
        ],
        service_areas=[parts.service_area(one) for one in row.areas],
        required_documents=[parts.required_document(one) for one in row.required_documents],
        cost_options=[parts.cost_option(one) for one in row.cost_options],
        capacities=[parts.capacity(one) for one in row.capacities],
        service_at_locations=[
            places.service_at_location(one, confidential=row.confidential) for one in row.at_locations
        ],
    )


def service_of_location(row: ServiceAtLocation, of: Service) -> Json:
    """``/service_at_locations/ID``: the official description names the service's schema there, so both fit."""
    return places.service_at_location(row, confidential=of.confidential) | {
        "name": said(of.name),
        "status": of.status.value,
    }
