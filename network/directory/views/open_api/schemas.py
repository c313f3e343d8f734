"""What the open API says of itself in ``/api/openapi.json``: things of HSDS 3.0, and the parameters of its lists."""

from __future__ import annotations

from typing import Any

from network.api import COMPONENTS, Schema, query
from network.directory.hsds.standard import OBJECTS, Field
from network.directory.views.open_api.asking import FARTHEST, LAST_PAGE, MOST_PER_PAGE, PER_PAGE

_TYPES: dict[str, Schema] = {
    "uuid": {"type": "string", "format": "uuid"},
    "email": {"type": "string", "format": "email"},
    "uri": {"type": "string", "format": "uri"},
    "moment": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
}
_TRUTH = {"type": "boolean"}
_TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}

OURS: dict[str, Schema] = {
    "service": {
        "emergency": {"type": "boolean", "description": "Helps at once, without an appointment"},
        "confidential": {"type": "boolean", "description": "Where it is must not be known"},
        "delivery": {"type": "array", "items": {"type": "string"}, "description": "How it is given"},
        "eligibility": {"type": "object", "description": "Who may come, as far as it is known"},
        "capacities": {"type": "array", "items": {"type": "object"}, "description": "How much room there is"},
    },
    "organization": {"merged_into_id": {"type": "string", "format": "uuid"}},
}
"""What we say beyond the standard, by schema; the profile gives the same to programs."""

_TRANSLATED = ("service", "organization")
for _name in _TRANSLATED:
    OURS[_name]["translations"] = {
        "type": "object",
        "description": "The texts in each language: field, then ISO 639-1 code",
        "additionalProperties": _TEXTS,
    }


def _field(field: Field) -> Schema:
    return dict(_TYPES.get(field.type, {"type": "string"}))


def _component(name: str) -> Schema:
    fields = OBJECTS[name].fields
    return {
        "type": "object",
        "description": f"As `{name}.json` of HSDS 3.0.",
        "externalDocs": {
            "url": f"https://raw.githubusercontent.com/openreferral/specification/3.0/schema/{name}.json"
        },
        # The standard asks for fewer fields in JSON than in tables: what may be left out is not demanded here.
        "required": [f.name for f in fields if f.name in DEMANDED[name]],
        "properties": {f.name: _field(f) for f in fields} | OURS.get(name, {}),
    }


DEMANDED = {
    "service": ("id", "name", "status"),
    "organization": ("id", "name", "description"),
    "service_at_location": ("id",),
    "taxonomy": ("id", "name", "description"),
    "taxonomy_term": ("id", "name", "description"),
}

PAGE: Schema = {
    "type": "object",
    "required": [
        "total_items",
        "total_pages",
        "page_number",
        "size",
        "first_page",
        "last_page",
        "empty",
        "contents",
    ],
    "properties": {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **dict.fromkeys(("first_page", "last_page", "empty"), _TRUTH),
        "contents": {"type": "array"},
    },
}

TOMBSTONE: Schema = {
    "type": "object",
    "description": "Something that everybody could read and can no more: copies should forget it.",
    "required": ["id", "type", "withdrawn_at"],
    "properties": {
        "id": _TYPES["uuid"],
        "type": {"type": "string", "enum": ["organization", "service", "service_at_location"]},
        "withdrawn_at": _TYPES["moment"],
        "replaced_by": _TYPES["uuid"],
    },
}


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


COMPONENTS |= {"Page": PAGE, "Tombstone": TOMBSTONE} | {_title(name): _component(name) for name in DEMANDED}


def one(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def page_of(name: str) -> Schema:
    return {
        "allOf": [
            one("Page"),
            {"type": "object", "properties": {"contents": {"type": "array", "items": one(name)}}},
        ]
    }


def uuid_query(name: str, description: str) -> Schema:
    return query(name, description, type="string", format="uuid")


PAGING = (
    query("search", "Words in any of our languages and scripts"),
    query("page", "Which page, from 1", type="integer", minimum=1, maximum=LAST_PAGE),
    query(
        "per_page", "How many on a page", type="integer", minimum=1, maximum=MOST_PER_PAGE, default=PER_PAGE
    ),
    query(
        "format",
        "One document, or a line for each thing; lines without page, per_page or after are the whole list",
        type="string",
        enum=["json", "ndjson"],
    ),
)
AFTER = uuid_query("after", "The last record that was read: the page begins behind it. Link headers give it")
MODIFIED_AFTER = query(
    "modified_after",
    "Only what changed at or after this moment (ISO 8601)",
    type="string",
    format="date-time",
)
ORGANIZATION_ID = uuid_query("organization_id", "Only of this organization")
TAXONOMY_ID = uuid_query("taxonomy_id", "Only with terms of this taxonomy")
TAXONOMY_TERM_ID = uuid_query("taxonomy_term_id", "Only of this kind")
NARROWING = (ORGANIZATION_ID, TAXONOMY_TERM_ID, TAXONOMY_ID, MODIFIED_AFTER)
NEAR = (
    query("postcode", "The p-code or the name of a place; its middle is where proximity is measured from"),
    query(
        "proximity",
        "Metres around that place. Services whose address is confidential have no distance",
        type="integer",
        minimum=1,
        maximum=FARTHEST,
    ),
)
MINIMAL = query("minimal", "Ids and names alone, and when each was changed", **_TRUTH)
FULL = query("full", "With all that belongs to each", **_TRUTH)
FULL_SERVICE = query("full_service", "With the services of each organization", **_TRUTH)

TAG = "HSDS 3.0"
LISTS: dict[str, Any] = {
    "tag": TAG,
    "media": ("application/json", "application/x-ndjson"),
    "statuses": (304, 400, 429),
}
ITEMS: dict[str, Any] = {"tag": TAG, "statuses": (304, 404, 429)}
WITHDRAWABLE: dict[str, Any] = {"tag": TAG, "statuses": (304, 404, 410, 429)}
