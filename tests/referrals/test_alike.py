"""Whether a desk has the same person in another case: marks are compared, inside one tenant, and only who may read learns which."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.permissions import Role
from network.referrals import alike
from network.referrals.categories import Category
from network.referrals.models import Case, CaseMark
from network.referrals.services import cases
from network.tenancy import Actor
from tests.factories import Make, Person
from tests.referrals.conftest import Valley

AISULUU = {"prs_FirstName": "Айсулуу", "prs_SecondName": "Токтосунова", "prs_Birthdate": "2001-03-08"}


def looks_alike(one: dict[str, Any], other: dict[str, Any], category: Category = Category.IDENTITY) -> bool:
    mine, theirs = alike.signs(category, one), alike.signs(category, other)
    seeking, sought = bool(mine.sought & theirs.kept), bool(theirs.sought & mine.kept)
    assert seeking is sought, "who seeks whom does not matter"
    return seeking


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (AISULUU, True),
        ({"prs_FirstName": "Aisuluu", "prs_SecondName": "Toktosunova", "prs_Birthdate": "2001-03-08"}, True),
        ({"prs_FirstName": "Toktosunova", "prs_SecondName": "Aysuluu"}, True),
        ({**AISULUU, "prs_Birthdate": "2001"}, True),
        ({**AISULUU, "prs_Birthdate": "2002-03-08"}, False),
        ({**AISULUU, "prs_SecondName": "Осмонова"}, False),
        ({"prs_FirstName": "Айсулуу"}, False),
        ({}, False),
    ],
)
def test_a_name_is_the_same_in_any_spelling_and_a_birthday_only_parts_whom_both_know(
    other: dict[str, Any], same: bool
) -> None:
    assert looks_alike(AISULUU, other) is same


def test_a_document_and_a_telephone_are_the_same_however_they_are_typed() -> None:
    assert looks_alike({"prs_IdentityNumber": "an 123-4567"}, {"prs_IdentityNumber": "AN1234567"})
    assert not looks_alike({"prs_IdentityNumber": "12"}, {"prs_IdentityNumber": "12"})
    phones = {"prs_MobilePhone": "+996 555 123456"}, {"prs_HomePhone": "0555 12-34-56"}
    assert looks_alike(*phones, category=Category.CONTACT)
    assert not looks_alike({"prs_MobilePhone": "102"}, {"prs_MobilePhone": "102"}, category=Category.CONTACT)


def write(valley: Valley, person: Person, content: dict[str, Any]) -> Case:
    with valley.database.unit_of_work(person.actor) as session:
        case = cases.open_case(session, person.actor)
        desk = valley.desk(session, person)
        cases.write_part(session, person.actor, desk, case, Category.IDENTITY, content, seen=0)
    return case


def test_who_writes_a_name_that_is_known_is_warned_and_learns_which_case_only_where_she_may_read_it(
    valley: Valley, make: Make
) -> None:
    known = write(valley, valley.caseworker, AISULUU)
    theirs = write(valley, make.user(valley.osh, [Role.CASEWORKER]), AISULUU)
    write(valley, valley.receiver, AISULUU)  # Another organization: never asked, never told.
    case = write(valley, valley.caseworker, {})
    page = valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}/identity")
    warned = page.submit(AISULUU, containing="prs_FirstName")
    assert warned.path.endswith(f"/cases/{case.id}/alike")
    assert known.code in warned.main and theirs.code not in warned.html
    assert "Ask your supervisor" in warned.main
    whole = valley.supervisor.visitor().open(f"/en/referrals/cases/{case.id}/alike")
    assert known.code in whole.main and theirs.code in whole.main
    assert "Ask your supervisor" not in whole.main
    lone = write(valley, valley.receiver, {"prs_FirstName": "Нигора", "prs_SecondName": "Саидова"})
    quiet = valley.receiver.visitor().open(f"/en/referrals/cases/{lone.id}/alike")
    assert "No other case of yours looks like this one" in quiet.main


def test_nobody_asks_with_a_case_that_is_not_hers(valley: Valley, make: Make) -> None:
    case = write(valley, valley.caseworker, AISULUU)
    address = f"/en/referrals/cases/{case.id}/alike"
    assert valley.caseworker.client().get(address).status_code == 200
    for person in (valley.receiver, make.user(valley.osh, [Role.CASEWORKER])):
        assert person.client().get(address).status_code == 404


def test_the_marks_tell_nothing_without_the_desks_key_and_go_when_the_name_does(
    valley: Valley, owner_engine: Engine
) -> None:
    ours = write(valley, valley.caseworker, AISULUU)
    theirs = write(valley, valley.receiver, AISULUU)
    with owner_engine.connect() as connection:
        rows = connection.execute(text("SELECT case_id, mark FROM case_mark")).all()
    marks = {case.id: {bytes(mark) for ident, mark in rows if ident == case.id} for case in (ours, theirs)}
    assert marks[ours.id] and marks[theirs.id] and marks[ours.id].isdisjoint(marks[theirs.id])
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert {one.case_id for one in session.scalars(select(CaseMark))} == {theirs.id}
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk, case = valley.desk(session, valley.caseworker), session.get_one(Case, ours.id)
        cases.write_part(session, actor, desk, case, Category.IDENTITY, {"alias": "A."}, seen=1)
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        assert session.scalars(select(CaseMark)).all() == []
