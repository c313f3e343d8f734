"""Records to the bytes of a file and back. Any file: from this product, from the standard's templates, from a stranger."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from network.referrals.htcds.names import COMMENTS, PLANS, REFERRALS, TABLES
from network.referrals.htcds.records import Record

MOST_BYTES = 2 * 2**20
MOST_ROWS = 500
STANDARD = {"name": "HTCDS", "version": "2.0"}
MANY = (*TABLES.values(), REFERRALS, PLANS, COMMENTS)
BETWEEN = "; "
RISKY = ("=", "+", "-", "@", "|", "%", "\t", "\r", "'")
"""How a cell begins that a spreadsheet might take for a formula (OWASP, CSV injection); the apostrophe makes it text,
and one that was there before is doubled, so that nothing is lost on the way back."""


class Unreadable(ValueError):
    """Not a file of cases. ``args[0]`` is the code that the labels have words for."""


def as_json(records: Sequence[Record]) -> bytes:
    return json.dumps({"standard": STANDARD, "cases": list(records)}, ensure_ascii=False, indent=1).encode()


def as_csv(records: Sequence[Record]) -> bytes:
    """One line a case, with a byte order mark so that spreadsheets read Cyrillic right."""
    lines = [flat(record) for record in records]
    columns = list(dict.fromkeys(name for line in lines for name in line))
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([defused(line.get(name, "")) for name in columns] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def flat(record: Record) -> dict[str, str]:
    """A record as one line: the second of many has ``_2`` after its names."""
    line: dict[str, str] = {}
    for name, value in record.items():
        if name in MANY:
            for number, one in enumerate(value, 1):
                mark = f"_{number}" if number > 1 else ""
                line |= {f"{key}{mark}": _cell(part) for key, part in one.items()}
        else:
            line[name] = _cell(value)
    return line


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return BETWEEN.join(map(str, value)) if isinstance(value, list) else str(value)


def defused(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + cell if cell.lstrip().startswith(RISKY) or cell.startswith(RISKY) else cell


def undefused(cell: str) -> str:
    rest = cell[1:]
    risky = rest.lstrip().startswith(RISKY) or rest.startswith(RISKY)
    return rest if cell.startswith("'") and risky else cell


def records_of(data: bytes) -> list[Any]:
    """What a file says, row by row; a row that is not a record comes as it is. Raises :class:`Unreadable`."""
    if not data.strip():
        raise Unreadable("import_no_file")
    if len(data) > MOST_BYTES:
        raise Unreadable("import_too_large")
    text = _text(data)
    rows = _json_rows(text) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text)
    if not rows:
        raise Unreadable("import_empty")
    if len(rows) > MOST_ROWS:
        raise Unreadable("import_too_many")
    return rows


def _text(data: bytes) -> str:
    """UTF-8, or what spreadsheets in the region write without asking."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("import_workbook")
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable("import_unreadable")


def _json_rows(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("import_unreadable") from None
    if isinstance(found, dict):
        found = found.get("cases", [found])
    if not isinstance(found, list):
        raise Unreadable("import_unreadable")
    return found


def _csv_rows(text: str) -> list[Any]:
    head = text.splitlines()[0]
    comma = max((",", ";", "\t"), key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True))
    except csv.Error:
        raise Unreadable("import_unreadable") from None
    columns = [name.strip() for name in lines[0]]
    if sum(1 for name in columns if name) < 1:
        raise Unreadable("import_unreadable")
    rows: list[Any] = []
    for cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        rows.append(_row(columns, cells))
    return rows


def _row(columns: Sequence[str], cells: Sequence[str]) -> Any:
    """One line by its columns; a line with more cells than the head has names is no record."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        return list(cells)
    pairs: Iterable[tuple[str, str]] = zip(columns, map(undefused, cells), strict=False)
    return {name: cell for name, cell in pairs if name and cell.strip()}
