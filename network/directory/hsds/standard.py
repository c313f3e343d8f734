"""The objects of HSDS 3.0 with their fields, and the table each has in a tabular package. Plain facts of the standard.

Source: ``datapackage.json`` and the schemas of openreferral/specification 3.0 (CC BY-SA 4.0). How much room there is
has no object before version 3.1; ours is close to that one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``type`` is text, uuid, email, uri, number, date, time or moment."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Object:
    """One object: the file of its table and its fields in the order of the standard."""

    path: str
    fields: tuple[Field, ...]
    names: tuple[str, ...]


def _field(word: str) -> Field:
    name, _, kind = word.partition(":")
    return Field(name.rstrip("!"), kind or "text", name.endswith("!"))


def _object(path: str, said: str) -> Object:
    fields = tuple(map(_field, said.split()))
    return Object(path, fields, tuple(field.name for field in fields))


OBJECTS: dict[str, Object] = {
    "taxonomy": _object("taxonomies.csv", "id!:uuid name! description! uri:uri version"),
    "taxonomy_term": _object(
        "taxonomy_terms.csv",
        "id!:uuid code name! description! parent_id:uuid taxonomy language taxonomy_id:uuid term_uri:uri",
    ),
    "organization": _object(
        "organizations.csv",
        "id!:uuid name! alternate_name description! email:email website:uri tax_status tax_id"
        " year_incorporated:number legal_status logo uri:uri parent_organization_id:uuid",
    ),
    "organization_identifier": _object(
        "organization_identifiers.csv",
        "id!:uuid organization_id!:uuid identifier_scheme identifier_type! identifier!",
    ),
    "program": _object("programs.csv", "id!:uuid organization_id!:uuid name! alternate_name description!"),
    "service": _object(
        "services.csv",
        "id!:uuid organization_id!:uuid program_id:uuid name! alternate_name description url:uri email:email"
        " status! interpretation_services application_process fees_description wait_time fees accreditations"
        " eligibility_description minimum_age:number maximum_age:number assured_date:date assurer_email:email"
        " licenses alert last_modified:moment",
    ),
    "location": _object(
        "locations.csv",
        "id!:uuid location_type! url:uri organization_id:uuid name alternate_name description transportation"
        " latitude:number longitude:number external_identifier external_identifier_type",
    ),
    "service_at_location": _object(
        "service_at_location.csv", "id!:uuid service_id!:uuid location_id!:uuid description"
    ),
    "address": _object(
        "addresses.csv",
        "id!:uuid location_id:uuid attention address_1! address_2 city! region state_province! postal_code!"
        " country! address_type!",
    ),
    "contact": _object(
        "contacts.csv",
        "id!:uuid organization_id:uuid service_id:uuid service_at_location_id:uuid location_id:uuid name"
        " title department email:email",
    ),
    "phone": _object(
        "phones.csv",
        "id!:uuid location_id:uuid service_id:uuid organization_id:uuid contact_id:uuid"
        " service_at_location_id:uuid number! extension:number type description",
    ),
    "schedule": _object(
        "schedules.csv",
        "id!:uuid service_id:uuid location_id:uuid service_at_location_id:uuid valid_from:date valid_to:date"
        " dtstart:date timezone:number until:date count:number wkst freq interval:number byday byweekno"
        " bymonthday byyearday description opens_at:time closes_at:time schedule_link:uri attending_type notes",
    ),
    "service_area": _object(
        "service_areas.csv", "id!:uuid service_id:uuid name description extent extent_type uri"
    ),
    "language": _object(
        "languages.csv", "id!:uuid service_id:uuid location_id:uuid phone_id:uuid name code note"
    ),
    "accessibility": _object("accessibility.csv", "id!:uuid location_id:uuid description details url:uri"),
    "cost_option": _object(
        "cost_options.csv",
        "id!:uuid service_id!:uuid valid_from:date valid_to:date option currency amount:number"
        " amount_description",
    ),
    "required_document": _object("required_documents.csv", "id!:uuid service_id:uuid document uri:uri"),
    "service_capacity": _object(
        "service_capacities.csv",
        "id!:uuid service_id!:uuid unit! available:number maximum:number description updated_at:moment",
    ),
    "funding": _object("funding.csv", "id!:uuid organization_id:uuid service_id:uuid source"),
    "attribute": _object(
        "attributes.csv", "id!:uuid link_id!:uuid taxonomy_term_id!:uuid link_type link_entity! value"
    ),
}
"""In an order in which whatever a row points at comes before it."""

ENUMS = {
    ("service", "status"): ("active", "inactive", "defunct", "temporarily closed"),
    ("location", "location_type"): ("physical", "postal", "virtual"),
    ("address", "address_type"): ("physical", "postal", "virtual"),
    ("schedule", "freq"): ("WEEKLY", "MONTHLY"),
    ("schedule", "wkst"): ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
}

NESTED: dict[str, dict[str, str]] = {
    "organization": {
        "funding": "funding",
        "contacts": "contact",
        "phones": "phone",
        "locations": "location",
        "programs": "program",
        "organization_identifiers": "organization_identifier",
        "services": "service",
        "attributes": "attribute",
    },
    "service": {
        "phones": "phone",
        "schedules": "schedule",
        "service_areas": "service_area",
        "service_at_locations": "service_at_location",
        "languages": "language",
        "funding": "funding",
        "cost_options": "cost_option",
        "required_documents": "required_document",
        "capacities": "service_capacity",
        "contacts": "contact",
        "attributes": "attribute",
        "organization": "organization",
        "program": "program",
    },
    "service_at_location": {
        "contacts": "contact",
        "phones": "phone",
        "schedules": "schedule",
        "location": "location",
        "attributes": "attribute",
    },
    "location": {
        "languages": "language",
        "addresses": "address",
        "contacts": "contact",
        "accessibility": "accessibility",
        "phones": "phone",
        "schedules": "schedule",
        "attributes": "attribute",
    },
    "contact": {"phones": "phone", "attributes": "attribute"},
    "phone": {"languages": "language", "attributes": "attribute"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "taxonomy_term": {"taxonomy_detail": "taxonomy"},
}
"""Which objects hold which, by the name of the field."""
