"""Calls to the hotline: taken down, called back at a safe hour, made a case in one press; the number is short-lived."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.database import now
from network.permissions import Role
from network.places.clocks import timezone_of
from network.referrals import jobs
from network.referrals.services import calls, retention
from network.scheduler import Due
from network.tenancy import Actor
from tests.factories import Make, Person
from tests.pages import Page
from tests.referrals.conftest import Valley

LIST, NEW = "/en/referrals/calls/", "/en/referrals/calls/new"
SAID = {
    "call_type": "possible_trafficking",
    "caller": "self",
    "danger": "no",
    "about": "CANARY-about",
    "advice": "CANARY-advice",
    "call_language": "kir",
    "number": "+996 555 010 203",
    "callback_safe": "CANARY-safe",
}


@pytest.fixture
def colleague(valley: Valley, make: Make) -> Person:
    return make.user(valley.osh, [Role.CASEWORKER], name="Colleague in Osh")


def later(hours: int = 3) -> dict[str, str]:
    at = (now() + datetime.timedelta(hours=hours)).astimezone(timezone_of("KG"))
    return {"callback_on": at.date().isoformat(), "callback_time": at.strftime("%H:%M")}


def taken(person: Person, **said: Any) -> Page:
    return person.visitor().open(NEW).submit({**SAID, **said}, containing="call_type")


def run(valley: Valley, kind: str, work: Any) -> None:
    """As the clock would, at its moment."""
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        work(session, session.query(Due).filter(Due.kind == kind, Due.done_at.is_(None)).one())


def letters(owner_engine: Engine) -> list[str]:
    with owner_engine.connect() as connection:
        return [str(row) for row in connection.execute(text("SELECT * FROM outbox_message")).mappings()]


def test_only_what_a_call_is_about_has_to_be_said_and_a_double_click_takes_it_down_once(
    valley: Valley, owner_engine: Engine
) -> None:
    form = valley.caseworker.visitor().open(NEW)
    assert form.submit(containing="call_type").errors().keys() == {"call_type"}
    for _ in range(2):
        assert form.submit({"call_type": "silent"}, containing="call_type").status == 200
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM hotline_call")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM hotline_number")).scalar_one() == 0


def test_what_is_said_on_the_phone_is_sealed_and_read_by_who_took_it_and_the_supervisor(
    valley: Valley, colleague: Person, owner_engine: Engine
) -> None:
    page = taken(valley.caseworker)
    assert "CANARY-about" in page.html and "+996 555 010 203" in page.html
    with owner_engine.connect() as connection:
        for table in ("hotline_call", "hotline_number", "audit_entry", "due"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).mappings().all())
            assert "CANARY" not in rows and "555 010" not in rows and "trafficking" not in rows
    assert "CANARY-about" in valley.supervisor.visitor().open(page.path).html
    listed = colleague.visitor().open(LIST)
    assert listed.status == 200 and "may be a victim" not in listed.main and "CANARY" not in listed.html
    assert "may be a victim" in valley.caseworker.visitor().open(LIST).main
    for person in (colleague, valley.receiver, valley.onlooker):
        assert person.visitor().open(page.path).status == 404
        for move in ("called-back", "forget-number", "open-case", "take-over"):
            token = person.visitor().token("/en/account/")
            visitor = person.visitor()
            token = visitor.token("/en/account/")
            sent = visitor.post(f"{page.path}/{move}", {"csrf_token": token})
            assert sent.status in (404, 409), move


def test_a_wrong_hour_is_said_at_its_field_and_what_was_typed_stays(valley: Valley) -> None:
    page = taken(valley.caseworker, callback_on="2026-01-01", callback_time="10:00")
    assert page.status == 422 and "passed already" in page.errors()["callback_time"]
    assert page.values("about")["about"] == "CANARY-about"
    for year in ("0001", "9999"):  # Calendars end here: an hour more or less has no name any more.
        page = page.submit({"callback_on": f"{year}-01-01", "callback_time": "00:00"}, containing="about")
        assert "a year from" in page.errors()["callback_on"]
    page = page.submit({"callback_on": "", "callback_time": "10:00"}, containing="about")
    assert "the day and the hour" in page.errors()["callback_on"]
    page = page.submit({**later(), "number": ""}, containing="about")
    assert "a number is needed" in page.errors()["number"]
    page = page.submit({**later(24 * 40), "number": "12 34"}, containing="about")
    assert "destroyed before that day" in page.errors()["callback_on"]
    page = page.submit({**later(), "number": "call me"}, containing="about")
    assert "phone number" in page.errors()["number"]
    page = page.submit({**later(), "callback_time": "soon", "number": "12 34"}, containing="about")
    assert page.status == 422 and page.errors()["callback_time"]


def test_at_the_hour_who_looks_after_the_call_is_told_neutrally_and_an_hour_later_the_supervisors(
    valley: Valley, owner_engine: Engine
) -> None:
    page = taken(valley.caseworker, **later())
    assert "caller to call back" in valley.caseworker.visitor().open("/en/desk/").main
    assert "call back" not in valley.supervisor.visitor().open("/en/desk/").main
    run(valley, calls.CALLBACK, jobs.callback)
    assert letters(owner_engine) == []  # Not yet the hour.
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE hotline_call SET callback_at = now() - interval '1 minute'"))
    run(valley, calls.CALLBACK, jobs.callback)
    run(valley, calls.CALLBACK_MISSED, jobs.callback_missed)
    told = letters(owner_engine)
    assert len(told) == 2 and not any("CANARY" in one or "call" in one for one in told)
    for person in (valley.caseworker, valley.supervisor):
        assert sum(str(person.user_id) in one for one in told) == 1
    done = valley.caseworker.visitor().open(page.path).submit(containing="I have called back")
    assert "To be called back" not in done.main
    with owner_engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM due WHERE done_at IS NULL")).scalars().all()
    assert not {calls.CALLBACK, calls.CALLBACK_MISSED} & set(kinds)


def test_whoever_is_on_the_next_shift_takes_a_waiting_call_over(
    valley: Valley, colleague: Person, owner_engine: Engine
) -> None:
    page = taken(valley.caseworker, **later())
    listed = colleague.visitor().open(LIST)
    mine = listed.submit(containing="I will call back")
    assert mine.path == page.path and "CANARY-safe" in mine.html
    assert "caller to call back" in colleague.visitor().open("/en/desk/").main
    assert str(valley.caseworker.user_id) in "".join(letters(owner_engine))
    # What does not wait is not taken over.
    mine.submit(containing="I have called back")
    assert not valley.supervisor.visitor().open(LIST).forms()
    visitor = valley.supervisor.visitor()
    sent = visitor.post(f"{page.path}/take-over", {"csrf_token": visitor.token("/en/account/")})
    assert sent.status == 409


def test_a_call_becomes_a_possible_case_in_one_press(valley: Valley, colleague: Person) -> None:
    page = taken(valley.caseworker)
    case = page.submit(containing="Open a case from this call")
    assert case.path.startswith("/en/referrals/cases/") and "Presumed victim" in case.main
    contact = case.visitor.open(f"{case.path}/contact").values("safe_notes")
    assert contact["safe_notes"] == "CANARY-safe" and contact["prs_MobilePhone"] == "+996 555 010 203"
    assert case.visitor.open(f"{case.path}/demographics").values("prs_Gender")["prs_PrimaryLanguage"] == "kir"
    assert "CANARY-about" in case.main
    # Pressed twice it is one case, and from now on the call is read by whoever reads the case.
    assert page.submit(containing="Open a case from this call").path == case.path
    assert page.path not in colleague.visitor().open(LIST).html
    assert colleague.visitor().open(page.path).status == 404
    case.visitor.open(f"{case.path}/people").submit({"person": str(colleague.user_id)}, containing="Assign")
    assert "CANARY-about" in colleague.visitor().open(page.path).html
    case.visitor.open(f"{case.path}/stop").submit(containing="Stop it now")
    assert (
        colleague.visitor().open(page.path).status
        == 404
        == valley.caseworker.visitor().open(page.path).status
    )


def test_the_number_of_somebody_elses_call_does_not_become_the_persons(valley: Valley) -> None:
    case = taken(valley.caseworker, caller="relative").submit(containing="Open a case from this call")
    contact = case.visitor.open(f"{case.path}/contact").values("safe_notes")
    assert contact["prs_MobilePhone"] == "" and contact["safe_notes"] == "CANARY-safe"


def test_after_thirty_days_the_number_is_destroyed_with_its_key_and_the_call_stays(
    valley: Valley, owner_engine: Engine
) -> None:
    page = taken(valley.caseworker)
    with owner_engine.connect() as connection:
        due = connection.execute(
            text("SELECT due_at FROM due WHERE kind = :k"), {"k": calls.DESTROY_NUMBER}
        ).scalar_one()
    assert datetime.timedelta(days=29, hours=23) < due - now() < datetime.timedelta(days=30, hours=1)
    run(valley, calls.DESTROY_NUMBER, jobs.number_destroyed)
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM hotline_number")).scalar_one() == 0
        left = connection.execute(text("SELECT sealed_kind FROM wraps.part_key")).scalars().all()
    assert left == ["hotline_call"]
    page = valley.caseworker.visitor().open(page.path)
    assert "CANARY-about" in page.html and "555 010" not in page.html


def test_a_number_is_destroyed_at_once_where_the_caller_wishes_it(
    valley: Valley, owner_engine: Engine
) -> None:
    page = taken(valley.caseworker)
    gone = page.submit(containing="Destroy the number now")
    assert "555 010" not in gone.html and "destroyed" in gone.html
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM hotline_number")).scalar_one() == 0


def test_of_two_who_write_a_call_anew_the_second_sees_both_texts(valley: Valley) -> None:
    page = taken(valley.caseworker)
    mine, hers = (p.visitor().open(page.path) for p in (valley.caseworker, valley.supervisor))
    assert "CANARY-hers" in hers.submit({"about": "CANARY-hers"}, containing="about").html
    answer = mine.submit({"about": "CANARY-mine"}, containing="about")
    assert answer.status == 409 and "CANARY-hers" in answer.main
    assert answer.values("about")["about"] == "CANARY-mine"
    assert "CANARY-both" in answer.submit({"about": "CANARY-both"}, containing="about").html
    # Written anew, the number stays, and can be replaced.
    page = valley.caseworker.visitor().open(page.path)
    assert "+996 555 010 203" in page.html
    page = page.submit({"number": "+996 700 1"}, containing="about")
    assert "+996 700 1" in page.html and "555 010" not in page.html


def test_a_call_that_became_no_case_is_destroyed_after_its_day_and_one_that_did_stays(
    valley: Valley, owner_engine: Engine
) -> None:
    page, other = taken(valley.caseworker), taken(valley.caseworker)
    assert "Without a case it is kept until" in page.main
    other.submit(containing="Open a case from this call")
    assert "Without a case it is kept until" not in valley.caseworker.visitor().open(other.path).main
    clock = Actor.clock(valley.osh.id)

    def night() -> int:
        with valley.database.unit_of_work(clock) as session:
            return retention.run(session, clock).calls

    def years_pass(days: int) -> None:
        with owner_engine.begin() as connection:
            gone = {"by": datetime.timedelta(days=days)}
            connection.execute(text("UPDATE hotline_call SET taken_at = taken_at - :by"), gone)

    years_pass(364)
    assert night() == 0
    years_pass(2)
    assert night() == 1 and night() == 0
    with owner_engine.connect() as connection:
        [kept] = connection.execute(text("SELECT id FROM hotline_call WHERE case_id IS NOT NULL")).all()
        rows = connection.execute(text("SELECT id FROM hotline_call")).all()
        kinds = connection.execute(
            text(
                "SELECT sealed_id FROM wraps.part_key WHERE sealed_kind IN ('hotline_call', 'hotline_number')"
            )
        ).all()
        numbers = connection.execute(text("SELECT call_id, id FROM hotline_number")).all()
    assert rows == [kept]
    assert {one.sealed_id for one in kinds} == {kept.id, *(one.id for one in numbers)}
    assert valley.caseworker.client().get(page.path).status_code == 404


def test_reading_what_was_said_in_the_list_is_audited_where_words_are_read(
    valley: Valley, colleague: Person, owner_engine: Engine
) -> None:
    for _ in range(2):
        taken(valley.caseworker)
    assert "may be a victim" not in colleague.visitor().open(LIST).main
    assert "may be a victim" in valley.caseworker.visitor().open(LIST).main
    with owner_engine.connect() as connection:
        asked = text("SELECT user_id, detail FROM audit_entry WHERE action = 'calls.read'")
        assert [tuple(row) for row in connection.execute(asked)] == [
            (valley.caseworker.user_id, {"calls": 2})
        ]
