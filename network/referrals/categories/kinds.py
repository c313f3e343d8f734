"""The data categories of a case: consent is given, and a key is made, for each of them apart."""

from __future__ import annotations

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


LOCKED_UNTIL_ACCEPTED = frozenset(Category)
"""Every part opens only when the referral is accepted; before that the receiving desk reads the envelope."""
