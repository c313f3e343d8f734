"""A case is found again by its sealed line, by those who work on it; and its risks are asked one by one."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from network.i18n.folding import fold, fold_unkept
from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import Case
from network.referrals.models.keys import Sealed
from network.referrals.services.finding import fits
from tests.factories import Make
from tests.pages import Page
from tests.referrals.conftest import Valley

PERSON = {
    Category.IDENTITY: {"alias": "Айгүл", "prs_SecondName": "Ғуломова"},
    Category.CONTACT: {"prs_MobilePhone": "+996 555 123 456"},
}


def search(valley: Valley, words: str) -> Page:
    page = valley.caseworker.visitor().open("/en/referrals/cases/find")
    return page.submit({"words": words}, containing="words")


@pytest.mark.parametrize(
    "words", ["айгүл", "Aygul", "гулом", "Gʻulomova", "AIGUL gul", "555 123", "+996555123456", "123456"]
)
def test_a_case_is_found_in_any_script_and_by_part_of_a_number(valley: Valley, words: str) -> None:
    case = valley.case(PERSON)
    other = valley.case({Category.IDENTITY: {"alias": "Somebody else"}})
    found = search(valley, words)
    assert case.code in found.main and other.code not in found.main
    # Neither the address nor a header has what was typed.
    assert found.path == "/en/referrals/cases/find" and words not in str(found.response.headers)


def test_a_case_is_found_by_its_code_and_by_words_of_ones_own(valley: Valley) -> None:
    case = valley.case(PERSON)
    visitor = valley.caseworker.visitor()
    visitor.open(f"/en/referrals/cases/{case.id}/keywords").submit({"keywords": "red-scarf Nookat"})
    for words in ("red scarf", "noo", case.code.lower(), "aigul red"):
        assert case.code in search(valley, words).main, words
    for words in ("blue", "x", "aigul blue", "999 999", "%", "' OR 1=1"):
        assert "Nothing found" in search(valley, words).main, words


def test_what_was_changed_is_found_by_its_new_name_alone_and_leaves_no_key_behind(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case(PERSON)
    visitor = valley.caseworker.visitor()
    visitor.open(f"/en/referrals/cases/{case.id}/identity").submit({"alias": "Nargiza"})
    assert case.code in search(valley, "nargiza").main
    assert case.code not in search(valley, "aigul").main
    with owner_engine.connect() as connection:
        lines = connection.execute(text("SELECT id, ciphertext FROM case_index")).all()
        keys = connection.execute(
            text("SELECT sealed_id FROM wraps.part_key WHERE sealed_kind = :k"),
            {"k": Sealed.CASE_INDEX.value},
        ).scalars()
        assert [line.id for line in lines] == list(keys)
        assert all(b"argiza" not in line.ciphertext for line in lines)
        assert all(len(line.ciphertext) <= 1024 + 64 for line in lines)


def test_a_search_shows_open_cases_of_ones_own_and_no_others(valley: Valley, make: Make) -> None:
    case = valley.case(PERSON)
    colleague = make.user(valley.osh, [Role.CASEWORKER], name="Another caseworker in Osh")
    for person, sees in ((colleague, False), (valley.receiver, False), (valley.supervisor, True)):
        page = (
            person.visitor().open("/en/referrals/cases/find").submit({"words": "aigul"}, containing="words")
        )
        assert (case.code in page.main) == sees
    valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}/status").submit({"status": "Closed"})
    assert "Nothing found" in search(valley, "aigul").main


def test_a_long_name_makes_no_longer_line(valley: Valley, owner_engine: Engine) -> None:
    valley.case({Category.IDENTITY: {"alias": "ү" * 290, "prs_SecondName": "ғ" * 290}})
    with owner_engine.connect() as connection:
        assert (
            connection.execute(text("SELECT max(length(ciphertext)) FROM case_index")).scalar_one()
            <= 1024 + 64
        )


def test_nothing_typed_is_asked_again(valley: Valley) -> None:
    assert search(valley, "").status == 422
    assert search(valley, "x" * 101).status == 422


def test_words_of_cases_are_folded_as_others_and_remembered_nowhere() -> None:
    before = fold.cache_info().currsize
    line = {"identity": fold_unkept("Ғуломова Айгүл"), "contact": "996555123456"}
    assert fold.cache_info().currsize == before
    assert line["identity"] == fold("Ғуломова Айгүл")
    assert fits("гул", "POD-AAAAAA", line) and fits("0555 12", "POD-AAAAAA", line)
    assert not fits("   ", "POD-AAAAAA", line) and not fits("555", "POD-AAAAAA", line)


# Risk.


def test_the_questions_of_risk_are_kept_and_read_again_and_none_is_required(
    valley: Valley, owner_engine: Engine
) -> None:
    case: Case = valley.case(PERSON, assessed=False)
    page = valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}/risk")
    done = page.submit(
        {
            "level": "high",
            "notes": "CANARY-notes",
            "risk_violence": "yes",
            "risk_journey": "unknown",
            "risk_safety_plan": "CANARY-plan",
        }
    )
    assert done.path == f"/en/referrals/cases/{case.id}"
    again = valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}/risk")
    assert "Assessed before" in again.main and "CANARY-plan" in again.main
    assert "Violence or abuse in the household?" in again.main and "Not known" in again.main
    with owner_engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM risk_assessment")).mappings().one()
    assert "high" not in str({name: value for name, value in row.items() if name != "ciphertext"})
    assert b"CANARY" not in row["ciphertext"]
