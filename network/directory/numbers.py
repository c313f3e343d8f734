"""Telephone numbers: typed in many ways, kept in one, shown so that they can be read aloud."""

from __future__ import annotations

import re

SHORT = range(2, 7)
"""Digits of a number that works inside one country alone. phonenumbers calls these invalid, so they are our own type."""


class NoNumber(ValueError):
    """What was typed is no telephone number."""


def parse(typed: str, country: str) -> str:
    """E.164 for a number of the world, the bare digits for a short one. Raises :class:`NoNumber`."""
    digits = re.sub(r"[\s().\-\u2010-\u2015]", "", typed)
    if digits.isascii() and digits.isdigit() and len(digits) in SHORT:
        return digits
    import phonenumbers  # 5 MB of metadata: only who edits numbers waits for it.

    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise NoNumber from None
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise NoNumber
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


_CODES = re.compile(r"\+(996|998|992|7|1|\d{2})(\d+)")


def display(number: str) -> str:
    """``+996 555 123 456``: country code, then groups of three from the left; short numbers as they are."""
    match = _CODES.fullmatch(number)
    if not match:
        return number
    code, rest = match.groups()
    groups = re.findall(r"\d{1,3}", rest)
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return " ".join([f"+{code}", *groups])
