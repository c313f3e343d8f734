"""Lists for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from network.events.models import Registration

HEADERS = (
    "position",
    "state",
    "name",
    "organization",
    "email",
    "language",
    "consent_to_publish",
    "registered_at",
)


def registrations_csv(rows: Iterable[tuple[Registration, str]]) -> str:
    """UTF-8 with a mark at the beginning, because Excel takes Cyrillic for something else without it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    for row, email in rows:
        cells = (
            row.position,
            row.state.value,
            row.name,
            row.organization,
            email,
            row.language,
            row.consent_to_publish.value,
            row.created_at.isoformat(timespec="seconds"),
        )
        writer.writerow([defused(str(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()


def defused(cell: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe keeps it text."""
    return "'" + cell if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "|", "%")) else cell
