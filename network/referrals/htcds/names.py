"""Which names a file may use for a field, right and wrong, and which of them is written.

The standard's own templates disagree with it: a letter is missing in one column of its workbook, its survey form puts
underscores where the standard has none, and its workbooks head their columns with labels. All of that is read; what is
written is the name in the list of fields.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from network.referrals.categories import ELSEWHERE, PAGES, Category, Field
from network.referrals.notes import SHEETS, NoteKind

OWN = "x_"
"""Before the names of fields that the standard does not have."""
PREFIXES = ("org_", "prs_", "vic_", "per_", "cas_", "cco_", "hte_", "spl_", "con_")

TABLES = {"events": "historic_trafficking_event", "perpetrators": "perpetrator_context"}
"""What a case has many of, by the name under which its content keeps it: the standard's names of those tables."""
REFERRALS, PLANS, COMMENTS = "referral", "support_plan", "case_comment"

WRONG_NAMES = {
    "vic_TraffickinStatusDecisionMakingOrg": "vic_TraffickingStatusDecisionMakingOrg",
    "prs_First_Name": "prs_FirstName",
    "prs_Second_Name": "prs_SecondName",
    "vic_Methods_of_Control": "vic_MethodsOfControl",
    "Nationality": "prs_Citizenship",
    "Trafficking Status Decision Making Organization": "vic_TraffickingStatusDecisionMakingOrg",
}
"""Names in the standard's templates, and of its earlier versions, that are not in its list of fields."""

WRONG_VALUES: dict[str, dict[str, str]] = {
    "vic_RelationshipToTrafficker": {"unacquainted": "Unaquainted"},
    "prs_Gender": {"female": "Feminine", "male": "Masculine"},
    "vic_MethodsOfControl": {"threatsoflawenforcement": "ThreatsLawEnforcement"},
    "vic_Vulnerabilities": {"physicalabuse": "AbusePhysical"},
}
"""Values by another spelling. The standard itself misspells the first, and its system name is what is written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field of a case is kept. ``many``: under which list, where a case has several."""

    field: Field
    category: Category | None = None
    note: NoteKind | None = None
    many: str = ""


def _places() -> dict[str, Place]:
    found = {
        written(field.name): Place(field, page.category, many=page.repeats)
        for page in PAGES.values()
        for field in page.fields
    }
    for kind, many in ((NoteKind.PLAN, PLANS), (NoteKind.COMMENT, COMMENTS), (NoteKind.CLOSING, "")):
        for field in SHEETS[kind].fields:
            if field.name in ELSEWHERE:
                found[field.name] = Place(field, note=kind, many=many)
    return found


def written(name: str) -> str:
    """The name of a field in a file."""
    return name if name.startswith(PREFIXES) else OWN + name


PLACES = _places()
"""Everything that is read from a file and kept, by its name in a file."""
NOT_TAKEN = frozenset(name for name, where in ELSEWHERE.items() if where in ("consent", "directory")) | {
    "cas_CaseOwner"
}
"""Known, and never believed: consent is an act with a person, an owner is whoever takes the case on."""
STATUS = "cas_Status"
REFERRAL_FIELDS = frozenset(name for name, where in ELSEWHERE.items() if where == "referral")
KNOWN = frozenset(PLACES) | NOT_TAKEN | REFERRAL_FIELDS | {STATUS}


def folded(text: str) -> str:
    """Letters and digits alone: how a label is compared with a system name."""
    return "".join(c for c in text.casefold() if c.isalnum())


@functools.cache
def _by_label() -> dict[str, str]:
    """System names by their folded label; what is not unique is not there."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name in KNOWN:
        label = folded(name.split("_", 1)[1])
        twice |= {label} & found.keys()
        found[label] = name
    exact = {folded(name): name for name in KNOWN}
    return {label: name for label, name in found.items() if label not in twice} | exact


@dataclass(frozen=True, slots=True)
class Called:
    """What a column is: its right name, which of many it belongs to (0: the first), whether it was called otherwise."""

    name: str
    number: int = 0
    otherwise: bool = False


def called(column: str) -> Called | None:
    """What a column or key of a file is; None for one that is not known."""
    text = column.strip()
    if (found := _called(text)) is not None:
        return found
    if told := re.fullmatch(r"(.+?)_([1-9]\d?)", text):
        base = _called(told[1])
        if base is not None:
            return Called(base.name, int(told[2]) - 1, base.otherwise)
    return None


def _called(text: str) -> Called | None:
    if text in KNOWN:
        return Called(text)
    if text in WRONG_NAMES:
        return Called(WRONG_NAMES[text], otherwise=True)
    name = _by_label().get(folded(text))
    return Called(name, otherwise=True) if name else None
