"""Records made into columns of our tables, kind by kind. Pure; what was wrong is told, what has no place is counted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from network.directory import eligibility, taxonomy, where
from network.directory.exchange import values as make
from network.directory.exchange.records import Fault, Raw, Record, Report, known_as
from network.directory.hsds.standard import OBJECTS
from network.directory.models import CapacityUnit, LocationType, OrganizationKind, Status
from network.i18n.translated import written

Columns = dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class Ways:
    """How a source is read: the language of its texts, and the country where it names none."""

    language: str = "en"
    country: str = "KG"


LINKS = {f"{kind}_id": kind for kind in OBJECTS}
LINKS |= {"parent_id": "taxonomy_term", "_organization_id": "organization", "link_id": "service"}
"""Fields that point at another record, and of which kind it is."""


class Shaper:
    """Makes columns of records and tells the report what was wrong with them."""

    def __init__(self, report: Report, ways: Ways) -> None:
        self.report, self.ways = report, ways
        self._record: Record

    def shape(self, record: Record) -> Shaped | None:
        """None for what cannot be kept; the report says why."""
        self._record = record
        made = SHAPES.get(record.kind)
        if made is None:
            self.tell("", f"{record.kind or 'this'} has no place in this directory", "left out")
            return None
        columns = made(self, record.values)
        if columns is None:
            return None
        self._unplaced(record)
        return Shaped(record, columns, dict(self._links(record)))

    def tell(self, field: str, what: str, done: str) -> None:
        self.report.fault(Fault(self._record.file, self._record.row, field, what, done))

    def texts(self, values: Raw, name: str) -> Columns:
        """A text in the languages it comes in."""
        told = values.get("translations")
        by = told.get(name) if isinstance(told, dict) else None
        given = {code: make.text(text) for code, text in by.items()} if isinstance(by, dict) else {}
        plain = make.text(values.get(name))
        if not (plain or given):
            return {}
        if plain and plain not in given.values():
            given.setdefault(self.ways.language, plain)
        return dict(written(given))

    def country(self, values: Raw) -> str:
        told = make.text(values.get("country")).upper()
        named = {"USA": "US", "KYRGYZSTAN": "KG", "UZBEKISTAN": "UZ", "TAJIKISTAN": "TJ"}
        told = named.get(told, told)
        return told if len(told) == 2 and told.isascii() and told.isalpha() else self.ways.country

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


# Kind by kind -------------------------------------------------------------------------------------------------------


def _organization(shaper: Shaper, values: Raw) -> Columns | None:
    name = shaper.texts(values, "name")
    if not name:
        shaper.tell("name", "no name", "left out")
        return None
    kind = make.text(values.get("kind"))
    return {
        "name": name,
        "alternate_name": shaper.texts(values, "alternate_name"),
        "description": shaper.texts(values, "description"),
        "website": make.url(values.get("website") or values.get("url"), shaper.tell, "website"),
        "email": make.email(values.get("email"), shaper.tell),
        "year_incorporated": make.whole(
            values.get("year_incorporated"), shaper.tell, "year_incorporated", 1000, 2200
        ),
        "legal_status": make.short(values.get("legal_status"), 100, "legal_status", shaper.tell) or None,
        "kind": OrganizationKind(kind) if kind in set(OrganizationKind) else OrganizationKind.NGO,
        "member": make.yes(values.get("member_of_the_network")),
        "source": shaper.ways.language,
    }


def _service(shaper: Shaper, values: Raw) -> Columns | None:
    name = shaper.texts(values, "name")
    if not name:
        shaper.tell("name", "no name", "left out")
        return None
    status = make.text(values.get("status")).lower() or "active"
    if status not in set(Status):
        shaper.tell("status", "no status of the standard", "taken as active")
        status = "active"
    ages = {
        name: make.whole(values.get(name), shaper.tell, name, 0, eligibility.OLDEST)
        for name in eligibility.AGES
    }
    told = values.get("eligibility")
    answers = (told if isinstance(told, dict) else {}) | {
        name: age for name, age in ages.items() if age is not None
    }
    fees = shaper.texts(values, "fees_description") or shaper.texts(values, "fees")
    return {
        "name": name,
        "alternate_name": shaper.texts(values, "alternate_name"),
        "description": shaper.texts(values, "description"),
        "url": make.url(values.get("url"), shaper.tell, "url"),
        "email": make.email(values.get("email"), shaper.tell),
        "status": Status(status),
        "application_process": shaper.texts(values, "application_process"),
        "fees_description": fees,
        "eligibility_description": shaper.texts(values, "eligibility_description"),
        "eligibility": eligibility.clean(answers),
        "delivery": [one for one in make.codes(values.get("delivery")) if one in DELIVERY],
        "terms": [one for one in make.codes(values.get("_terms")) if one in taxonomy.TERMS],
        "languages": _languages(shaper, values),
        "emergency": make.yes(values.get("emergency")),
        "confidential": make.yes(values.get("confidential")),
        "source": shaper.ways.language,
    }


DELIVERY = ("in_person", "phone", "online", "outreach")


def _languages(shaper: Shaper, values: Raw) -> list[str]:
    found: list[str] = []
    for one in values.get("_languages") or []:
        code = make.language(one.get("code"), None)
        codes = (
            [code] if code else [make.language(None, name) for name in make.language_names(one.get("name"))]
        )
        if None in codes or not codes:
            shaper.tell("languages", "a language that nobody knows", "left out")
        found += [code for code in codes if code is not None and code not in found]
    return found


def _location(shaper: Shaper, values: Raw) -> Columns:
    kind = make.text(values.get("location_type")).lower() or "physical"
    if kind not in set(LocationType):
        shaper.tell("location_type", "no type of the standard", "taken as physical")
        kind = "physical"
    code = values.get("external_identifier")
    named = values.get("external_identifier_type") in (None, "", "p-code")
    country = shaper.country(values)
    found = make.place(code) if named else None
    # We call a place without a name of its own by the name of its district: such a name says nothing.
    calls = where.place(found)
    own = calls is None or make.text(values.get("name")) not in calls.names.values()
    return {
        "location_type": LocationType(kind),
        "name": shaper.texts(values, "name") if own else {},
        "transportation": shaper.texts(values, "transportation"),
        "place_id": found or make.place(values.get("name"), country=country) or country,
    }


def _at_location(shaper: Shaper, values: Raw) -> Columns:
    return {"description": shaper.texts(values, "description")}


def _address(shaper: Shaper, values: Raw) -> Columns | None:
    line = ", ".join(filter(None, (make.text(values.get(name)) for name in ("address_1", "address_2"))))
    if not line:
        shaper.tell("address_1", "no street", "left out")
        return None
    country = shaper.country(values)
    around = [values.get(name) for name in ("city", "region", "state_province")]
    found = make.place(*around, country=country)
    if found is None:
        # A place we have no entry for: its name stays with the street, so that nothing is lost.
        line = ", ".join([line, *filter(None, map(make.text, around))])
        shaper.tell("city", "a place that is none of ours", "kept with the street, the place is the country")
    postal = make.text(values.get("postal_code"))
    return {
        "address_1": make.short(line, 300, "address_1", shaper.tell),
        "postal_code": "" if postal == "unknown" else make.short(postal, 12, "postal_code", shaper.tell),
        "latitude": make.point(values.get("latitude"), 90),
        "longitude": make.point(values.get("longitude"), 180),
        "_place_id": found or make.place(country) or country,
    }


def _phone(shaper: Shaper, values: Raw) -> Columns | None:
    number = values.get("_number")
    if not number:
        shaper.tell("number", "no telephone number", "left out")
        return None
    channels = make.codes(values.get("channels")) or [make.text(values.get("type")).lower() or "voice"]
    known = [one for one in channels if one in CHANNELS]
    safe = make.text(values.get("safe_to_leave_message"))
    if make.phones(make.text(values.get("number")), shaper.country(values))[1:]:
        shaper.tell("number", "several numbers in one field", "taken apart, one record for each")
    words = shaper.texts(values, "description")
    said = make.text(values.get("number"))
    if not words and sum(c.isalpha() for c in said) > 8:
        words = dict(written({shaper.ways.language: said}))
    return {
        "number": number,
        "country": shaper.country(values),
        "extension": make.short(values.get("extension"), 10, "extension", shaper.tell),
        "hotline": make.yes(values.get("hotline")),
        "toll_free": make.yes(values.get("toll_free")),
        "channels": known or ["voice"],
        "languages": _languages(shaper, values),
        "toll_free_from": [one for one in make.codes(values.get("toll_free_from")) if len(one) == 2],
        "safe_to_leave_message": safe if safe in ("yes", "no") else "unknown",
        "description": words,
    }


CHANNELS = ("voice", "sms", "whatsapp", "telegram", "imo", "fax")


def _contact(shaper: Shaper, values: Raw) -> Columns | None:
    mail = make.email(values.get("email"), shaper.tell)
    name = make.short(values.get("name"), 200, "name", shaper.tell) or mail
    if not name:
        shaper.tell("name", "neither a name nor a mail address", "left out")
        return None
    titles = (make.text(values.get(field)) for field in ("title", "department"))
    title = ", ".join(one for one in titles if one and one.upper() not in ("NA", "N/A"))
    return {"name": name, "title": make.short(title, 200, "title", shaper.tell), "email": mail}


def _schedule(shaper: Shaper, values: Raw) -> Columns | None:
    if make.text(values.get("freq")).upper() == "MONTHLY":
        shaper.tell("freq", "hours by the month", "left out")
        return None
    opens, closes = (make.clock(values.get(name), shaper.tell, name) for name in ("opens_at", "closes_at"))
    byday = make.days(values.get("byday"), shaper.tell)
    always = make.is_always(byday, opens, closes)
    notes = shaper.texts(values, "notes") or ({} if always else shaper.texts(values, "description"))
    exception = make.text(values.get("exception"))
    if not (notes or always or byday or (opens and closes) or exception):
        shaper.tell("", "neither hours nor words", "left out")
        return None
    if exception and not (make.text(values.get("valid_from")) or make.text(values.get("valid_to"))):
        shaper.tell("valid_from", "nothing says on which days", "left out")
        return None
    return {
        "always": always,
        "byday": "" if always else byday,
        "opens_at": None if always else opens,
        "closes_at": None if always else closes,
        "timezone": make.zone(values.get("timezone"), shaper.country(values)),
        "valid_from": make.day(values.get("valid_from"), shaper.tell, "valid_from"),
        "valid_to": make.day(values.get("valid_to"), shaper.tell, "valid_to"),
        "notes": notes,
        "_exception": exception,
    }


def _area(shaper: Shaper, values: Raw) -> Columns | None:
    found = make.place(values.get("extent"), values.get("name"))
    if found is None:
        shaper.tell("name", "a place that is none of ours", "left out")
        return None
    return {"place_id": found}


def _language(shaper: Shaper, values: Raw) -> Columns | None:
    code = make.language(values.get("code"), values.get("name"))
    if code is None:
        shaper.tell("name", "a language that nobody knows", "left out")
        return None
    return {"code": code}


def _accessibility(shaper: Shaper, values: Raw) -> Columns | None:
    said = shaper.texts(values, "description") or shaper.texts(values, "details")
    if not said:
        shaper.tell("description", "nothing said", "left out")
        return None
    return {"description": said, "features": []}


def _cost(shaper: Shaper, values: Raw) -> Columns:
    currency = make.text(values.get("currency")).upper()
    return {
        "option": shaper.texts(values, "option"),
        "amount": make.amount(values.get("amount"), shaper.tell, "amount"),
        "currency": currency if len(currency) == 3 else "",
        "amount_description": shaper.texts(values, "amount_description"),
        "valid_from": make.day(values.get("valid_from"), shaper.tell, "valid_from"),
        "valid_to": make.day(values.get("valid_to"), shaper.tell, "valid_to"),
    }


def _document(shaper: Shaper, values: Raw) -> Columns | None:
    said = shaper.texts(values, "document")
    if not said:
        shaper.tell("document", "nothing said", "left out")
        return None
    return {"document": said, "uri": make.url(values.get("uri"), shaper.tell, "uri") or ""}


def _capacity(shaper: Shaper, values: Raw) -> Columns | None:
    available, maximum = (
        make.whole(values.get(name), shaper.tell, name, 0, 100_000) for name in ("available", "maximum")
    )
    words = shaper.texts(values, "description")
    if available is None and maximum is None and not words:
        shaper.tell("available", "neither numbers nor words", "left out")
        return None
    if available is not None and maximum is not None and available > maximum:
        shaper.tell("maximum", "more are free than there are in all", "left out of the record")
        maximum = None
    columns = {
        "unit": _unit(shaper, values.get("unit")),
        "available": available,
        "maximum": maximum,
        "description": words,
    }
    at = make.moment(values.get("updated_at") or values.get("updated"), shaper.tell, "updated_at")
    return columns | ({"updated_at": at} if at is not None else {})


def _unit(shaper: Shaper, told: Any) -> CapacityUnit:
    """What is counted: our word for it, or an object of its own as in version 3.1."""
    named = told.get("name") if isinstance(told, dict) else told
    word = make.text(named).casefold().replace(" ", "_").removesuffix("s")
    for unit in CapacityUnit:
        if word == unit.value.removesuffix("s"):
            return unit
    shaper.tell("unit", "nothing that we count", "taken as places")
    return CapacityUnit.PLACES


def _identifier(shaper: Shaper, values: Raw) -> Columns | None:
    number = make.short(values.get("identifier"), 200, "identifier", shaper.tell)
    if not number:
        shaper.tell("identifier", "nothing said", "left out")
        return None
    scheme = values.get("identifier_scheme") or values.get("identifier_type") or "unknown"
    return {
        "identifier_scheme": make.short(scheme, 40, "identifier_scheme", shaper.tell),
        "identifier": number,
    }


def _taxonomy(shaper: Shaper, values: Raw) -> Columns:
    return {
        "name": make.short(values.get("name"), 200, "name", shaper.tell) or "?",
        "description": shaper.texts(values, "description"),
        "uri": make.url(values.get("uri"), shaper.tell, "uri") or "",
        "edition": make.short(values.get("version"), 50, "version", shaper.tell),
    }


def _term(shaper: Shaper, values: Raw) -> Columns | None:
    name = shaper.texts(values, "name")
    if not name:
        shaper.tell("name", "no name", "left out")
        return None
    return {
        "code": make.short(values.get("code"), 80, "code", shaper.tell),
        "name": name,
        "description": shaper.texts(values, "description"),
        "uri": make.url(values.get("term_uri"), shaper.tell, "term_uri") or "",
    }


def _attribute(shaper: Shaper, values: Raw) -> Columns:
    return {
        "link_entity": make.text(values.get("link_entity")) or "service",
        "link_type": make.short(values.get("link_type"), 80, "link_type", shaper.tell),
        "value": make.short(values.get("value"), 300, "value", shaper.tell),
        "_own": _own_term(values.get("taxonomy_term_id")),
    }


def _own_term(ident: Any) -> str:
    """The code of one of our own words for kinds of help."""
    try:
        wanted = uuid.UUID(str(ident))
    except ValueError:
        return ""
    return next((term.code for term in taxonomy.TERMS.values() if term.id == wanted), "")


SHAPES: dict[str, Callable[[Shaper, Raw], Columns | None]] = {
    "taxonomy": _taxonomy,
    "taxonomy_term": _term,
    "organization": _organization,
    "organization_identifier": _identifier,
    "service": _service,
    "location": _location,
    "service_at_location": _at_location,
    "address": _address,
    "contact": _contact,
    "phone": _phone,
    "schedule": _schedule,
    "service_area": _area,
    "language": _language,
    "accessibility": _accessibility,
    "cost_option": _cost,
    "required_document": _document,
    "service_capacity": _capacity,
    "attribute": _attribute,
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
