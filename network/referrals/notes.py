"""The sheets of a case that are never disclosed: what a desk notes for itself, and what each sheet asks.

Stages of a National Referral Mechanism after the OSCE/ODIHR handbook; act, means and purpose after article 3 of the
Palermo Protocol; the support plan, the comment and the reason of closing after HTCDS 2.0. Which kind a note is stands
sealed inside it, with the answers.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from network.referrals.categories.shapes import Field, Shape
from network.referrals.categories.values import YES_NO


class NoteKind(StrEnum):
    """What a note is about."""

    STAGE = "stage"
    INDICATORS = "indicators"
    KEYWORDS = "keywords"
    CLOSING = "closing"
    PROCEEDING = "proceeding"
    HEARING = "hearing"
    PROTECTION = "protection"
    LEGAL_AID = "legal_aid"
    COMPENSATION = "compensation"
    PLAN = "plan"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions of one kind of note. ``day`` is the answer by which notes are put in order, ``head`` the one
    that says in short what a note is about. A sheet that ``reminds`` may name a day to be thought of."""

    kind: NoteKind
    fields: tuple[Field, ...]
    repeats: str = ""
    single: bool = False
    """A case has one of these; the others are as many as there are."""
    day: str = ""
    head: str = ""

    @property
    def name(self) -> str:
        return self.kind.value

    @property
    def reminds(self) -> bool:
        return any(field.name == REMIND for field in self.fields)


ADULT = 18
REMIND = "remind_on"
"""The one answer whose day stands clear beside the sealed note, as a bare reminder."""

STAGES = (
    "presumed",
    "reflection",
    "identified",
    "not_identified",
    "assistance",
    "return_or_stay",
    "inclusion",
    "closed",
)
ACTS = ("recruitment", "transportation", "transfer", "harbouring", "receipt")
MEANS = (
    "threat",
    "use_of_force",
    "other_coercion",
    "abduction",
    "fraud",
    "deception",
    "abuse_of_power",
    "abuse_of_position_of_vulnerability",
    "payments_or_benefits",
)
PURPOSES = (
    "sexual_exploitation",
    "forced_labour",
    "slavery_or_similar",
    "servitude",
    "organ_removal",
    "forced_marriage",
    "forced_begging",
    "forced_crime",
    "child_exploitation",
    "other_exploitation",
)
ELEMENTS: dict[str, tuple[str, ...]] = {"act": ACTS, "means": MEANS, "purpose": PURPOSES}
SOURCES = ("person_told", "worker_saw", "document", "other_person", "authority")
CONFIDENCE = ("sure", "likely", "possible")

F = Field
TEXT, DATE, CHOICE, MANY = Shape.TEXT, Shape.DATE, Shape.CHOICE, Shape.MANY

_SHEETS = (
    Sheet(
        NoteKind.STAGE,
        (
            F("stage", CHOICE, STAGES),
            F("stage_since", DATE),
            F("stage_decided_by"),
            F("reflection_from", DATE),
            F("reflection_until", DATE),
            F(REMIND, DATE),
            F("stage_notes", TEXT),
        ),
        single=True,
        day="stage_since",
        head="stage",
    ),
    Sheet(
        NoteKind.INDICATORS,
        (
            F("indicator", CHOICE, ACTS + MEANS + PURPOSES),
            F("indicator_source", CHOICE, SOURCES),
            F("indicator_confidence", CHOICE, CONFIDENCE),
            F("indicator_notes", TEXT),
        ),
        repeats="indicators",
        single=True,
    ),
    Sheet(NoteKind.KEYWORDS, (F("keywords"),), single=True),
    Sheet(NoteKind.CLOSING, (F("cas_ReasonForCaseClosure", TEXT),), single=True),
    Sheet(
        NoteKind.PROCEEDING,
        (
            F(
                "proceeding_type",
                CHOICE,
                ("criminal", "civil", "labour", "administrative", "asylum_or_stay", "family", "Other"),
            ),
            F("proceeding_before"),
            F("proceeding_number"),
            F(
                "proceeding_role",
                CHOICE,
                ("injured_party", "witness", "claimant", "suspect", "respondent", "Other"),
            ),
            F(
                "proceeding_state",
                CHOICE,
                ("not_begun", "complaint_made", "investigation", "in_court", "appeal", "ended", "refused"),
            ),
            F("proceeding_since", DATE),
            F(REMIND, DATE),
            F("proceeding_notes", TEXT),
        ),
        day="proceeding_since",
        head="proceeding_type",
    ),
    Sheet(
        NoteKind.HEARING,
        (
            F("hearing_on", DATE),
            F("hearing_time"),
            F("hearing_place"),
            F("hearing_about"),
            F(
                "hearing_needs",
                MANY,
                (
                    "interpreter",
                    "support_person",
                    "no_meeting",
                    "video_link",
                    "closed_session",
                    "child_rules",
                ),
            ),
            F("hearing_accompanied_by"),
            F(REMIND, DATE),
            F("hearing_notes", TEXT),
        ),
        day="hearing_on",
        head="hearing_about",
    ),
    Sheet(
        NoteKind.PROTECTION,
        (
            F(
                "protection_type",
                CHOICE,
                (
                    "protection_order",
                    "data_kept_secret",
                    "police_protection",
                    "safe_place",
                    "new_identity",
                    "Other",
                ),
            ),
            F("protection_by"),
            F("protection_from", DATE),
            F("protection_until", DATE),
            F(REMIND, DATE),
            F("protection_notes", TEXT),
        ),
        day="protection_from",
        head="protection_type",
    ),
    Sheet(
        NoteKind.LEGAL_AID,
        (
            F("legal_aid_by"),
            F("legal_aid_type", CHOICE, ("free_state", "free_other", "paid")),
            F("legal_aid_contact"),
            F("legal_aid_from", DATE),
            F("legal_aid_notes", TEXT),
        ),
        day="legal_aid_from",
        head="legal_aid_by",
    ),
    Sheet(
        NoteKind.COMPENSATION,
        (
            F("compensation_type", CHOICE, ("from_perpetrator", "state_fund", "unpaid_wages", "Other")),
            F("compensation_asked_on", DATE),
            F("compensation_asked"),
            F("compensation_granted_on", DATE),
            F("compensation_granted"),
            F("compensation_paid", CHOICE, (*YES_NO, "in_part")),
            F(REMIND, DATE),
            F("compensation_notes", TEXT),
        ),
        day="compensation_asked_on",
        head="compensation_type",
    ),
    Sheet(
        NoteKind.PLAN,
        (
            F(
                "spl_Type",
                CHOICE,
                (
                    *(
                        "Education",
                        "Financial",
                        "Health",
                        "LabourExploitationRehabilitation",
                        "Legal",
                        "Livelihood",
                    ),
                    *("RightsBasedTraining", "SexualExploitationRehabilitation", "SocialCare"),
                ),
            ),
            F("spl_Objectives", TEXT),
            F("spl_ActionPlan", TEXT),
            F("spl_PlannedEndDate", DATE),
            F("spl_ActualEndDate", DATE),
            F(REMIND, DATE),
        ),
        day="spl_PlannedEndDate",
        head="spl_Type",
    ),
    Sheet(NoteKind.COMMENT, (F("cco_CaseComment", TEXT),), head="cco_CaseComment"),
)

SHEETS: dict[NoteKind, Sheet] = {sheet.kind: sheet for sheet in _SHEETS}

ONCE = tuple(sheet.kind for sheet in _SHEETS if sheet.single and sheet.kind is not NoteKind.CLOSING)
"""Sheets with an address of their own; the reason of closing is written where the case is closed."""
OFTEN = tuple(sheet.kind for sheet in _SHEETS if not sheet.single)
"""Sheets of which a case may have any number."""
PERIODS = {
    "reflection_until": "reflection_from",
    "protection_until": "protection_from",
    "compensation_granted_on": "compensation_asked_on",
}
"""A day that cannot come before another."""


def element_of(indicator: str) -> str:
    """Whether an indicator speaks of act, means or purpose; empty for one that is none of ours."""
    return next((element for element, known in ELEMENTS.items() if indicator in known), "")


def reminder_of(content: Mapping[str, Any]) -> datetime.date | None:
    """The day on which to think of a note; none where it cannot be read."""
    try:
        return datetime.date.fromisoformat(str(content.get(REMIND) or ""))
    except ValueError:
        return None


def was_child(contents: Iterable[Mapping[str, Any]], today: datetime.date) -> bool:
    """Whether anything written says that the person was under 18 when it began, or is today: then no means of control
    is needed for it to be trafficking (Palermo Protocol, article 3 c). Never a verdict; nothing is asked of anybody."""
    said = {name: value for content in contents for name, value in content.items()}
    age, born = str(said.get("vic_AgeWhenTrafficked") or ""), str(said.get("prs_Birthdate") or "")
    if said.get("age_band") in ("0-8", "9-17") or (age.isdigit() and int(age) < ADULT):
        return True
    try:
        birth = datetime.date.fromisoformat(born)
    except ValueError:
        return False
    return (today.year - birth.year) - ((today.month, today.day) < (birth.month, birth.day)) < ADULT
