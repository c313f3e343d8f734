"""The words of a case: categories, pages, states."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.categories import Category
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


CATEGORY_OF: dict[str, LazyString] = {category.value: words for category, words in CATEGORIES.items()}
"""The same by the value, as sealed things have it."""


PAGES: dict[str, LazyString] = {
    **{category.value: words for category, words in CATEGORIES.items()},
    "journey": _l("Journey and reception"),
    "background": _l("Education and background"),
    "recruitment": _l("How it began"),
    "control": _l("How the person was held"),
    "work": _l("In what kind of work"),
    "stations": _l("Places and times"),
    "roles": _l("Each of those who did it"),
    "identification": _l("Who decided on the status"),
}
"""What the pages of a case are called; a category's first page has its name."""


CASE_STATUSES: dict[CaseStatus, LazyString] = {
    CaseStatus.ACTIVE: _l("Active"),
    CaseStatus.FOLLOW_UP: _l("Follow-up"),
    CaseStatus.CLOSED: _l("Closed"),
    CaseStatus.CLOSED_REFERRED: _l("Closed, referred"),
}


STATUS_HINTS: dict[CaseStatus, LazyString] = {
    CaseStatus.ACTIVE: _l("You are working on it."),
    CaseStatus.FOLLOW_UP: _l("Help is given; you still look after the person from time to time."),
    CaseStatus.CLOSED: _l("Nothing more is to be done. It can be opened again."),
}
