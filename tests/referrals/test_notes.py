"""What a desk notes about a case for itself: the stage, the signs, hearings and plans, with their reminders."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, text

from network.database import now
from network.outbox.models import OutboxMessage
from network.referrals import labels
from network.referrals.categories import Category
from network.referrals.models import Case, CaseNote
from network.referrals.notes import ELEMENTS, OFTEN, ONCE, SHEETS, NoteKind, element_of
from network.referrals.notices import CASE_REMINDER
from network.scheduler import Due
from network.tenancy import Actor
from tests.referrals.conftest import Valley

LITTLE = {Category.HEALTH: {"health_needs": "CANARY-health"}}


def path(case: Case, rest: str) -> str:
    return f"/en/referrals/cases/{case.id}/{rest}"


def test_every_sheet_question_and_answer_has_words() -> None:
    assert set(SHEETS) == set(labels.SHEETS) == set(ONCE) | set(OFTEN) | {NoteKind.CLOSING}
    assert set(labels.ADD) == set(OFTEN)
    for sheet in SHEETS.values():
        for field in sheet.fields:
            assert field.name in labels.FIELDS
            assert not set(field.choices) - set(labels.CHOICES), field.name
    assert set(labels.ELEMENTS) == set(ELEMENTS)
    signs = SHEETS[NoteKind.INDICATORS].fields[0].choices
    assert {element_of(sign) for sign in signs} == {"act", "means", "purpose"}


# The stage.


def test_the_stage_and_its_reflection_period_are_kept_with_every_earlier_stage(valley: Valley) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    page = visitor.open(path(case, "stage"))
    page.submit({"stage": "presumed", "stage_since": "2026-01-05", "stage_notes": "CANARY-stage"})
    page = visitor.open(path(case, "stage"))
    wrong = page.submit(
        {"stage": "reflection", "reflection_from": "2026-02-01", "reflection_until": "2026-01-01"}
    )
    assert wrong.status == 422 and "comes before" in wrong.errors()["reflection_until"]
    done = wrong.submit({"reflection_until": "2026-05-01"})
    assert done.path == f"/en/referrals/cases/{case.id}" and "Reflection period" in done.main
    again = visitor.open(path(case, "stage"))
    assert again.values("stage_notes")["reflection_until"] == "2026-05-01"
    assert "Earlier versions" in again.main and "Presumed victim" in again.main


def test_of_two_who_write_a_sheet_at_once_the_second_sees_both_texts(valley: Valley) -> None:
    case = valley.case(LITTLE)
    mine, hers = (
        person.visitor().open(path(case, "stage")) for person in (valley.caseworker, valley.supervisor)
    )
    assert hers.submit({"stage": "presumed", "stage_notes": "CANARY-hers"}).status == 200
    page = mine.submit({"stage": "identified", "stage_notes": "CANARY-mine"})
    assert page.status == 409
    assert "CANARY-hers" in page.main and page.values("stage_notes")["stage_notes"] == "CANARY-mine"
    assert page.submit({"stage_notes": "CANARY-both"}).status == 200
    assert "CANARY-both" in mine.visitor.open(path(case, "stage")).html


# Signs.


def test_signs_have_a_source_and_a_confidence_and_add_up_to_nothing(valley: Valley) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    sign = {"0-indicator": "deception", "0-indicator_source": "document", "0-indicator_confidence": "likely"}
    assert visitor.open(path(case, "indicators")).submit(sign).status == 200
    page = visitor.open(path(case, "indicators"))
    assert page.values("0-indicator")["0-indicator_confidence"] == "likely"
    assert "Act: what was done" in page.main and "Nothing written yet." in page.main
    assert page.main.count("Means: deception") >= 2  # Said among the means, and offered to be changed.
    assert "people decide" in page.main and "no means is needed" not in page.main


@pytest.mark.parametrize(
    ("category", "written"),
    [
        (Category.DEMOGRAPHICS, {"age_band": "9-17"}),
        (Category.EXPLOITATION_ACCOUNT, {"vic_AgeWhenTrafficked": "16"}),
        (Category.IDENTITY, {"prs_Birthdate": f"{now().year - 15}-01-01"}),
    ],
)
def test_for_a_child_the_page_says_that_no_means_is_needed(
    valley: Valley, category: Category, written: dict[str, str]
) -> None:
    case = valley.case({category: written})
    assert "no means is needed" in valley.caseworker.visitor().open(path(case, "indicators")).main


# Legal matters.


def test_a_hearing_stands_in_the_case_and_its_day_alone_is_clear(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    day = now().date() + datetime.timedelta(days=9)
    hearing = {
        "hearing_on": (day + datetime.timedelta(days=1)).isoformat(),
        "hearing_about": "CANARY-hearing",
        "hearing_needs": ["interpreter", "no_meeting"],
        "remind_on": day.isoformat(),
    }
    page = visitor.open(path(case, "notes/hearing")).submit(hearing)
    assert page.path == f"/en/referrals/cases/{case.id}" and "CANARY-hearing" in page.main
    with owner_engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM case_note")).mappings().all()
        planned = connection.execute(
            text("SELECT due_at::date FROM due WHERE kind = :k AND done_at IS NULL"), {"k": CASE_REMINDER}
        ).scalars()
        assert [row["remind_on"] for row in rows] == [day] == list(planned)
        assert "hearing" not in str(rows) and "CANARY" not in str(rows)
    listed = visitor.open("/en/referrals/cases/reminders")
    assert case.code in listed.main and "Hearing or appointment" in listed.main
    assert "CANARY" not in listed.html
    # Written anew for another day, the former reminder is taken back; thought of, there is none.
    later = (day + datetime.timedelta(days=2)).isoformat()
    listed.follow("Hearing or appointment").submit({"remind_on": later}, containing="hearing_about")
    with owner_engine.connect() as connection:
        planned = connection.execute(
            text("SELECT due_at::date FROM due WHERE kind = :k AND done_at IS NULL"), {"k": CASE_REMINDER}
        ).scalars()
        assert [str(one) for one in planned] == [later]
    done = visitor.open("/en/referrals/cases/reminders").submit({}, containing="Done")
    assert "Nothing to think of" in done.main
    assert "CANARY-hearing" in visitor.open(f"/en/referrals/cases/{case.id}").main


def test_a_reminder_says_to_the_desk_that_there_is_something_and_never_what(
    valley: Valley, owner_engine: Engine
) -> None:
    from network.referrals.jobs import case_reminder

    case = valley.case(LITTLE)
    valley.caseworker.visitor().open(path(case, "notes/plan")).submit(
        {"spl_Objectives": "CANARY-plan", "remind_on": now().date().isoformat()}
    )

    def morning() -> None:
        with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
            case_reminder(session, session.query(Due).filter(Due.kind == CASE_REMINDER).limit(1).one())

    def stopped(at: datetime.datetime | None) -> None:
        with valley.database.unit_of_work(valley.supervisor.actor) as session:
            session.get_one(Case, case.id).frozen_at = at

    stopped(now())
    morning()
    with owner_engine.connect() as connection:
        planned = connection.execute(text("SELECT count(*) FROM due WHERE kind = :k"), {"k": CASE_REMINDER})
        assert planned.scalar_one() == 2, "a case that is stopped for safety waits a day"
        assert not connection.execute(text(f"SELECT 1 FROM {OutboxMessage.__tablename__}")).all()
    stopped(None)
    morning()
    with owner_engine.connect() as connection:
        told = connection.execute(text(f"SELECT * FROM {OutboxMessage.__tablename__}")).mappings().all()
    assert "thing to think of today" in valley.caseworker.visitor().open("/en/desk/").main
    assert "thing to think of today" not in valley.receiver.visitor().open("/en/desk/").main
    assert told and not any(word in str(told) for word in ("CANARY", "plan", case.code))


def test_what_was_taken_away_can_be_brought_back(valley: Valley) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    added = visitor.open(path(case, "notes/comment")).submit({"cco_CaseComment": "CANARY-comment"})
    kept = added.follow("Note")
    gone = kept.submit({}, containing="Take away")
    assert gone.path == f"/en/referrals/cases/{case.id}" and "CANARY-comment" not in gone.main
    page = visitor.open(kept.path)
    assert "This was taken away" in page.main
    assert "CANARY-comment" in page.submit(containing="cco_CaseComment").main


def test_a_note_sent_twice_is_one_note(valley: Valley) -> None:
    case = valley.case(LITTLE)
    form = valley.caseworker.visitor().open(path(case, "notes/comment"))
    form.submit({"cco_CaseComment": "CANARY-comment"})
    page = form.submit({"cco_CaseComment": "CANARY-comment"})
    assert page.main.count("CANARY-comment") == 1
    form = page.follow("Note")
    for _click in range(2):
        assert form.submit({"cco_CaseComment": "CANARY-again"}, containing="cco_CaseComment").status == 200
    status = form.visitor.open(path(case, "status"))
    for _click in range(2):
        assert status.submit({"status": "Closed", "reason": "CANARY-reason"}).status == 200


def test_notes_are_for_those_who_know_the_case(valley: Valley) -> None:
    case = valley.case(LITTLE)
    valley.caseworker.visitor().open(path(case, "notes/comment")).submit({"cco_CaseComment": "CANARY-note"})
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        thread = session.query(CaseNote).one().thread_id
    for rest in (f"notes/{thread}", "stage", "status", "notes/hearing"):
        assert valley.supervisor.visitor().open(path(case, rest)).status == 200
        for stranger in (valley.receiver, valley.onlooker):
            answer = stranger.visitor().open(path(case, rest))
            assert answer.status == 404 and "CANARY" not in answer.html
    # Another case's note does not open under a case of one's own.
    other = valley.case(LITTLE)
    assert valley.caseworker.visitor().open(path(other, f"notes/{thread}")).status == 404


# Status.


def test_a_case_is_closed_with_a_reason_and_opened_again(valley: Valley) -> None:
    case = valley.case(LITTLE)
    visitor = valley.caseworker.visitor()
    page = visitor.open(path(case, "status")).submit({"status": "Closed", "reason": "CANARY-reason"})
    assert page.path == f"/en/referrals/cases/{case.id}" and "Closed" in page.main
    page = visitor.open(path(case, "status"))
    assert page.values("reason")["reason"] == "CANARY-reason"
    assert "Active" in page.submit({"status": "Active"}).main


def test_a_case_with_a_referral_under_way_is_not_closed(valley: Valley) -> None:
    case, _consent, _referral = valley.sent()
    page = valley.caseworker.visitor().open(path(case, "status"))
    answer = page.submit({"status": "Closed", "reason": "CANARY-reason"})
    assert answer.status == 422 and "still open" in answer.main
    assert answer.values("reason")["reason"] == "CANARY-reason"


def test_from_an_old_page_the_status_is_not_overwritten(valley: Valley) -> None:
    case = valley.case(LITTLE)
    mine, hers = (
        person.visitor().open(path(case, "status")) for person in (valley.caseworker, valley.supervisor)
    )
    hers.submit({"status": "FollowUp"})
    page = mine.submit({"status": "Closed", "reason": "CANARY-mine"})
    assert page.status == 409 and "Follow-up" in page.main
    assert page.values("reason")["reason"] == "CANARY-mine"
