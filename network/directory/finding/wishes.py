"""What a reader asks for, and by which rule something was found. Pure."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import IntEnum

KINDS = ("organization", "service", "hotline", "project")


class Matched(IntEnum):
    """Which rule found a row, best first."""

    EXACT = 0  # The whole name, letter for letter as far as folding goes.
    NAME = 1
    OTHER_NAME = 2
    PLACE = 3
    NEED = 4  # A word for the kind of help.
    TEXT = 5
    SIMILAR = 6
    PARTLY = 7  # All words but one.
    NUMBER = 8
    LISTED = 9  # Nothing was asked for; the row fits the filters.


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader of the directory asks for. Empty text and no filters: everything there is."""

    text: str = ""
    kind: str | None = None
    """One of ``KINDS``."""
    term: str | None = None
    place_id: str | None = None
    near: bool = False
    """Around the place as well, nearest first."""
    speaks: str | None = None
    """A language in which help is wanted."""
    sex: str | None = None
    """``female`` or ``male``."""
    age: int | None = None
    open_at: datetime.datetime | None = None
    verified_at: datetime.datetime | None = None
    """Only what somebody confirmed lately enough, seen from this moment."""

    @property
    def digits(self) -> str:
        """The telephone number that was typed, if it was one; long ones without the zero that countries put first."""
        typed = re.sub(r"[\s+().-]", "", self.text)
        if not (typed.isascii() and typed.isdigit() and len(typed) >= 3):
            return ""
        return typed.lstrip("0") if len(typed) > 6 else typed

    @property
    def narrowed(self) -> bool:
        """Whether anything but a text was asked for."""
        plain = (self.kind, self.term, self.place_id, self.speaks, self.sex, self.open_at, self.verified_at)
        return self.age is not None or any(plain)
