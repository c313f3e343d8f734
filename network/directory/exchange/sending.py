"""The directory as files: HSDS JSON, or a tabular package with its description. Only what the audience may read.

Whoever asks, the rows are read as a stranger reads them, or as a partner who keeps none of them. They are read in steps
and written as they come, so memory stays flat.
"""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from network.database import Database, now
from network.directory import hsds, open_pages, open_queries, taxonomy
from network.directory.hsds.standard import ENUMS, NESTED, OBJECTS, Field
from network.directory.models import Organization, Taxonomy, TaxonomyTerm, Visibility
from network.tenancy import Actor, ActorKind

STEP = 50


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom an export is, and whose listings it holds; everybody's where no tenant is named."""

    partners: bool = False
    tenant_id: uuid.UUID | None = None

    @property
    def actor(self) -> Actor:
        """A stranger; or a partner that keeps no listing, so that nothing is read that only its keeper may."""
        return Actor(ActorKind.MEMBER, tenant_id=uuid.uuid4()) if self.partners else Actor.anonymous()

    @property
    def audiences(self) -> tuple[Visibility, ...]:
        return (Visibility.PUBLIC, Visibility.PARTNERS) if self.partners else (Visibility.PUBLIC,)


def organizations(database: Database, reader: Reader) -> Iterator[hsds.Json]:
    """Every organization with its services, in the order in which they were listed."""
    behind: open_pages.Position | None = None
    while True:
        with database.unit_of_work(reader.actor) as session:
            rows = _some(session, reader, behind)
            told = [_whole(row) for row in rows]
        if not rows:
            return
        yield from told
        behind = open_pages.Position(rows[-1].created_at, rows[-1].id)


def _some(session: Session, reader: Reader, behind: open_pages.Position | None) -> list[Any]:
    wanted = (
        select(Organization)
        .where(Organization.visibility.in_(reader.audiences), Organization.merged_into_id.is_(None))
        .options(*open_queries.whole_organization(), *open_queries.organization_services())
        .order_by(Organization.created_at, Organization.id)
        .limit(STEP)
    )
    if reader.tenant_id is not None:
        wanted = wanted.where(Organization.tenant_id == reader.tenant_id)
    if behind is not None:
        wanted = wanted.where(tuple_(Organization.created_at, Organization.id) > (behind.at, behind.id))
    return list(session.scalars(wanted).unique())


def _whole(row: Any) -> hsds.Json:
    return hsds.organization(row, full=True, with_services=True, at=now())


def to_json(database: Database, reader: Reader, path: Path) -> int:
    """A list of organizations with all that belongs to them; the number of them."""
    number = 0
    with _Replacing(path) as file:
        lines = path.suffix == ".ndjson"
        file.write("" if lines else "[")
        for told in organizations(database, reader):
            file.write(("" if lines else ",\n" if number else "\n") + json.dumps(told, ensure_ascii=False))
            file.write("\n" if lines else "")
            number += 1
        file.write("" if lines else "\n]\n")
    return number


class _Replacing:
    """A file that is there whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(f".{path.name}.part")

    def __enter__(self) -> TextIO:
        self.file = self.part.open("w", encoding="utf-8", newline="")
        return self.file

    def __exit__(self, kind: object, *_rest: object) -> None:
        self.file.close()
        if kind is None:
            self.part.replace(self.path)
        else:
            self.part.unlink(missing_ok=True)


# Tables -------------------------------------------------------------------------------------------------------------

OURS: dict[str, tuple[str, ...]] = {
    "organization": ("kind", "member_of_the_network"),
    "service": ("emergency", "confidential", "delivery"),
    "phone": ("hotline", "toll_free", "country", "channels", "toll_free_from", "safe_to_leave_message"),
}
"""Columns that we add behind those of the standard."""


def to_tables(database: Database, reader: Reader, folder: Path) -> dict[str, int]:
    """A tabular data package; the number of rows of each table."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = _Tables(folder)
    try:
        for told in vocabulary(database, reader):
            tables.add(*told)
        for one in organizations(database, reader):
            tables.take("organization", one)
    finally:
        tables.close()
    (folder / "datapackage.json").write_text(
        json.dumps(description(tables.counts), ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    return tables.counts


def vocabulary(database: Database, reader: Reader) -> Iterator[tuple[str, hsds.Json]]:
    """Our own words for kinds of help, and those of others."""
    yield "taxonomy", hsds.the_taxonomy()
    for term in taxonomy.TERMS.values():
        yield "taxonomy_term", hsds.taxonomy_term(term)
    with database.unit_of_work(reader.actor) as session:
        wholes = session.scalars(select(Taxonomy).where(Taxonomy.audience.in_(reader.audiences)))
        told = [("taxonomy", hsds.vocabulary(row)) for row in wholes]
        known = {one["id"] for _, one in told}
        terms = session.scalars(select(TaxonomyTerm).where(TaxonomyTerm.audience.in_(reader.audiences)))
        told += [("taxonomy_term", one) for one in map(hsds.word, terms) if one.get("taxonomy_id") in known]
    yield from told


class _Tables:
    """Open files of a package; a row is written once, however often it is nested somewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: dict[str, int] = {}
        self._files: dict[str, TextIO] = {}
        self._writers: dict[str, Any] = {}
        self._here: set[str] = set()

    def take(self, kind: str, told: hsds.Json) -> None:
        """An organization and all that is nested in it."""
        self._here = set()
        self._apart(kind, told, {})

    def _apart(self, kind: str, told: hsds.Json, around: dict[str, str]) -> None:
        nested = NESTED.get(kind, {})
        own = {name: value for name, value in told.items() if name not in nested}
        names = OBJECTS[kind].names
        own |= {name: ident for name, ident in around.items() if name in names and not own.get(name)}
        marks = [one for one in told.get("attributes", []) if "taxonomy_term_id" not in one]
        own |= {one["link_type"]: one["value"] for one in marks if one["link_type"] in OURS.get(kind, ())}
        if told["id"] not in self._here:
            self._here.add(told["id"])
            self.add(kind, own)
        within = around | {f"{kind}_id": told["id"]}
        for name, child in nested.items():
            held = told.get(name)
            for one in held if isinstance(held, list) else [held] if held else []:
                if child == "attribute" and "taxonomy_term_id" not in one:
                    continue
                if child == "language":
                    self.add(child, one | {f"{kind}_id": told["id"]})
                elif child != "taxonomy_term":
                    # Hours of a place that a service is given at are the place's, not the service's.
                    self._apart(
                        child, one, within if child != "location" else _only(within, "organization_id")
                    )

    def add(self, kind: str, told: hsds.Json) -> None:
        writer = self._writers.get(kind) or self._open(kind)
        columns = (*OBJECTS[kind].names, *OURS.get(kind, ()))
        writer.writerow([_cell(told.get(name)) for name in columns])
        self.counts[kind] += 1

    def _open(self, kind: str) -> Any:
        file = (self.folder / OBJECTS[kind].path).open("w", encoding="utf-8", newline="")
        self._files[kind] = file
        self._writers[kind] = writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*OBJECTS[kind].names, *OURS.get(kind, ())))
        self.counts[kind] = 0
        return writer

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def _only(around: dict[str, str], name: str) -> dict[str, str]:
    return {name: around[name]} if name in around else {}


def _cell(value: Any) -> str:
    """A value as a table holds it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


_TYPES = {"number": "number", "date": "date", "moment": "string", "time": "string"}


def _field(kind: str, field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": field.required} | (
        {"unique": True} if field.name == "id" else {}
    )
    if (kind, field.name) in ENUMS:
        constraints["enum"] = list(ENUMS[kind, field.name])
    told = {"name": field.name, "type": _TYPES.get(field.type, "string"), "constraints": constraints}
    return told | ({"format": field.type} if field.type in ("uuid", "email") else {})


def description(counts: dict[str, int]) -> dict[str, Any]:
    """``datapackage.json``: the tables that are there, their columns, and what points where."""
    resources = []
    for kind, table in OBJECTS.items():
        if kind not in counts:
            continue
        ours = [{"name": name, "type": "string"} for name in OURS.get(kind, ())]
        schema: dict[str, Any] = {
            "fields": [_field(kind, field) for field in table.fields] + ours,
            "primaryKey": "id",
        }
        keys = [
            {"fields": name, "reference": {"resource": name.removesuffix("_id"), "fields": "id"}}
            for name in table.names
            if name.endswith("_id") and name.removesuffix("_id") in counts and name != "link_id"
        ]
        if keys:
            schema["foreignKeys"] = keys
        resources.append(
            {
                "name": kind,
                "path": table.path,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema,
            }
        )
    return {
        "name": "kopuro-directory",
        "title": "Directory of the network",
        "description": "Human Services Data Specification 3.0, tabular",
        "profile": "tabular-data-package",
        "homepage": "https://docs.openreferral.org/en/3.0/",
        "created": hsds.moment(now()),
        "resources": resources,
    }
