"""Opening a case that is not one's own: with a reason, for an hour, seen by supervisors on both sides, and counted."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from network.permissions import Role
from network.referrals.models import Case
from network.referrals.services.timing import TELL_SUPERVISORS
from tests.factories import PASSPHRASE, Make, Person
from tests.pages import Page
from tests.referrals.conftest import Valley
from tests.referrals.test_people import LITTLE, path

GLASS, OPENINGS = "/en/referrals/cases/glass", "/en/referrals/cases/openings"
WHY = "CANARY-why: she called the hotline at night"


@pytest.fixture
def colleague(valley: Valley, make: Make) -> Person:
    return make.user(valley.osh, [Role.CASEWORKER], name="Colleague in Osh")


def break_glass(person: Person, case: Case, why: str = WHY) -> Page:
    return person.visitor().open(GLASS).submit({"code": case.code, "reason": why})


def told(owner_engine: Engine) -> set[str]:
    with owner_engine.connect() as connection:
        found = connection.execute(
            text("SELECT tenant_id FROM due WHERE kind = :k"), {"k": TELL_SUPERVISORS}
        ).scalars()
        return {str(one) for one in found}


def test_a_colleague_opens_a_case_in_need_for_an_hour_and_her_supervisor_reads_why(
    valley: Valley, colleague: Person, owner_engine: Engine
) -> None:
    case = valley.case(LITTLE)
    assert colleague.visitor().open(path(case)).status == 404
    page = break_glass(colleague, case, why="  ")
    assert page.status == 422 and page.errors()["reason"]
    page = colleague.visitor().open(GLASS).submit({"code": case.code.lower(), "reason": WHY})
    assert page.path == path(case) and "open to you for an hour" in page.html
    assert "CANARY-health" in colleague.visitor().open(path(case, "/health")).html
    assert told(owner_engine) == {str(valley.osh.id)}
    with owner_engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM case_glass")).mappings().all()
        assert len(rows) == 1 and "CANARY" not in str(rows)
    # She may write in need, and decides nothing about the case.
    assert not colleague.visitor().open(path(case, "/people")).forms()
    assert colleague.visitor().open(path(case, "/stop")).status == 403
    # The supervisor finds it on the desk, with the reason; the owner does not look after her colleagues.
    desk = valley.supervisor.visitor().open("/en/desk/")
    assert "case was opened in need" in desk.main
    seen = desk.follow("case was opened in need")
    assert WHY in seen.main and "Colleague in Osh" in seen.main
    assert valley.caseworker.visitor().open(OPENINGS).status == 404
    assert "Looked at by" in seen.submit(containing="I have looked at it").main
    assert "opened in need" not in valley.supervisor.visitor().open("/en/desk/").main
    # An hour later the glass is whole again.
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE case_glass SET ends_at = now() - interval '1 second'"))
    assert colleague.visitor().open(path(case)).status == 404
    assert case.code not in colleague.visitor().open("/en/referrals/cases/").main


def test_sent_twice_it_is_opened_once(valley: Valley, colleague: Person, owner_engine: Engine) -> None:
    case = valley.case(LITTLE)
    form = colleague.visitor().open(GLASS)
    for _ in range(2):
        assert form.submit({"code": case.code, "reason": WHY}).path == path(case)
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_glass")).scalar_one() == 1


def test_nobody_breaks_the_glass_of_another_organization_and_the_answer_tells_nothing(
    valley: Valley, colleague: Person, owner_engine: Engine
) -> None:
    case, stopped = valley.case(LITTLE), valley.case(LITTLE)
    valley.supervisor.visitor().open(path(stopped, "/stop")).submit(containing="Stop it now")
    answers = {
        break_glass(valley.receiver, case).errors()["code"],
        break_glass(valley.receiving_supervisor, case).errors()["code"],
        break_glass(colleague, stopped).errors()["code"],
        colleague.visitor().open(GLASS).submit({"code": "T1-NOBODY", "reason": WHY}).errors()["code"],
    }
    assert len(answers) == 1
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_glass")).scalar_one() == 0


def test_the_other_organizations_supervisor_sees_that_it_was_opened_and_never_why(
    valley: Valley, colleague: Person, owner_engine: Engine
) -> None:
    case, _consent, referral = valley.sent()
    break_glass(colleague, case)
    assert told(owner_engine) == {str(valley.osh.id), str(valley.khujand.id)}
    words = "A colleague who does not work on the case opened it in need"
    page = valley.receiving_supervisor.visitor().open(f"/en/referrals/{referral.id}")
    assert words in page.main and "CANARY-why" not in page.html
    assert words not in valley.receiver.visitor().open(f"/en/referrals/{referral.id}").main
    assert words in valley.caseworker.visitor().open(f"/en/referrals/{referral.id}").main
    # The referral itself was not moved: a form that was open before still counts.
    assert (
        valley.receiver.visitor()
        .open(f"/en/referrals/{referral.id}")
        .submit(containing="We are looking at it")
        .status
        == 200
    )


def test_who_has_no_supervisor_looks_after_each_other(valley: Valley, make: Make) -> None:
    other = make.user(valley.andijan, [Role.CASEWORKER], name="Colleague in Andijan")
    with valley.database.unit_of_work(valley.onlooker.actor) as session:
        from network.referrals.services import cases

        case = cases.open_case(session, valley.onlooker.actor)
    break_glass(other, case)
    mine = other.visitor().open(OPENINGS)
    assert WHY in mine.main and not mine.forms()  # Nobody ticks off her own.
    hers = valley.onlooker.visitor().open("/en/desk/").follow("case was opened in need")
    assert "Looked at by" in hers.submit(containing="I have looked at it").main


def test_more_than_ten_cases_an_hour_that_are_not_hers_ask_for_the_passphrase_and_alert(
    valley: Valley, owner_engine: Engine
) -> None:
    files = [valley.case({}, assessed=False) for _ in range(12)]
    visitor = valley.supervisor.visitor()
    for case in files[:10] * 2:
        assert visitor.open(path(case)).path == path(case)
    page = visitor.open(path(files[10], "/health"))
    assert page.path == "/en/referrals/confirm" and files[10].code not in page.html
    assert visitor.open(path(files[3])).path == path(files[3])  # What is open stays open.
    assert visitor.open(GLASS).path == "/en/referrals/confirm"
    assert page.submit({"password": "something else entirely"}).status == 422
    assert page.submit({"password": PASSPHRASE}).path == path(files[10], "/health")
    assert visitor.open(path(files[11])).path == path(files[11])
    assert told(owner_engine) == {str(valley.osh.id)}
    assert "opened more than ten cases" in visitor.open(OPENINGS).main
    # One's own cases are never counted.
    mine = valley.caseworker.visitor()
    for case in files:
        assert mine.open(path(case)).path == path(case)
