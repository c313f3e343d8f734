"""Single values as sources write them, made into what we keep; what cannot be is told as a fault. Pure."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from network.directory import where
from network.directory.numbers import NoNumber, parse
from network.i18n.folding import fold
from network.i18n.languages import LANGUAGES

Tell = Callable[[str, str, str], None]
"""Field, what was wrong, what was done."""

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ALL = ",".join(DAYS)
_ZONES = {"KG": "Asia/Bishkek", "UZ": "Asia/Tashkent", "TJ": "Asia/Dushanbe"}
_OFFSETS = {5.0: "Asia/Tashkent", 6.0: "Asia/Bishkek"}


def text(value: Any) -> str:
    """One line or several, composed, without signs that nobody can see; empty for what is no text."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    told = str(value)
    if told.isascii() and told.isprintable():
        return told.strip()  # As most are; the rest costs a look at every sign.
    told = unicodedata.normalize("NFC", told.replace("\r\n", "\n").replace("\xa0", " "))
    return "".join(c for c in told if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def short(value: Any, longest: int, field: str, tell: Tell) -> str:
    """A text of so many characters at most."""
    told = text(value)
    if len(told) > longest:
        tell(field, f"{len(told)} characters", f"shortened to {longest}")
        told = told[: longest - 1].rstrip() + "…"
    return told


_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")


def email(value: Any, tell: Tell, field: str = "email") -> str | None:
    told = text(value)
    found = _MAIL.search(told)
    if found and len(found[0]) <= 254:
        if found[0] != told:
            tell(field, "more than an address", "the first address was kept")
        return found[0]
    if told:
        tell(field, "no mail address", "left out")
    return None


def url(value: Any, tell: Tell, field: str) -> str | None:
    told = text(value)
    if not told or told.casefold() in ("n/a", "na", "none", "-"):
        return None
    first = re.split(r"[\s,;]+", told)[0]
    if first != told:
        tell(field, "more than one address", "the first was kept")
    whole = first if re.match(r"https?://", first, re.IGNORECASE) else f"https://{first}"
    if (
        not re.fullmatch(r"https?://[\w.-]+\.\w{2,}(:\d+)?([/?#][^\s<>\"]*)?", whole, re.IGNORECASE)
        or len(whole) > 300
    ):
        tell(field, "no web address", "left out")
        return None
    return whole


def whole(value: Any, tell: Tell, field: str, least: int, most: int) -> int | None:
    if value in (None, ""):
        return None
    try:
        number = int(float(str(value)))
    except (ValueError, OverflowError):
        number = least - 1
    if not least <= number <= most:
        tell(field, f"no number from {least} to {most}", "left out")
        return None
    return number


def amount(value: Any, tell: Tell, field: str) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value).replace(",", "."))
        if number.is_finite() and 0 <= number < 10**12:
            return number.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    tell(field, "no amount", "left out")
    return None


def point(value: Any, most: int) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if -most <= number <= most else None


def yes(value: Any) -> bool:
    return value is True or str(value).strip().casefold() in ("yes", "true", "1", "y")


def codes(value: Any) -> list[str]:
    """Codes that stand in one text with commas between them, or in a list."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return list(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))


def day(value: Any, tell: Tell, field: str) -> datetime.date | None:
    told = text(value)
    if not told:
        return None
    try:
        return datetime.date.fromisoformat(told[:10])
    except ValueError:
        tell(field, "no day of ISO 8601", "left out")
        return None


def moment(value: Any, tell: Tell, field: str) -> datetime.datetime | None:
    """A moment with its zone; UTC where it names none."""
    told = text(value)
    if not told:
        return None
    try:
        found = datetime.datetime.fromisoformat(told)
        found = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
        return found.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        tell(field, "no moment of ISO 8601", "left out")
        return None


_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.]?(\d{2}))?(?::\d{2})?(?:\.\d+)?\s*(?:([ap])\.?m\.?)?(?:z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)


def clock(value: Any, tell: Tell, field: str) -> datetime.time | None:
    """09:00, 9 am, 9:30PM, 0930, 18:00:00; midnight at the end of a day is its last minute."""
    told = text(value)
    if not told:
        return None
    match = _CLOCK.fullmatch(told)
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if (hour, minute) == (24, 0):
            hour, minute = 23, 59
        if hour < 24 and minute < 60:
            return datetime.time(hour, minute)
    tell(field, "no time of day", "left out")
    return None


_DAY_NAMES = {name: code for code, *names in (
    ("MO", "monday", "mon", "1"), ("TU", "tuesday", "tue", "tues", "2"), ("WE", "wednesday", "wed", "3"),
    ("TH", "thursday", "thu", "thur", "thurs", "4"), ("FR", "friday", "fri", "5"),
    ("SA", "saturday", "sat", "6"), ("SU", "sunday", "sun", "7", "0"),
) for name in (code.lower(), *names)}  # fmt: skip


def days(value: Any, tell: Tell) -> str:
    """Days of the week as iCalendar writes them, in their order."""
    parts = [part for part in re.split(r"[\s,;/]+", text(value).lower()) if part]
    found = {_DAY_NAMES[part] for part in parts if part in _DAY_NAMES}
    if len(found) < len(set(parts)):
        tell("byday", "a day that nobody knows", "left out")
    return ",".join(one for one in DAYS if one in found)


def is_always(byday: str, opens: datetime.time | None, closes: datetime.time | None) -> bool:
    return (
        byday == _ALL
        and opens == datetime.time(0, 0)
        and closes in (datetime.time(23, 59), datetime.time(0, 0))
    )


def zone(value: Any, country: str) -> str:
    """A time zone by its distance from UTC, else by the country."""
    try:
        offset = float(value)
    except (TypeError, ValueError):
        return _ZONES.get(country, "UTC")
    if _ZONES.get(country) == "Asia/Dushanbe" and offset == 5:
        return "Asia/Dushanbe"
    if offset in _OFFSETS:
        return _OFFSETS[offset]
    return f"Etc/GMT{-int(offset):+d}" if offset and abs(offset) <= 12 else "UTC"


_EXTENSION = re.compile(r"[\s,;]*(?:ext(?:ension)?\.?|x|доб\.?)\s*[:.]?\s*(\d{1,8})\s*$", re.IGNORECASE)


def phones(value: Any, country: str) -> list[tuple[str, str]]:
    """The numbers in a text with their extensions; none where there is none in it."""
    told = text(value).strip("\"'")
    extension = _EXTENSION.search(told)
    bare = told[: extension.start()] if extension else told
    try:
        return [(parse(bare, country), extension[1] if extension else "")]
    except NoNumber:
        pass
    if sum(c.isdigit() for c in told) < 5:
        return []
    import phonenumbers  # As in ``numbers``: only who needs it waits.

    made = []
    for match in phonenumbers.PhoneNumberMatcher(told[:2000], country):
        made.append(
            (
                phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164),
                match.number.extension or "",
            )
        )
    if not made:  # 1-800-FLOWERS: letters stand for digits.
        turned = phonenumbers.convert_alpha_characters_in_number(bare)
        try:
            made = [(parse(turned, country), "")]
        except NoNumber:
            return []
    return [(number, extension) for number, extension in dict(made).items() if len(number) <= 20]


@cache
def _language_names() -> dict[str, str]:
    from babel import Locale

    names = {name.casefold(): code for code, name in Locale("en").languages.items() if len(code) == 2}
    names |= {language.name.casefold(): code for code, language in LANGUAGES.items()}
    return names


def language_names(value: Any) -> list[str]:
    """The languages that stand in one text."""
    parts = re.split(r"\s*(?:[,;/&+]|\band\b|\bor\b|\n)\s*", text(value))
    return [part.strip(" .()") for part in parts if part.strip(" .()")]


def language(code: Any, name: Any) -> str | None:
    """An ISO 639-1 code from a code or an English name; None for a language that nobody knows."""
    told = text(code).casefold()[:2] if text(code) else ""
    if told and told in set(_language_names().values()):
        return told
    return _language_names().get(text(name).casefold())


@cache
def _places() -> dict[str, list[str]]:
    """Ids by p-code, id, and folded names, largest places first."""
    found: dict[str, list[str]] = {}
    for one in sorted(where.all_places(), key=lambda fact: fact.level):
        words = {one.id, one.pcode or "", one.iso or ""}
        words |= {fold(name) for name in (*one.names.values(), *one.aliases)}
        for word in words - {""}:
            found.setdefault(word, []).append(one.id)
    return found


def place(*spellings: Any, country: str = "") -> str | None:
    """The place that one of these codes or names means, the first that is known in this country."""
    for spelling in spellings:
        told = text(spelling)
        for word in (told, fold(told)) if told else ():
            for found in _places().get(word, ()):
                if not country or where.country(found) == country:
                    return found
    return None
