"""Vocabularies of others, their words, and what is said with them, as columns."""

from __future__ import annotations

import uuid
from typing import Any

from network.directory.exchange import values as make
from network.directory.exchange.records import Raw
from network.directory.exchange.shapes.telling import Columns, Telling
from network.directory.taxonomy import TERMS


def taxonomy(telling: Telling, values: Raw) -> Columns:
    return {
        "name": make.short(values.get("name"), 200, "name", telling.tell) or "?",
        "description": telling.texts(values, "description"),
        "uri": make.url(values.get("uri"), telling.tell, "uri") or "",
        "edition": make.short(values.get("version"), 50, "version", telling.tell),
    }


def term(telling: Telling, values: Raw) -> Columns | None:
    name = telling.texts(values, "name")
    if not name:
        telling.tell("name", "no name", "left out")
        return None
    return {
        "code": make.short(values.get("code"), 80, "code", telling.tell),
        "name": name,
        "description": telling.texts(values, "description"),
        "uri": make.url(values.get("term_uri"), telling.tell, "term_uri") or "",
    }


def attribute(telling: Telling, values: Raw) -> Columns:
    return {
        "link_entity": make.text(values.get("link_entity")) or "service",
        "link_type": make.short(values.get("link_type"), 80, "link_type", telling.tell),
        "value": make.short(values.get("value"), 300, "value", telling.tell),
        "_own": _own_term(values.get("taxonomy_term_id")),
    }


def _own_term(ident: Any) -> str:
    """The code of one of our own words for kinds of help."""
    try:
        wanted = uuid.UUID(str(ident))
    except ValueError:
        return ""
    return next((term.code for term in TERMS.values() if term.id == wanted), "")
