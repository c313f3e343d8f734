"""How the shapes read a source and tell what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from network.directory.exchange import values as make
from network.directory.exchange.records import Fault, Raw, Record, Report
from network.i18n.translated import written

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ways:
    """How a source is read: the language of its texts, and the country where it names none."""

    language: str = "en"
    country: str = "KG"


class Telling:
    """Tells the report what was wrong with the record that is read now."""

    def __init__(self, report: Report, ways: Ways) -> None:
        self.report, self.ways = report, ways
        self._record: Record

    def about(self, record: Record) -> None:
        """What is told from now on is told of this one."""
        self._record = record

    def tell(self, field: str, what: str, done: str) -> None:
        self.report.fault(Fault(self._record.file, self._record.row, field, what, done))

    def texts(self, values: Raw, name: str) -> Columns:
        """A text in the languages it comes in."""
        told = values.get("translations")
        by = told.get(name) if isinstance(told, dict) else None
        given = {code: make.text(text) for code, text in by.items()} if isinstance(by, dict) else {}
        plain = make.text(values.get(name))
        if not (plain or given):
            return {}
        if plain and plain not in given.values():
            given.setdefault(self.ways.language, plain)
        return dict(written(given))

    def country(self, values: Raw) -> str:
        told = make.text(values.get("country")).upper()
        named = {"USA": "US", "KYRGYZSTAN": "KG", "UZBEKISTAN": "UZ", "TAJIKISTAN": "TJ"}
        told = named.get(told, told)
        return told if len(told) == 2 and told.isascii() and told.isalpha() else self.ways.country


def languages(telling: Telling, values: Raw) -> list[str]:
    found: list[str] = []
    for one in values.get("_languages") or []:
        code = make.language(one.get("code"), None)
        codes = (
            [code] if code else [make.language(None, name) for name in make.language_names(one.get("name"))]
        )
        if None in codes or not codes:
            telling.tell("languages", "a language that nobody knows", "left out")
        found += [code for code in codes if code is not None and code not in found]
    return found
