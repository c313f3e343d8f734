"""Records made ready to be written: columns, and what they point at. What has no place with us is counted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from network.directory.exchange import values as make
from network.directory.exchange.records import Raw, Record, known_as
from network.directory.exchange.shapes import hours, organizations, places, services, vocabulary
from network.directory.exchange.shapes.telling import Columns, Telling, Ways
from network.directory.hsds.standard import OBJECTS


@dataclass(slots=True)
class Shaped:
    """A record ready to be written: its columns, and what it points at by kind of record."""

    record: Record
    columns: Columns
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name of the field → (kind, id in the source)."""

    @property
    def kind(self) -> str:
        return self.record.kind


LINKS = {f"{kind}_id": kind for kind in OBJECTS}
LINKS |= {"parent_id": "taxonomy_term", "_organization_id": "organization", "link_id": "service"}
"""Fields that point at another record, and of which kind it is."""


class Shaper(Telling):
    """Makes columns of records and tells the report what was wrong with them."""

    def shape(self, record: Record) -> Shaped | None:
        """None for what cannot be kept; the report says why."""
        self.about(record)
        made = SHAPES.get(record.kind)
        if made is None:
            self.tell("", f"{record.kind or 'this'} has no place in this directory", "left out")
            return None
        columns = made(self, record.values)
        if columns is None:
            return None
        self._unplaced(record)
        return Shaped(record, columns, dict(self._links(record)))

    def _links(self, record: Record) -> Iterator[tuple[str, tuple[str, str]]]:
        own = f"{record.kind}_id"
        for name, value in record.values.items():
            kind = LINKS.get(name)
            if kind is None or value in (None, "") or name == own:
                continue
            if name == "link_id":
                kind = str(record.values.get("link_entity") or "service")
            yield name, (kind, known_as(value))

    def _unplaced(self, record: Record) -> None:
        for name, value in record.values.items():
            if value in (None, "", [], {}) or name.startswith("_") or name in KEPT.get(record.kind, ()):
                continue
            if name != "id" and not name.endswith("_id"):
                self.report.unplaced[(record.kind, name)] += 1


def spread(record: Record, country: str) -> list[Record]:
    """One record for each number that stands in one field, and one for a tax number."""
    if record.kind == "organization" and make.text(record.values.get("tax_id")):
        number = make.text(record.values["tax_id"])
        owner = {"organization_id": record.id, "identifier_scheme": "tax_id", "identifier": number}
        return [
            record,
            Record("organization_identifier", record.file, record.row, f"{record.id}/tax_id", owner),
        ]
    if record.kind != "phone":
        return [record]
    country = make.text(record.values.get("country")).upper() or country
    found = make.phones(record.values.get("number"), country if len(country) == 2 else "US")
    told = []
    for position, (digits, extension) in enumerate(found):
        ident = record.id if position == 0 else f"{record.id}#{position + 1}"
        values = record.values | {"_number": digits, "country": country}
        values |= {"extension": extension} if extension else {}
        told.append(Record("phone", record.file, record.row, ident, values))
    return told or [record]


SHAPES: dict[str, Callable[[Telling, Raw], Columns | None]] = {
    "taxonomy": vocabulary.taxonomy,
    "taxonomy_term": vocabulary.term,
    "organization": organizations.organization,
    "organization_identifier": organizations.identifier,
    "service": services.service,
    "location": places.location,
    "service_at_location": places.at_location,
    "address": places.address,
    "contact": organizations.contact,
    "phone": organizations.phone,
    "schedule": hours.schedule,
    "service_area": services.area,
    "language": services.language,
    "accessibility": places.accessibility,
    "cost_option": services.cost,
    "required_document": services.document,
    "service_capacity": services.capacity,
    "attribute": vocabulary.attribute,
}

_ALSO = {
    "organization": ("kind", "member_of_the_network", "translations", "url"),
    "service": ("translations", "eligibility", "delivery", "emergency", "confidential"),
    "phone": ("hotline", "toll_free", "country", "channels", "toll_free_from", "safe_to_leave_message"),
    "schedule": ("exception",),
    "location": ("address_withheld",),
    "service_capacity": ("updated",),
}
_NO_PLACE = {
    "organization": ("tax_status", "logo", "uri"),
    "service": (
        "interpretation_services", "wait_time", "accreditations", "assured_date", "assurer_email", "licenses", "alert"
    ),
    "location": ("url", "alternate_name"),
    "address": ("attention",),
    "schedule": ("dtstart", "until", "count", "byweekno", "bymonthday", "byyearday", "schedule_link", "attending_type"),
    "service_area": ("description", "uri"),
    "language": ("note",),
    "accessibility": ("url",),
}  # fmt: skip
KEPT = {kind: {*OBJECTS[kind].names, *_ALSO.get(kind, ())} - set(_NO_PLACE.get(kind, ())) for kind in OBJECTS}
"""Fields that have a place with us; values of others are counted and told at the end."""

__all__ = ["LINKS", "Shaped", "Shaper", "Ways", "spread"]
