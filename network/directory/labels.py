"""What people read for each enumeration of the directory, and for each rule that refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from network.directory.finding.wishes import Matched
from network.directory.models import (
    CapacityUnit,
    OrganizationKind,
    ParticipantRole,
    ProjectStatus,
    ReferralMethod,
    Status,
    Visibility,
)
from network.directory.texts import TranslationStatus

KIND = {
    OrganizationKind.NGO: _l("Non-governmental organization"),
    OrganizationKind.COMMUNITY_GROUP: _l("Community group"),
    OrganizationKind.GOVERNMENT: _l("State body"),
    OrganizationKind.INTERNATIONAL: _l("International organization"),
    OrganizationKind.MEDIA: _l("Media"),
}

STATUS = {
    Status.ACTIVE: _l("Working"),
    Status.INACTIVE: _l("Not working at present"),
    Status.TEMPORARILY_CLOSED: _l("Closed for a while"),
    Status.DEFUNCT: _l("No longer exists"),
}

VISIBILITY = {
    Visibility.PUBLIC: _l("Everyone"),
    Visibility.PARTNERS: _l("Partners of the network"),
    Visibility.NAMED: _l("Colleagues, and the partners chosen one by one"),
    Visibility.TENANT: _l("Only colleagues of my organization"),
}
"""Who may read it."""

TERMS = {
    "hotline": _l("Hotline"),
    "shelter": _l("Safe place to stay"),
    "health": _l("Health care"),
    "psychosocial": _l("Someone to talk to"),
    "legal": _l("Legal help"),
    "return": _l("Safe way home"),
    "reintegration": _l("Work and a new beginning"),
    "migration": _l("Advice before travelling"),
    "prevention": _l("Prevention and information"),
}

SUBJECTS = {
    "organization": _l("Organizations"),
    "service": _l("Services"),
    "hotline": _l("Hotlines"),
    "project": _l("Projects"),
}

ONE = {"hotline": _l("Hotline"), "project": _l("Project")}
"""What a single one is called, where its name does not say it."""

PROJECT_STATUS = {
    ProjectStatus.PLANNED: _l("Planned"),
    ProjectStatus.RUNNING: _l("Running"),
    ProjectStatus.FINALISING: _l("Coming to its end"),
    ProjectStatus.CLOSED: _l("Completed"),
    ProjectStatus.CANCELLED: _l("Given up"),
    ProjectStatus.SUSPENDED: _l("Paused"),
}

WHEN = {
    "running": _l("Running now"),
    "planned": _l("Planned or paused"),
    "over": _l("Over"),
}
"""When projects are or were at work."""

SECTORS = {
    "13040": _l("HIV and other infections"),
    "15130": _l("Law and justice"),
    "15160": _l("Human rights"),
    "15170": _l("Women's organizations"),
    "15180": _l("Ending violence against women and girls"),
    "15190": _l("Safe and orderly migration"),
    "16010": _l("Social protection"),
}
"""What a project is about, by the codes of the OECD DAC; others are shown as their code."""

ROLES = {
    ParticipantRole.FUNDING: _l("Funded by"),
    ParticipantRole.ACCOUNTABLE: _l("Responsible"),
    ParticipantRole.EXTENDING: _l("Supported by"),
    ParticipantRole.IMPLEMENTING: _l("Carried out by"),
}

DAYS = {
    "MO": _l("Monday"),
    "TU": _l("Tuesday"),
    "WE": _l("Wednesday"),
    "TH": _l("Thursday"),
    "FR": _l("Friday"),
    "SA": _l("Saturday"),
    "SU": _l("Sunday"),
}

CHANNELS = {
    "voice": _l("Call"),
    "sms": _l("SMS"),
    "whatsapp": _l("WhatsApp"),
    "telegram": _l("Telegram"),
    "imo": _l("IMO"),
}

MATCHED = {
    Matched.OTHER_NAME: _l("Found by another name"),
    Matched.PLACE: _l("Found by its place"),
    Matched.NEED: _l("Found by the help it gives"),
    Matched.TEXT: _l("Found in its text"),
    Matched.SIMILAR: _l("Spelled alike"),
    Matched.PARTLY: _l("Has most of your words"),
    Matched.NUMBER: _l("Found by its number"),
}
"""Why a result is there, where it is not plain from its name."""

UNFIT = {
    "wider_than_whole": _l("The listing it belongs to is shown to fewer people. Open that one first."),
    "place_unknown": _l("Choose a place from the list."),
    "term_unknown": _l("Choose from the answers offered."),
    "language_unknown": _l("Choose from the answers offered."),
    "confidential_address": _l("The address of a confidential service stays among colleagues."),
    "only_admin_opens": _l("Only an admin of your organization can show something to more people."),
    "too_many_hours": _l("These are more lines than a page can show. Leave some out."),
    "sector_unknown": _l("Enter the code of the sector: three to five digits."),
    "reader_unknown": _l("Choose from the answers offered."),
    "reader_not_of_whole": _l(
        "The listing it belongs to is not for all of these partners. Open that one first."
    ),
    "slug_taken": _l("Please give it another name: this one is taken."),
}

SEXES = {
    # NOTE: In a filter: who needs help.
    "female": _l("A woman or girl"),
    "male": _l("A man or boy"),
}
"""For whom help is looked for."""

SCHEMES = {
    "KG-INN": _l("Tax number, Kyrgyzstan"),
    "KG-OKPO": _l("Statistics number, Kyrgyzstan"),
    "UZ-STIR": _l("Tax number, Uzbekistan"),
    "UZ-KTUT": _l("Statistics number, Uzbekistan"),
    "TJ-RMA": _l("Tax number, Tajikistan"),
    "XI-IATI": "IATI",
    "XM-DAC": "OECD DAC",
    "other": _l("Another register"),
}
"""Registers that know organizations by a number."""

METHODS = {
    ReferralMethod.CALL: _l("A colleague calls"),
    ReferralMethod.EMAIL: _l("A colleague writes an email"),
    ReferralMethod.KOPURO: _l("A referral in this network"),
    ReferralMethod.LETTER: _l("A letter"),
    ReferralMethod.COME_ALONG: _l("A colleague comes along"),
    ReferralMethod.BY_THEMSELVES: _l("People come by themselves"),
}

UNITS = {
    CapacityUnit.BEDS: _l("Beds"),
    CapacityUnit.FAMILY_ROOMS: _l("Rooms for families"),
    CapacityUnit.PLACES: _l("Places"),
    CapacityUnit.APPOINTMENTS: _l("Appointments"),
}

ACCESS = {
    "step_free": _l("A way in without steps"),
    "ramp": _l("A ramp"),
    "lift": _l("A lift"),
    "toilet": _l("A toilet for wheelchairs"),
    "parking": _l("Parking at the door"),
    "sign_language": _l("Sign language"),
    "children": _l("A corner for children"),
    "quiet": _l("A quiet room to talk"),
}

DELIVERY = {
    "in_person": _l("Face to face"),
    "phone": _l("By telephone"),
    "online": _l("Over the internet"),
    "outreach": _l("We come to people"),
}

ELIGIBILITY = {
    "sex": (
        _l("For whom is it?"),
        {"any": _l("For everyone"), "female": _l("For women and girls"), "male": _l("For men and boys")},
    ),
    "with_children": (_l("May children come along?"), {"yes": _l("Yes"), "no": _l("No")}),
    "citizenship": (
        _l("Does citizenship matter?"),
        {"any": _l("No, people of every country"), "own": _l("Yes, only citizens of this country")},
    ),
    "identity_documents": (
        _l("Must they show papers?"),
        {
            "needed": _l("Yes"),
            "not_needed": _l("No"),
            "helps_to_get": _l("No, and we help to get them"),
        },
    ),
    "police_report_required": (
        _l("Must the police know first?"),
        {"yes": _l("Yes"), "no": _l("No")},
    ),
    "disability": (
        _l("Can people with a disability come?"),
        {"yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No")},
    ),
    "cross_border": (
        _l("Does it help across a border?"),
        {"yes": _l("Yes"), "no": _l("No")},
    ),
}
"""Questions about who may come, each with its answers; without an answer it is not known."""

TRANSLATION = {
    TranslationStatus.HUMAN: _l("A person wrote it or read it through"),
    TranslationStatus.MACHINE: _l("A machine, and nobody has read it yet"),
    TranslationStatus.OUTDATED: _l("This translation is older than the text it was made from."),
}

COLUMNS = {
    "name": _l("Name"),
    "title": _l("Title"),
    "alternate_name": _l("Other names, short forms"),
    "description": _l("Description"),
    "eligibility_description": _l("Who may come"),
    "application_process": _l("How to get it"),
    "fees_description": _l("What it costs"),
}
"""Texts that are translated."""

WORKBOOK = {
    "no_file": _l("Choose a file first."),
    "workbook_unreadable": _l("This is not the workbook, or columns of it are missing."),
    "workbook_too_long": _l("This workbook is too long."),
    "unknown_id": _l("None of your listings has this id."),
    "stale": _l("Somebody changed this meanwhile. Download the workbook again."),
    "twice": _l("This id stands here twice."),
    "moved": _l("A service stays with its organization."),
    "no_name": _l("Give it a name in one language at least."),
    "too_long": _l("This text is too long."),
    "no_choice": _l("This is none of the answers."),
    "no_address": _l("This is no web address."),
    "no_mail": _l("This is no mail address."),
}
"""What is wrong with a row of a workbook, by the codes of ``exchange.taking``."""
