"""Who may come, as answers that a search can use. Each may be unknown, and unknown is not no.

Pure. Kept in ``Service.eligibility`` as JSON, only what was answered: ``{"sex": "female", "minimum_age": 12,
"police_report_required": "no"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SEX = ("female", "male", "any")
CHOICES: dict[str, tuple[str, ...]] = {
    "with_children": ("yes", "no"),
    "citizenship": ("any", "own", "listed"),
    "identity_documents": ("needed", "not_needed", "helps_to_get"),
    "police_report_required": ("yes", "no"),
    "disability": ("yes", "partly", "no"),
    "cross_border": ("yes", "no"),
}
"""Fields with one answer of several; the field is left out where it is unknown."""

AGES = ("minimum_age", "maximum_age")
LISTS = ("citizenships", "languages_needed")
"""Countries (ISO 3166-1 alpha-2) whose people may come, with ``citizenship`` ``listed``; languages without which nobody is helped."""

FIELDS = ("sex", *AGES, *CHOICES, *LISTS)
OLDEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who looks for help, as far as it was said."""

    sex: str | None = None
    age: int | None = None


def clean(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is an answer: unknown fields, empty and impossible values are left out. Never an error."""
    found: dict[str, Any] = {}
    if answers.get("sex") in SEX:
        found["sex"] = answers["sex"]
    for name in AGES:
        age = answers.get(name)
        if isinstance(age, int) and not isinstance(age, bool) and 0 <= age <= OLDEST:
            found[name] = age
    for name, choices in CHOICES.items():
        if answers.get(name) in choices:
            found[name] = answers[name]
    for name in LISTS:
        values = answers.get(name)
        if isinstance(values, list | tuple) and (kept := sorted({str(one) for one in values if one})):
            found[name] = kept
    return found


def fits(answers: Mapping[str, Any], person: Person) -> bool:
    """Whether this person may come as far as anybody knows: only an answer that excludes them says no."""
    if person.sex and answers.get("sex") not in (None, "any", person.sex):
        return False
    if person.age is None:
        return True
    youngest, oldest = answers.get("minimum_age", 0), answers.get("maximum_age", OLDEST)
    return bool(youngest <= person.age <= oldest)
