"""When a child comes of age, and when what a guardian agreed to ends with it. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

ADULT_YEARS = 18
BIRTHS = ("1880", "2199")
"""The years in which whoever a case is about can be born."""
CHILD_BANDS = ("0-8", "9-17")
"""Age bands of a child, of IOM's counter-trafficking data."""
AFTER_EIGHTEEN = datetime.timedelta(days=30)
"""So long a guardian's consent still holds, for the person to be asked herself."""


def eighteenth(born: datetime.date) -> datetime.date:
    """The eighteenth birthday; who was born on a 29 February has it on 1 March."""
    try:
        return born.replace(year=born.year + ADULT_YEARS)
    except ValueError:
        return datetime.date(born.year + ADULT_YEARS, 3, 1)


def guardian_consent_ends_on(born: datetime.date) -> datetime.date:
    """The day from which a guardian's consent no longer holds: 30 days after the birthday, then rounded up to the
    first of a month, since it stands in the clear and must not tell the birthday."""
    day = eighteenth(born) + AFTER_EIGHTEEN
    if day.day == 1:
        return day
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def birthday(content: Mapping[str, Any]) -> datetime.date | None:
    """The day of birth as a case has it, if it is one that anybody living can have. A year or a month is none."""
    said = str(content.get("prs_Birthdate") or "").strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", said, re.ASCII) or not BIRTHS[0] <= said[:4] <= BIRTHS[1]:
        return None
    try:
        return datetime.date.fromisoformat(said)
    except ValueError:
        return None


def latest_birthday(content: Mapping[str, Any]) -> datetime.date | None:
    """The latest day on which the person can have been born: of a bare year or month (``1999``, ``1999-05``, as files of
    others have them) its last one, since who may be a child is treated as one. None where nothing is known."""
    said = str(content.get("prs_Birthdate") or "").strip()
    partly = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", said, re.ASCII)
    if partly is None:
        return birthday(content)
    year, month = partly[1], partly[2] or "12"
    return max(
        (day for n in range(28, 32) if (day := birthday({"prs_Birthdate": f"{year}-{month}-{n}"}))),
        default=None,
    )


def is_minor(told: Mapping[str, Any], today: datetime.date) -> bool:
    """Whether anything written says that the person is, or may be, under 18; minors have rules of their own. Where
    nobody wrote an age, nothing says so."""
    born = latest_birthday(told)
    return told.get("age_band") in CHILD_BANDS or (born is not None and today < eighteenth(born))
