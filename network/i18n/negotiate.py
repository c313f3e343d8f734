"""From an ``Accept-Language`` header, as browsers and people really send it, to one of our languages.

Source: RFC 9110 12.5.4 for the grammar, RFC 4647 3.4 (look-up by cutting subtags off) for the matching. Where a header
breaks the grammar we still try to learn something from it: somebody is behind it.
"""

import re

from network.i18n.languages import DEFAULT_LANGUAGE, LANGUAGES, known

# Longer headers come from probes, not from people; what matters stands in front.
_LONGEST_HEADER = 1000
_MOST_WISHES = 30

# A reader of these, who asks for none of ours, is best served by that neighbour: Kazakh and Belarusian readers know
# Russian, Karakalpak is spoken in Uzbekistan. "kg" and "tj" are country codes which some systems write as languages.
_NEIGHBOURS = {
    "kk": "ru",
    "be": "ru",
    "kaa": "uz",
    "kg": "ky",
    "kir": "ky",
    "tj": "tg",
    "tgk": "tg",
    "uzb": "uz",
    "rus": "ru",
}

_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
# A wish whose weight cannot be read counts as the weakest one: better than not having been asked at all.
_UNREADABLE = 0.0005


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if not parameter.strip():
            continue
        match = _QUALITY.fullmatch(parameter)
        return float(match.group(1)) if match else _UNREADABLE
    return 1.0


def _wishes(header: str) -> list[tuple[str, float]]:
    """Primary subtag and weight of every wish, in the order written."""
    wishes = []
    for part in header[:_LONGEST_HEADER].split(",")[:_MOST_WISHES]:
        tag, *parameters = part.split(";")
        primary = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
        if primary:
            wishes.append((primary, _quality(parameters)))
    return wishes


def negotiate(header: str | None, default: str = DEFAULT_LANGUAGE) -> str:
    """The language to answer in: always one of ``LANGUAGES``, for any text whatever.

    ``uz-Cyrl-UZ`` becomes ``uz``; ``kk`` becomes ``ru``; ``*``, an empty header and nonsense become ``default``.
    Equal weights go to the one written first; weight 0 excludes a language.
    """
    default = known(default)
    wishes = _wishes(header or "")
    refused = {primary for primary, quality in wishes if quality == 0.0}
    best, best_quality = default, 0.0
    for primary, quality in wishes:
        meant = primary if primary in LANGUAGES else _NEIGHBOURS.get(primary)
        if primary == "*":
            meant = default
        if meant and meant not in refused and quality > best_quality:
            best, best_quality = meant, quality
    if best in refused:
        return next((code for code in LANGUAGES if code not in refused), default)
    return best
