"""Days and moments in the words of each language, and the two clocks of the valley.

Pure: no request, no session. Moments are aware datetimes in UTC; a language is one of our five two-letter codes.
Tables show ``24.04.2007``, which nobody can misread; sentences show the long form. CLDR's own long forms for Kyrgyz,
Uzbek and Tajik are abbreviations made for lists, so the forms that people write in letters stand here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.i18n.languages import locale_of

# The day belongs to its month ("the 24th of April's"), which CLDR has no pattern letter for.
_KYRGYZ_MONTHS = [
    "январы",
    "февралы",
    "марты",
    "апрели",
    "майы",
    "июну",
    "июлу",
    "августу",
    "сентябры",
    "октябры",
    "ноябры",
    "декабры",
]
_TAJIK_MONTHS = [
    "январи",
    "феврали",
    "марти",
    "апрели",
    "майи",
    "июни",
    "июли",
    "августи",
    "сентябри",
    "октябри",
    "ноябри",
    "декабри",
]

_OSH, _ANDIJAN, _KHUJAND = (ZoneInfo(f"Asia/{city}") for city in ("Bishkek", "Tashkent", "Dushanbe"))
_NAMED = {"Asia/Bishkek": _l("Osh"), "Asia/Tashkent": _l("Andijan"), "Asia/Dushanbe": _l("Khujand")}


@dataclass(frozen=True)
class Clock:
    """One reading of a moment: where it is read, and what the clock on the wall shows there."""

    places: tuple[LazyString | str, ...]
    local: datetime


def short_date(value: date | datetime) -> str:
    """``24.04.2007``: the same in all five languages, for tables."""
    return f"{value:%d.%m.%Y}"


def long_date(value: date | datetime, language: str) -> str:
    """The day as written in a sentence, for example ``24 April 2007`` or ``2007-жылдын 24-апрели``."""
    day, month, year = value.day, value.month, value.year
    if language == "ky":
        return f"{year}-жылдын {day}-{_KYRGYZ_MONTHS[month - 1]}"
    if language == "tg":
        return f"{day} {_TAJIK_MONTHS[month - 1]} соли {year}"
    if language == "uz":
        return f"{year}-yil {day}-{format_date(value, 'MMMM', locale=locale_of('uz'))}"
    if language == "ru":
        # "года" in full: the abbreviation brings a dot of its own, which is one too many where a day ends a sentence.
        return format_date(value, "d MMMM y 'года'", locale=locale_of("ru"))
    return format_date(value, "d MMMM y", locale=locale_of("en"))


def weekday(value: date | datetime, language: str) -> str:
    """The name of the day of the week, as it stands inside a sentence of that language."""
    name = format_date(value, "EEEE", locale=locale_of(language))
    return name if language == "en" else name.lower()


def month(value: date | datetime, language: str) -> str:
    """The month's short name standing alone, for example ``Apr`` or ``апр.``."""
    return format_date(value, "LLL", locale=locale_of(language))


def zone(name: str | None) -> ZoneInfo:
    """The time zone of that name; Osh's where it is missing or unknown, because the network's seat is there."""
    try:
        return ZoneInfo(name) if name else _OSH
    except (KeyError, ValueError, OSError):
        return _OSH


def local(value: datetime, timezone: str | None = None) -> datetime:
    """A moment as the wall clock of *timezone* shows it (Osh's unless told otherwise)."""
    return _aware(value).astimezone(zone(timezone))


def clocks(value: datetime, timezone: str | None = None) -> tuple[Clock, ...]:
    """A moment on every clock of the valley, the event's own first; places that agree share one reading."""
    own = zone(timezone)
    readings: dict[datetime, list[LazyString | str]] = {}
    for each in (own, *(z for z in (_OSH, _ANDIJAN, _KHUJAND) if z.key != own.key)):
        wall = _aware(value).astimezone(each).replace(tzinfo=None)
        place = _NAMED.get(each.key, each.key.rpartition("/")[2].replace("_", " "))
        readings.setdefault(wall, []).append(place)
    return tuple(Clock(tuple(places), wall) for wall, places in readings.items())


def _aware(value: datetime) -> datetime:
    """Every moment we store is UTC; one that forgot to say so is read as that."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
