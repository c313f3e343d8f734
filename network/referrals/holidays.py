"""Public holidays of the three countries, as data: days on which nobody can be expected to answer.

The days that fall on the same date each year follow the labour codes: Kyrgyzstan's of 23 January 2025 (with its breaks
of 1–7 January and 1–9 May), Uzbekistan's of 28 October 2022, article 208, and Tajikistan's law no. 753 of 2 August 2011
on public holidays. The days of Orozo/Ramazon and Kurman/Qurbon hayit are proclaimed each year; up to 2026 they stand as
they were proclaimed, later ones as the civil Islamic calendar expects them, which may be a day off. Days that a decree
moves for one year alone are not here: a clock that is a day early for them reminds, and takes nothing away.
"""

from __future__ import annotations

import datetime

EACH_YEAR: dict[str, frozenset[tuple[int, int]]] = {
    "KG": frozenset(
        {
            *((1, day) for day in range(1, 8)),
            (3, 8),
            (3, 21),
            *((5, day) for day in range(1, 10)),
            (8, 31),
        }
    ),
    "UZ": frozenset({(1, 1), (3, 8), (3, 21), (5, 9), (9, 1), (10, 1), (12, 8)}),
    "TJ": frozenset({(1, 1), (3, 8), (3, 21), (3, 22), (3, 23), (3, 24), (5, 9), (6, 27), (9, 9), (11, 6)}),
}
"""By country, (month, day)."""

RAMAZAN: dict[int, tuple[int, int]] = {
    2025: (3, 30),
    2026: (3, 20),
    2027: (3, 9),
    2028: (2, 26),
    2029: (2, 14),
    2030: (2, 4),
    2031: (1, 24),
}
"""The first day after the month of fasting, by year; the same in the three countries."""

KURMAN: dict[int, tuple[int, int]] = {
    2025: (6, 6),
    2026: (5, 27),
    2027: (5, 16),
    2028: (5, 5),
    2029: (4, 24),
    2030: (4, 13),
    2031: (4, 2),
}
"""The feast of sacrifice, by year."""


def is_holiday(country: str | None, day: datetime.date) -> bool:
    """Whether this is a public holiday there. A country that is not known here has none."""
    if country not in EACH_YEAR:
        return False
    on = (day.month, day.day)
    return on in EACH_YEAR[country] or on in (RAMAZAN.get(day.year), KURMAN.get(day.year))
