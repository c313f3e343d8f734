"""The wordings of consent: versions in five languages, kept for ever, approved by the coordinator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.i18n.languages import LANGUAGES
from network.permissions import Role
from network.referrals.consent import INFORMED_QUESTIONS
from network.referrals.wordings import TEXTS, next_version
from tests.factories import Make
from tests.pages import Page, Visitor
from tests.referrals.asking import ask, good, record
from tests.referrals.conftest import Valley

PATH = "/en/consent-wordings/referral"


@pytest.fixture
def coordinator(valley: Valley, make: Make) -> Visitor:
    return make.user(make.network(), [Role.COORDINATOR]).visitor()


def approve(visitor: Visitor, mark: str, **typed: Any) -> Page:
    texts = {code: f"{mark} in {code}" for code in LANGUAGES}
    page = visitor.open(PATH)
    return page.submit({**texts, "change": "minor", "checked": "y", **typed}, containing="change")


@given(st.integers(1, 40), st.integers(0, 40))
def test_versions_count_up(first: int, second: int) -> None:
    assert next_version(f"{first}.{second}", major=False) == f"{first}.{second + 1}"
    assert next_version(f"{first}.{second}", major=True) == f"{first + 1}.0"


def test_every_wording_is_there_in_every_language() -> None:
    assert all(set(texts) == set(LANGUAGES) for texts in TEXTS.values())


def test_a_new_version_is_read_from_the_next_consent_on_and_the_old_one_stays_with_the_old(
    valley: Valley, coordinator: Visitor
) -> None:
    case = valley.case()
    worker = valley.caseworker.visitor()
    before = record(worker, case, good(valley))
    assert "Version 2.0 is used from now on" in approve(coordinator, "CANARY-new", change="major").main
    page = ask(worker, valley.case(), good(valley), until="words")
    assert "CANARY-new in ky" in page.main
    assert "Version 1.0" in before.follow("Look at it").main
    again = before.follow("Look at it").follow("Renew it, or allow more").submit(containing="given_by")
    assert "CANARY-new in en" in again.main
    again = again.submit({"informed": list(INFORMED_QUESTIONS)}, containing="informed")
    done = again.submit(containing="recipients").submit(containing=f"c{valley.khujand.id.hex}")
    done = done.submit(containing="method").submit(containing="Record the consent")
    assert "Version 2.0" in done.follow("Look at it").main


def test_better_words_are_a_minor_version_and_ten_comes_after_nine(coordinator: Visitor) -> None:
    for number in range(1, 11):
        page = approve(coordinator, f"text {number}", ru="То же самое" if number > 1 else "x")
        assert f"Version 1.{number} is used from now on" in page.main
    assert "text 10 in en" in coordinator.open(PATH).html
    assert "Version 1.10" in coordinator.open("/en/consent-wordings/").main


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ky": " "}, "Fill this in"),
        ({"tg": "x" * 4001}, "4000"),
        ({"change": None}, "What changed?"),
        ({"checked": None}, "read it aloud"),
        ({"uz": TEXTS["referral"]["uz"], "change": "major"}, "says the same as before"),
        (TEXTS["referral"], "says the same as before"),
    ],
    ids=["empty", "long", "kind", "unread", "one language left", "unchanged"],
)
def test_a_wording_that_is_not_ready_is_not_used(
    coordinator: Visitor, typed: dict[str, Any], words: str
) -> None:
    page = approve(coordinator, "CANARY-new", **typed)
    assert page.status == 422 and words in page.main
    if "en" not in typed:
        assert page.values("change")["en"] == "CANARY-new in en"
    assert "CANARY-new" not in coordinator.open(PATH).html


def test_of_two_coordinators_the_second_sees_what_the_first_approved(coordinator: Visitor) -> None:
    old = coordinator.open(PATH)
    approve(coordinator, "first")
    texts = {code: f"second in {code}" for code in LANGUAGES}
    page = old.submit({**texts, "change": "minor", "checked": "y"}, containing="change")
    assert page.status == 409 and "first in ky" in page.main
    assert page.values("change")["ky"] == "second in ky"


@pytest.mark.parametrize("who", ["caseworker", "supervisor"])
def test_nobody_else_changes_a_wording(valley: Valley, who: str) -> None:
    assert getattr(valley, who).visitor().open(PATH).status in (403, 404)
