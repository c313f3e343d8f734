"""What may be wrong with an act of consent before it is written down. Pure: one table of rules, in the order of the form."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from network.referrals.categories import Category
from network.referrals.consent import (
    DEFAULT_TERM,
    DISCLOSING,
    LONGEST_TERM,
    LONGEST_TERM_AT_HOME,
    Access,
    Assent,
    Guardian,
    Method,
    Purpose,
)

WITNESSED = frozenset({Method.THUMBPRINT, Method.ORAL_WITNESSED})
"""Somebody else saw it, or it cannot be told apart from a smudge or a claim."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one recipient may read, how, and whether it may pass it on."""

    categories: frozenset[Category]
    access: Access = Access.SEE
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Guardianship:
    """Who says yes for a child, on what paper, and whether anything speaks against it."""

    kind: Guardian
    relation: str = ""
    authority: str = ""
    unsuitable: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One act of consent as it is about to be recorded."""

    purpose: Purpose
    given_at: datetime.datetime
    expires_at: datetime.datetime
    grants: Mapping[uuid.UUID, Grant] = field(default_factory=dict)
    informed: Mapping[str, bool] = field(default_factory=dict)
    guardian: Guardianship | None = None
    assent: Assent | None = None
    method: Method | None = None
    witness: str = ""

    @property
    def scopes(self) -> dict[uuid.UUID, frozenset[Category]]:
        return {recipient: grant.categories for recipient, grant in self.grants.items() if grant.categories}


def longest(purpose: Purpose) -> datetime.timedelta:
    """How long a consent for this purpose may hold at most."""
    return LONGEST_TERM if purpose in DISCLOSING else LONGEST_TERM_AT_HOME


def usual(purpose: Purpose) -> datetime.timedelta:
    """How long it holds unless said."""
    return DEFAULT_TERM if purpose in DISCLOSING else LONGEST_TERM


def fault(act: Act, at: datetime.datetime, *, minor: bool) -> str | None:
    """The first rule that this act breaks, by the code of its message; None where it may be recorded.

    ``minor``: whether the case says that the person is under 18.
    """
    return of_who(act.guardian, act.assent, minor=minor) or of_what(act) or of_when(act, at)


def of_who(guardian: Guardianship | None, assent: Assent | None, *, minor: bool) -> str | None:
    """The first rule about who decides that is broken."""
    if guardian is None:
        return "minor_needs_guardian" if minor else None
    if not minor and guardian.kind is Guardian.PARENT:
        return "guardian_of_adult"
    if not guardian.authority.strip():
        return "guardian_no_authority"
    if guardian.unsuitable:
        return "guardian_unsuitable"
    if minor and assent is None:
        return "assent_not_asked"
    return "assent_refused" if assent is Assent.REFUSES else None


def of_what(act: Act) -> str | None:
    if not act.informed or not all(act.informed.values()):
        return "not_informed"
    if act.purpose in DISCLOSING and not act.scopes:
        return "no_scope"
    if act.purpose not in DISCLOSING and act.scopes:
        return "scope_not_asked"
    if act.method in WITNESSED and not act.witness.strip():
        return "witness_missing"
    return None


def of_when(act: Act, at: datetime.datetime) -> str | None:
    """The first rule about its dates that is broken."""
    if act.given_at > at:
        return "given_in_future"
    if act.expires_at <= at:
        return "expiry_past"
    if act.expires_at > act.given_at + longest(act.purpose):
        return "expiry_too_late" if act.purpose in DISCLOSING else "expiry_far_too_late"
    return None
