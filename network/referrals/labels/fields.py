"""The words of the questions about a person, in the order of the pages."""

from __future__ import annotations

import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.dates import long_date
from network.i18n.prefix import current_language
from network.referrals.categories import PAGES as _PAGES
from network.referrals.categories import Questions as _Questions
from network.referrals.categories import Shape as _Shape
from network.referrals.labels.notes import NOTE_FIELDS as _NOTE_FIELDS
from network.referrals.labels.risk import RISK_FIELDS as _RISK_FIELDS
from network.referrals.notes import SHEETS as _SHEETS
from network.referrals.risk import QUESTIONS as _RISKS

FIELDS: dict[str, LazyString] = {
    "prs_Salutation": _l("Form of address"),
    "prs_FirstName": _l("First name"),
    "prs_MiddleName": _l("Patronymic or middle name"),
    "prs_SecondName": _l("Family name"),
    "alias": _l("Name the person wants to be called by"),
    "prs_Birthdate": _l("Date of birth"),
    "prs_IdentityNumber": _l("Number of an identity document"),
    "prs_Deceased": _l("Is the person known to have died?"),
    "prs_MobilePhone": _l("Mobile phone"),
    "prs_HomePhone": _l("Phone at home"),
    "prs_Email": _l("Email"),
    "safe_channel": _l("Safe way to reach the person"),
    "safe_hours": _l("Safe hours"),
    "safe_notes": _l("What to say, what never to say"),
    "prs_MailingCountry": _l("Country"),
    "prs_MailingCity": _l("Town or village"),
    "prs_MailingState": _l("Province"),
    "prs_MailingStreet": _l("Street and house"),
    "prs_MailingPostalCode": _l("Postal code"),
    "prs_MailingLatitude": _l("Latitude"),
    "prs_MailingLongitude": _l("Longitude"),
    "location_notes": _l("Where to find the person"),
    "transport_and_reception": _l("Transport and reception"),
    "prs_Gender": _l("Sex or gender"),
    "age_band": _l("Age"),
    "accompanied": _l("If this is a child: who is with the child?"),
    "prs_Citizenship": _l("Citizenship"),
    "prs_PrimaryLanguage": _l("First language"),
    "prs_SecondaryLanguage": _l("Second language"),
    "special_needs": _l("Special needs"),
    "prs_HighestLevelOfEducation": _l("Highest level of education"),
    "prs_Title": _l("Occupation or position"),
    "vic_Vulnerabilities": _l("What made the person vulnerable"),
    "vic_DetailsOfVulnerabilities": _l("More about this"),
    "health_needs": _l("Health needs"),
    "urgent_treatment": _l("Urgent treatment"),
    "psychological_needs": _l("Psychological needs"),
    "vic_TypeOfExploitation": _l("Kind of exploitation"),
    "vic_AgeWhenTrafficked": _l("Age when it began, in years"),
    "vic_LocationOfExploitation": _l("Where it happened"),
    "account": _l("What the person told, in their own words"),
    "vic_MethodOfRecruitment": _l("Where and how the person was recruited"),
    "vic_LocationOfRecruitment": _l("Place or organization of recruitment"),
    "vic_RecruitmentWebsitesAndApps": _l("Sites and apps used to recruit"),
    "vic_MethodsOfControl": _l("Means by which the person was controlled"),
    "vic_ForcedLabourIndustry": _l("Branch of work"),
    "vic_TypeOfSexExploitation": _l("Kind of sexual exploitation"),
    "vic_ExploitationWebsitesAndApps": _l("Sites and apps used to exploit"),
    "events": _l("Places and times"),
    "hte_Type": _l("What took place there"),
    "hte_Date": _l("Date"),
    "hte_Country": _l("Country"),
    "hte_State": _l("Province"),
    "hte_City": _l("Town or village"),
    "hte_Street": _l("Street and house"),
    "hte_PostalCode": _l("Postal code"),
    "hte_Latitude": _l("Latitude"),
    "hte_Longitude": _l("Longitude"),
    "hte_Description": _l("What is known about it"),
    "vic_RelationshipToTrafficker": _l("How the person knew them"),
    "perpetrator_notes": _l("What is known of them"),
    "perpetrators": _l("Each of those who did it"),
    "per_RoleInProcess": _l("What this person did"),
    "per_RoleDetails": _l("What is known about it"),
    "per_Organisation": _l("Firm or organization this person acted for"),
    "legal_needs": _l("Legal needs"),
    "proceedings": _l("Proceedings"),
    "vic_TraffickingStatus": _l("Status"),
    "vic_TraffickingStatusDecisionMakingOrg": _l("Decided by"),
    "immigration_status": _l("Status of stay"),
    "return_wishes": _l("Wishes about returning"),
    "prs_MaritalStatus": _l("Marital status"),
    "prs_NumberOfChildren": _l("Number of children"),
    "family_notes": _l("About the family"),
    "documents_held": _l("Which documents the person has, and who holds them"),
    "photo_notes": _l("Whether a photograph exists, and who holds it"),
    **_NOTE_FIELDS,
    **_RISK_FIELDS,
}

_ASKED: list[_Questions] = [*_PAGES.values(), *_SHEETS.values()]
_ALL = [*(field for page in _ASKED for field in page.fields), *_RISKS]

CHOSEN = {f.name for f in _ALL if f.shape in (_Shape.CHOICE, _Shape.MANY)}
"""Fields whose values are read in other words than they are kept in."""

DAYS = {f.name for f in _ALL if f.shape is _Shape.DATE}
"""Fields that hold a day."""


def day(iso: str) -> str:
    """A kept day as a sentence says it in the reader's language; what is no day stays as it was written."""
    try:
        return long_date(datetime.date.fromisoformat(iso), current_language())
    except ValueError:
        return iso
