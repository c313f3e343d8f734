"""What kinds of help there are: one small taxonomy, with stable ids for those who read our data."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

_NAMESPACE = uuid.UUID("6f1d3a52-9a0e-5f0b-8d5c-0f7c1b3f9d21")
"""Made once for this taxonomy; ids derived from it never change."""

TAXONOMY_ID = uuid.uuid5(_NAMESPACE, "kinds of help")
TAXONOMY_NAME = "Kinds of help"
TAXONOMY_DESCRIPTION = (
    "Kinds of help that organizations against human trafficking give, and what they do besides."
)


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of help. ``name`` and ``description`` are English, for the API; pages use ``labels.TERMS``."""

    code: str
    name: str
    description: str

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(_NAMESPACE, self.code)


TERMS: dict[str, Term] = {
    term.code: term
    for term in (
        Term("hotline", "Hotline", "Someone answers the telephone, listens and advises."),
        Term("shelter", "Shelter", "A safe place to stay for some time."),
        Term("health", "Health care", "Doctors, nurses, tests and treatment."),
        Term("psychosocial", "Psychosocial support", "Talking, company and counselling."),
        Term("legal", "Legal help", "Advice, papers, a lawyer in court."),
        Term("return", "Safe return", "The way home, across a border too, and someone to meet the person."),
        Term("reintegration", "Reintegration", "Work, training and a new beginning."),
        Term(
            "migration", "Advice before travelling", "What to know and to check before going abroad to work."
        ),
        Term("prevention", "Prevention and information", "Campaigns, talks, training and community groups."),
    )
}
