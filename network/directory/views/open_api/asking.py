"""What may be asked of the open API: each parameter read, and refused with a reason where it cannot be meant."""

from __future__ import annotations

import datetime
import re
import uuid
from dataclasses import dataclass

from flask import request

from network.directory import where
from network.directory.open_queries import Asked
from network.i18n.folding import fold

PER_PAGE, MOST_PER_PAGE, LAST_PAGE = 50, 200, 1_000_000
FARTHEST = 1_000_000
"""Metres from a place in which services are looked for, at most."""


class Senseless(Exception):
    """A parameter that cannot be meant; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which page of a list, how large, how much of each thing, written how."""

    number: int
    size: int
    minimal: bool
    full: bool
    lines: bool
    whole: bool
    """All of the list as lines, without pages: what ``format=ndjson`` alone asks for."""
    after: uuid.UUID | None
    """The last record that was read: the page begins behind it, whatever ``number`` says."""


def number(name: str, otherwise: int, most: int) -> int:
    typed = request.args.get(name, "")
    if not typed:
        return otherwise
    if not (len(typed) <= 12 and typed.isascii() and typed.isdigit() and 1 <= int(typed) <= most):
        raise Senseless(f"{name} must be a whole number from 1 to {most}")
    return int(typed)


def yes(name: str) -> bool:
    typed = request.args.get(name, "").lower()
    if typed not in ("", "true", "false", "1", "0"):
        raise Senseless(f"{name} must be true or false")
    return typed in ("true", "1")


_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def ident(name: str) -> uuid.UUID | None:
    typed = request.args.get(name, "")
    if not typed:
        return None
    if not _UUID.fullmatch(typed):
        raise Senseless(f"{name} must be a UUID")
    return uuid.UUID(typed)


def since() -> datetime.datetime | None:
    typed = request.args.get("modified_after", "")
    if not typed:
        return None
    try:
        # A plus sign in an address is a blank for whoever forgot to write %2B.
        moment = datetime.datetime.fromisoformat(typed.replace(" 0", "+0"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise Senseless("modified_after must be a date or moment of ISO 8601") from None


def words() -> str:
    return request.args.get("search", "")[:200].replace("\0", " ")


def _near() -> tuple[str, int] | None:
    """The place that was named by its p-code, our id or its name, and how far around it, in metres."""
    typed = request.args.get("postcode", "")[:80]
    if not request.args.get("proximity"):
        if typed:
            raise Senseless("postcode needs proximity, in metres")
        return None
    metres = number("proximity", 0, FARTHEST)
    asked = fold(typed)
    for one in where.all_places() if asked else ():
        if one.latitude is None or one.longitude is None:
            continue
        if typed in (one.id, one.pcode) or asked in (fold(name) for name in one.names.values()):
            return one.id, metres
    raise Senseless("proximity needs postcode: the p-code or the name of a place of the directory")


def asked(*, near: bool = False) -> Asked:
    """The filters, cumulative as the standard demands."""
    return Asked(
        search=words(),
        organization_id=ident("organization_id"),
        taxonomy_term_id=ident("taxonomy_term_id"),
        taxonomy_id=ident("taxonomy_id"),
        modified_after=since(),
        near=_near() if near else None,
    )


def sheet() -> Sheet:
    form = request.args.get("format", "") or "json"
    if form not in ("json", "ndjson"):
        raise Senseless("format must be json or ndjson")
    pages = any(request.args.get(name) for name in ("page", "per_page", "after"))
    return Sheet(
        number("page", 1, LAST_PAGE),
        number("per_page", PER_PAGE, MOST_PER_PAGE),
        yes("minimal"),
        yes("full"),
        form == "ndjson",
        form == "ndjson" and not pages,
        ident("after"),
    )
