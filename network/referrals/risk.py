"""The questions of a risk assessment: HTCDS 2.0, individual, household, community; examples there, ours here.

Each asks whether something is a danger to this person in this place. None has to be answered, and nothing is counted.
"""

from __future__ import annotations

from network.referrals.categories.shapes import Field, Shape

ANSWERS = ("yes", "no", "unknown")


def _asked(*names: str) -> tuple[Field, ...]:
    return tuple(Field(f"risk_{name}", Shape.CHOICE, ANSWERS) for name in names)


SECTIONS: dict[str, tuple[Field, ...]] = {
    "individual": (
        *_asked("ethnicity", "orientation", "age", "health", "known_whereabouts"),
        Field("risk_individual_notes", Shape.TEXT),
    ),
    "household": (
        *_asked("income", "violence", "discrimination", "involved"),
        Field("risk_household_notes", Shape.TEXT),
    ),
    "community": (
        *_asked("law_enforcement", "governance", "education", "stigma", "journey"),
        Field("risk_community_notes", Shape.TEXT),
    ),
}
"""By section, in the order of the page."""

QUESTIONS: tuple[Field, ...] = (
    *(field for fields in SECTIONS.values() for field in fields),
    Field("risk_safety_plan", Shape.TEXT),
)
