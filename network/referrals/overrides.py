"""Sending without consent: on which grounds, what at most, and for how long before somebody else has looked. Pure."""

from __future__ import annotations

import datetime
from enum import StrEnum

from network.referrals.categories import Category

APPROVE_WITHIN = datetime.timedelta(hours=24)
"""Within which a second person must agree to what was sent in imminent danger, or it stops as if withdrawn."""
REVIEW_WITHIN = datetime.timedelta(hours=72)
IN_FORCE = datetime.timedelta(days=30)
"""So long an override holds once a second person agreed; by then there is consent, or another override."""


class Ground(StrEnum):
    """The only grounds on which anything leaves without consent."""

    IMMINENT_DANGER_LIFE = "imminent_danger_life"
    CHILD_AT_RISK = "child_at_risk"
    COURT_ORDER = "court_order"


_REACH = frozenset(
    {Category.IDENTITY, Category.CONTACT, Category.LOCATION, Category.DEMOGRAPHICS, Category.HEALTH}
)
MINIMUM: dict[Ground, frozenset[Category]] = {
    Ground.IMMINENT_DANGER_LIFE: _REACH,
    Ground.CHILD_AT_RISK: _REACH | {Category.FAMILY_CHILDREN},
    Ground.COURT_ORDER: _REACH | {Category.LEGAL, Category.IMMIGRATION, Category.DOCUMENTS},
}
"""The categories an override may carry at most: what finds and protects the person, never what was done to her."""


class Review(StrEnum):
    """What became of an override when it was looked at again."""

    UPHELD = "upheld"
    STOPPED = "stopped"


def beyond(ground: Ground, chosen: frozenset[Category]) -> list[Category]:
    """Which of these are more than the minimum, in the order of the case."""
    return [category for category in Category if category in chosen - MINIMUM[ground]]


def reads_until(
    requested_at: datetime.datetime,
    *,
    agreed_at: datetime.datetime | None,
    approve_by: datetime.datetime | None,
    review_due_at: datetime.datetime | None,
    alone: bool,
    ended_at: datetime.datetime | None,
) -> datetime.datetime:
    """Until when the receiving desk reads what was sent under it.

    ``agreed_at``: when a second person approved it or the review upheld it. Until then it holds to the end of the 24
    hours; where the sending tenant has one key holder (``alone``), to the end of the 72 hours of the review.
    """
    if agreed_at is not None:
        until = agreed_at + IN_FORCE
    else:
        until = (review_due_at if alone else approve_by) or requested_at
    return min(until, ended_at) if ended_at is not None else until
