"""Is it open now, until when, and when does it open next: arithmetic over weekly hours and the days that differ.

Pure. Rows of ``Schedule`` and ``ScheduleException`` fit as they are. An opening belongs to the day on which it begins; one
that closes at the hour at which it opens, or before it, closes on the next day. A day that is an exception has the hours
of its exceptions alone: what began the evening before goes on to its end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AHEAD = 60
"""Days that are searched for the next opening: longer than any feast or winter break is closed for ever to a caller."""

_DAY = datetime.timedelta(days=1)
_MIDNIGHT = datetime.time()


class Weekly(Protocol):
    """Hours that come again every week. Without times nothing is known but the days."""

    @property
    def always(self) -> bool: ...
    @property
    def byday(self) -> str: ...
    @property
    def opens_at(self) -> datetime.time | None: ...
    @property
    def closes_at(self) -> datetime.time | None: ...
    @property
    def timezone(self) -> str: ...
    @property
    def valid_from(self) -> datetime.date | None: ...
    @property
    def valid_to(self) -> datetime.date | None: ...


class Different(Protocol):
    """Days on which the week does not count."""

    @property
    def on(self) -> datetime.date: ...
    @property
    def until(self) -> datetime.date | None: ...
    @property
    def closed(self) -> bool: ...
    @property
    def opens_at(self) -> datetime.time | None: ...
    @property
    def closes_at(self) -> datetime.time | None: ...


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From a moment, that one included, to another, that one not."""

    start: datetime.datetime
    end: datetime.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands at a moment. ``open`` is None where the hours are not known well enough to say."""

    open: bool | None
    until: datetime.datetime | None = None
    """When it closes, of what is open; None for what never does."""
    next: datetime.datetime | None = None
    """When it opens, of what is closed; None where that is not within ``AHEAD`` days."""


def standing(weekly: Sequence[Weekly], different: Sequence[Different], moment: datetime.datetime) -> Standing:
    """How it stands at this aware moment. The answers are in the time zone of the first of the hours."""
    if not _known(weekly, different):
        return Standing(None)
    zone = _zone(weekly[0].timezone if weekly else "Asia/Bishkek")
    today = moment.astimezone(zone).date()
    ahead = _joined(_intervals(weekly, different, zone, today - 2 * _DAY, today + AHEAD * _DAY))
    for one in ahead:
        if one.start <= moment < one.end:
            for_ever = one.end - moment > (AHEAD - 2) * _DAY
            return Standing(True, until=None if for_ever else one.end)
        if one.start > moment:
            return Standing(False, next=one.start)
    return Standing(False)


def open_at(
    weekly: Sequence[Weekly], different: Sequence[Different], moment: datetime.datetime
) -> bool | None:
    """Whether it is open at this aware moment; None where nobody told. Cheap enough for every row of a list."""
    if not _known(weekly, different):
        return None
    zone = _zone(weekly[0].timezone if weekly else "Asia/Bishkek")
    today = moment.astimezone(zone).date()
    near = _intervals(weekly, different, zone, today - 2 * _DAY, today + _DAY)
    return any(one.start <= moment < one.end for one in near)


def openings(
    weekly: Sequence[Weekly], different: Sequence[Different], first: datetime.date, last: datetime.date
) -> list[Interval]:
    """All that is open and begins on one of these days, in order, what touches made one; empty where nobody told."""
    if not _known(weekly, different):
        return []
    zone = _zone(weekly[0].timezone if weekly else "Asia/Bishkek")
    return _joined(_intervals(weekly, different, zone, first, last))


def next_opening(
    weekly: Sequence[Weekly], different: Sequence[Different], moment: datetime.datetime
) -> datetime.datetime | None:
    """When it opens after this moment, of what is closed now; None for what is open or not known."""
    return standing(weekly, different, moment).next


def upcoming(different: Iterable[Different], today: datetime.date, days: int = 30) -> list[Different]:
    """The exceptions that a reader should know of: those that are not over and begin within some days."""
    near = [one for one in different if (one.until or one.on) >= today and one.on <= today + days * _DAY]
    return sorted(near, key=lambda one: one.on)


def _known(weekly: Sequence[Weekly], different: Sequence[Different]) -> bool:
    """Hours are known where every row has its times; days without times say too little."""
    rows = [one.always or (one.opens_at is not None and one.closes_at is not None) for one in weekly]
    return bool(rows or different) and all(rows)


def _intervals(
    weekly: Sequence[Weekly],
    different: Sequence[Different],
    zone: ZoneInfo,
    first: datetime.date,
    last: datetime.date,
) -> Iterator[Interval]:
    day = first
    while day <= last:
        others = [one for one in different if one.on <= day <= (one.until or one.on)]
        if others:
            for exception in others:
                if (
                    not exception.closed
                    and exception.opens_at is not None
                    and exception.closes_at is not None
                ):
                    yield _interval(day, exception.opens_at, exception.closes_at, zone)
        else:
            for one in weekly:
                if _counts(one, day):
                    opens, closes = (one.opens_at, one.closes_at) if not one.always else (None, None)
                    yield _interval(day, opens or _MIDNIGHT, closes or _MIDNIGHT, _zone(one.timezone))
        day += _DAY


def _counts(one: Weekly, day: datetime.date) -> bool:
    if (one.valid_from and day < one.valid_from) or (one.valid_to and day > one.valid_to):
        return False
    return one.always or DAYS[day.weekday()] in one.byday.split(",")


def _interval(day: datetime.date, opens: datetime.time, closes: datetime.time, zone: ZoneInfo) -> Interval:
    closing_day = day if closes > opens else day + _DAY
    return Interval(
        datetime.datetime.combine(day, opens, zone), datetime.datetime.combine(closing_day, closes, zone)
    )


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """In order, those that touch or overlap made one."""
    # Wall clocks are compared as moments: two rows may be in two zones.
    joined: list[Interval] = []
    for one in sorted(intervals, key=lambda each: each.start.astimezone(datetime.UTC)):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
