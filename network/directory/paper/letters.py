"""Letters that the font of the house has. An accessible PDF may hold no other: one unknown sign would spoil the book."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

COVERED = (
    r"\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u018f\u0218-\u021b\u0259\u02b9-\u02bc\u02c6-\u02dd\u0300-\u0308"
    r"\u0400-\u052f\u1e9e\u2010-\u2027\u2030-\u203a\u20ac\u20b8-\u20bd\u2116\u2122\u2212\u25cc"
)
"""What ``fonts/`` were cut down to: Latin and Cyrillic with all their extensions, and the signs of print."""

_OTHER = re.compile(f"[^{COVERED}]")


def printable(data: Any) -> Any:
    """The data of a sheet with nothing in it that cannot be printed: breaks and odd spaces become spaces, letters of
    other scripts question marks, signs that only decorate or direct go."""
    if isinstance(data, str):
        return _OTHER.sub(_instead, unicodedata.normalize("NFC", data)) if _OTHER.search(data) else data
    if isinstance(data, dict):
        return {name: printable(value) for name, value in data.items()}
    return [printable(one) for one in data] if isinstance(data, list | tuple) else data


def _instead(found: re.Match[str]) -> str:
    sign = found.group()
    plain = _OTHER.sub("", unicodedata.normalize("NFKC", sign))
    if plain:
        return plain  # A wide or joined form of letters we have.
    kind = unicodedata.category(sign)
    if sign in "\t\n\r" or kind.startswith("Z"):
        return " "
    return "?" if kind.startswith(("L", "N")) else ""
