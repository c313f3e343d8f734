"""The workbook of editors: what a tenant keeps as two sheets, out and in again. No formula is ever written or believed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from network.directory.models import Organization, Service
from network.directory.texts import only
from network.i18n.languages import CODES
from network.permissions import Unfit

MOST_ROWS = 3000
MOST_CHARACTERS = 32_767
"""Characters of a cell; no spreadsheet keeps more."""
UNPACKED = 40 * 2**20
"""Bytes that an uploaded workbook may unfold to."""

TEXTS = ("name", "description")
LANGUAGE_COLUMNS = tuple(f"{name}_{code}" for name in TEXTS for code in CODES)
SHEETS: dict[str, tuple[str, ...]] = {
    "Organizations": ("id", "version", *LANGUAGE_COLUMNS, "website", "email", "status"),
    "Services": ("id", "version", "organization_id", *LANGUAGE_COLUMNS, "url", "email", "status"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet; ``row`` as the spreadsheet counts."""

    sheet: str
    row: int
    cells: dict[str, str]

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        return {
            name: {code: self.cells[f"{name}_{code}"] for code in CODES if self.cells.get(f"{name}_{code}")}
            for name in TEXTS
        }


def written(organizations: Iterable[Organization], services: Iterable[Service]) -> bytes:
    """The workbook."""
    import xlsxwriter  # Only who asks for a workbook waits for it.

    held = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, {"in_memory": True, **options}) as book:
        bold = book.add_format({"bold": True})
        for sheet, rows in (("Organizations", organizations), ("Services", services)):
            page = book.add_worksheet(sheet)
            page.freeze_panes(1, 0)
            page.set_column(0, len(SHEETS[sheet]), 24)
            for column, name in enumerate(SHEETS[sheet]):
                page.write_string(0, column, name, bold)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(_cells(row, SHEETS[sheet])):
                    page.write_string(number, column, value)
    return held.getvalue()


def _cells(row: Any, columns: tuple[str, ...]) -> Iterable[str]:
    for column in columns:
        name, _, code = column.rpartition("_")
        if name in TEXTS and code in CODES:
            found = only(getattr(row, name), code)
            yield found.text[:32_000] if found else ""
        else:
            value = getattr(row, column)
            yield "" if value is None else str(getattr(value, "value", value))


def read(raw: bytes) -> list[Line]:
    """Its rows. Raises :class:`Unfit` ``workbook_unreadable`` or ``workbook_too_long``."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                raise Unfit("workbook_too_long")
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        lines = [line for sheet in SHEETS if sheet in book.sheetnames for line in _lines(sheet, book[sheet])]
        book.close()
    except Unfit:
        raise
    except Exception:  # A file that only looks like a workbook fails in any of a hundred ways.
        raise Unfit("workbook_unreadable") from None
    return lines


def _lines(sheet: str, page: Any) -> Iterable[Line]:
    rows = page.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=60)
    header = [_text(cell) for cell in next(rows, ())]
    if not set(SHEETS[sheet]) - {"version"} <= set(header):
        raise Unfit("workbook_unreadable")
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            raise Unfit("workbook_too_long")
        told = {name: _text(cell) for name, cell in zip(header, cells, strict=False) if name}
        if any(told.values()):
            yield Line(sheet, number, told)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    told = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    if len(told) > MOST_CHARACTERS:
        raise Unfit("workbook_too_long")
    return told.strip()
