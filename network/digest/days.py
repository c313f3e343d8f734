"""Days as exact as they are known: ``2004``, ``2003-06`` or ``2007-04-24`` (ISO 8601), and the words for them."""

from __future__ import annotations

import datetime
import re

from babel.dates import format_date

from network.dates import long_date
from network.i18n.languages import locale_of

FIRST_YEAR, LAST_YEAR = 1990, 2099
_TYPED = (
    re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?"),
    re.compile(r"(?:(?:(?P<d>\d{1,2})\.)?(?P<m>\d{1,2})\.)?(?P<y>\d{4})"),
)


def parse(typed: str) -> str:
    """What somebody typed (24.04.2007, 04.2007, 2007, 2007-04-24), as it is kept; empty for nothing.

    :raises ValueError: where it is no day, month or year from 1990 to 2099.
    """
    typed = typed.strip()
    if not typed:
        return ""
    for pattern in _TYPED:
        found = pattern.fullmatch(typed)
        if found is not None:
            return _checked(*(int(found[part]) if found[part] else None for part in "ymd"))
    raise ValueError(typed)


def _checked(year: int | None, month: int | None, day: int | None) -> str:
    whole = datetime.date(year or 0, month or 1, day or 1)  # Refuses what no calendar has.
    if not FIRST_YEAR <= whole.year <= LAST_YEAR:
        raise ValueError(year)
    return whole.isoformat()[: 4 if month is None else 7 if day is None else 10]


def known(kept: str) -> bool:
    """Whether this is a day as we keep it."""
    try:
        return parse(kept) == kept
    except ValueError:
        return False


def in_order(first: str, last: str) -> bool:
    """Whether ``last`` may be later than or the same as ``first``, as far as both are known."""
    exact = min(len(first), len(last))
    return first[:exact] <= last[:exact]


def typed(kept: str) -> str:
    """As a form shows it: 24.04.2007."""
    return ".".join(reversed(kept.split("-"))) if kept else ""


def words(kept: str, language: str) -> str:
    """One day, month or year in a language, as a caption has it."""
    if len(kept) == 10:
        return long_date(datetime.date.fromisoformat(kept), language)
    if len(kept) == 7:
        year, month = (int(part) for part in kept.split("-"))
        name = format_date(datetime.date(year, month, 1), "LLLL", locale=locale_of(language)).lower()
        return _month(name, year, language)
    return kept


def _month(name: str, year: int, language: str) -> str:
    if language == "en":
        return f"{name.capitalize()} {year}"
    return {"ru": f"{name} {year} года", "ky": f"{year}-жыл, {name}", "uz": f"{year}-yil, {name}"}.get(
        language, f"{name} {year}"
    )


def span(first: str, last: str, language: str) -> str:
    """From one to the other, once where both are the same; empty where nothing is known."""
    ends = [words(day, language) for day in dict.fromkeys((first, last)) if day]
    return " – ".join(ends)
