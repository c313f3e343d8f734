"""Hours as ranges that SQL can ask, so that a search finds who is open now. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from network.directory import hours

_WEEK = 7 * 1440
_SEASON = 400
"""Days ahead that hours with a first or last day are written out."""
_LAST = datetime.date(2100, 1, 1)


def open_hours(weekly: Sequence[Any], others: Sequence[Any], today: datetime.date) -> dict[str, Any]:
    """Hours as ranges that SQL can ask: the week, the days on which it does not count, and what is open on those.

    Hours with a first or last day are written out for ``_SEASON`` days, and the week does not count at all.
    """
    day = datetime.timedelta(days=1)
    if not hours.openings(weekly, others, today - day, today) and not weekly:
        return {}
    if any(one.valid_from or one.valid_to for one in weekly):
        first, last = today - day, today + _SEASON * day
        found = hours.openings(weekly, others, first, last)
        return {
            "closed": [_range(_midnight(first), _midnight(last))],
            "extra": [_range(i.start, i.end) for i in found],
        }
    monday = today - today.weekday() * day
    ordinary = hours.openings(weekly, (), monday - day, monday + 7 * day)
    closed, extra = [], []
    for one in others:
        # The day itself, and the morning after, into which what began in the evening may reach.
        first, last = one.on, min(one.until or one.on, _LAST) + day
        if first > _LAST or last < today - 2 * day or (last - first).days > _SEASON:
            continue
        begins, ends = _midnight(first), _midnight(last + day)
        closed.append(_range(begins, ends))
        for found_one in hours.openings(weekly, others, first - day, last):
            start, end = max(found_one.start, begins), min(found_one.end, ends)
            if start < end:
                extra.append(_range(start, end))
    return {
        "week": _minutes(ordinary),
        "closed": closed or None,
        "extra": extra or None,
    }


def _midnight(day: datetime.date) -> datetime.datetime:
    # Seen from UTC, the day of the valley begins at seven in the evening before, or at six.
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC) - datetime.timedelta(hours=6)


def _range(start: datetime.datetime, end: datetime.datetime) -> Range[datetime.datetime]:
    return Range(start.astimezone(datetime.UTC), end.astimezone(datetime.UTC), bounds="[)")


def _minutes(openings: Iterable[hours.Interval]) -> list[Range[int]] | None:
    """Minutes of any week, by UTC from Monday; an opening over the end of the week goes on at its beginning."""
    found: list[Range[int]] = []
    for one in openings:
        start, end = one.start.astimezone(datetime.UTC), one.end.astimezone(datetime.UTC)
        length = int((end - start).total_seconds() // 60)
        if length >= _WEEK:
            return [Range(0, _WEEK)]
        begins = start.weekday() * 1440 + start.hour * 60 + start.minute
        found.append(Range(begins, min(begins + length, _WEEK)))
        if begins + length > _WEEK:
            found.append(Range(0, begins + length - _WEEK))
    return found or None
