"""The pages of a case: short, each of one category, in the order in which a case is told.

A category with several pages is still one sealed part with one key: the pages only spare the eyes.
"""

from __future__ import annotations

from dataclasses import dataclass

from network.referrals.categories import values as v
from network.referrals.categories.kinds import Category
from network.referrals.categories.shapes import Field, Shape


@dataclass(frozen=True, slots=True)
class Page:
    """Some questions of one category. ``name`` is the last word of its address."""

    name: str
    category: Category
    fields: tuple[Field, ...]
    repeats: str = ""
    """Where the questions may be answered several times over: the name under which the list of answers is kept."""

    def names(self) -> tuple[str, ...]:
        """Which names of the category's content are this page's."""
        return (self.repeats,) if self.repeats else tuple(field.name for field in self.fields)


C, F = Category, Field
TEXT, DATE, CHOICE, MANY, NUMBER = Shape.TEXT, Shape.DATE, Shape.CHOICE, Shape.MANY, Shape.NUMBER

_PAGES = (
    Page(
        "identity",
        C.IDENTITY,
        (
            F("alias"),
            F("prs_Salutation"),
            F("prs_FirstName"),
            F("prs_MiddleName"),
            F("prs_SecondName"),
            F("prs_Birthdate", DATE),
            F("prs_Deceased", CHOICE, v.YES_NO),
            F("prs_IdentityNumber"),
        ),
    ),
    Page(
        "contact",
        C.CONTACT,
        (
            F("safe_channel", CHOICE, v.CHANNELS),
            F("safe_hours"),
            F("safe_notes", TEXT),
            F("prs_MobilePhone", Shape.PHONE),
            F("prs_HomePhone", Shape.PHONE),
            F("prs_Email"),
        ),
    ),
    Page(
        "location",
        C.LOCATION,
        (
            F("prs_MailingCountry", CHOICE, v.COUNTRIES),
            F("prs_MailingState"),
            F("prs_MailingCity"),
            F("prs_MailingStreet"),
            F("prs_MailingPostalCode"),
            F("location_notes", TEXT),
        ),
    ),
    Page(
        "journey",
        C.LOCATION,
        (
            F("transport_and_reception", TEXT),
            F("prs_MailingLatitude", Shape.DEGREES),
            F("prs_MailingLongitude", Shape.DEGREES),
        ),
    ),
    Page(
        "demographics",
        C.DEMOGRAPHICS,
        (
            F("prs_Gender", CHOICE, v.GENDERS),
            F("age_band", CHOICE, v.AGE_BANDS),
            F("accompanied", CHOICE, v.COMPANY),
            F("prs_PrimaryLanguage", CHOICE, v.LANGUAGES),
            F("prs_SecondaryLanguage", CHOICE, v.LANGUAGES),
            F("prs_Citizenship", MANY, v.COUNTRIES),
            F("special_needs", TEXT),
        ),
    ),
    Page(
        "background",
        C.DEMOGRAPHICS,
        (
            F("prs_HighestLevelOfEducation", CHOICE, v.EDUCATION),
            F("prs_Title"),
            F("vic_Vulnerabilities", MANY, v.VULNERABILITIES),
            F("vic_DetailsOfVulnerabilities", TEXT),
        ),
    ),
    Page("health", C.HEALTH, (F("health_needs", TEXT), F("urgent_treatment", TEXT))),
    Page("psychological", C.PSYCHOLOGICAL, (F("psychological_needs", TEXT),)),
    Page(
        "exploitation_account",
        C.EXPLOITATION_ACCOUNT,
        (
            F("vic_TypeOfExploitation", MANY, v.EXPLOITATION),
            F("vic_AgeWhenTrafficked", NUMBER),
            F("vic_LocationOfExploitation"),
            F("account", TEXT),
        ),
    ),
    Page(
        "recruitment",
        C.EXPLOITATION_ACCOUNT,
        (
            F("vic_MethodOfRecruitment", MANY, v.RECRUITMENT),
            F("vic_LocationOfRecruitment"),
            F("vic_RecruitmentWebsitesAndApps", MANY, v.APPS),
        ),
    ),
    Page("control", C.EXPLOITATION_ACCOUNT, (F("vic_MethodsOfControl", MANY, v.CONTROL),)),
    Page(
        "work",
        C.EXPLOITATION_ACCOUNT,
        (
            F("vic_ForcedLabourIndustry", CHOICE, v.INDUSTRIES),
            F("vic_TypeOfSexExploitation", MANY, v.SEX_EXPLOITATION),
            F("vic_ExploitationWebsitesAndApps", MANY, v.APPS),
        ),
    ),
    Page(
        "stations",
        C.EXPLOITATION_ACCOUNT,
        (
            F("hte_Type", CHOICE, v.EVENTS),
            F("hte_Date", DATE),
            F("hte_Country", CHOICE, v.COUNTRIES),
            F("hte_State"),
            F("hte_City"),
            F("hte_Street"),
            F("hte_PostalCode"),
            F("hte_Latitude", Shape.DEGREES),
            F("hte_Longitude", Shape.DEGREES),
            F("hte_Description", TEXT),
        ),
        repeats="events",
    ),
    Page(
        "perpetrator",
        C.PERPETRATOR,
        (F("vic_RelationshipToTrafficker", CHOICE, v.RELATIONSHIPS), F("perpetrator_notes", TEXT)),
    ),
    Page(
        "roles",
        C.PERPETRATOR,
        (F("per_RoleInProcess", MANY, v.ROLES), F("per_RoleDetails", TEXT), F("per_Organisation")),
        repeats="perpetrators",
    ),
    Page("legal", C.LEGAL, (F("legal_needs", TEXT), F("proceedings", TEXT))),
    Page(
        "identification",
        C.LEGAL,
        (
            F("vic_TraffickingStatus", CHOICE, v.TRAFFICKING_STATUS),
            F("vic_TraffickingStatusDecisionMakingOrg", CHOICE, v.DECIDED_BY),
        ),
    ),
    Page("immigration", C.IMMIGRATION, (F("immigration_status", CHOICE, v.STAY), F("return_wishes", TEXT))),
    Page(
        "family_children",
        C.FAMILY_CHILDREN,
        (
            F("prs_MaritalStatus", CHOICE, v.MARITAL),
            F("prs_NumberOfChildren", NUMBER),
            F("family_notes", TEXT),
        ),
    ),
    Page("documents", C.DOCUMENTS, (F("documents_held", TEXT),)),
    Page("photo", C.PHOTO, (F("photo_notes", TEXT),)),
)

PAGES: dict[str, Page] = {page.name: page for page in _PAGES}
"""By name. The first page of a category has the category's own name."""


def pages_of(category: Category) -> tuple[Page, ...]:
    return tuple(page for page in _PAGES if page.category is category)


FIELDS: dict[Category, tuple[Field, ...]] = {
    category: tuple(field for page in pages_of(category) if not page.repeats for field in page.fields)
    for category in Category
}
"""The questions of a category that are answered once."""

REPEATED: dict[Category, tuple[Page, ...]] = {
    category: tuple(page for page in pages_of(category) if page.repeats) for category in Category
}
"""Those answered several times over: their list stands in the content under ``page.repeats``."""

ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(
        (
            *(
                "org_Name",
                "org_ShippingCity",
                "org_ShippingCountry",
                "org_ShippingState",
                "org_ShippingStreet",
            ),
            *(
                "org_ShippingPostalCode",
                "org_ShippingLongitude",
                "org_ShippingLatitude",
                "org_Phone",
                "org_Type",
            ),
        ),
        "directory",
    ),
    **dict.fromkeys(("vic_AgreementToManagePersonalData", "con_Consent"), "consent"),
    **dict.fromkeys(("cas_Status", "cas_CaseOwner"), "case"),
    **dict.fromkeys(
        (
            *("cas_ReferringOrganisation", "cas_IncomingReferralDate", "cas_ReferringPrimaryCaseWorker"),
            *("cas_ReasonForIncomingReferral", "cas_IncomingReferralDetails", "cas_ReferredOrganisation"),
            *("cas_ReferredPrimaryCaseWorker", "cas_ReasonForOutgoingReferral", "cas_OutgoingReferralDate"),
            "cas_OutgoingReferralDetails",
        ),
        "referral",
    ),
    **dict.fromkeys(
        (
            *("cas_ReasonForCaseClosure", "cco_CaseComment", "spl_Objectives", "spl_ActionPlan"),
            *("spl_PlannedEndDate", "spl_ActualEndDate", "spl_Type"),
        ),
        "note",
    ),
}
"""Fields of the standard that are no question about a person, and where they are kept instead."""
