"""What leaves without consent: danger to life never waits, everything else needs two, and both are looked at again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.permissions import Unfit
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.jobs import override_approval, override_review
from network.referrals.models import Case, Referral
from network.referrals.overrides import Ground
from network.referrals.services import drafts, overriding
from network.referrals.states import Status
from tests.pages import Page, Visitor
from tests.referrals.conftest import Valley
from tests.referrals.test_rules import accept, clock, letters, reads, status, told

HOUR = datetime.timedelta(hours=1)
MINIMUM = (Category.IDENTITY, Category.CONTACT, Category.LOCATION, Category.HEALTH)


def in_danger(valley: Valley, **typed: Any) -> dict[str, Any]:
    return {
        "recipient": str(valley.khujand.id),
        "requested_service": "CANARY-service",
        "reason": "CANARY-reason",
        "alias": "CANARY-alias",
        "phone": "CANARY-phone",
        "town": "CANARY-town",
        **typed,
    }


def send_now(valley: Valley, **typed: Any) -> Page:
    page = valley.caseworker.visitor().open("/en/referrals/emergency")
    return page.submit(in_danger(valley, **typed), containing="reason")


def sent_one(valley: Valley) -> Referral:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return session.scalars(select(Referral)).all()[0]


def hours_pass(owner: Engine, hours: int) -> None:
    """So long ago everything was, for the override and for the wraps that go with it."""
    with owner.connect() as connection:
        by = {"by": hours * HOUR}
        moments = ("requested_at", "approve_by", "review_due_at", "approved_at", "reviewed_at")
        changed = ", ".join(f"{name} = {name} - :by" for name in moments)
        connection.execute(text(f"UPDATE consent_override SET {changed}"), by)
        connection.execute(text("UPDATE wraps.part_key SET readable_until = readable_until - :by"), by)


def emergency(valley: Valley) -> Referral:
    assert send_now(valley).status == 200
    return sent_one(valley)


def second(valley: Valley, referral: Referral) -> Page:
    return valley.supervisor.visitor().open(f"/en/referrals/{referral.id}/override")


def test_danger_to_life_is_one_page_and_leaves_at_once_with_what_was_typed(valley: Valley) -> None:
    page = send_now(valley)
    assert page.status == 200 and "Sent" in page.main and "Emergency" in page.main
    referral = sent_one(valley)
    assert referral.answer_due_at is not None and referral.sent_at is not None
    assert referral.answer_due_at - referral.sent_at == 24 * HOUR
    receiver = valley.receiver.visitor()
    first = receiver.open(f"/en/referrals/{referral.id}")
    assert "A life is in danger now" in first.main and "CANARY-reason" in first.main
    accepted = first.submit(containing="Accept and take it on")
    for canary in ("CANARY-alias", "CANARY-phone", "CANARY-town"):
        assert canary in accepted.html
    case = page.follow("The case")
    assert "Written" in case.main


def test_in_danger_neither_consent_nor_approval_nor_risk_is_awaited_but_the_minimum_holds(
    valley: Valley,
) -> None:
    case = valley.case(assessed=False)
    page = send_now(valley, case=str(case.id), categories=["health"])
    assert page.status == 200
    referral = sent_one(valley)
    accept(valley, referral)
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        row = session.scalars(queries.disclosures_of(referral.id)).one()
        assert set(row.categories) == {"identity", "contact", "location", "health"}


def test_pressed_twice_it_is_sent_once(valley: Valley) -> None:
    page = valley.caseworker.visitor().open("/en/referrals/emergency")
    typed = in_danger(valley)
    first, again = page.submit(typed, containing="reason"), page.submit(typed, containing="reason")
    assert first.path == again.path
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert len(session.scalars(select(Referral)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"recipient": None}, "must act now"),
        ({"reason": "  "}, "Why is a life in danger?"),
        ({"requested_service": ""}, "What must happen now?"),
        ({"categories": ["exploitation_account"]}, "Choose from"),
        ({"alias": "", "phone": "", "town": ""}, "at least one kind of information"),
        ({"case": "somebody's"}, "Choose one"),
        ({"phone": "x" * 301}, "300"),
    ],
    ids=str,
)
def test_even_in_danger_what_is_missing_is_said_at_its_question(
    valley: Valley, wrong: dict[str, Any], words: str
) -> None:
    page = send_now(valley, **wrong)
    assert page.status == 422 and words in page.main
    if "reason" not in wrong:
        assert page.values("reason")["reason"] == "CANARY-reason"
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.scalars(select(Referral)).all() == []
        assert session.scalars(queries.cases_of(valley.caseworker.actor)).all() == []


def test_without_a_second_person_it_stops_after_24_hours_and_row_level_security_does_not_wait_for_the_clock(
    valley: Valley, owner_engine: Engine
) -> None:
    referral = emergency(valley)
    accept(valley, referral)
    assert told(valley, referral) is not None
    hours_pass(owner_engine, 25)
    assert told(valley, referral) is None
    assert status(valley, referral) is Status.ACCEPTED
    clock(valley, override_approval, referral)
    assert status(valley, referral) is Status.STOPPING


def test_a_second_person_who_agrees_lets_it_go_on(valley: Valley, owner_engine: Engine) -> None:
    referral = emergency(valley)
    alone = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}/override")
    assert "I agree: it was needed" not in alone.main and "Write the review down" not in alone.main
    done = second(valley, referral).submit(containing="I agree: it was needed")
    assert "Supervisor in Osh" in done.main and "CANARY-reason" in done.main
    hours_pass(owner_engine, 30)
    clock(valley, override_approval, referral)
    accept(valley, referral)
    assert told(valley, referral) is not None
    assert status(valley, referral) is Status.ACCEPTED


def test_the_desk_of_the_second_person_says_that_something_left_without_consent_until_it_was_looked_at(
    valley: Valley,
) -> None:
    referral = emergency(valley)
    said = "referral left without consent: look at it"
    boss = valley.supervisor.visitor()
    desk = boss.open("/en/desk/")
    assert said in desk.main and desk.link(said) == f"/en/referrals/{referral.id}"
    for other in (valley.caseworker, valley.receiver, valley.onlooker):
        assert said not in other.visitor().open("/en/desk/").main
    second(valley, referral).submit(containing="I agree: it was needed")
    assert said in boss.open("/en/desk/").main  # The review is still to come.
    page = boss.open(f"/en/referrals/{referral.id}/override")
    page.submit({"review": "upheld"}, containing="Write the review down")
    assert said not in boss.open("/en/desk/").main


def test_nobody_agrees_to_their_own_emergency(valley: Valley) -> None:
    referral = emergency(valley)
    visitor = valley.caseworker.visitor()
    token = visitor.token(f"/en/referrals/{referral.id}/override")
    for verb in ("approve", "review"):
        data = {"csrf_token": token, "review": "upheld"}
        answer = visitor.post(f"/en/referrals/{referral.id}/override/{verb}", data)
        assert answer.status == 403, verb


def test_a_review_that_finds_it_was_not_needed_stops_it_now(valley: Valley) -> None:
    referral = emergency(valley)
    accept(valley, referral)
    page = second(valley, referral).submit({"review": "stopped"}, containing="review")
    assert "It was stopped" in page.main
    assert status(valley, referral) is Status.STOPPING and told(valley, referral) is None


def test_a_review_without_an_answer_is_asked_again(valley: Valley) -> None:
    referral = emergency(valley)
    page = second(valley, referral).submit({"review": None}, containing="review")
    assert page.status == 422 and "Was it needed?" in page.main


def test_after_72_hours_the_desk_is_told_that_nobody_has_looked_again(
    valley: Valley, owner_engine: Engine
) -> None:
    referral = emergency(valley)
    second(valley, referral).submit(containing="I agree: it was needed")
    before = letters(owner_engine, valley.osh)
    hours_pass(owner_engine, 73)
    clock(valley, override_review, referral)
    assert letters(owner_engine, valley.osh) == before + 1
    assert status(valley, referral) is Status.SENT
    second(valley, referral).submit({"review": "upheld", "informed": "y"}, containing="review")
    clock(valley, override_review, referral)
    assert letters(owner_engine, valley.osh) == before + 1


def test_who_holds_the_key_alone_is_given_72_hours_and_the_receiver_is_told(
    valley: Valley, owner_engine: Engine
) -> None:
    with owner_engine.connect() as connection:
        gone = text("DELETE FROM wraps.desk_key WHERE user_id = :id")
        connection.execute(gone, {"id": valley.supervisor.user_id})
    referral = emergency(valley)
    envelope = told(valley, referral)
    assert envelope is not None and envelope["alone"] == "CANARY-reason"
    hours_pass(owner_engine, 71)
    assert told(valley, referral) is not None
    hours_pass(owner_engine, 2)
    assert told(valley, referral) is None
    clock(valley, override_review, referral)
    assert status(valley, referral) is Status.WITHDRAWN


def test_anybody_of_the_desk_stops_it_at_any_time(valley: Valley) -> None:
    referral = emergency(valley)
    page = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}/override")
    page.submit(containing="Stop it now")
    assert status(valley, referral) is Status.WITHDRAWN and told(valley, referral) is None


def test_a_withdrawal_by_telephone_ends_what_was_sent_without_consent_too(valley: Valley) -> None:
    referral = emergency(valley)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        code = session.scalars(queries.cases_of(valley.caseworker.actor)).all()[0].code
    page = (
        valley.supervisor.visitor().open("/en/referrals/withdraw").submit({"code": code}, containing="code")
    )
    assert "Sent without consent on" in page.main
    page.submit(containing="Withdraw everything now")
    assert status(valley, referral) is Status.WITHDRAWN


# The two grounds that can wait for a second person.


def draft_for(valley: Valley, categories: tuple[Category, ...] = MINIMUM) -> tuple[Case, Referral]:
    case = valley.case()
    return case, valley.draft(case, categories=categories)


def press(visitor: Visitor, referral: Referral, *buttons: str) -> Page:
    page = visitor.open(f"/en/referrals/{referral.id}")
    for button in buttons:
        page = page.submit(containing=button)
        assert page.status == 200, page.main
    return page


def test_a_child_at_risk_is_referred_when_two_persons_say_so_and_it_is_reviewed(
    valley: Valley, owner_engine: Engine
) -> None:
    _case, referral = draft_for(valley)
    worker = valley.caseworker.visitor()
    refused = worker.open(f"/en/referrals/{referral.id}").submit(containing="Check and make ready")
    assert refused.status == 422
    ask = refused.follow("The person cannot be asked")
    asked = ask.submit({"ground": "child_at_risk", "reason": "CANARY-reason"}, containing="ground")
    assert "to be sent without consent" in asked.main
    press(worker, referral, "Check and make ready", "Ask for approval")
    looked = valley.supervisor.visitor().open(f"/en/referrals/{referral.id}/override")
    assert "CANARY-reason" in looked.main and "A child is at risk" in looked.main
    press(valley.supervisor.visitor(), referral, "Approve")
    press(worker, referral, "Send now")
    accept(valley, referral)
    assert reads(valley, referral) == frozenset(MINIMUM)
    envelope = told(valley, referral)
    assert envelope is not None
    assert envelope["override"] == {"ground": "child_at_risk", "reason": "CANARY-reason"}
    with owner_engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM consent_override")).one()
        assert row.approved_by_id == valley.supervisor.user_id and row.review_due_at is not None
        assert b"CANARY" not in row.ciphertext and b"child_at_risk" not in row.ciphertext


def test_without_the_second_person_it_does_not_leave(valley: Valley) -> None:
    _case, referral = draft_for(valley)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        overriding.ask_override(
            session, actor, desk, referral.id, ground=Ground.COURT_ORDER, reason="CANARY-reason"
        )
        drafts.prepare_referral(session, actor, desk, referral.id, given=None)
    with pytest.raises(Unfit, match="approval_needed"):
        valley.send(referral)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ground": None}, "On which ground?"),
        ({"ground": "imminent_danger_life"}, "Choose one"),
        ({"ground": "boredom"}, "Choose one"),
        ({"reason": " "}, "Why can it not wait"),
    ],
    ids=str,
)
def test_a_ground_that_is_none_is_asked_again(valley: Valley, typed: dict[str, Any], words: str) -> None:
    _case, referral = draft_for(valley)
    page = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}/override")
    good = {"ground": "court_order", "reason": "CANARY-reason"}
    answer = page.submit({**good, **typed}, containing="ground")
    assert answer.status == 422 and words in answer.main


def test_more_than_the_minimum_is_refused_and_named_when_asked_and_when_changed_afterwards(
    valley: Valley,
) -> None:
    _case, referral = draft_for(valley, (Category.CONTACT, Category.EXPLOITATION_ACCOUNT))
    page = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}/override")
    answer = page.submit({"ground": "court_order", "reason": "x"}, containing="ground")
    assert answer.status == 422 and "more than the minimum" in answer.main and "What happened" in answer.main
    _case, referral = draft_for(valley)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        overriding.ask_override(
            session, actor, desk, referral.id, ground=Ground.CHILD_AT_RISK, reason="CANARY-reason"
        )
        row = session.get_one(Referral, referral.id)
        drafts.revise_draft(
            session,
            actor,
            desk,
            referral.id,
            seen=row.version,
            categories=[Category.CONTACT, Category.EXPLOITATION_ACCOUNT],
            content={"need": "x"},
            priority=row.priority,
        )
        with pytest.raises(Unfit, match="beyond_minimum"):
            drafts.prepare_referral(session, actor, desk, referral.id, given=None)


def test_the_other_side_and_third_parties_have_no_page_of_it(valley: Valley) -> None:
    referral = emergency(valley)
    for person in (valley.receiver, valley.onlooker):
        assert person.visitor().open(f"/en/referrals/{referral.id}/override").status == 404
        token = person.visitor().token("/en/account/")
        visitor = person.visitor()
        token = visitor.token("/en/account/")
        answer = visitor.post(f"/en/referrals/{referral.id}/override/end", {"csrf_token": token})
        assert answer.status == 404
