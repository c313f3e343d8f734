"""The safety stop: nobody reads but the supervisors, the other end neither, and the clocks stand."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, text

from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import PartKey, Referral
from network.referrals.services import cases, receiving
from tests.factories import Make, Person
from tests.referrals.conftest import Valley
from tests.referrals.test_people import LITTLE, path


def test_a_stopped_case_is_its_supervisors_alone_until_it_goes_on(valley: Valley, make: Make) -> None:
    helper = make.user(valley.osh, [Role.CASEWORKER])
    case = valley.case(LITTLE)
    owner, boss = valley.caseworker.visitor(), valley.supervisor.visitor()
    owner.open(path(case, "/people")).submit({"person": str(helper.user_id)}, containing="Assign")
    page = owner.open(path(case, "/stop")).submit({"reason": "CANARY-followed"}, containing="Stop it now")
    assert page.path == "/en/referrals/cases/" and case.code not in page.main
    for person in (valley.caseworker, helper):
        for rest in ("", "/health", "/people", "/stop", "/stage", "/risk"):
            assert person.visitor().open(path(case, rest)).status == 404
    page = boss.open(path(case))
    assert "Stopped for safety" in page.main and "CANARY-followed" in page.main
    sent = {"csrf_token": boss.token("/en/account/"), "health_needs": "CANARY-late", "seen": "1"}
    assert boss.post(path(case, "/health"), sent).status == 409
    assert boss.open(path(case, "/stop")).submit(containing="Let it go on").path == path(case)
    assert owner.open(path(case)).status == 200 == helper.visitor().open(path(case)).status


def test_where_there_is_no_supervisor_the_owner_goes_on_reading(valley: Valley, make: Make) -> None:
    helper = make.user(valley.andijan, [Role.CASEWORKER])
    owner = valley.onlooker.visitor()
    page = owner.open("/en/referrals/cases/").submit(containing="Open a new case")
    case_path = page.path
    owner.open(f"{case_path}/people").submit({"person": str(helper.user_id)}, containing="Assign")
    assert owner.open(f"{case_path}/stop").submit(containing="Stop it now").path == case_path
    assert helper.visitor().open(case_path).status == 404
    assert owner.open(f"{case_path}/stop").submit(containing="Let it go on").path == case_path
    assert helper.visitor().open(case_path).status == 200


def accepted(valley: Valley) -> tuple[object, Referral]:
    case, _consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        receiving.open_referral(session, valley.receiver.actor, referral.id)
        receiving.accept_referral(
            session, valley.receiver.actor, referral.id, worker_id=valley.receiver.user_id
        )
    return case, referral


def keys_of(valley: Valley, person: Person) -> int:
    """How many wraps row-level security shows, whatever a page or the mapper's criteria would."""
    from network.database import run_raw

    with valley.database.unit_of_work(person.actor) as session:
        raw = run_raw(session, text("SELECT count(*) FROM wraps.part_key WHERE referral_id IS NOT NULL"))
        assert session.query(PartKey).filter(PartKey.referral_id.is_not(None)).count() == raw[0][0]
        return int(raw[0][0])


def test_the_other_end_reads_nothing_of_a_stopped_case_and_everything_again_afterwards(
    valley: Valley,
) -> None:
    case, referral = accepted(valley)
    there = valley.receiver.visitor()
    assert "CANARY-health" in there.open(f"/en/referrals/{referral.id}").main
    before = keys_of(valley, valley.receiver)
    boss = valley.supervisor.visitor()
    boss.open(path(case, "/stop")).submit(containing="Stop it now")  # type: ignore[arg-type]
    page = there.open(f"/en/referrals/{referral.id}")
    assert page.status == 200 and "CANARY" not in page.html and "stopped this case" in page.main
    assert before > 0 == keys_of(valley, valley.receiver)
    assert "Stopped for safety" in boss.open(f"/en/referrals/{referral.id}").main
    boss.open(path(case, "/stop")).submit(containing="Let it go on")  # type: ignore[arg-type]
    assert "CANARY-health" in there.open(f"/en/referrals/{referral.id}").main
    assert keys_of(valley, valley.receiver) == before


def test_what_was_stopped_is_not_accepted_and_its_clocks_run_on_from_where_they_stood(
    valley: Valley, owner_engine: Engine
) -> None:
    case, _consent, referral = valley.sent()
    there, boss = valley.receiver.visitor(), valley.supervisor.visitor()
    form = there.open(f"/en/referrals/{referral.id}")
    boss.open(path(case, "/stop")).submit(containing="Stop it now")
    assert form.submit(containing="Accept and take it on").status in (409, 422)
    again = there.open(f"/en/referrals/{referral.id}").submit(containing="Accept and take it on")
    assert again.status == 422 and "Wait until it goes on" in again.main
    with owner_engine.connect() as connection:
        due = connection.execute(text("SELECT answer_due_at FROM referral")).scalar_one()
        hour = datetime.timedelta(hours=1)
        connection.execute(text("UPDATE referral SET clock_stopped_at = clock_stopped_at - :h"), {"h": hour})
    boss.open(path(case, "/stop")).submit(containing="Let it go on")
    with owner_engine.connect() as connection:
        row = connection.execute(text("SELECT answer_due_at, clock_stopped_at FROM referral")).one()
    assert row.clock_stopped_at is None and row.answer_due_at - due >= hour
    assert there.open(f"/en/referrals/{referral.id}").submit(containing="Accept").status == 200


def test_withdrawal_is_not_blocked_by_a_stop(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    boss = valley.supervisor.visitor()
    boss.open(path(case, "/stop")).submit(containing="Stop it now")
    page = boss.open(path(case, f"/consents/{consent.id}/withdraw"))
    page.submit(containing="Withdraw now")
    with valley.database.unit_of_work(valley.supervisor.actor) as session:
        assert session.get_one(Referral, referral.id).status == "withdrawn"


@pytest.mark.parametrize("category", [Category.HEALTH])
def test_an_opening_in_need_ends_with_the_stop(valley: Valley, make: Make, category: Category) -> None:
    from tests.referrals.test_glass import break_glass

    colleague = make.user(valley.osh, [Role.CASEWORKER])
    case = valley.case({category: {"health_needs": "CANARY-health"}})
    assert break_glass(colleague, case).path == path(case)
    boss = valley.supervisor.visitor()
    boss.open(path(case, "/stop")).submit(containing="Stop it now")
    boss.open(path(case, "/stop")).submit(containing="Let it go on")
    assert colleague.visitor().open(path(case)).status == 404
    with valley.database.unit_of_work(colleague.actor) as session:
        assert not session.scalars(cases.queries.cases_of(colleague.actor)).all()


def test_who_was_writing_when_the_case_was_stopped_keeps_her_words_and_sees_nothing_of_the_case(
    valley: Valley, make: Make
) -> None:
    helper, stranger = (make.user(valley.osh, [Role.CASEWORKER]) for _ in range(2))
    case = valley.case(LITTLE)
    owner = valley.caseworker.visitor()
    owner.open(path(case, "/people")).submit({"person": str(helper.user_id)}, containing="Assign")
    writing = owner.open(path(case, "/health"))
    helping = helper.visitor().open(path(case, "/notes/comment"))
    judging = valley.supervisor.visitor().open(path(case, "/risk"))
    outside = stranger.visitor()
    sent = {"csrf_token": outside.token("/en/account/"), "health_needs": "CANARY-guess"}
    assert outside.post(path(case, "/health"), sent).status == 404
    valley.supervisor.visitor().open(path(case, "/stop")).submit(containing="Stop it now")
    page = writing.submit({"urgent_treatment": "CANARY-mine\nin <two> lines"}, containing="Save")
    assert page.status == 409 and "was stopped. Nothing was saved" in page.main
    assert "CANARY-mine" in page.main and "in <two> lines" in page.main and "Urgent treatment" in page.main
    assert case.code not in page.html and page.response.headers["Cache-Control"] == "no-store"
    page = helping.submit({"cco_CaseComment": "CANARY-comment"}, containing="Save")
    assert page.status == 409 and "CANARY-comment" in page.main and "CANARY-health" not in page.main
    page = judging.submit({"level": "high", "notes": "CANARY-judged"}, containing="Save")
    assert page.status == 409 and "CANARY-judged" in page.main
    for typed in ("CANARY-mine", "CANARY-comment", "CANARY-judged"):
        assert typed not in valley.supervisor.visitor().open(path(case)).main
    assert outside.post(path(case, "/health"), sent).status == 404


def test_a_message_and_a_passphrase_typed_meanwhile(valley: Valley) -> None:
    case, _consent, referral = valley.sent()
    boss = valley.supervisor.visitor()
    talking = boss.open(f"/en/referrals/{referral.id}")
    boss.open(path(case, "/stop")).submit(containing="Stop it now")
    page = talking.submit({"text": "CANARY-said"}, containing="Send the message")
    assert page.status == 409 and "CANARY-said" in page.html
    sent = {
        "csrf_token": boss.token("/en/account/"),
        "health_needs": "CANARY-told",
        "password": "CANARY-secret",
    }
    page = boss.post(path(case, "/health"), sent)
    assert "CANARY-told" in page.html and "CANARY-secret" not in page.html


def test_who_cannot_confirm_a_deletion_reads_who_does(valley: Valley) -> None:
    case, referral = accepted(valley)
    page = valley.caseworker.visitor().open(path(case))  # type: ignore[arg-type]
    page.follow("Withdraw this consent").submit(containing="Withdraw now")
    worker = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    assert "Then a supervisor of your organization confirms it here." in worker.main
    boss = valley.receiving_supervisor.visitor().open(f"/en/referrals/{referral.id}")
    assert "Then confirm it here." in boss.main and "Confirm that we stopped" in boss.main
