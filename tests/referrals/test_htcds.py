"""Cases as files of the standard: what is written comes back the same; what others write is read, wrong names and all."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.referrals import htcds
from network.referrals.categories import PAGES, Category, Field, Shape
from network.referrals.htcds import Unreadable, as_csv, as_json, record, records_of, taken
from network.referrals.htcds.files import defused, undefused
from network.referrals.notes import NoteKind

LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"), max_size=30
) | st.sampled_from(["=1+1", "'=1", "''", "-996", "@x", "Айгүл Өмүрова", "Нигина ӯғли", "a;b", '"q"', "x\ny"])


def canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


LINES = LETTERS.map(lambda t: canonical(" ".join(t.split())))
TEXTS = LETTERS.map(canonical)
DAYS = st.dates().map(lambda day: day.isoformat())


def answers(field: Field) -> st.SearchStrategy[Any]:
    if field.shape is Shape.MANY:
        return st.lists(st.sampled_from(field.choices), unique=True, max_size=4)
    if field.shape is Shape.CHOICE:
        return st.sampled_from(field.choices)
    kinds = {
        Shape.TEXT: TEXTS,
        Shape.DATE: DAYS,
        Shape.NUMBER: st.integers(0, 999).map(str),
        Shape.DEGREES: st.sampled_from(["40.5283", "-72.8", "7"]),
    }
    return kinds.get(field.shape, LINES)


def said(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    made = st.fixed_dictionaries({}, optional={field.name: answers(field) for field in fields})
    return made.map(lambda content: {name: value for name, value in content.items() if value})


@st.composite
def cases(draw: st.DrawFn) -> htcds.Contents:
    contents: htcds.Contents = {}
    for page in draw(st.lists(st.sampled_from(list(PAGES.values())), min_size=1, unique=True, max_size=6)):
        if page.repeats:
            many = [one for one in draw(st.lists(said(page.fields), max_size=3)) if one]
            content: dict[str, Any] = {page.repeats: many} if many else {}
        else:
            content = draw(said(page.fields))
        if content:
            contents.setdefault(page.category, {}).update(content)
    return contents


@settings(max_examples=60, deadline=None)
@given(st.lists(cases().filter(bool), min_size=1, max_size=3), st.sampled_from([as_json, as_csv]))
def test_what_is_written_comes_back_the_same(written: list[htcds.Contents], form: Any) -> None:
    rows = records_of(form([record(one) for one in written]))
    back = [taken(row) for row in rows]
    assert [one.contents for one in back] == written
    assert not any(one.remarks or one.notes for one in back)


@settings(max_examples=80, deadline=None)
@given(LETTERS)
def test_no_cell_is_taken_for_a_formula_and_none_is_lost(cell: str) -> None:
    shown = defused(cell)
    assert not shown.lstrip().startswith(("=", "+", "-", "@", "|", "%"))
    assert undefused(shown) == cell


def test_notes_and_the_state_of_a_case_come_back_too() -> None:
    notes = [
        (NoteKind.CLOSING, {"cas_ReasonForCaseClosure": "Help was given"}),
        (NoteKind.PLAN, {"spl_Type": "Legal", "spl_Objectives": "Papers", "remind_on": "2026-01-01"}),
        (NoteKind.COMMENT, {"cco_CaseComment": "First"}),
        (NoteKind.COMMENT, {"cco_CaseComment": "Second"}),
    ]
    made = record({Category.HEALTH: {"health_needs": "x"}}, status="FollowUp", notes=notes)
    for form in (as_json, as_csv):
        back = taken(records_of(form([made]))[0])
        assert back.status == "FollowUp" and not back.remarks
        kept = [(kind, {n: v for n, v in content.items() if n != "remind_on"}) for kind, content in notes]
        assert sorted(map(str, back.notes)) == sorted(map(str, kept))


def test_the_right_names_are_written() -> None:
    content = {
        Category.LEGAL: {"vic_TraffickingStatusDecisionMakingOrg": "Police"},
        Category.PERPETRATOR: {"vic_RelationshipToTrafficker": "Unaquainted"},
        Category.IDENTITY: {"alias": "Gul", "prs_Deceased": "no"},
        Category.FAMILY_CHILDREN: {"prs_NumberOfChildren": "2"},
    }
    made = json.loads(as_json([record(content)]))
    assert made["standard"] == {"name": "HTCDS", "version": "2.0"}
    assert made["cases"] == [
        {
            "x_alias": "Gul",
            "prs_Deceased": False,
            "vic_RelationshipToTrafficker": "Unaquainted",
            "vic_TraffickingStatusDecisionMakingOrg": "Police",
            "prs_NumberOfChildren": 2,
        }
    ]


def remarks(row: Any) -> set[tuple[str, str]]:
    return {(remark.code, remark.name) for remark in taken(row).remarks}


def test_the_standards_own_wrong_names_and_labels_are_read() -> None:
    row = {
        "vic_TraffickinStatusDecisionMakingOrg": "Police",
        "prs_First_Name": "Gul",
        "prs_Second_Name": "B",
        "vic_Methods_of_Control": "Threatens children/family; Physical threats; Witchcraft",
        "Nationality": "Angola; KG",
        "Relationship To Trafficker": "Unacquainted",
        "Forced Labour Industry": "Electricity, gas, steam and air conditioning supply",
        "Status": "Follow up",
        "Incoming Referral Date": "2021-01-01",
        "Shoe size": "37",
        "con_Consent": "yes",
        "prs_Birthdate": "17.05.1999",
        "Gender": "Female",
    }
    found = taken(row)
    assert not found.wrong
    assert found.contents[Category.LEGAL] == {"vic_TraffickingStatusDecisionMakingOrg": "Police"}
    assert found.contents[Category.IDENTITY] == {
        "prs_FirstName": "Gul",
        "prs_SecondName": "B",
        "prs_Birthdate": "1999-05-17",
    }
    account = found.contents[Category.EXPLOITATION_ACCOUNT]
    assert account["vic_MethodsOfControl"] == ["ThreatensChildrenFamily", "PhysicalThreats", "Witchcraft"]
    assert account["vic_ForcedLabourIndustry"] == "D_ElectricityGasSteamAndAirConditioningSupply"
    assert found.contents[Category.DEMOGRAPHICS] == {
        "prs_Citizenship": ["Angola", "KG"],
        "prs_Gender": "Feminine",
    }
    assert found.contents[Category.PERPETRATOR] == {"vic_RelationshipToTrafficker": "Unaquainted"}
    assert found.status == "FollowUp"
    # Nothing that was said is lost: what has no place is a note of the case.
    assert found.notes == [
        (NoteKind.COMMENT, {"cco_CaseComment": "cas_IncomingReferralDate: 2021-01-01\nShoe size: 37"})
    ]
    assert {
        ("renamed", "vic_TraffickinStatusDecisionMakingOrg"),
        ("unknown_value", "vic_MethodsOfControl"),
        ("unknown_value", "prs_Citizenship"),
        ("unknown_field", "Shoe size"),
        ("not_taken", "con_Consent"),
        ("kept_as_note", "cas_IncomingReferralDate"),
    } <= remarks(row)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"prs_Birthdate": "yesterday"}, "bad_day"),
        ({"prs_NumberOfChildren": "-1"}, "bad_number"),
        ({"prs_MailingLatitude": "900"}, "bad_degrees"),
        ({"prs_FirstName": "x" * 301}, "too_long"),
        ({"x_account": "x" * 8001}, "too_long"),
        (["a", "b"], "no_record"),
        ("text", "no_record"),
        (None, "no_record"),
        ({}, "nothing_known"),
        ({"hte_City_21": "Osh"}, "too_often"),
    ],
)
def test_a_row_with_a_wrong_answer_is_named_and_not_kept(row: Any, code: str) -> None:
    found = taken(row)
    assert found.wrong
    assert code in {remark.code for remark in found.remarks}


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["hte_City", "events", "historic_trafficking_event", "prs_Citizenship", "z"])
                | st.text(max_size=9),
                inner,
                max_size=3,
            )
        ),
        max_leaves=12,
    )
)
def test_no_row_however_wild_is_more_than_a_wrong_row(row: Any) -> None:
    taken(row)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_file_however_wild_is_more_than_unreadable(data: bytes) -> None:
    try:
        rows = records_of(data)
    except Unreadable as error:
        assert str(error).startswith("import_")
    else:
        for row in rows:
            taken(row)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_files_of_the_spreadsheets_of_the_region_are_read(encoding: str, comma: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=comma).writerows(
        [["prs_FirstName", "prs_MailingCity"], ["Нигора", "Хуҷанд" if encoding != "cp1251" else "Худжанд"]]
    )
    (row,) = records_of(out.getvalue().encode(encoding))
    assert row["prs_FirstName"] == "Нигора"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import_no_file"),
        (b"  \n", "import_no_file"),
        (b"PK\x03\x04....", "import_workbook"),
        (b"{", "import_unreadable"),
        (b"[" * 100_000, "import_unreadable"),
        (b'{"cases": 3}', "import_unreadable"),
        (b'{"cases": []}', "import_empty"),
        (b"prs_FirstName\n", "import_empty"),
        (b"prs_FirstName\n" + b"x\n" * 501, "import_too_many"),
        (b"x" * (2 * 2**20 + 1), "import_too_large"),
        (b"a\0b", "import_unreadable"),
    ],
)
def test_what_is_no_file_of_cases_is_said_so(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as raised:
        records_of(data)
    assert str(raised.value) == code
