"""The file of a case: the standard's questions on short pages, and every version of what was answered."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from network.permissions import Stale, Unfit
from network.referrals import labels
from network.referrals.categories import ELSEWHERE, FIELDS, PAGES, Category, Shape
from network.referrals.models import Case
from network.referrals.services import cases
from tests.referrals.conftest import Valley

STANDARD = Path(__file__).parents[2].parent / "shared" / "data" / "htcds.json"
LITTLE = {Category.HEALTH: {"health_needs": "CANARY-health"}}


def path(case: Case, name: str) -> str:
    return f"/en/referrals/cases/{case.id}/{name}"


# The standard.


def test_every_field_stands_in_exactly_one_category() -> None:
    names = [field.name for page in PAGES.values() for field in page.fields]
    assert len(names) == len(set(names))
    assert set(FIELDS) == set(Category)
    assert all(FIELDS[category] for category in Category)
    assert not set(names) & set(ELSEWHERE)


def test_every_field_and_value_of_the_standard_has_its_place() -> None:
    if not STANDARD.exists():
        pytest.skip("the standard's own list is not here to compare with")
    standard = json.loads(STANDARD.read_text())
    fields = {field.name: field for page in PAGES.values() for field in page.fields}
    asked = fields.keys() | ELSEWHERE.keys()
    assert {field["name"] for field in standard["fields"]} <= asked
    for name, values in standard["enumerations"].items():
        if name in fields:
            assert {value["name"] for value in values} <= set(fields[name].choices), name


def test_every_question_and_answer_has_words() -> None:
    for page in PAGES.values():
        assert page.name in labels.PAGES
        for field in page.fields:
            assert field.name in labels.FIELDS
            assert not set(field.choices) - set(labels.CHOICES), field.name
            assert bool(field.choices) == (field.shape in (Shape.CHOICE, Shape.MANY))
    assert not set(labels.GUIDANCE) - set(labels.FIELDS)
    assert set(PAGES["control"].fields[0].choices) - set(labels.DEFINITIONS) == {"Other"}


# Short pages, nothing mandatory.


def test_no_question_about_a_person_has_to_be_answered(valley: Valley) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    for name in ("demographics", "stations"):
        page = visitor.open(path(case, name))
        assert not page.tree.xpath("//*[@required]")
        assert page.submit().path == f"/en/referrals/cases/{case.id}"


def test_what_one_page_says_leaves_the_other_pages_of_its_category_alone(valley: Valley) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    mine = visitor.open(path(case, "exploitation_account"))
    hers = valley.supervisor.visitor().open(path(case, "control"))
    saved = hers.submit({"vic_MethodsOfControl": ["DebtBondage", "WithholdsDocuments"]})
    assert saved.status == 200
    # The first page was opened before the second was saved: no quarrel, since they ask other things.
    assert mine.submit({"account": "CANARY-mine"}).path == f"/en/referrals/cases/{case.id}"
    again = visitor.open(path(case, "control"))
    assert again.tree.xpath("//input[@name='vic_MethodsOfControl'][@checked]/@value") == [
        "DebtBondage",
        "WithholdsDocuments",
    ]
    assert "A debt to be worked off" in again.main and "never gets smaller" in again.main


def test_places_and_people_are_told_as_often_as_there_are_any(valley: Valley) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    page = visitor.open(path(case, "stations"))
    assert not page.tree.xpath("//*[@name='1-hte_City']")
    page.submit({"0-hte_Type": "Recruitment", "0-hte_City": "CANARY-first", "0-hte_Date": "01.03.2024"})
    page = visitor.open(path(case, "stations"))
    wrong = page.submit({"1-hte_City": "CANARY-second", "1-hte_Latitude": "far away"})
    assert wrong.status == 422 and "degrees" in wrong.errors()["1-hte_Latitude"]
    assert wrong.values("1-hte_City")["1-hte_City"] == "CANARY-second"
    assert wrong.submit({"1-hte_Latitude": "40,5283"}).status == 200
    page = visitor.open(path(case, "stations"))
    assert page.values("0-hte_City")["0-hte_Date"] == "2024-03-01"
    assert page.values("1-hte_City")["1-hte_Latitude"] == "40.5283"
    emptied = {"0-hte_Type": "", "0-hte_City": "", "0-hte_Date": ""}
    page.submit(emptied)
    page = visitor.open(path(case, "stations"))
    assert page.values("0-hte_City")["0-hte_City"] == "CANARY-second"


def test_an_answer_that_came_from_elsewhere_is_not_lost_when_its_page_is_saved(valley: Valley) -> None:
    written = {"prs_PrimaryLanguage": "Burushaski", "prs_Citizenship": ["KG", "MN"], "prs_Gender": "Feminine"}
    case = valley.case(LITTLE)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        file = session.get_one(Case, case.id)
        cases.write_part(session, actor, desk, file, Category.DEMOGRAPHICS, written, seen=0)
    visitor = valley.caseworker.visitor()
    visitor.open(path(case, "demographics")).submit({"special_needs": "A ramp"})
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        found = cases.read_parts(session, actor, desk, session.get_one(Case, case.id))
    assert found[Category.DEMOGRAPHICS] == {**written, "special_needs": "A ramp"}


@pytest.mark.parametrize(
    ("name", "field", "typed", "words"),
    [
        ("exploitation_account", "vic_AgeWhenTrafficked", "a child", "whole number"),
        ("exploitation_account", "vic_TypeOfExploitation", ["Witchcraft"], "Choose from"),
        ("journey", "prs_MailingLatitude", "900", "degrees"),
        ("family_children", "prs_NumberOfChildren", "-1", "whole number"),
    ],
)
def test_what_is_no_answer_is_asked_again(
    valley: Valley, name: str, field: str, typed: str | list[str], words: str
) -> None:
    case = valley.case(LITTLE)
    page = valley.caseworker.visitor().open(path(case, name)).submit({field: typed})
    assert page.status == 422
    assert words in page.errors()[field]


def test_a_page_sent_twice_is_one_version_and_what_was_taken_away_is_told(valley: Valley) -> None:
    case = valley.case()
    mine, hers = (
        person.visitor().open(path(case, "contact")) for person in (valley.caseworker, valley.supervisor)
    )
    for _click in range(2):
        answer = hers.submit({"prs_MobilePhone": "", "safe_hours": "CANARY-hours"})
        assert answer.status == 200
    assert hers.visitor.open(f"{path(case, 'versions/contact')}?version=3").status == 404
    conflict = mine.submit({"safe_notes": "CANARY-notes"})
    assert conflict.status == 409
    told = " ".join(conflict.tree.xpath("//main//dl")[0].text_content().split())
    assert "Mobile phone–" in told and "CANARY-hours" in told and "Safe way" not in told


def test_a_category_that_was_emptied_again_cannot_be_sent(valley: Valley) -> None:
    case = valley.case()
    consent, referral = valley.consent(case), valley.draft(case)
    visitor = valley.caseworker.visitor()
    visitor.open(path(case, "health")).submit({"health_needs": ""})
    with pytest.raises(Unfit) as refused:
        valley.approved(referral, consent)
    assert refused.value.code == "category_empty" and refused.value.detail["categories"] == ["health"]


def test_of_two_who_save_one_page_at_the_same_moment_one_is_kept_and_the_other_is_told(
    valley: Valley,
) -> None:
    case = valley.case(LITTLE)
    rounds = 10
    both = threading.Barrier(2)

    def save(typed: tuple[int, str]) -> bool:
        seen, words = typed
        actor = valley.caseworker.actor
        both.wait(30)
        try:
            with valley.database.unit_of_work(actor) as session:
                desk = valley.desk(session, valley.caseworker)
                file, page = session.get_one(Case, case.id), PAGES["health"]
                cases.write_part(
                    session, actor, desk, file, page.category, {"health_needs": words}, seen=seen, page=page
                )
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(1, rounds + 1):
            words = [f"{number} one", f"{number} two"]
            kept = list(pool.map(save, [(number, words[0]), (number, words[1])]))
            assert sorted(kept) == [False, True]
            with valley.database.unit_of_work(valley.caseworker.actor) as session:
                desk = valley.desk(session, valley.caseworker)
                found = cases.read_parts(
                    session, valley.caseworker.actor, desk, session.get_one(Case, case.id)
                )
            assert found[Category.HEALTH] == {"health_needs": words[kept.index(True)]}


# Versions.


def test_an_older_version_is_read_beside_the_present_one(valley: Valley) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    visitor.open(path(case, "health")).submit({"health_needs": "CANARY-later"})
    page = visitor.open(path(case, "health")).follow("Earlier versions")
    assert "Caseworker in Osh" in page.main
    assert "CANARY" not in page.html
    links = page.tree.xpath("//main//td//a/@href")
    assert len(links) == 2
    older = visitor.open(links[1])
    assert "CANARY-health" in older.main and "CANARY-later" in older.main
    assert "What is different now" in older.main
    for wild in ("99", "-1", "x", "99999999999999", "0"):
        answer = visitor.open(f"{path(case, 'versions/health')}?version={wild}")
        assert answer.status == (404 if wild == "99" else 200), wild
        assert "CANARY" not in answer.html


def test_versions_are_read_by_those_who_may_read_the_case_and_no_one_else(valley: Valley) -> None:
    case = valley.case()
    address = f"{path(case, 'versions/health')}?version=1"
    assert "CANARY-health" in valley.supervisor.visitor().open(address).html
    for stranger in (valley.receiver, valley.onlooker):
        answer = stranger.visitor().open(address)
        assert answer.status == 404 and "CANARY" not in answer.html
