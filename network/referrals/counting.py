"""What a referral that ended adds to the reports, as arithmetic: closed lists alone, nothing that was typed.

Whatever does not stand in a list of ours becomes ``unknown`` or ``Other``: a rare value is a name.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from network.referrals.categories import AGE_BANDS, EXPLOITATION, GENDERS
from network.referrals.states import ENDED, Move, Outcome, Status

UNKNOWN, SEVERAL = "unknown", "several"
BANDS = (
    ("2h", datetime.timedelta(hours=2)),
    ("24h", datetime.timedelta(hours=24)),
    ("72h", datetime.timedelta(hours=72)),
    ("14d", datetime.timedelta(days=14)),
)
LATER, NEVER = "later", "never"
"""Answered after more than 14 days; not answered at all."""
ANSWERS = (Move.ACCEPT, Move.DECLINE)


@dataclass(frozen=True, slots=True)
class Counted:
    """One referral as the reports see it."""

    month: str
    from_country: str
    to_country: str
    sex: str
    age_band: str
    exploitation: str
    service: str
    outcome: str
    answered_within: str
    override: bool

    def columns(self) -> dict[str, Any]:
        return asdict(self)


def counted(
    *,
    ended_at: datetime.datetime,
    sent_at: datetime.datetime,
    status: Status,
    countries: tuple[str | None, str | None],
    person: Mapping[str, Any],
    account: Mapping[str, Any],
    services: Iterable[str],
    kinds_of_service: frozenset[str],
    outcome: str,
    moves: Sequence[tuple[Move, datetime.datetime]],
    override: bool,
) -> Counted:
    """``person`` and ``account`` are what is written under demographics and exploitation; ``moves`` with their time."""
    return Counted(
        month=ended_at.strftime("%Y-%m"),
        from_country=countries[0] or "",
        to_country=countries[1] or "",
        sex=known(person.get("prs_Gender"), GENDERS),
        age_band=known(person.get("age_band"), AGE_BANDS),
        exploitation=one_of_many(account.get("vic_TypeOfExploitation"), EXPLOITATION),
        service=one_of_many(list(services), kinds_of_service),
        outcome=_outcome(status, outcome),
        answered_within=band(sent_at, [at for move, at in moves if move in ANSWERS]),
        override=override,
    )


def known(value: object, values: Iterable[str]) -> str:
    return value if isinstance(value, str) and value in set(values) else UNKNOWN


def one_of_many(value: object, values: Iterable[str]) -> str:
    """One of the list, ``several`` of them, or unknown; what is not on the list is not said."""
    allowed = set(values)
    found = {one for one in (value if isinstance(value, list) else [value]) if one in allowed}
    return SEVERAL if len(found) > 1 else str(found.pop()) if found else UNKNOWN


def band(sent_at: datetime.datetime, answers: Sequence[datetime.datetime]) -> str:
    """How soon it was answered, in bands as wide as the clocks."""
    if not answers:
        return NEVER
    waited = min(answers) - sent_at
    return next((name for name, longest in BANDS if waited <= longest), LATER)


def _outcome(status: Status, outcome: str) -> str:
    """What the receiver reported, where it was closed; otherwise how it ended."""
    if status not in ENDED:
        raise ValueError(status)
    return known(outcome, [one.value for one in Outcome]) if status is Status.CLOSED else status.value
