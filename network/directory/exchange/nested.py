"""Objects of HSDS JSON taken apart: what is nested becomes records that name what they were in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from network.directory import taxonomy
from network.directory.exchange.records import Raw, Record
from network.directory.hsds.standard import NESTED, OBJECTS

MARKS = {
    "organization": ("kind", "member_of_the_network"),
    "phone": ("hotline", "toll_free", "country", "channels", "toll_free_from", "safe_to_leave_message"),
    "schedule": ("exception",),
    "location": ("address_withheld",),
}
"""Attributes by which we say ourselves what the standard has no field for."""

OWN_TERMS = {str(term.id): term.code for term in taxonomy.TERMS.values()}


def kind_of(thing: Raw) -> str | None:
    """Which object of the standard this is, by its fields."""
    if "location_type" in thing:
        return "location"
    if "service_id" in thing and ("location_id" in thing or "location" in thing) and "name" not in thing:
        return "service_at_location"
    if "service_at_locations" in thing or ("organization_id" in thing and "name" in thing):
        return "service"
    if "status" in thing and "name" in thing:
        return "service"
    if "taxonomy_id" in thing or "parent_id" in thing:
        return "taxonomy_term"
    if "version" in thing and "name" in thing:
        return "taxonomy"
    return "organization" if "name" in thing else None


def taken_apart(thing: Raw, kind: str, file: str, row: int) -> Iterator[Record]:
    """The record and all that is nested in it, what others point at first."""
    yield from _apart(thing, kind, file, row, {}, None)


def _apart(
    thing: Raw, kind: str, file: str, row: int, around: dict[str, str], within: str | None
) -> Iterator[Record]:
    ident = _ident(thing, kind, within)
    values = {name: value for name, value in thing.items() if name not in NESTED.get(kind, {})}
    values.pop("metadata", None)
    _follow(values, kind, around, within)
    here = around | {f"{kind}_id": ident}
    if kind == "service" and values.get("organization_id"):
        here["organization_id"] = str(values["organization_id"])
    later: list[Record] = []
    for name, child in NESTED.get(kind, {}).items():
        told = thing.get(name)
        if name == "attributes":
            _marks(values, kind, told)
        if child == "language" and kind in ("service", "phone"):
            values["_languages"] = [one for one in told or [] if isinstance(one, dict)]
            continue
        held = told if isinstance(told, list) else [told]
        for position, one in enumerate(held):
            if not isinstance(one, dict) or (child == "attribute" and _is_mark(one)):
                continue
            if child == "address":
                one = {name: thing[name] for name in ("latitude", "longitude") if name in thing} | one
            single = not isinstance(told, list)
            if single and f"{child}_id" in OBJECTS[kind].names:
                values.setdefault(f"{child}_id", _ident(one, child, f"{ident}/{child}"))
                if child == "organization":
                    here["organization_id"] = str(values["organization_id"])
            where = f"{ident}/{child}" if single else f"{ident}/{child}/{position}"
            made = list(_apart(one, child, file, row, here, where))
            if single:
                yield from made  # What this record points at comes before it.
            else:
                later += made
    yield Record(kind, file, row, ident, values)
    yield from later


def _follow(values: Raw, kind: str, around: dict[str, str], within: str | None) -> None:
    """What is nested belongs to what it is nested in, unless it says otherwise."""
    if within is None:
        return
    names = OBJECTS[kind].names
    for name, ident in around.items():
        if name in names and not values.get(name) and name != "id":
            values[name] = ident
    if kind == "attribute" and not values.get("link_id"):
        parts = list(around.items())
        if parts:
            values["link_entity"], values["link_id"] = parts[-1][0].removesuffix("_id"), parts[-1][1]
    if kind == "schedule" and values.get("service_id") and values.get("location_id"):
        values["_organization_id"] = around.get("organization_id")
    if around.get("organization_id"):
        values.setdefault("_organization_id", around["organization_id"])


def _ident(thing: Raw, kind: str, within: str | None) -> str:
    """Its id; one made of what it is and where it stood, where it has none."""
    if thing.get("id") not in (None, ""):
        return str(thing["id"]).strip()
    if within is not None:
        return within
    said = json.dumps(thing.get("name") or thing, sort_keys=True, ensure_ascii=False, default=str)
    return f"{kind}-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def _is_mark(attribute: Raw) -> bool:
    """No word of somebody's vocabulary: a mark of ours, or one of our own words for kinds of help."""
    if attribute.get("taxonomy_term_id") in OWN_TERMS:
        return True
    return not attribute.get("taxonomy_term_id") and not attribute.get("taxonomy_term")


def _marks(values: Raw, kind: str, attributes: Any) -> None:
    """Values that we keep in columns of their own."""
    for one in attributes if isinstance(attributes, list) else []:
        if isinstance(one, dict) and _is_mark(one) and one.get("link_type") in MARKS.get(kind, ()):
            values[str(one["link_type"])] = one.get("value")
        elif isinstance(one, dict) and one.get("taxonomy_term_id") in OWN_TERMS:
            values.setdefault("_terms", []).append(OWN_TERMS[one["taxonomy_term_id"]])
