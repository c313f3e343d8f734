"""What stands beside hard questions: the guidance of the standard (HTCDS 2.0, IOM, CC BY 4.0), in plain words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.labels.notes import NOTE_GUIDANCE as _NOTE_GUIDANCE

LEADS: dict[str, LazyString] = {
    "identity": _l("One name is enough, and it may be an assumed one."),
    "contact": _l("Ask first what is safe. A wrong call can put the person in danger."),
    "exploitation_account": _l(
        "Do not press. What is told once need not be told again: write only what help needs."
    ),
    "control": _l("Tick what the person told. These are means of control; nothing here decides anything."),
    "stations": _l(
        "Each place where something happened, as far as the person remembers. One line is enough."
    ),
    "roles": _l("Describe what each did. Names only where the person wants it."),
    "identification": _l("Write down what an authority or organization decided, not what you suppose."),
}
"""What a page says under its title; the others say that nothing has to be filled in."""

GUIDANCE: dict[str, LazyString] = {
    **_NOTE_GUIDANCE,
    "alias": _l("Used in calls and on visits."),
    "prs_IdentityNumber": _l(
        "Only if a service cannot be given without it. It is left out of a referral unless chosen."
    ),
    "safe_hours": _l("When nobody else is near, for example 14:00 to 16:00 on weekdays."),
    "prs_MobilePhone": _l("With the country code, for example +996 555 123 456."),
    "prs_HomePhone": _l("With the country code. Others may answer: is it safe?"),
    "location_notes": _l("Only what the one who comes needs to know."),
    "prs_MailingLatitude": _l("In degrees, for example 40.5283. Only where there is no address."),
    "prs_MailingLongitude": _l("In degrees, for example 72.7985."),
    "prs_Gender": _l("As the person sees herself or himself. If it was not said, choose that."),
    "age_band": _l("If unsure whether somebody is a child, treat the person as a child."),
    "accompanied": _l("A relative may be part of the harm. Leave it empty for grown-ups."),
    "vic_TypeOfExploitation": _l("Several are possible. Meant or attempted counts too."),
    "vic_AgeWhenTrafficked": _l("For a child no means of control is needed for it to be trafficking."),
    "account": _l("Their words, not yours. No details that help does not need."),
    "vic_ForcedLabourIndustry": _l("The branch, after the international classification ISIC."),
    "vic_Vulnerabilities": _l(
        "The standard has put the risk questions in place of this list; it is kept for exchange with others."
    ),
    "hte_Date": _l("If only the month is known, take its first day and say so below."),
    "vic_RelationshipToTrafficker": _l("Before it began."),
    "vic_TraffickingStatus": _l(
        "Possible: somebody who may have been trafficked and is not verified yet. Recognised: determined to be so."
        " For help, anybody counts who was recruited, moved, hidden or received for the purpose of exploitation."
    ),
    "immigration_status": _l("In the country where the person is now. Help never depends on it."),
    "prs_Deceased": _l("Leave it empty unless it matters."),
    "photo_notes": _l("Do not take one for the file."),
}
"""Beside a question."""

# NOTE: What each means of control means, shortened from the HTCDS standard.
DEFINITIONS: dict[str, LazyString] = {
    "PhysicalThreats": _l("Somebody said or showed that they would hurt the person or others."),
    "ThreatsLawEnforcement": _l(
        "Somebody threatened to report the person to the police or the migration service."
    ),
    "ThreatensChildrenFamily": _l(
        "Children were kept away or taken, or contact with the family was used as a lever."
    ),
    "DebtBondage": _l("Work for little or no pay against a debt that never gets smaller."),
    "FalsePromises": _l("The person was tricked about the work, the pay, the marriage or the place."),
    "PhysicalAbuse": _l("Somebody hurt the person: beating, burning, choking, a weapon."),
    "SexualAbuse": _l("Unwanted sexual contact used to control or punish; not where it was the purpose."),
    "TakesEarnings": _l("Pay was taken away to keep the person dependent."),
    "RestrictsFinancialAccess": _l("The person could not use their own money, card or account."),
    "RestrictsMovement": _l(
        "The person could not leave, or only with a guard, or was kept from everybody else."
    ),
    "RestrictsMedicalCare": _l("Treatment was refused, or a guard came along to the doctor."),
    "WithholdsNecessities": _l("Food, water, shelter, hygiene, clothes or sleep were refused."),
    "PsychologicalAbuse": _l("Insults, shame, blame, or the abuse of love and trust."),
    "PsychoactiveSubstance": _l("Drugs or alcohol were given, or an addiction was used."),
    "ExcessiveWorkingHours": _l(
        "Far more hours than agreed, so that there was no time to rest or to seek help."
    ),
    "WithholdsDocuments": _l("Passport, permit or other papers were kept by somebody else."),
    "AbuseOfVulnerability": _l("Somebody used their power, or that the person had no real choice."),
    "Abduction": _l("The person was taken away by force."),
}
