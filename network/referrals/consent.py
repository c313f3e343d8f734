"""The rule the project exists for, as arithmetic: what a client lets this recipient read at this moment.

No session and no request: one truth table to test.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from network.referrals.categories import Category

DEFAULT_TERM = datetime.timedelta(days=90)
LONGEST_TERM = datetime.timedelta(days=365)
READ_ONLY_AFTER_EXPIRY = datetime.timedelta(days=14)
RISK_ASSESSMENT_VALID = datetime.timedelta(days=14)


class Purpose(StrEnum):
    """What a consent is for."""

    REFERRAL = "referral"
    SERVICE = "service"
    DATA_STORAGE = "data_storage"
    REPORTING_AGGREGATE = "reporting_aggregate"


class GivenBy(StrEnum):
    """Who said yes. Guardians come with the rules for minors; until then only the person herself."""

    SELF = "self"


class Method(StrEnum):
    """How consent was given."""

    WRITTEN = "written"
    THUMBPRINT = "thumbprint"
    ORAL_RECORDED_BY_STAFF = "oral_recorded_by_staff"
    ORAL_WITNESSED = "oral_witnessed"
    REMOTE_CALL = "remote_call"
    ELECTRONIC = "electronic"


INFORMED_QUESTIONS = (
    "consents",
    "purpose",
    "use_of_data",
    "research",
    "right_to_data",
    "storage_period",
    "withdrawal",
)
"""The seven questions of HTCDS on what the person was told; each is answered yes or no."""


class ConsentEventKind(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    SCOPE_NARROWED = "scope_narrowed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Terms:
    """One act of consent as it stands: to whom, what, from when, until when."""

    purpose: Purpose
    given_at: datetime.datetime
    expires_at: datetime.datetime
    scopes: Mapping[uuid.UUID, frozenset[Category]] = field(default_factory=dict)
    withdrawn_at: datetime.datetime | None = None

    @property
    def ends_at(self) -> datetime.datetime:
        """The first moment at which it no longer holds."""
        return min(self.expires_at, self.withdrawn_at or self.expires_at)

    def active(self, at: datetime.datetime) -> bool:
        return self.given_at <= at < self.ends_at

    def categories_for(self, recipient: uuid.UUID) -> frozenset[Category]:
        return self.scopes.get(recipient, frozenset())


def shareable(consents: Iterable[Terms], recipient: uuid.UUID, at: datetime.datetime) -> frozenset[Category]:
    """What the client lets this recipient read for a referral at this moment; nothing, unless they said so."""
    return frozenset[Category]().union(
        *(c.categories_for(recipient) for c in consents if c.purpose is Purpose.REFERRAL and c.active(at))
    )


def missing(
    consents: Iterable[Terms], recipient: uuid.UUID, wanted: Iterable[Category], at: datetime.datetime
) -> list[Category]:
    """Which of the wanted categories no active consent covers for this recipient, in the order of the case."""
    covered = shareable(consents, recipient, at)
    wished = frozenset(wanted)
    return [category for category in Category if category in wished and category not in covered]
