"""What ended referrals add to the reports: nobody's name, only with consent, and only its own desk finds it again."""

from __future__ import annotations

import datetime
import random
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from network.database import now, uuid7
from network.directory.taxonomy import TERMS
from network.referrals import queries, wordings
from network.referrals.categories import AGE_BANDS, EXPLOITATION, GENDERS, Category
from network.referrals.consent import GivenBy, Purpose
from network.referrals.counting import BANDS, LATER, NEVER, SEVERAL, UNKNOWN, band, counted
from network.referrals.models import Case, Consent, Contribution, DeskTask, DeskTaskKind, Referral
from network.referrals.notices import REFERRAL_ENDED
from network.referrals.services import (
    closing,
    consents,
    contributing,
    drafts,
    marks,
    receiving,
    sending,
    tasks,
)
from network.referrals.states import ENDED, CancelReason, Move, Outcome, Status
from network.scheduler import Due
from network.tenancy import Actor
from tests.factories import Person
from tests.referrals.conftest import FOUR, WRITTEN, Valley

THEN = datetime.datetime(2026, 3, 5, 12, tzinfo=datetime.UTC)
TOLD = {
    **WRITTEN,
    Category.EXPLOITATION_ACCOUNT: {"vic_TypeOfExploitation": ["ForcedLabour"], "account": "CANARY-a"},
}
wild = st.none() | st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=9), max_size=3)


# Counting.


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["prs_Gender", "age_band", "vic_TypeOfExploitation"]), wild | st.sampled_from(GENDERS)
    ),
    st.lists(st.text(max_size=20) | st.sampled_from(sorted(TERMS)), max_size=3),
    st.sampled_from(sorted(ENDED)),
    st.text(max_size=20) | st.sampled_from(sorted(Outcome)),
)
def test_nothing_that_was_typed_is_counted(
    said: dict[str, Any], services: list[str], status: Status, outcome: str
) -> None:
    row = counted(
        ended_at=THEN,
        sent_at=THEN - datetime.timedelta(days=1),
        status=status,
        countries=("KG", None),
        person=said,
        account=said,
        services=services,
        kinds_of_service=frozenset(TERMS),
        outcome=outcome,
        moves=[],
        override=False,
    )
    assert row.sex in {*GENDERS, UNKNOWN} and row.age_band in {*AGE_BANDS, UNKNOWN}
    assert row.exploitation in {*EXPLOITATION, UNKNOWN, SEVERAL} and row.service in {*TERMS, UNKNOWN, SEVERAL}
    assert row.outcome in {*Outcome, *ENDED, UNKNOWN} and row.month == "2026-03"


@pytest.mark.parametrize(
    ("hours", "name"),
    [(0, "2h"), (2, "2h"), (2.1, "24h"), (24, "24h"), (72, "72h"), (73, "14d"), (336, "14d"), (337, LATER)],
)
def test_the_answer_is_counted_in_bands_as_wide_as_the_clocks(hours: float, name: str) -> None:
    at = THEN + datetime.timedelta(hours=hours)
    assert band(THEN, [at, at + datetime.timedelta(days=9)]) == name
    assert band(THEN, []) == NEVER
    assert name in {*(one for one, _longest in BANDS), LATER}


# From outside.


def agrees(valley: Valley, case: Case, *, given_at: datetime.datetime | None = None) -> uuid.UUID:
    """The person lets herself be counted."""
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        wordings.ensure(session)
        said = Consent(
            id=uuid7(),
            tenant_id=case.tenant_id,
            case_id=case.id,
            purpose=Purpose.REPORTING_AGGREGATE,
            given_by=GivenBy.SELF,
            text_id=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one().id,
            given_at=given_at or now() - datetime.timedelta(days=1),
            expires_at=now() + datetime.timedelta(days=300),
            ciphertext=b"sealed",
        )
        session.add(said)
    return said.id


def referred(valley: Valley) -> tuple[Case, Referral]:
    case = valley.case(TOLD)  # type: ignore[arg-type]
    consent, referral = valley.consent(case), valley.draft(case)
    valley.approved(referral, consent)
    valley.send(referral)
    return case, referral


def closed(valley: Valley, referral: Referral) -> None:
    """Taken on, helped, confirmed."""
    actor = valley.receiver.actor
    with valley.database.unit_of_work(actor) as session:
        receiving.open_referral(session, actor, referral.id)
        receiving.accept_referral(session, actor, referral.id, worker_id=valley.receiver.user_id)
        receiving.start_service(session, actor, referral.id)
        desk = valley.desk(session, valley.receiver)
        receiving.report_outcome(session, actor, desk, referral.id, outcome=Outcome.PROVIDED)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        closing.close_referral(session, valley.caseworker.actor, referral.id)


def cancelled(valley: Valley, referral: Referral) -> None:
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        sending.cancel_referral(session, actor, referral.id, reason=CancelReason.MOVED)


def clock(valley: Valley) -> None:
    """What the clock does with the rows that ended referrals left."""
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        due = session.scalars(
            select(Due).where(Due.kind == REFERRAL_ENDED, Due.tenant_id == valley.osh.id)
        ).all()
        for row in due:
            contributing.note_end(session, row.subject_id)


def month_over(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE desk_task SET created_at = created_at - interval '32 days'"))


def look(person: Person) -> None:
    """Somebody of a desk looks at the list of cases, as she does every day."""
    assert person.visitor().open("/en/referrals/cases/").status == 200


def rows(valley: Valley) -> list[Contribution]:
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        return list(session.scalars(select(Contribution)).all())


def open_tasks(valley: Valley) -> list[DeskTask]:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return list(session.scalars(select(DeskTask).where(DeskTask.done_at.is_(None))).all())


def test_an_ended_referral_is_counted_after_its_month_without_a_name(
    valley: Valley, owner_engine: Engine
) -> None:
    case, referral = referred(valley)
    agrees(valley, case)
    closed(valley, referral)
    assert not open_tasks(valley), "no key was needed yet"
    clock(valley)
    clock(valley)
    assert [task.subject_id for task in open_tasks(valley)] == [referral.id]
    look(valley.supervisor)
    assert not rows(valley), "the month is not over"
    month_over(owner_engine)
    look(valley.receiver)
    assert not rows(valley), "another desk counts nothing of ours"
    with owner_engine.connect() as connection:
        before = connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one()
    look(valley.supervisor)
    look(valley.supervisor)
    (row,) = rows(valley)
    assert {
        name: getattr(row, name)
        for name in (
            "from_country",
            "to_country",
            "sex",
            "age_band",
            "exploitation",
            "outcome",
            "answered_within",
        )
    } == {
        "from_country": "KG",
        "to_country": "TJ",
        "sex": "Feminine",
        "age_band": "27-29",
        "exploitation": "ForcedLabour",
        "outcome": "provided",
        "answered_within": "2h",
    }
    assert row.month == now().strftime("%Y-%m") and row.service == UNKNOWN and not row.override
    # Nothing that could be put together with anything else: no time in the id, no id of ours, no row that says when.
    assert row.id.version == 4
    with owner_engine.connect() as connection:
        kept = connection.execute(text("SELECT c::text FROM contribution c")).scalar_one()
        after = connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one()
        tasks_left = connection.execute(text("SELECT count(*) FROM desk_task")).scalar_one()
    assert "CANARY" not in kept and referral.code not in kept
    for ident in (referral.id, case.id, valley.osh.id, valley.khujand.id, valley.caseworker.user_id):
        assert str(ident) not in kept and ident.hex not in kept
    assert before == after and tasks_left == 0


def test_however_it_ended_it_is_counted_and_only_with_consent_of_before(
    valley: Valley, owner_engine: Engine
) -> None:
    case, referral = referred(valley)
    agrees(valley, case)
    cancelled(valley, referral)
    silent, unasked = referred(valley)
    cancelled(valley, unasked)
    agrees(valley, silent, given_at=now() + datetime.timedelta(seconds=1))
    unsent_case = valley.case(TOLD)  # type: ignore[arg-type]
    agrees(valley, unsent_case)
    unsent = valley.draft(unsent_case)
    cancelled(valley, unsent)
    timed, late = referred(valley)
    agrees(valley, timed)
    withdrawn = Status.TIMED_OUT
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        from network.referrals.services.transitions import transition

        row = session.get_one(Referral, late.id)
        transition(session, Actor.clock(valley.osh.id), row, Move.TIME_OUT)
        assert row.status is withdrawn
    clock(valley)
    month_over(owner_engine)
    look(valley.caseworker)
    found = rows(valley)
    assert sorted(row.outcome for row in found) == ["cancelled", "timed_out"]
    assert {row.answered_within for row in found} == {NEVER}
    assert len({row.contributor for row in found}) == 1


def withdraw(valley: Valley, consent_id: uuid.UUID) -> None:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent_id))


def test_withdrawn_from_reporting_it_leaves_and_live_referrals_go_on(
    valley: Valley, owner_engine: Engine
) -> None:
    case, referral = referred(valley)
    _other, live = referred(valley)
    said = agrees(valley, case)
    closed(valley, referral)
    clock(valley)
    month_over(owner_engine)
    look(valley.caseworker)
    assert len(rows(valley)) == 1
    # Another desk that knows the id of the referral finds nothing with it.
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        tasks.leave(session, valley.khujand.id, DeskTaskKind.UNCONTRIBUTE, referral.id)
    look(valley.receiver)
    assert len(rows(valley)) == 1
    withdraw(valley, said)
    look(valley.supervisor)
    assert not rows(valley)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.get_one(Referral, live.id).status is Status.SENT


def test_taken_back_before_the_month_is_over_it_is_never_counted(
    valley: Valley, owner_engine: Engine
) -> None:
    case, referral = referred(valley)
    said = agrees(valley, case)
    closed(valley, referral)
    clock(valley)
    withdraw(valley, said)
    month_over(owner_engine)
    look(valley.caseworker)
    assert not rows(valley) and not open_tasks(valley)


def test_a_case_that_is_stopped_for_safety_waits(valley: Valley, owner_engine: Engine) -> None:
    case, referral = referred(valley)
    agrees(valley, case)
    closed(valley, referral)
    clock(valley)
    month_over(owner_engine)
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE case_record SET frozen_at = now()"))
    look(valley.caseworker)
    assert not rows(valley) and len(open_tasks(valley)) == 1
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE case_record SET frozen_at = NULL"))
    look(valley.caseworker)
    assert len(rows(valley)) == 1


def test_a_month_is_written_in_one_shuffled_batch(
    valley: Valley, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    referrals = []
    for _number in range(3):
        case, referral = referred(valley)
        agrees(valley, case)
        cancelled(valley, referral)
        referrals.append(referral.id)
    clock(valley)
    month_over(owner_engine)
    turned: list[list[bytes]] = []

    def reverse(_self: object, batch: list[Any]) -> None:
        batch.reverse()
        turned.append([bytes(row.link) for row in batch])

    monkeypatch.setattr(random.SystemRandom, "shuffle", reverse)
    look(valley.caseworker)
    assert [len(batch) for batch in turned] == [3]
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        secret = marks.secret_of(session, valley.desk(session, valley.caseworker))
    links = {marks.mark(secret, contributing.LINK, ident) for ident in referrals}
    with owner_engine.connect() as connection:
        written = connection.execute(text("SELECT link FROM contribution ORDER BY ctid")).scalars().all()
    assert [bytes(link) for link in written] == turned[0], "in the order in which they were shuffled"
    assert set(turned[0]) == links


def test_the_kind_of_help_is_counted_and_not_the_words(valley: Valley, owner_engine: Engine) -> None:
    case = valley.case(TOLD)  # type: ignore[arg-type]
    agrees(valley, case)
    consent, actor, term = valley.consent(case), valley.caseworker.actor, sorted(TERMS)[0]
    with valley.database.unit_of_work(actor) as session:
        referral = drafts.draft_referral(
            session,
            actor,
            valley.desk(session, valley.caseworker),
            session.get_one(Case, case.id),
            receiving_id=valley.khujand.id,
            categories=FOUR,
            content={"requested_service": "CANARY-service", "services": [{"term": term}]},
        )
    valley.approved(referral, consent)
    valley.send(referral)
    cancelled(valley, referral)
    clock(valley)
    month_over(owner_engine)
    look(valley.caseworker)
    (row,) = rows(valley)
    assert row.service == term
    with owner_engine.connect() as connection:
        assert "CANARY" not in connection.execute(text("SELECT c::text FROM contribution c")).scalar_one()


def test_reports_read_the_counts_and_never_the_link(valley: Valley, owner_engine: Engine) -> None:
    ask = text(
        "SELECT has_column_privilege(current_database() || '_reports', 'contribution', :column, 'SELECT')"
    )
    with owner_engine.connect() as connection:
        for column, readable in (
            ("month", True),
            ("outcome", True),
            ("contributor", True),
            ("link", False),
            ("id", False),
        ):
            assert connection.execute(ask, {"column": column}).scalar_one() is readable, column


def test_the_secret_of_a_desk_is_one_and_is_sealed(valley: Valley, owner_engine: Engine) -> None:
    secrets = set()
    for person in (valley.caseworker, valley.supervisor, valley.caseworker):
        with valley.database.unit_of_work(person.actor) as session:
            secrets.add(marks.secret_of(session, valley.desk(session, person)))
    assert len(secrets) == 1
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert marks.secret_of(session, valley.desk(session, valley.receiver)) not in secrets
    with owner_engine.connect() as connection:
        kept = " ".join(connection.execute(text("SELECT t::text FROM desk_secret t")).scalars())
    assert secrets.pop().hex() not in kept
