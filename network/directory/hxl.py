"""Who does what where when, as humanitarian tables say it: a row of words, a row of HXL hashtags, a row for each place.

HXL 1.1 (hxlstandard.org); places by the p-codes of OCHA, which no renaming changes. Pure: rows in, lines out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

COLUMNS: tuple[tuple[str, str], ...] = (
    ("Organization", "#org+name"),
    ("Type of organization", "#org+type"),
    ("Service or project", "#activity+type"),
    ("Name", "#activity+name"),
    ("Kinds of help", "#sector+name"),
    ("Codes of kinds", "#sector+code"),
    ("Funded by", "#org+funder"),
    ("Country", "#country+name"),
    ("Country code", "#country+code"),
    ("Province", "#adm1+name"),
    ("Province p-code", "#adm1+code"),
    ("District", "#adm2+name"),
    ("District p-code", "#adm2+code"),
    ("Start", "#date+start"),
    ("End", "#date+end"),
    ("Status", "#status"),
    ("Updated", "#date+updated"),
    ("Page", "#meta+url"),
)


def head() -> str:
    """Both rows of the head. Begins with a mark, because Excel takes Cyrillic for something else without it."""
    words, tags = zip(*COLUMNS, strict=True)
    return "\ufeff" + lines([words, tags], tagged=True)


def lines(rows: Iterable[Sequence[str]], *, tagged: bool = False) -> str:
    """Rows as lines of CSV (RFC 4180), each cell harmless to spreadsheets."""
    out = io.StringIO()
    csv.writer(out).writerows([cell if tagged else defused(cell) for cell in row] for row in rows)
    return out.getvalue()


def defused(cell: str) -> str:
    """Text that no spreadsheet takes for a formula, nor HXL for a hashtag: an apostrophe keeps it text."""
    return "'" + cell if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "|", "%", "#")) else cell
