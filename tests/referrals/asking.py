"""Going through the pages that ask for consent, as a worker does with a person beside her."""

from __future__ import annotations

from typing import Any

from network.referrals.consent import INFORMED_QUESTIONS
from network.referrals.models import Case
from tests.pages import Page, Visitor
from tests.referrals.conftest import Valley

Answers = dict[str, dict[str, Any]]
PAGES = ("who", "words", "whom", "what", "how")
FIRST = {
    "who": "given_by",
    "words": "informed",
    "whom": "recipients",
    "how": "method",
}
"""A field that only the form of that page has."""


def good(valley: Valley) -> Answers:
    """What a grown-up person decides: Khujand may read two things."""
    return {
        "who": {},
        "words": {"informed": list(INFORMED_QUESTIONS)},
        "whom": {"recipients": [str(valley.khujand.id)]},
        "what": {f"c{valley.khujand.id.hex}": ["contact", "health"]},
        "how": {"method": "written", "safe_contact": "CANARY-contact"},
    }


def guarded(valley: Valley) -> Answers:
    """What a mother decides for her child, who agrees."""
    answers = good(valley)
    answers["who"] = {
        "given_by": "parent",
        "guardian_name": "CANARY-guardian",
        "guardian_relation": "mother",
        "guardian_authority": "CANARY-certificate",
        "assent": "agrees",
    }
    return answers


def ask(visitor: Visitor, case: Case, answers: Answers, *, until: str = "", query: str = "") -> Page:
    """Fill in page after page. Stops where a page does not let one go on, and before ``until`` is sent."""
    page = visitor.open(f"/en/referrals/cases/{case.id}/consent{query}")
    for name in PAGES:
        if name not in answers:
            continue
        if name == until:
            return page
        fields = answers[name]
        page = page.submit(fields, containing=FIRST.get(name) or next(iter(answers["what"])))
        if page.status != 200:
            return page
    return page


def record(visitor: Visitor, case: Case, answers: Answers, *, query: str = "") -> Page:
    """To the end, with the button that records it."""
    page = ask(visitor, case, answers, query=query)
    assert page.status == 200, page.main
    return page.submit(containing="Record the consent")
