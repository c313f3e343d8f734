"""How values are said: one language a text, no null, moments in UTC, ids for what is no row of ours."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from network.i18n.languages import CODES
from network.i18n.translated import pick, show

VERSION = "3.0"
LANGUAGE = "en"

Json = dict[str, Any]

_PARTS = uuid.UUID("2f1f6a64-8a83-5d0b-9d0d-64f2a8f1b6de")
"""Made once; ids of things that are no rows of ours (a language spoken, an attribute) are derived from it."""


def part(owner: uuid.UUID, kind: str, code: str) -> str:
    return str(uuid.uuid5(_PARTS, f"{owner}/{kind}/{code}"))


def said(texts: Mapping[str, object] | None) -> str:
    return pick(texts, LANGUAGE)[0]


def filled(**values: Any) -> Json:
    """What is there: the schemas know no null and no use in emptiness."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(value: datetime.date | None) -> str | None:
    return value.isoformat() if value else None


def clock(value: datetime.time | None) -> str:
    return f"{value:%H:%M}" if value else ""


def translations(**fields: Mapping[str, object] | None) -> Json:
    """Every text in each language it was written in, as far as there is more than one."""
    told = {}
    for name, texts in fields.items():
        by = {
            code: shown.text for code in CODES if (shown := show(texts, code)).language == code and shown.text
        }
        if by and set(by) != {LANGUAGE}:
            told[name] = by
    return told


def marks(owner: uuid.UUID, entity: str, **values: str | bool) -> list[Json]:
    """What the standard has no field for, as attributes with a value."""
    return [
        {
            "id": part(owner, "attribute", name),
            "link_id": str(owner),
            "link_entity": entity,
            "link_type": name,
            "value": "yes" if value is True else str(value),
        }
        for name, value in values.items()
        if value
    ]
