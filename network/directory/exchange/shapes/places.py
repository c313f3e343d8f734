"""Locations, their addresses and who can get in and about, as columns."""

from __future__ import annotations

from network.directory import where
from network.directory.exchange import values as make
from network.directory.exchange.records import Raw
from network.directory.exchange.shapes.telling import Columns, Telling
from network.directory.models import LocationType


def location(telling: Telling, values: Raw) -> Columns:
    kind = make.text(values.get("location_type")).lower() or "physical"
    if kind not in set(LocationType):
        telling.tell("location_type", "no type of the standard", "taken as physical")
        kind = "physical"
    code = values.get("external_identifier")
    named = values.get("external_identifier_type") in (None, "", "p-code")
    country = telling.country(values)
    found = make.place(code) if named else None
    # We call a place without a name of its own by the name of its district: such a name says nothing.
    calls = where.place(found)
    own = calls is None or make.text(values.get("name")) not in calls.names.values()
    return {
        "location_type": LocationType(kind),
        "name": telling.texts(values, "name") if own else {},
        "transportation": telling.texts(values, "transportation"),
        "place_id": found or make.place(values.get("name"), country=country) or country,
    }


def at_location(telling: Telling, values: Raw) -> Columns:
    return {"description": telling.texts(values, "description")}


def address(telling: Telling, values: Raw) -> Columns | None:
    line = ", ".join(filter(None, (make.text(values.get(name)) for name in ("address_1", "address_2"))))
    if not line:
        telling.tell("address_1", "no street", "left out")
        return None
    country = telling.country(values)
    around = [values.get(name) for name in ("city", "region", "state_province")]
    found = make.place(*around, country=country)
    if found is None:
        # A place we have no entry for: its name stays with the street, so that nothing is lost.
        line = ", ".join([line, *filter(None, map(make.text, around))])
        telling.tell("city", "a place that is none of ours", "kept with the street, the place is the country")
    postal = make.text(values.get("postal_code"))
    return {
        "address_1": make.short(line, 300, "address_1", telling.tell),
        "postal_code": "" if postal == "unknown" else make.short(postal, 12, "postal_code", telling.tell),
        "latitude": make.point(values.get("latitude"), 90),
        "longitude": make.point(values.get("longitude"), 180),
        "_place_id": found or make.place(country) or country,
    }


def accessibility(telling: Telling, values: Raw) -> Columns | None:
    said = telling.texts(values, "description") or telling.texts(values, "details")
    if not said:
        telling.tell("description", "nothing said", "left out")
        return None
    return {"description": said, "features": []}
