"""What stands on the poster and on the card: a country's hotlines, in one language, and the way to more help.

Neither says what the help is for: a card is found in a pocket, a poster is read over a shoulder.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row

from network.directory import numbers
from network.directory.models import Organization, Phone
from network.i18n.countries import country_name
from network.i18n.languages import LANGUAGES
from network.i18n.translated import pick

COUNTRIES = ("KG", "UZ", "TJ")
"""The order in which they stand."""
AT_HOME = {"ky": "KG", "uz": "UZ", "tg": "TJ"}
"""Where most readers of a language call from."""
LONGEST = {"poster": 90, "card": 44}
"""Letters of what stands under a number: two lines of the poster, one of the card."""
MOST = {"poster": 5, "card": 3}
EACH = {"poster": 2, "card": 1}
"""How many numbers of each country where several countries share a sheet."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The numbers of one country: number and what stands under it."""

    country: str
    numbers: tuple[tuple[str, str], ...]


def choose(
    found: Iterable[Row[Phone, Organization]], sheet: str, country: str | None, language: str
) -> list[Lines]:
    """The hotlines for a sheet: of one country, or a few of each. Those that cost nothing come first."""
    by_country: dict[str, list[tuple[str, str]]] = {}
    for phone, organization in found:
        if country in (None, phone.country):
            line = numbers.display(phone.number), _label(phone, organization, language, LONGEST[sheet])
            kept = by_country.setdefault(phone.country, [])
            if line[0] not in (number for number, _words in kept):
                kept.append(line)
    order = sorted(by_country, key=lambda code: (COUNTRIES.index(code) if code in COUNTRIES else 9, code))
    most = MOST[sheet] if len(order) == 1 else EACH[sheet]
    return [Lines(code, tuple(by_country[code][:most])) for code in order[: len(COUNTRIES)]]


def _label(phone: Phone, organization: Organization, language: str, longest: int) -> str:
    words = [pick(phone.description, language)[0] or pick(organization.name, language)[0]]
    words.append(pick(phone.hours, language)[0])
    if phone.toll_free:
        words.append(_("free of charge"))
    said = [word for word in words if word]
    # What does not fit goes from the least to the most needful: hours first, then the end of the name.
    while len(", ".join(said)) > longest and len(said) > 2:
        said.pop(1)
    label = ", ".join(said)
    if len(label) <= longest:
        return label
    room = longest - (len(label) - len(said[0]))
    return ", ".join([said[0][: max(room - 1, 8)].rstrip(" ,.–-") + "…", *said[1:]])


def sheet_data(
    sheet: str, groups: list[Lines], language: str, *, network: str, base_url: str, day: str
) -> dict[str, Any]:
    """The data of ``sheets/poster.typ`` or ``sheets/card.typ``. ``day``: the day it is true of, as it is read."""
    help_page = f"{base_url}/{language}/directory/help"
    # NOTE: The headline of a poster and of a small card with telephone numbers. It must not say what the help is for.
    headline = _("Help is one call away")
    shown = [
        {
            "name": country_name(group.country, language),
            "lines": [{"number": number, "label": label} for number, label in group.numbers],
        }
        for group in groups
    ]
    several = len(groups) > 1
    lines = [
        {"number": number, "label": f"{country_name(group.country, language)}: {label}" if several else label}
        for group in groups
        for number, label in group.numbers
    ]
    return {
        "title": headline,
        "headline": headline,
        "network": network,
        "lang": LANGUAGES[language].tag.partition("-")[0],
        "lead": _("You do not have to say your name."),
        "groups": shown,
        "lines": lines,
        # NOTE: Beside a QR code that leads to the site.
        "more": _("Who else helps, near you"),
        "address": f"{base_url}/{language}/".removeprefix("https://"),
        # NOTE: On paper: the day on which these numbers were right.
        "dated": _("As of %(day)s", day=day),
        "qr": qr(help_page),
        # NOTE: What the picture of a QR code is, read aloud to people who do not see it.
        "qr_says": _("QR code: %(address)s", address=help_page),
        **_sizes(sheet, headline, len(groups), [line["number"] for line in lines]),
    }


def _sizes(sheet: str, headline: str, groups: int, shown: list[str]) -> dict[str, float]:
    """Letters as large as the sheet has room for, in points; gaps in millimetres."""
    longest = max((len(number) for number in shown), default=1)
    if sheet == "card":
        return {
            "headline_size": 10.5 if len(headline) < 32 else 8.8,
            "number_size": min(13.0, 190 / longest),
            "label_size": 6.8,
            "gap": 3.2 if len(shown) > 2 else 4.6,
        }
    crowd = len(shown) + groups
    size = 96 if crowd <= 2 else 54 if crowd <= 3 else 42 if crowd <= 4 else 34 if crowd <= 6 else 27
    return {
        "headline_size": 32 if len(headline) < 26 else 28,
        "number_size": min(size, 700 / longest),
        "label_size": 17 if crowd <= 2 else 14 if crowd <= 4 else 12,
        "gap": 12 if crowd <= 3 else 8 if crowd <= 4 else 5.5 if crowd <= 6 else 3,
    }


def qr(address: str) -> str:
    """The address as a QR code, an SVG in the colour of the tiles. Level Q: a quarter may be torn or dirty."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="q", boost_error=False).save(
        out, kind="svg", border=0, dark="#075a60", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()
