"""The data categories of a case: consent is given, and a key is made, for each of them apart.

Field names are those of the Human Trafficking Case Data Standard (HTCDS 2.0, IOM, CC BY 4.0) where it has one; each
field stands in exactly one category. Fields without the prefix of an HTCDS table are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """Kinds of data about a client, in the order in which a case is told."""

    IDENTITY = "identity"
    CONTACT = "contact"
    LOCATION = "location"
    DEMOGRAPHICS = "demographics"
    HEALTH = "health"
    PSYCHOLOGICAL = "psychological"
    EXPLOITATION_ACCOUNT = "exploitation_account"
    PERPETRATOR = "perpetrator"
    LEGAL = "legal"
    IMMIGRATION = "immigration"
    FAMILY_CHILDREN = "family_children"
    DOCUMENTS = "documents"
    PHOTO = "photo"


class Shape(StrEnum):
    """How a field is asked."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a category."""

    name: str
    shape: Shape = Shape.LINE
    choices: tuple[str, ...] = ()


GENDERS = (
    "Feminine",
    "Masculine",
    "TransgenderFeminine",
    "TransgenderMasculine",
    "NonConforming",
    "NonSpecifiedUnknown",
)
AGE_BANDS = ("0-8", "9-17", "18-20", "21-23", "24-26", "27-29", "30-38", "39-47", "48+")
"""The age bands of IOM's counter-trafficking data."""
EXPLOITATION = (
    "ForcedLabour",
    "SexualExploitation",
    "ForcedMarriage",
    "OrganRemoval",
    "SlaverySimilarPractices",
    "Other",
)
CHANNELS = ("voice", "message", "through_other", "none")

FIELDS: dict[Category, tuple[Field, ...]] = {
    Category.IDENTITY: (
        Field("prs_FirstName"),
        Field("prs_SecondName"),
        Field("alias"),
        Field("prs_Birthdate", Shape.DATE),
        Field("prs_IdentityNumber"),
    ),
    Category.CONTACT: (
        Field("prs_MobilePhone", Shape.PHONE),
        Field("safe_channel", Shape.CHOICE, CHANNELS),
        Field("safe_hours"),
        Field("safe_notes", Shape.TEXT),
    ),
    Category.LOCATION: (
        Field("prs_MailingCity"),
        Field("prs_MailingState"),
        Field("location_notes", Shape.TEXT),
        Field("transport_and_reception", Shape.TEXT),
    ),
    Category.DEMOGRAPHICS: (
        Field("prs_Gender", Shape.CHOICE, GENDERS),
        Field("age_band", Shape.CHOICE, AGE_BANDS),
        Field("prs_Citizenship"),
        Field("prs_PrimaryLanguage"),
        Field("prs_SecondaryLanguage"),
        Field("special_needs", Shape.TEXT),
    ),
    Category.HEALTH: (Field("health_needs", Shape.TEXT), Field("urgent_treatment", Shape.TEXT)),
    Category.PSYCHOLOGICAL: (Field("psychological_needs", Shape.TEXT),),
    Category.EXPLOITATION_ACCOUNT: (
        Field("vic_TypeOfExploitation", Shape.CHOICE, EXPLOITATION),
        Field("vic_LocationOfExploitation"),
        Field("account", Shape.TEXT),
    ),
    Category.PERPETRATOR: (Field("vic_RelationshipToTrafficker"), Field("perpetrator_notes", Shape.TEXT)),
    Category.LEGAL: (Field("legal_needs", Shape.TEXT), Field("proceedings", Shape.TEXT)),
    Category.IMMIGRATION: (Field("immigration_status"), Field("return_wishes", Shape.TEXT)),
    Category.FAMILY_CHILDREN: (Field("prs_NumberOfChildren"), Field("family_notes", Shape.TEXT)),
    Category.DOCUMENTS: (Field("documents_held", Shape.TEXT),),
    Category.PHOTO: (Field("photo_notes", Shape.TEXT),),
}

LOCKED_UNTIL_ACCEPTED = frozenset(Category)
"""Every part opens only when the referral is accepted; before that the receiving desk reads the envelope."""
