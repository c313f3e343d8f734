"""The words of a case: categories, fields and their values."""

from __future__ import annotations

import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.dates import long_date
from network.i18n.prefix import current_language
from network.referrals.categories import FIELDS as FIELDS_OF
from network.referrals.categories import Category, Shape
from network.referrals.models.cases import CaseStatus

CATEGORIES: dict[Category, LazyString] = {
    Category.IDENTITY: _l("Name and identity"),
    Category.CONTACT: _l("Safe contact"),
    Category.LOCATION: _l("Where the person is"),
    Category.DEMOGRAPHICS: _l("Sex, age, languages"),
    Category.HEALTH: _l("Health"),
    Category.PSYCHOLOGICAL: _l("Psychological state"),
    Category.EXPLOITATION_ACCOUNT: _l("What happened"),
    Category.PERPETRATOR: _l("About those who did it"),
    Category.LEGAL: _l("Legal matters"),
    Category.IMMIGRATION: _l("Stay and return"),
    Category.FAMILY_CHILDREN: _l("Family and children"),
    Category.DOCUMENTS: _l("Documents"),
    Category.PHOTO: _l("Photograph"),
}


FIELDS: dict[str, LazyString] = {
    "prs_FirstName": _l("First name"),
    "prs_SecondName": _l("Family name"),
    "alias": _l("Name the person wants to be called by"),
    "prs_Birthdate": _l("Date of birth"),
    "prs_IdentityNumber": _l("Number of an identity document"),
    "prs_MobilePhone": _l("Mobile phone"),
    "safe_channel": _l("Safe way to reach the person"),
    "safe_hours": _l("Safe hours"),
    "safe_notes": _l("What to say, what never to say"),
    "prs_MailingCity": _l("Town or village"),
    "prs_MailingState": _l("Province"),
    "location_notes": _l("Where to find the person"),
    "transport_and_reception": _l("Transport and reception"),
    "prs_Gender": _l("Sex or gender"),
    "age_band": _l("Age"),
    "prs_Citizenship": _l("Citizenship"),
    "prs_PrimaryLanguage": _l("First language"),
    "prs_SecondaryLanguage": _l("Second language"),
    "special_needs": _l("Special needs"),
    "health_needs": _l("Health needs"),
    "urgent_treatment": _l("Urgent treatment"),
    "psychological_needs": _l("Psychological needs"),
    "vic_TypeOfExploitation": _l("Kind of exploitation"),
    "vic_LocationOfExploitation": _l("Where it happened"),
    "account": _l("What the person told, in their own words"),
    "vic_RelationshipToTrafficker": _l("How the person knew them"),
    "perpetrator_notes": _l("What is known of them"),
    "legal_needs": _l("Legal needs"),
    "proceedings": _l("Proceedings"),
    "immigration_status": _l("Status of stay"),
    "return_wishes": _l("Wishes about returning"),
    "prs_NumberOfChildren": _l("Number of children"),
    "family_notes": _l("About the family"),
    "documents_held": _l("Which documents the person has, and who holds them"),
    "photo_notes": _l("Whether a photograph exists, and who holds it"),
}


# NOTE: Values of the HTCDS standard: a person's gender, kinds of exploitation, safe ways of contact.
CHOICES: dict[str, LazyString] = {
    "Feminine": _l("Woman or girl"),
    "Masculine": _l("Man or boy"),
    "TransgenderFeminine": _l("Transgender woman"),
    "TransgenderMasculine": _l("Transgender man"),
    "NonConforming": _l("Another gender"),
    "NonSpecifiedUnknown": _l("Not said"),
    "0-8": _l("0 to 8"),
    "9-17": _l("9 to 17"),
    "18-20": _l("18 to 20"),
    "21-23": _l("21 to 23"),
    "24-26": _l("24 to 26"),
    "27-29": _l("27 to 29"),
    "30-38": _l("30 to 38"),
    "39-47": _l("39 to 47"),
    "48+": _l("48 or older"),
    "ForcedLabour": _l("Forced labour"),
    "SexualExploitation": _l("Sexual exploitation"),
    "ForcedMarriage": _l("Forced marriage"),
    "OrganRemoval": _l("Removal of organs"),
    "SlaverySimilarPractices": _l("Slavery or similar practices"),
    "Other": _l("Something else"),
    "voice": _l("Call"),
    "message": _l("Message"),
    "through_other": _l("Through another person"),
    "none": _l("None for now"),
}


CHOSEN = {f.name for fields in FIELDS_OF.values() for f in fields if f.shape is Shape.CHOICE}


DAYS = {f.name for fields in FIELDS_OF.values() for f in fields if f.shape is Shape.DATE}
"""Fields whose values are read in other words than they are kept in."""


def day(iso: str) -> str:
    """A kept day as a sentence says it in the reader's language; what is no day stays as it was written."""
    try:
        return long_date(datetime.date.fromisoformat(iso), current_language())
    except ValueError:
        return iso


CASE_STATUSES: dict[CaseStatus, LazyString] = {
    CaseStatus.ACTIVE: _l("Active"),
    CaseStatus.FOLLOW_UP: _l("Follow-up"),
    CaseStatus.CLOSED: _l("Closed"),
    CaseStatus.CLOSED_REFERRED: _l("Closed, referred"),
}


RISK_LEVELS = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High"), "extreme": _l("Extreme")}
