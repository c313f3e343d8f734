"""Who works on a case: assigned, taken off, handed on; and what the supervisor sees of the whole desk."""

from __future__ import annotations

import pytest

from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import Case
from tests.factories import Make, Person
from tests.referrals.conftest import Valley

LITTLE = {Category.HEALTH: {"health_needs": "CANARY-health"}}


def path(case: Case, rest: str = "") -> str:
    return f"/en/referrals/cases/{case.id}{rest}"


@pytest.fixture
def colleague(valley: Valley, make: Make) -> Person:
    return make.user(valley.osh, [Role.CASEWORKER], name="Colleague in Osh")


def opens(person: Person, case: Case) -> bool:
    page = person.visitor().open(path(case))
    assert page.status in (200, 404)
    listed = case.code in person.visitor().open("/en/referrals/cases/").main
    assert listed == (page.status == 200)
    return listed


def test_a_colleague_opens_a_case_from_the_moment_she_is_assigned_until_she_is_taken_off(
    valley: Valley, colleague: Person
) -> None:
    case = valley.case(LITTLE)
    assert not opens(colleague, case)
    page = valley.caseworker.visitor().open(path(case, "/people"))
    page = page.submit({"person": str(colleague.user_id)}, containing="Assign")
    assert "Assigned." in page.html and opens(colleague, case)
    assert "health_needs" in colleague.visitor().open(path(case, "/health")).html
    # Who helps does not say who else does.
    helper = colleague.visitor().open(path(case, "/people"))
    assert "Colleague in Osh" in helper.main and not helper.forms()
    token = helper.visitor.token("/en/account/")
    sent = {"csrf_token": token, "act": "take-off", "person": str(colleague.user_id)}
    assert helper.visitor.post(path(case, "/people"), sent).status == 403
    page.submit(containing="Take off")
    assert not opens(colleague, case)


def test_whom_nobody_let_in_cannot_be_assigned(valley: Valley, make: Make) -> None:
    case = valley.case(LITTLE)
    newcomer = make.user(valley.osh, [Role.CASEWORKER], name="Newcomer", let_in=False)
    organiser = make.user(valley.osh, [Role.ORGANISER], name="Organiser")
    page = valley.caseworker.visitor().open(path(case, "/people"))
    assert "Newcomer" not in page.html and "Organiser" not in page.html
    for person in (newcomer, organiser, valley.receiver):
        answer = page.submit({"person": str(person.user_id)}, containing="Assign")
        assert answer.status == 422 and answer.errors()["person"]


def test_a_case_is_given_to_a_colleague_and_the_former_owner_stays_or_goes(
    valley: Valley, colleague: Person
) -> None:
    case = valley.case(LITTLE)
    page = valley.caseworker.visitor().open(path(case, "/people"))
    page.submit({"owner-person": str(colleague.user_id)}, containing="Give the case over")
    assert opens(colleague, case) and opens(valley.caseworker, case)
    assert not valley.caseworker.visitor().open(path(case, "/people")).forms()
    page = colleague.visitor().open(path(case, "/people"))
    gone = page.submit(
        {"owner-person": str(valley.supervisor.user_id), "owner-stay": None}, containing="Give the case over"
    )
    assert gone.path == "/en/referrals/cases/" and not opens(colleague, case)
    assert opens(valley.caseworker, case) and opens(valley.supervisor, case)


def test_from_an_old_page_a_case_is_not_given_away(valley: Valley, colleague: Person) -> None:
    case = valley.case(LITTLE)
    old = valley.supervisor.visitor().open(path(case, "/people"))
    valley.caseworker.visitor().open(path(case, "/status")).submit({"status": "FollowUp"})
    page = old.submit({"owner-person": str(colleague.user_id)}, containing="Give the case over")
    assert page.status == 409 and "meanwhile" in page.main and not opens(colleague, case)
    assert page.submit(containing="Give the case over").status == 200 and opens(colleague, case)


def test_the_supervisor_sees_who_carries_what_and_what_nobody_carries(
    valley: Valley, colleague: Person, make: Make
) -> None:
    from network.accounts.services import members

    case, left = valley.case(LITTLE), valley.case(LITTLE)
    visitor = valley.supervisor.visitor()
    visitor.open(path(left, "/people")).submit(
        {"owner-person": str(colleague.user_id), "owner-stay": None}, containing="Give the case over"
    )
    page = visitor.open("/en/referrals/cases/people")
    assert page.status == 200 and "CANARY" not in page.html and case.code not in page.html
    assert "Colleague in Osh 1 0" in page.main and "Caseworker in Osh 1 0" in page.main
    assert valley.caseworker.visitor().open("/en/referrals/cases/people").status == 404
    with valley.database.unit_of_work(valley.supervisor.actor) as session:
        from network.accounts import queries

        mine = session.scalars(queries.membership_of(valley.osh.id, colleague.user_id)).one()
        members.suspend(session, valley.supervisor.actor, mine)
    page = visitor.open("/en/referrals/cases/people")
    assert "whose owner cannot open it any more" in page.main and left.code in page.main
    page = page.follow(left.code)
    page.submit({"owner-person": str(valley.caseworker.user_id)}, containing="Give the case over")
    assert opens(valley.caseworker, left)
    assert left.code not in visitor.open("/en/referrals/cases/people").main
