"""What changed from one snapshot of a row to the next, value by value, and what of an old one can be given back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, DateTime, Enum, Numeric, Time, Uuid, inspect

from network.directory import texts
from network.i18n.languages import CODES

WHOSE = frozenset(
    {"id", "tenant_id", "organization_id", "service_id", "project_id", "location_id", "phone_id", "slug"}
)
KEPT_BY_THE_MACHINE = frozenset(
    {
        "version",
        "created_at",
        "last_modified",
        "updated_at",
        "verified_at",
        "verified_how",
        "reminded",
        "merged_into_tenant_id",
        "merged_into_id",
        "position",
        "source",
    }
)
WHO_READS = frozenset({"visibility", "audience", "confidential", "hotline"})
"""Changed by its own form alone: giving back an old version never shows anything to more people."""
NOT_SHOWN = frozenset({"door", "services"})
"""Kept beside the columns: a door is opened first, and then shown by its words."""
NEVER_GIVEN_BACK = WHOSE | KEPT_BY_THE_MACHINE | WHO_READS


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; ``language`` where it is a text."""

    name: str
    language: str
    old: Any
    new: Any


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """What differs, in the order of the later snapshot; against nothing, everything that says something."""
    found: list[Change] = []
    for name, new in after.items():
        old = (before or {}).get(name)
        if name in WHOSE | KEPT_BY_THE_MACHINE | NOT_SHOWN or old == new:
            continue
        if is_text(old) and is_text(new) and (old or new):
            found += _by_language(name, old, new)
        elif (old or None) != (new or None) or (isinstance(new, bool) and before is not None):
            found.append(Change(name, "", old, new))
    return found


def is_text(value: Any) -> bool:
    """Whether this is a text by language (or nothing)."""
    return value is None or (isinstance(value, Mapping) and set(value) <= set(CODES))


def _by_language(name: str, old: Any, new: Any) -> list[Change]:
    found = []
    for code in CODES:
        one, other = texts.only(old, code), texts.only(new, code)
        words = (one.text if one else "", other.text if other else "")
        if words[0] != words[1]:
            found.append(Change(name, code, *words))
    return found


def given_back(row: Any, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of the row with the values of an old snapshot, as far as they may be given back."""
    columns = inspect(type(row)).columns
    return {
        name: _read(columns[name].type, value)
        for name, value in snapshot.items()
        if name in columns and name not in NEVER_GIVEN_BACK
    }


def whole(model: Any, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """All columns of a row that was taken out, but its names, its version and who reads it."""
    columns = inspect(model).columns
    aside = {"id", "tenant_id", "version", "audience", "confidential", "last_modified"}
    return {
        name: _read(columns[name].type, value)
        for name, value in snapshot.items()
        if name in columns and name not in aside
    }


def _read(kind: Any, value: Any) -> Any:
    """A value of a snapshot as its column has it."""
    if value is None:
        return None
    if isinstance(kind, Enum):
        return kind.enum_class(value) if kind.enum_class else value
    if isinstance(kind, DateTime):
        return datetime.datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return datetime.date.fromisoformat(value)
    if isinstance(kind, Time):
        return datetime.time.fromisoformat(value)
    if isinstance(kind, Uuid):
        return uuid.UUID(value)
    return Decimal(value) if isinstance(kind, Numeric) else value
