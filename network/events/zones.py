"""The clocks of the valley."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

ZONES = ("Asia/Bishkek", "Asia/Tashkent", "Asia/Dushanbe")
"""The time zones in which an event may take place: of Osh, Andijan and Khujand."""


def moment(wall: datetime.datetime, timezone: str) -> datetime.datetime:
    """The moment (aware, UTC) at which the clock on the wall of ``timezone`` shows this."""
    return wall.replace(tzinfo=ZoneInfo(timezone)).astimezone(datetime.UTC)


def wall(at: datetime.datetime, timezone: str) -> datetime.datetime:
    """What the clock on the wall of ``timezone`` shows at a moment; naive."""
    return at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
