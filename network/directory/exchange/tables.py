"""Tabular packages: a folder of CSV files named as the standard names them, today or in its versions 1 and 2."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from network.directory.exchange.records import Fault, Raw, Record, known_as
from network.directory.exchange.scratch import Scratch
from network.directory.exchange.streams import lines
from network.directory.hsds.standard import OBJECTS

Told = Callable[[Fault], None]

FILES: dict[str, tuple[str, ...]] = {
    "taxonomy": ("taxonomies", "taxonomy"),
    "taxonomy_term": ("taxonomy_terms", "taxonomy_term", "taxonomies_terms"),
    "organization_identifier": ("organization_identifiers", "identifiers"),
    "organization": ("organizations", "organization"),
    "program": ("programs", "program"),
    "service": ("services", "service"),
    "location": ("locations", "location"),
    "service_at_location": ("service_at_location", "services_at_location", "service_at_locations"),
    "address": ("addresses", "physical_addresses", "physical_address", "postal_addresses", "mail_addresses"),
    "contact": ("contacts", "contact"),
    "phone": ("phones", "phone"),
    "schedule": ("schedules", "regular_schedules", "regular_schedule"),
    "service_area": ("service_areas", "service_area"),
    "language": ("languages", "language"),
    "accessibility": ("accessibility", "accessibility_for_disabilities"),
    "cost_option": ("cost_options", "cost_option"),
    "required_document": ("required_documents", "required_document"),
    "service_capacity": ("service_capacities", "service_capacity", "capacities"),
    "funding": ("funding", "fundings"),
    "attribute": (
        "attributes",
        "service_attributes",
        "service_taxonomy",
        "services_taxonomy",
        "service_taxonomies",
    ),
}
"""Names of files without ``.csv``, newest first."""

OLD_NAMES: dict[str, dict[str, str]] = {
    "*": {"org_id": "organization_id", "svc_id": "service_id", "loc_id": "location_id"},
    "organization": {"urls": "website", "url": "website", "emails": "email", "legal_name": "alternate_name"},
    "service": {
        "eligibility": "eligibility_description",
        "how_to_apply": "application_process",
        "urls": "url",
        "taxonomy_ids": "_taxonomy_term_ids",
    },
    "location": {"type": "location_type", "lat": "latitude", "long": "longitude", "lng": "longitude"},
    "address": {
        "street": "address_1",
        "street_1": "address_1",
        "state": "state_province",
        "zip": "postal_code",
        "country_code": "country",
        "type": "address_type",
    },
    "phone": {"department": "description", "number_type": "type", "phone": "number"},
    "schedule": {"weekday": "byday", "open_at": "opens_at", "close_at": "closes_at"},
    "language": {"language": "name"},
    "required_document": {"name": "document"},
    "service_capacity": {"updated": "updated_at"},
    "accessibility": {"accessibility": "description"},
    "taxonomy_term": {"vocabulary": "taxonomy", "term": "name"},
    "attribute": {"taxonomy_id": "taxonomy_term_id", "link_taxonomy": "link_type"},
}
"""Names that versions 1 and 2 of the standard, and the Ohana API, gave to columns."""

KEYS = tuple(f"{kind}_id" for kind in OBJECTS)
csv.field_size_limit(1 << 24)


def is_package(path: Path) -> bool:
    """Whether there is a table of the standard in this folder."""
    return path.is_dir() and any(file for _, file in tables(path))


def tables(folder: Path) -> Iterator[tuple[str, Path]]:
    """Its files with the object each holds, what others point at first."""
    named = {path.stem.lower(): path for path in sorted(folder.glob("*.csv"))}
    for kind in OBJECTS:
        for name in FILES.get(kind, (kind,)):
            if name in named:
                yield kind, named[name]


def source_of(folder: Path) -> str:
    """The name the package gives itself; that of the folder where it gives none."""
    try:
        told = json.loads((folder / "datapackage.json").read_text("utf-8"))
        return str(told["name"])[:100]
    except (OSError, ValueError, KeyError, TypeError):
        return folder.resolve().name[:100]


def records(folder: Path, scratch: Scratch, told: Told) -> Iterator[Record]:
    """Every row of every table."""
    found = list(tables(folder))
    for kind, path in found:
        if kind == "service_at_location":
            for record in _rows(kind, path, lambda _fault: None):
                place, service = record.values.get("location_id"), record.values.get("service_id")
                if place and service:
                    scratch.given_at(known_as(place), known_as(service))
    for path in sorted(folder.glob("*.csv")):
        if path not in {one for _, one in found}:
            told(Fault(path.name, 0, "", "no table of the standard has this name", "the file was left out"))
    for kind, path in found:
        yield from _rows(kind, path, told)


def _rows(kind: str, path: Path, told: Told) -> Iterator[Record]:
    def broken(line: int, what: str) -> None:
        told(Fault(path.name, line, "", what, "read as Windows-1252"))

    reader = csv.reader(lines(path, broken), strict=False)
    try:
        header = [_column(kind, name) for name in next(reader)]
    except StopIteration:
        return
    except csv.Error:
        told(Fault(path.name, 1, "", "this is no CSV", "the file was left out"))
        return
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            told(Fault(path.name, reader.line_num, "", f"not readable ({error})", "the row was left out"))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            told(
                Fault(
                    path.name, reader.line_num, "", "more cells than columns", "the last ones were left out"
                )
            )
        values: Raw = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip() and name}
        yield from _split(kind, path.name, reader.line_num, values, told)


def _column(kind: str, name: str) -> str:
    plain = name.strip().lower().replace(" ", "_").lstrip("\ufeff")
    if plain in OBJECTS[kind].names:
        return plain
    return OLD_NAMES.get(kind, {}).get(plain) or OLD_NAMES["*"].get(plain) or plain


def _split(kind: str, file: str, row: int, values: Raw, told: Told) -> Iterator[Record]:
    """One record for each of the keys that stand in one cell with commas between them."""
    ident = str(values.get("id") or f"{kind}-line-{row}").strip()
    if not values.get("id"):
        told(Fault(file, row, "id", "no id", "the number of its line stands for it"))
    several = next((name for name in KEYS if any(sign in str(values.get(name, "")) for sign in ",;|")), None)
    if several is None:
        yield Record(kind, file, row, ident, values)
        return
    text = str(values[several])
    keys = [key.strip() for key in text.replace(";", ",").replace("|", ",").split(",") if key.strip()]
    told(Fault(file, row, several, f"{len(keys)} keys in one field", "taken apart, one record for each"))
    for number, key in enumerate(dict.fromkeys(keys)):
        yield Record(
            kind, file, row, ident if number == 0 else f"{ident}#{number + 1}", values | {several: key}
        )
