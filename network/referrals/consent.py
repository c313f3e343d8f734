"""The rule the project exists for, as arithmetic: what a client lets this recipient read at this moment.

No session and no request: one truth table to test. The acts of consent and what may be wrong with one stand in
``acts``; the age of a child in ``ages``.
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
"""Of a consent under which something leaves the organization."""
LONGEST_TERM_AT_HOME = datetime.timedelta(days=5 * 365)
"""Of one under which nothing does."""
READ_ONLY_AFTER_EXPIRY = datetime.timedelta(days=14)
RISK_ASSESSMENT_VALID = datetime.timedelta(days=14)
NOTICES_BEFORE = tuple(datetime.timedelta(days=days) for days in (30, 14, 3))
"""When the desk is told that a consent ends."""


class Purpose(StrEnum):
    """What a consent is for."""

    INTERVIEW = "interview"
    DATA_STORAGE = "data_storage"
    SERVICE = "service"
    REFERRAL = "referral"
    TRANSFER = "transfer"
    REPORTING_AGGREGATE = "reporting_aggregate"
    RESEARCH = "research"
    TRACING = "tracing"
    RETURN = "return"
    MEDIA = "media"
    LAW_ENFORCEMENT = "law_enforcement"


DISCLOSING = frozenset({Purpose.REFERRAL, Purpose.TRANSFER})
"""Purposes under which keys are sealed to another desk: each names recipients and categories."""


class GivenBy(StrEnum):
    """Who said yes. In the clear no more than this; which kind of guardian it was is sealed."""

    SELF = "self"
    GUARDIAN = "guardian"


class Guardian(StrEnum):
    """Who may say yes for a child, or for somebody whom a court gave a guardian."""

    PARENT = "parent"
    LEGAL_GUARDIAN = "legal_guardian"
    GUARDIAN_ADVOCATE = "guardian_advocate"
    COURT = "court"


class Assent(StrEnum):
    """What a child said when it was told, in words of its own age."""

    AGREES = "agrees"
    REFUSES = "refuses"
    TOO_YOUNG = "too_young"


class Access(StrEnum):
    """What a recipient may do with a category: read it here, or be given it on paper or as a file as well."""

    SEE = "see"
    RECEIVE_COPY = "receive_copy"


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
    PROPOSED = "proposed"
    GIVEN = "given"
    REFUSED = "refused"
    SCOPE_WIDENED = "scope_widened"
    SCOPE_NARROWED = "scope_narrowed"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    OVERRIDDEN = "overridden"
    ERROR = "error"


Scopes = Mapping[uuid.UUID, frozenset[Category]]
"""By recipient, what it may read."""


@dataclass(frozen=True, slots=True)
class Terms:
    """One act of consent as it stands: to whom, what, from when, until when."""

    purpose: Purpose
    given_at: datetime.datetime
    expires_at: datetime.datetime
    scopes: Scopes = field(default_factory=dict)
    withdrawn_at: datetime.datetime | None = None
    superseded_at: datetime.datetime | None = None
    refused_at: datetime.datetime | None = None
    guardian_ends_on: datetime.date | None = None

    @property
    def ends_at(self) -> datetime.datetime:
        """The first moment at which it no longer holds. What was refused never begins."""
        if self.refused_at is not None:
            return self.given_at
        ends = [self.expires_at, self.withdrawn_at, self.superseded_at]
        if self.guardian_ends_on is not None:
            ends.append(datetime.datetime.combine(self.guardian_ends_on, datetime.time(), datetime.UTC))
        return min(end for end in ends if end is not None)

    def active(self, at: datetime.datetime) -> bool:
        return self.given_at <= at < self.ends_at

    def categories_for(self, recipient: uuid.UUID) -> frozenset[Category]:
        return self.scopes.get(recipient, frozenset())


def shareable(
    consents: Iterable[Terms],
    recipient: uuid.UUID,
    at: datetime.datetime,
    purpose: Purpose = Purpose.REFERRAL,
) -> frozenset[Category]:
    """What the client lets this recipient read for this purpose at this moment; nothing, unless they said so."""
    return frozenset[Category]().union(
        *(c.categories_for(recipient) for c in consents if c.purpose is purpose and c.active(at))
    )


def missing(
    consents: Iterable[Terms],
    recipient: uuid.UUID,
    wanted: Iterable[Category],
    at: datetime.datetime,
    purpose: Purpose = Purpose.REFERRAL,
) -> list[Category]:
    """Which of the wanted categories no active consent covers for this recipient, in the order of the case."""
    covered = shareable(consents, recipient, at, purpose)
    wished = frozenset(wanted)
    return [category for category in Category if category in wished and category not in covered]


def less(before: Scopes, after: Scopes) -> dict[uuid.UUID, frozenset[Category]]:
    """What ``before`` allowed and ``after`` does not, by recipient; recipients that lose nothing are not named."""
    lost = {recipient: kept - after.get(recipient, frozenset()) for recipient, kept in before.items()}
    return {recipient: categories for recipient, categories in lost.items() if categories}
