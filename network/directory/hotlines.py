"""Find help now: the hotlines in the footer of every page, errors included.

Read at most once a minute and kept in the process, so that no page waits for them; when the database is away, the
last numbers that were known are still shown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from network.directory import numbers, queries
from network.i18n.countries import country_name
from network.i18n.prefix import current_language
from network.i18n.translated import pick
from network.kept.pages import keep_nothing, state_of
from network.tenancy import Actor
from network.web import Kopuro

KEPT_SECONDS = 60
RETRY_SECONDS = 5
COUNTRIES = ("KG", "UZ", "TJ")
"""The order in which they stand; others behind."""


@dataclass(frozen=True, slots=True)
class Line:
    """One hotline as it is kept between requests: plain values, no row of a session."""

    country: str
    number: str
    toll_free: bool
    organization: dict[str, Any]
    description: dict[str, Any]
    hours: dict[str, Any]


@dataclass
class Hotlines:
    """The lines this process knows, and when it should ask again."""

    app: Kopuro
    read: tuple[str | None, list[Line]] = (None, [])
    """The number of the directory at which they were read, where the page that asked knew it; and the lines."""
    next_at: float = 0.0
    reading: int = 0
    """Counts how often they were read to be others than before, or forgotten."""

    def known(self) -> list[Line]:
        moment, state = time.monotonic(), state_of("directory")
        at, lines = self.read
        # A page that is kept may not keep numbers that are older than itself.
        if moment < self.next_at and state in (None, at):
            return lines
        self.next_at = moment + RETRY_SECONDS  # Others do not ask meanwhile.
        try:
            lines = self._read()
        except SQLAlchemyError:
            keep_nothing()
            return lines
        self.reading += lines != self.read[1]
        self.read, self.next_at = (state, lines), moment + KEPT_SECONDS
        return lines

    def forget(self) -> None:
        """Ask again at once: after a change in this process, and between tests."""
        self.read, self.next_at, self.reading = (None, []), 0.0, self.reading + 1

    def _read(self) -> list[Line]:
        """As a stranger would read them, whoever's request it is."""
        with self.app.database.unit_of_work(Actor.anonymous()) as session:
            return [
                Line(
                    phone.country,
                    phone.number,
                    phone.toll_free,
                    organization.name,
                    phone.description,
                    phone.hours,
                )
                for phone, organization in session.execute(queries.hotlines())
            ]


def groups() -> list[dict[str, Any]]:
    """What ``layout.html`` shows: ``[{country, name, numbers: [{label, display, tel}]}]`` in the page's language."""
    keeper: Hotlines = current_app.extensions["hotlines"]
    language = current_language()
    by_country: dict[str, list[dict[str, str]]] = {}
    for line in keeper.known():
        by_country.setdefault(line.country, []).append(
            {"label": _label(line, language), "display": numbers.display(line.number), "tel": line.number}
        )
    order = sorted(by_country, key=lambda code: (COUNTRIES.index(code) if code in COUNTRIES else 9, code))
    return [
        {"country": code, "name": country_name(code, language), "numbers": by_country[code]} for code in order
    ]


def _label(line: Line, language: str) -> str:
    words = [pick(line.description, language)[0] or pick(line.organization, language)[0]]
    words.append(pick(line.hours, language)[0])
    if line.toll_free:
        words.append(_("free of charge"))
    return ", ".join(filter(None, words))


def register(app: Kopuro) -> None:
    """Give every template the hotlines."""
    keeper = app.extensions["hotlines"] = Hotlines(app)
    app.extensions.setdefault("forget", []).append(keeper.forget)
    app.context_processor(_context)


class _Lazy:
    """Asked only where a page shows them: rendering a mail or a feed asks nothing."""

    def __init__(self) -> None:
        self._groups: list[dict[str, Any]] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Under which what a page shows of them is kept."""
        keeper: Hotlines = current_app.extensions["hotlines"]
        keeper.known()
        return "hotlines", keeper.reading

    def __iter__(self) -> Any:
        if self._groups is None:
            self._groups = groups()
        return iter(self._groups)

    def __len__(self) -> int:
        return len(list(iter(self)))


def _context() -> dict[str, Any]:
    return {"hotlines": _Lazy()}
