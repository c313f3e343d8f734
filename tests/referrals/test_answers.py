"""Whatever is kept comes back from its page as it was: no question loses, adds or changes an answer."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from network.referrals.categories import PAGES, Field, Questions, Shape
from network.referrals.forms import page_form, prefixes, written
from network.referrals.notes import SHEETS
from network.web import Kopuro

ASKED: list[Questions] = [*PAGES.values(), *SHEETS.values()]

PLAIN = st.text("abcдҳүөʻ 12,.;", min_size=1, max_size=20).map(str.strip).filter(bool)


def answer(field: Field) -> st.SearchStrategy[Any]:
    """Anything this question can be answered with, values from elsewhere among them."""
    listed = st.sampled_from(field.choices) if field.choices else st.nothing()
    days = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))
    degrees = st.decimals(-90, 90, places=4, allow_nan=False, allow_infinity=False)
    return {
        Shape.CHOICE: listed | st.just("FromElsewhere"),
        Shape.MANY: st.lists(listed | st.just("FromElsewhere"), min_size=1, unique=True),
        Shape.DATE: days.map(lambda day: day.isoformat()),
        Shape.NUMBER: st.integers(0, 999).map(str),
        Shape.DEGREES: degrees.map(lambda number: f"{number:.4f}"),
    }.get(field.shape, PLAIN)


def content_of(page: Questions) -> st.SearchStrategy[dict[str, Any]]:
    one = st.fixed_dictionaries({}, optional={field.name: answer(field) for field in page.fields})
    if not page.repeats:
        return one
    return st.lists(one.filter(bool), max_size=3).map(lambda found: {page.repeats: found} if found else {})


def ordered(content: Any) -> Any:
    """Ticked boxes come back in the order of the page."""
    if isinstance(content, dict):
        return {name: ordered(value) for name, value in content.items()}
    if isinstance(content, list):
        return (
            sorted(content)
            if all(isinstance(one, str) for one in content)
            else [ordered(one) for one in content]
        )
    return content


@pytest.mark.parametrize("page", ASKED, ids=lambda page: page.name)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_page_sent_back_as_it_came_changes_nothing(
    served: Kopuro, page: Questions, data: st.DataObject
) -> None:
    kept = data.draw(content_of(page))
    with served.test_request_context("/en/"):
        shown = page_form(page, kept, 1)
    sent = MultiDict[str, str]()
    for field in shown:
        if field.type == "ChoicesField":
            sent.setlist(field.name, field.data or [])
        elif field.type != "CSRFTokenField":
            sent[field.name] = field._value() if hasattr(field, "_value") else field.data or ""
    with served.test_request_context("/en/", method="POST", data=sent):
        again = page_form(page, kept, 1, sent)
        again.meta.csrf = False
        if "csrf_token" in again:
            del again.csrf_token
        periods = {"reflection_until", "protection_until", "compensation_granted_on"}
        assert again.validate() or set(again.errors) <= periods, again.errors
        assert ordered(written(again, page)) == ordered(kept)
    assert len(prefixes(page, 3)) == (3 if page.repeats else 1)
