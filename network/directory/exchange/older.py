"""Shapes that directories had before there was one standard, made into objects of HSDS: the Ohana API, Link-SF, and others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from network.directory.exchange.records import Raw

_STATES = {"CA", "NY", "IL", "TX", "WA"}
"""American states that tell a country where none is named."""


def is_older(thing: Any) -> bool:
    """Whether this is one of the shapes we know besides HSDS."""
    return isinstance(thing, dict) and (
        "locs" in thing or thing.get("className") == "Facility" or _is_ohana(thing)
    )


def _is_ohana(thing: Raw) -> bool:
    places = thing.get("locations")
    return isinstance(places, list) and any(
        isinstance(one, dict) and ("services_attributes" in one or "address_attributes" in one)
        for one in places
    )


class Older:
    """Makes organizations of HSDS out of older things; those without an id are known by their name."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()

    def organization(self, thing: Raw) -> Raw:
        if "locs" in thing:
            return self._consortium(thing)
        if thing.get("className") == "Facility":
            return self._facility(thing)
        return self._ohana(thing)

    def _key(self, name: str) -> str:
        """The name, with a number where it comes again."""
        plain = " ".join(name.split()).casefold()
        self._named[plain] += 1
        return plain if self._named[plain] == 1 else f"{plain}#{self._named[plain]}"

    def _ohana(self, thing: Raw) -> Raw:
        key = str(thing.get("id") or self._key(str(thing.get("name") or "")))
        places = [one for one in _list(thing.get("locations")) if isinstance(one, dict)]
        told: Raw = {
            "id": key,
            "name": thing.get("name"),
            "website": _first(thing.get("urls") or [u for one in places for u in _list(one.get("urls"))]),
            "email": _first([mail for one in places for mail in _list(one.get("emails"))]),
            "description": thing.get("description")
            or thing.get("notes")
            or next((one["description"] for one in places if one.get("description")), ""),
            "locations": [],
            "services": [],
            "phones": [],
            "contacts": [],
        }
        for number, place in enumerate(places, 1):
            self._ohana_place(told, f"{key}/{number}", place)
        return told

    def _ohana_place(self, told: Raw, at: str, place: Raw) -> None:
        address = _dict(place.get("address_attributes") or place.get("address"))
        country = _country(address)
        location: Raw = {
            "id": at,
            "location_type": "physical",
            "name": place.get("name") or told["name"],
            "addresses": [_address(address, country)] if address.get("street") else [],
            "accessibility": [{"description": one} for one in _list(place.get("accessibility")) if one],
        }
        told["locations"].append(location)
        told["phones"] += [
            _phone(one, country, kind)
            for kind, names in (
                ("voice", ("phones_attributes", "phones")),
                ("fax", ("faxes_attributes", "fax")),
            )
            for one in map(_dict, _list(place.get(names[0]) or place.get(names[1])))
            if one.get("number")
        ]
        told["contacts"] += [
            {"name": one.get("name"), "title": one.get("title"), "email": one.get("email")}
            for one in map(_dict, _list(place.get("contacts_attributes")))
            if one.get("name")
        ]
        services = [one for one in _list(place.get("services_attributes")) if isinstance(one, dict)]
        for number, one in enumerate(services, 1):
            told["services"].append(_ohana_service(one, f"{at}/service/{number}", at, told["name"], place))

    def _consortium(self, thing: Raw) -> Raw:
        organization, places = _dict(thing.get("organization")), thing.get("locs")
        name = str(organization.get("name") or "")
        key = self._key(name)
        told: Raw = {
            "id": key,
            "name": name,
            "website": _first(_list(organization.get("urls"))),
            "description": "",
            "locations": [],
            "services": [],
            "phones": [],
            "contacts": [],
        }
        for number, place in enumerate(_list(places if isinstance(places, list) else [places]), 1):
            if isinstance(place, dict):
                told["description"] = told["description"] or place.get("description") or ""
                self._ohana_place(told, f"{key}/{number}", place)
        return told

    def _facility(self, thing: Raw) -> Raw:
        key = str(thing.get("objectId") or self._key(str(thing.get("name") or "")))
        address = {"street": thing.get("address"), "city": thing.get("city"), "state": "CA"}
        point = _dict(thing.get("location"))
        place: Raw = {
            "id": f"{key}/place",
            "location_type": "physical",
            "name": thing.get("name"),
            "latitude": point.get("latitude"),
            "longitude": point.get("longitude"),
            "addresses": [_address(address, "US")] if thing.get("address") else [],
        }
        services = [one for one in _list(thing.get("services")) if isinstance(one, dict)]
        return {
            "id": key,
            "name": thing.get("name"),
            "description": " ".join(filter(None, (thing.get("description"), thing.get("notes")))),
            "website": thing.get("website"),
            "locations": [place],
            "phones": [{"number": thing.get("phone"), "country": "US"}] if thing.get("phone") else [],
            "services": [
                {
                    "id": one.get("objectId") or f"{key}/service/{number}",
                    "name": one.get("name") or one.get("category") or thing.get("name"),
                    "description": " ".join(filter(None, (one.get("description"), one.get("notes")))),
                    "status": "active",
                    "schedules": list(_open_hours(_dict(one.get("openHours")))),
                    "service_at_locations": [
                        {"id": f"{one.get('objectId') or number}/at", "location_id": f"{key}/place"}
                    ],
                }
                for number, one in enumerate(services, 1)
            ],
        }


def _ohana_service(one: Raw, ident: str, at: str, whole: Any, place: Raw) -> Raw:
    words = ", ".join(str(word) for word in _list(one.get("keywords")) if word)
    return {
        "id": ident,
        "name": one.get("name") or place.get("name") or whole,
        "description": one.get("description") or place.get("description") or words,
        "status": "active",
        "eligibility_description": " ".join(
            str(part) for part in (one.get("audience"), one.get("eligibility")) if part
        ),
        "application_process": one.get("how_to_apply"),
        "fees_description": one.get("fees"),
        "languages": [{"name": name} for name in _list(place.get("languages")) if name],
        "schedules": [{"description": place["hours"]}]
        if isinstance(place.get("hours"), str) and place["hours"]
        else [],
        "service_at_locations": [{"id": f"{ident}/at", "location_id": at}],
    }


_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


def _open_hours(hours: Raw) -> Iterator[Raw]:
    """Link-SF: days as numbers from Sunday, hours as numbers such as 930."""
    for day, spans in sorted(hours.items()):
        if not (day.isdigit() and int(day) < len(_DAYS)):
            continue
        for span in _list(spans):
            if isinstance(span, list) and len(span) == 2:
                yield {
                    "freq": "WEEKLY",
                    "byday": _DAYS[int(day)],
                    "opens_at": _hour(span[0]),
                    "closes_at": _hour(span[1]),
                }


def _hour(value: Any) -> str:
    number = int(value) if isinstance(value, int | float) or str(value).isdigit() else -1
    return f"{number // 100:02d}:{number % 100:02d}" if 0 <= number <= 2400 else str(value)


def _address(address: Raw, country: str) -> Raw:
    return {
        "address_1": address.get("street") or address.get("address_1"),
        "city": address.get("city"),
        "state_province": address.get("state"),
        "postal_code": address.get("zip"),
        "country": country,
        "address_type": "physical",
    }


def _phone(one: Raw, country: str, kind: str) -> Raw:
    return {
        "number": one.get("number"),
        "extension": one.get("extension"),
        "type": kind,
        "country": country,
    } | ({"description": one["department"]} if one.get("department") else {})


def _country(address: Raw) -> str:
    return (
        "US"
        if str(address.get("state") or "").strip().upper()[:2] in _STATES
        else str(address.get("country") or "")
    )


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value in (None, "", {}) else [value]


def _dict(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}


def _first(values: Any) -> Any:
    return next((value for value in _list(values) if value), None)
