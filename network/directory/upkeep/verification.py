"""How long a listing may be believed: by risk, from the day somebody made sure. Plain arithmetic on moments."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from network.directory.models.assured import Method

DAY = datetime.timedelta(days=1)


class Risk(StrEnum):
    """What a wrong word would cost, gravest first."""

    HOTLINE = "hotline"
    SERVICE = "service"
    OFFICE = "office"
    PROJECT = "project"


INTERVAL = {Risk.HOTLINE: 30 * DAY, Risk.SERVICE: 90 * DAY, Risk.OFFICE: 180 * DAY, Risk.PROJECT: 365 * DAY}
"""For how long one confirmation is good (design: directory.md, 3)."""


def notice(risk: Risk) -> datetime.timedelta:
    """How long before its end the editor is reminded."""
    return INTERVAL[risk] / 6


def grace(risk: Risk) -> datetime.timedelta:
    """How long after its end every reader is told."""
    return INTERVAL[risk] / 2


class Stage(IntEnum):
    """How a listing stands between two confirmations; each stage tells one more person."""

    FRESH = 0
    DUE = 1  # The editor is reminded.
    OVERDUE = 2  # The admin is reminded.
    DELINQUENT = 3  # Every reader is told.


PARTS: dict[str, tuple[str, ...]] = {
    "organization": ("about", "reach", "places"),
    "service": ("about", "reach", "hours", "access"),
    "project": ("about", "dates", "partners"),
}
"""What can be confirmed by itself, by table."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a listing stands at a moment."""

    stage: Stage
    since: datetime.datetime
    """When somebody last made sure; where nobody did, when it was listed."""
    due_at: datetime.datetime
    confirmed: bool
    method: Method | None = None

    @property
    def doubtful(self) -> bool:
        """Whether every reader is to be told that this may be out of date."""
        return self.stage is Stage.DELINQUENT


def risk_of(table: str, *, hotline: bool = False) -> Risk:
    """``hotline``: a number of the listing is one, or the service is one."""
    if table == "project":
        return Risk.PROJECT
    if hotline:
        return Risk.HOTLINE
    return Risk.SERVICE if table == "service" else Risk.OFFICE


def standing(
    risk: Risk,
    verified_at: datetime.datetime | None,
    created_at: datetime.datetime,
    at: datetime.datetime,
    method: Method | None = None,
) -> Standing:
    """The state derived from when it was last confirmed. A moment in the future (a clock was set back) is fresh."""
    since = verified_at or created_at
    due_at = since + INTERVAL[risk]
    stage = Stage.FRESH
    if at >= due_at + grace(risk):
        stage = Stage.DELINQUENT
    elif at >= due_at:
        stage = Stage.OVERDUE
    elif at >= due_at - notice(risk):
        stage = Stage.DUE
    return Standing(stage, since, due_at, verified_at is not None, method)


def first_notice(risk: Risk) -> datetime.timedelta:
    """The age at which a listing first waits for somebody."""
    return INTERVAL[risk] - notice(risk)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That some parts were found right at a moment."""

    at: datetime.datetime
    method: Method
    parts: frozenset[str]


def whole(
    parts: Sequence[str], confirmations: Iterable[Confirmation]
) -> tuple[datetime.datetime, Method] | None:
    """Since when all parts are known to be right: the oldest of the latest confirmations of each; None while one part
    was never confirmed."""
    latest: dict[str, Confirmation] = {}
    for one in confirmations:
        for part in one.parts & frozenset(parts):
            if part not in latest or latest[part].at < one.at:
                latest[part] = one
    if len(latest) < len(set(parts)) or not latest:
        return None
    oldest = min(latest.values(), key=lambda one: one.at)
    return oldest.at, oldest.method
