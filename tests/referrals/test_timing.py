"""Clocks that run: what they say at each mark, when they stand, and that nothing is said twice. By rows of the scheduler."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, text

from network.permissions import Role
from network.referrals.services import closing
from network.referrals.states import Move, Status
from network.scheduler.work import do_due
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make
from tests.referrals.conftest import Valley
from tests.referrals.walking import Walk, begin

HOURS = datetime.timedelta(hours=1)
REFERRAL = (
    "clock_from",
    "sent_at",
    "acknowledge_due_at",
    "answer_due_at",
    "changed_at",
    "asked_at",
    "clock_stopped_at",
)


def wait(app: Kopuro, owner: Engine, hours: float, *, work: bool = True) -> None:
    """Let so much time pass: everything of referrals lies so much further back. The clock works afterwards."""
    by = {"by": datetime.timedelta(hours=hours)}
    with owner.begin() as connection:
        for column in REFERRAL:
            connection.execute(text(f"UPDATE referral SET {column} = {column} - :by"), by)
        connection.execute(text("UPDATE referral_event SET at = at - :by"), by)
        connection.execute(text("UPDATE case_record SET frozen_at = frozen_at - :by"), by)
        connection.execute(text("UPDATE tenant SET suspended_at = suspended_at - :by"), by)
        connection.execute(text("DELETE FROM due WHERE done_at IS NOT NULL AND kind LIKE 'referrals.%'"))
        connection.execute(
            text("UPDATE due SET due_at = due_at - :by WHERE done_at IS NULL AND kind LIKE 'referrals.%'"), by
        )
    if work:
        do_due(app)


def told(owner: Engine, tenant: object) -> list[str]:
    """To whom of this tenant something was said since the last look: the desk, or a person."""
    with owner.begin() as connection:
        found = connection.execute(
            text("DELETE FROM outbox_message WHERE tenant_id = :id RETURNING to_kind"), {"id": tenant}
        )
        return sorted(found.scalars())


@pytest.fixture
def sent(valley: Valley, owner_engine: Engine) -> Walk:
    """An urgent referral, just sent: 24 hours to acknowledge, 72 to answer."""
    walk = begin(valley).bring_to(Status.SENT)
    for tenant in (valley.osh, valley.khujand):
        told(owner_engine, tenant.id)
    return walk


def test_the_receiver_is_reminded_both_sides_are_told_and_at_last_it_has_timed_out(
    app: Kopuro, valley: Valley, owner_engine: Engine, make: Make, sent: Walk
) -> None:
    coordinator = make.user(_network(app), [Role.COORDINATOR])
    sent.theirs(_opened)
    told(owner_engine, valley.osh.id)
    for hours, khujand, osh in (
        (11, [], []),
        (2, ["desk"], []),  # 13 h: half of the 24 for an acknowledgement.
        (7, ["desk"], []),  # 20 h: 80 %.
        (5, ["desk"], ["desk"]),  # 25 h: due.
        (12, ["desk", "user"], ["user"]),  # 37 h: both supervisors; and half of the 72 for an answer.
        (22, ["desk"], []),  # 59 h: 80 %.
        (14, ["desk"], ["desk"]),  # 73 h: due.
    ):
        wait(app, owner_engine, hours)
        assert told(owner_engine, valley.khujand.id) == khujand, hours
        assert told(owner_engine, valley.osh.id) == osh, hours
        assert told(owner_engine, coordinator.tenant.id) == []
    page = coordinator.visitor().open("/en/desk/")
    assert "Khujand partner" not in page.main
    wait(app, owner_engine, 36)  # 109 h: half as much again.
    assert told(owner_engine, valley.khujand.id) == told(owner_engine, valley.osh.id) == ["user"]
    assert told(owner_engine, coordinator.tenant.id) == ["user"]
    page = coordinator.visitor().open("/en/desk/")
    assert "An answer is overdue" in page.main
    assert "Osh partner" in page.main and "Khujand partner" in page.main
    assert sent.referral.code not in page.html and "CANARY" not in page.html
    assert sent.status() is Status.RECEIVED
    wait(app, owner_engine, 36)  # 145 h: twice the time.
    assert sent.status() is Status.TIMED_OUT
    assert told(owner_engine, valley.khujand.id) == told(owner_engine, valley.osh.id) == ["desk"]
    page = valley.receiver.visitor().open(f"/en/referrals/{sent.referral.id}")
    assert "No answer in time" in page.main and "CANARY" not in page.html
    wait(app, owner_engine, 500)
    assert told(owner_engine, valley.khujand.id) == []


def test_what_was_answered_is_reminded_of_no_more(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk
) -> None:
    from network.referrals.services import receiving

    sent.theirs(_opened)
    sent.theirs(receiving.accept_referral, worker_id=valley.receiver.user_id)
    for tenant in (valley.osh, valley.khujand):
        told(owner_engine, tenant.id)
    wait(app, owner_engine, 200)
    assert told(owner_engine, valley.khujand.id) == told(owner_engine, valley.osh.id) == []
    assert sent.status() is Status.ACCEPTED


def test_work_that_is_done_twice_says_everything_once(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk
) -> None:
    wait(app, owner_engine, 13)
    assert told(owner_engine, valley.khujand.id) == ["desk"]
    with owner_engine.begin() as connection:  # As a clock that was killed before it noted that it was done.
        connection.execute(
            text("UPDATE due SET done_at = NULL, claimed_until = NULL WHERE kind LIKE 'referrals.%'")
        )
    do_due(app)
    assert told(owner_engine, valley.khujand.id) == []


def test_a_question_stops_the_clock_once_and_an_answer_gives_back_the_rest(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk
) -> None:
    from network.referrals.services import asking, receiving

    def due() -> datetime.datetime:
        with owner_engine.connect() as connection:
            at: datetime.datetime = connection.execute(
                text("SELECT answer_due_at FROM referral")
            ).scalar_one()
            return at

    def ask() -> None:
        sent.theirs(asking.ask_question, sealed=True, question="CANARY-question")

    def answer() -> None:
        sent.ours(asking.answer_question, sealed=True, answer="CANARY-answer")

    sent.theirs(receiving.acknowledge_referral)
    begun = due()
    ask()
    assert due() - begun == 48 * HOURS
    wait(app, owner_engine, 10)
    answer()
    gained = due() - (begun - 10 * HOURS)
    assert abs(gained - 10 * HOURS) < datetime.timedelta(minutes=5)
    second = due()
    ask()
    assert due() == second
    answer()
    assert due() == second


@pytest.mark.parametrize("why", ["frozen", "sender suspended", "receiver suspended"])
def test_the_clock_stands_while_the_case_is_frozen_or_an_organization_is_suspended(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk, why: str
) -> None:
    stop = {
        "frozen": "UPDATE case_record SET frozen_at = {at}",
        "sender suspended": "UPDATE tenant SET suspended_at = {at} WHERE name = 'Osh partner'",
        "receiver suspended": "UPDATE tenant SET suspended_at = {at} WHERE name = 'Khujand partner'",
    }[why]

    def run(at: str) -> None:
        with owner_engine.begin() as connection:
            connection.execute(text(stop.format(at=at)))

    wait(app, owner_engine, 10)
    run("now()")
    wait(app, owner_engine, 1000)
    assert sent.status() is Status.SENT
    assert told(owner_engine, valley.khujand.id) == []
    run("NULL")
    _look_after(app, valley)
    wait(app, owner_engine, 1)  # 11 hours have been counted.
    assert told(owner_engine, valley.khujand.id) == []
    wait(app, owner_engine, 2)
    assert told(owner_engine, valley.khujand.id) == ["desk"]


def test_five_silent_days_confirm_a_refusal_and_a_second_one_counts_anew(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk
) -> None:
    from network.referrals.services import receiving
    from network.referrals.states import DeclineReason

    def decline() -> None:
        sent.theirs(receiving.decline_referral, sealed=True, reason=DeclineReason.NO_CAPACITY)

    sent.theirs(_opened)
    decline()
    wait(app, owner_engine, 4 * 24)
    sent.ours(closing.return_decline, sealed=True, why="CANARY-why")
    decline()
    wait(app, owner_engine, 2 * 24)  # Six days after the first one, two after the second.
    assert sent.status() is Status.DECLINED_PENDING
    page = valley.caseworker.visitor().open(f"/en/referrals/{sent.referral.id}")
    assert "think again" not in page.main  # Once is enough.
    wait(app, owner_engine, 4 * 24)
    assert sent.status() is Status.DECLINED
    assert valley.receiver.visitor().open(f"/en/referrals/{sent.referral.id}").html.count("CANARY") == 0


def test_a_refusal_that_is_sent_back_leaves_the_receiver_the_time_it_had(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk
) -> None:
    from network.referrals.services import receiving
    from network.referrals.states import DeclineReason

    sent.theirs(_opened)
    wait(app, owner_engine, 20)
    sent.theirs(receiving.decline_referral, sealed=True, reason=DeclineReason.WRONG_AREA)
    wait(app, owner_engine, 4 * 24)
    sent.ours(closing.return_decline, sealed=True, why="CANARY-why")
    with owner_engine.connect() as connection:
        left = connection.execute(text("SELECT answer_due_at - now() FROM referral")).scalar_one()
    assert abs(left - 52 * HOURS) < datetime.timedelta(minutes=5)


def test_a_person_is_unreachable_only_after_three_attempts_over_seven_days(
    app: Kopuro, valley: Valley, owner_engine: Engine, sent: Walk
) -> None:
    from network.referrals.services import engaging, receiving

    def missed() -> None:
        sent.theirs(engaging.note_attempt, Move.UNREACHABLE, sealed=True)

    def days(many: int) -> None:
        with owner_engine.begin() as connection:
            for column in ("first_attempt_at", "last_attempt_at"):
                connection.execute(text(f"UPDATE referral SET {column} = {column} - interval '{many} days'"))

    address = f"/en/referrals/{sent.referral.id}"
    sent.theirs(_opened)
    sent.theirs(receiving.accept_referral, worker_id=valley.receiver.user_id)
    told(owner_engine, valley.osh.id)
    missed()
    assert told(owner_engine, valley.osh.id) == ["desk"]  # After the first one already.
    mine = valley.caseworker.visitor().open(address)
    assert "make sure that the person is safe" in mine.main
    after = mine.submit(containing="I have made sure")
    assert "make sure that the person is safe" not in after.main
    missed()
    missed()
    hers = valley.receiver.visitor()
    assert "cannot be reached" not in hers.open(address).main  # Three, all on one day.
    days(8)
    missed()
    assert "make sure that the person is safe" in valley.caseworker.visitor().open(address).main
    done = hers.open(address).submit(containing="Close: the person cannot be reached")
    assert done.status == 200 and sent.status() is Status.OUTCOME_REPORTED
    assert "could not be reached" in valley.caseworker.visitor().open(address).main


def _opened(session: object, actor: object, referral_id: object) -> None:
    from network.referrals.services import receiving

    receiving.open_referral(session, actor, referral_id)  # type: ignore[arg-type]


def _network(app: Kopuro) -> Tenant:
    from network.accounts import queries

    with app.database.unit_of_work(Actor.anonymous()) as session:
        return session.scalars(queries.network_tenant()).one()


def _look_after(app: Kopuro, valley: Valley) -> None:
    from network.referrals.services import timing

    with app.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        timing.look_after(session)
