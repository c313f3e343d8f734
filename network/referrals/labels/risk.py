"""The words of a risk assessment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

RISK_LEVELS = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High"), "extreme": _l("Extreme")}

RISK_SECTIONS: dict[str, LazyString] = {
    "individual": _l("The person"),
    "household": _l("The household and family"),
    "community": _l("The place and those around"),
}

# NOTE: Questions of a risk assessment: each asks whether something is a danger to the person, here and now.
RISK_FIELDS: dict[str, LazyString] = {
    "risk_ethnicity": _l("Nationality, ethnicity or language: a danger here?"),
    "risk_orientation": _l("Sexual orientation or gender: a danger here?"),
    "risk_age": _l("Age: a danger here?"),
    "risk_health": _l("Illness, disability, pregnancy or thoughts of self-harm: a danger?"),
    "risk_known_whereabouts": _l("Do those who did it know where the person is?"),
    "risk_individual_notes": _l("What makes it so"),
    "risk_income": _l("The household's income or debts: a danger?"),
    "risk_violence": _l("Violence or abuse in the household?"),
    "risk_discrimination": _l("Somebody in the household favoured or put down?"),
    "risk_involved": _l("Does somebody of the family have a part in what happened?"),
    "risk_household_notes": _l("What makes it so"),
    "risk_law_enforcement": _l("Police that cannot or will not protect: a danger?"),
    "risk_governance": _l("Local authorities that do not help: a danger?"),
    "risk_education": _l("No way to school or training: a danger?"),
    "risk_stigma": _l("Gossip or shame in the village: a danger?"),
    "risk_journey": _l("Danger on a journey, at a border or on arrival?"),
    "risk_community_notes": _l("What makes it so"),
    "risk_safety_plan": _l("What was agreed for safety"),
}

RISK_CHOICES: dict[str, LazyString | str] = {"unknown": _l("Not known")}
