"""A referral from end to end through the services: what each side can read at each step, and nothing more."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from network.database import now
from network.keys import verify
from network.permissions import NotThere, Refused, Stale, Unfit
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.models import Case, CasePart, Consent, Obligation, PartKey, Referral, ReferralEvent
from network.referrals.services import cases, closing, consents, drafts, receiving, sending
from network.referrals.services.package import signed_words
from network.referrals.states import CancelReason, DeclineReason, Outcome, Status, StopGround
from tests.factories import Person
from tests.referrals.conftest import FOUR, WRITTEN, Valley


def package(valley: Valley, person: Person, referral: Referral) -> dict[Category, dict[str, str]]:
    with valley.database.unit_of_work(person.actor) as session:
        row = session.get_one(Referral, referral.id)
        return receiving.read_package(session, person.actor, valley.desk(session, person), row)


def envelope(valley: Valley, person: Person, referral: Referral) -> dict[str, object] | None:
    with valley.database.unit_of_work(person.actor) as session:
        row = session.get_one(Referral, referral.id)
        return receiving.read_envelope(session, person.actor, valley.desk(session, person), row)


def accept(valley: Valley, referral: Referral) -> None:
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        receiving.open_referral(session, valley.receiver.actor, referral.id)
        receiving.accept_referral(
            session, valley.receiver.actor, referral.id, worker_id=valley.receiver.user_id
        )


def withdraw(valley: Valley, consent: Consent) -> None:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent.id))


def status(valley: Valley, referral: Referral) -> Status:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return session.get_one(Referral, referral.id).status


def wraps_of(session: Session, holder: object) -> int:
    return session.scalar(select(func.count()).select_from(PartKey).where(PartKey.holder_id == holder)) or 0


def test_the_receiver_reads_the_envelope_when_sent_and_exactly_the_consented_parts_when_accepted(
    valley: Valley,
) -> None:
    _case, _consent, referral = valley.sent()
    told = envelope(valley, valley.receiver, referral)
    assert told is not None and told["requested_service"] == "CANARY-service"
    assert told["hints"] == {
        "prs_Gender": "Feminine",
        "age_band": "27-29",
        "special_needs": "CANARY-demographics",
    }
    assert package(valley, valley.receiver, referral) == {}
    accept(valley, referral)
    assert package(valley, valley.receiver, referral) == {c: WRITTEN[c] for c in Category if c in FOUR}


def test_before_acceptance_row_level_security_shows_the_receiver_no_part_and_no_key_to_one(
    valley: Valley,
) -> None:
    valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert session.scalars(select(CasePart)).all() == []
        raw = session.connection().execute(text("SELECT sealed_kind FROM wraps.part_key")).scalars().all()
        assert raw == ["envelope"]
        assert session.connection().execute(text("SELECT count(*) FROM case_part")).scalar_one() == 0


def test_hints_stay_out_of_the_envelope_where_demographics_are_not_in_scope(valley: Valley) -> None:
    _case, _consent, referral = valley.sent((Category.IDENTITY, Category.CONTACT))
    told = envelope(valley, valley.receiver, referral)
    assert told is not None and "hints" not in told


@pytest.mark.parametrize("who", ["onlooker", "receiver"])
def test_a_draft_is_its_authors_alone(valley: Valley, who: str) -> None:
    referral = valley.draft(valley.case())
    person: Person = getattr(valley, who)
    with valley.database.unit_of_work(person.actor) as session:
        assert session.get(Referral, referral.id) is None
        assert session.connection().execute(text("SELECT count(*) FROM referral")).scalar_one() == 0


def test_a_third_partner_sees_nothing_at_any_stage(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    accept(valley, referral)
    with valley.database.unit_of_work(valley.onlooker.actor) as session:
        for table in (
            "referral",
            "referral_event",
            "disclosure",
            "case_part",
            "case_record",
            "wraps.part_key",
            "consent",
        ):
            assert session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, (
                table
            )
        with pytest.raises(NotThere):
            receiving.open_referral(session, valley.onlooker.actor, referral.id)


def test_the_receiver_never_learns_the_case(valley: Valley) -> None:
    case, _consent, referral = valley.sent()
    accept(valley, referral)
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert session.get(Case, case.id) is None
        for table in ("referral", "case_part", "wraps.part_key", "disclosure", "referral_event"):
            rows = session.connection().execute(text(f"SELECT * FROM {table}")).all()
            assert rows and str(case.id) not in str(rows), table
            assert case.code not in str(rows), table


def test_without_consent_nothing_is_sent_and_the_missing_categories_are_named(valley: Valley) -> None:
    case = valley.case()
    consent = valley.consent(case, categories=(Category.IDENTITY,))
    referral = valley.draft(case)
    with pytest.raises(Unfit) as refused:
        valley.approved(referral, consent)
    assert refused.value.code == "consent_missing"
    assert refused.value.detail["categories"] == ["contact", "demographics", "health"]


def test_consent_for_one_partner_is_none_for_another(valley: Valley) -> None:
    case = valley.case()
    consent = valley.consent(case, to=valley.andijan)
    with pytest.raises(Unfit, match="consent_missing"):
        valley.approved(valley.draft(case), consent)


def test_across_a_border_a_second_person_must_approve_exactly_what_is_sent(valley: Valley) -> None:
    case = valley.case()
    consent = valley.consent(case)
    referral = valley.draft(case)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        given = next(iter(session.scalars(queries.consents_of(case.id))))
        desk = valley.desk(session, valley.caseworker)
        drafts.prepare_referral(session, valley.caseworker.actor, desk, referral.id, given=given)
    with pytest.raises(Unfit, match="approval_needed"):
        valley.send(referral)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        drafts.submit_referral(session, valley.caseworker.actor, referral.id)
    with pytest.raises(Refused), valley.database.unit_of_work(valley.caseworker.actor) as session:
        drafts.approve_referral(session, valley.caseworker.actor, referral.id)
    with valley.database.unit_of_work(valley.supervisor.actor) as session:
        drafts.approve_referral(session, valley.supervisor.actor, referral.id)
    # What was approved is changed afterwards: the approval no longer fits.
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        row = session.get_one(Case, case.id)
        desk = valley.desk(session, valley.caseworker)
        cases.write_part(
            session, valley.caseworker.actor, desk, row, Category.HEALTH, {"health_needs": "x"}, seen=1
        )
    with pytest.raises(Unfit, match="approval_needed"):
        valley.send(referral)
    assert consent.id


def test_across_a_border_the_risk_assessment_must_be_fresh(valley: Valley) -> None:
    case = valley.case(assessed=False)
    consent = valley.consent(case)
    with pytest.raises(Unfit, match="risk_assessment_old"):
        valley.approved(valley.draft(case), consent)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        row, desk = session.get_one(Case, case.id), valley.desk(session, valley.caseworker)
        old = now().date() - datetime.timedelta(days=15)
        cases.assess_risk(session, valley.caseworker.actor, desk, row, on=old, level="low", notes="")
    with pytest.raises(Unfit, match="risk_assessment_old"):
        valley.approved(valley.draft(case), consent)


def test_without_an_agreement_nothing_is_sent(valley: Valley, make: object) -> None:
    case = valley.case()
    consent = valley.consent(case)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        for agreement in session.scalars(
            queries.agreement_in_force(valley.osh.id, valley.khujand.id, now().date())
        ):
            agreement.valid_until = now().date() - datetime.timedelta(days=1)
    with pytest.raises(Unfit, match="no_agreement"):
        valley.approved(valley.draft(case), consent)


def test_withdrawal_before_acceptance_leaves_a_stub(valley: Valley) -> None:
    _case, consent, referral = valley.sent()
    assert envelope(valley, valley.receiver, referral) is not None
    withdraw(valley, consent)
    assert status(valley, referral) is Status.WITHDRAWN
    assert envelope(valley, valley.receiver, referral) is None
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert wraps_of(session, valley.khujand.id) == 0
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert session.get_one(Referral, referral.id).code == referral.code


def test_withdrawal_after_acceptance_destroys_the_keys_at_once_and_the_receiver_must_confirm(
    valley: Valley,
) -> None:
    _case, consent, referral = valley.sent()
    accept(valley, referral)
    assert package(valley, valley.receiver, referral)
    withdraw(valley, consent)
    assert status(valley, referral) is Status.STOPPING
    assert package(valley, valley.receiver, referral) == {}
    assert envelope(valley, valley.receiver, referral) is None
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        owed = session.scalars(select(Obligation)).one()
        assert datetime.timedelta(hours=71) < owed.due_at - now() < datetime.timedelta(hours=72)
        with pytest.raises(Refused):
            receiving.confirm_stop(session, valley.receiver.actor, referral.id, ground=StopGround.DELETED)
    with valley.database.unit_of_work(valley.receiving_supervisor.actor) as session:
        receiving.confirm_stop(
            session, valley.receiving_supervisor.actor, referral.id, ground=StopGround.DELETED
        )
    assert status(valley, referral) is Status.WITHDRAWN


def test_withdrawal_is_never_refused_and_twice_is_once(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    withdraw(valley, consent)
    withdraw(valley, consent)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert len(session.scalars(queries.events_of(referral.id)).all()) == 7
        assert len(session.scalars(select(Obligation)).all()) == 1
    with pytest.raises(Unfit, match="consent_missing"):
        valley.approved(valley.draft(case), consent)


def test_after_the_consent_ended_row_level_security_hides_the_package_without_any_job(
    valley: Valley, make: object
) -> None:
    _case, _consent, referral = valley.sent()
    accept(valley, referral)
    assert package(valley, valley.receiver, referral)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        for wrap in session.scalars(select(PartKey).where(PartKey.holder_id == valley.khujand.id)):
            wrap.readable_until = now() - datetime.timedelta(seconds=1)
    assert package(valley, valley.receiver, referral) == {}
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert session.connection().execute(text("SELECT count(*) FROM wraps.part_key")).scalar_one() == 0


def test_the_clock_withdraws_what_was_not_accepted_when_consent_ends(valley: Valley) -> None:
    from network.tenancy import Actor

    _case, consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        session.get_one(Consent, consent.id).expires_at = now() - datetime.timedelta(seconds=1)
        session.get_one(Referral, referral.id).consent_expires_at = now() - datetime.timedelta(seconds=1)
    with pytest.raises(Unfit, match="consent_ended"):
        accept(valley, referral)
    clock = Actor.clock(valley.osh.id)
    with valley.database.unit_of_work(clock) as session:
        consents.expire_consent(session, clock, consent.id)
    assert status(valley, referral) is Status.WITHDRAWN
    assert envelope(valley, valley.receiver, referral) is None


def test_decline_tells_the_sender_why_and_nobody_else(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        desk = valley.desk(session, valley.receiver)
        receiving.decline_referral(
            session, valley.receiver.actor, desk, referral.id, reason=DeclineReason.UNSAFE
        )
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        row, desk = session.get_one(Referral, referral.id), valley.desk(session, valley.caseworker)
        answers = receiving.read_answers(session, valley.caseworker.actor, desk, row)
        assert [content for _move, content in answers] == [{"reason": "unsafe"}]
        raw = session.connection().execute(text("SELECT ciphertext FROM referral_answer")).scalar_one()
        assert b"unsafe" not in bytes(raw)
        closing.confirm_decline(session, valley.caseworker.actor, referral.id)
    assert status(valley, referral) is Status.DECLINED
    assert envelope(valley, valley.receiver, referral) is None


def test_the_whole_way_to_the_outcome(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    accept(valley, referral)
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        actor, desk = valley.receiver.actor, valley.desk(session, valley.receiver)
        receiving.start_service(session, actor, referral.id)
        receiving.report_outcome(session, actor, desk, referral.id, outcome=Outcome.PROVIDED)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        closing.close_referral(session, valley.caseworker.actor, referral.id)
        events = session.scalars(queries.events_of(referral.id)).all()
    assert [e.after for e in events] == [
        Status.READY,
        Status.APPROVAL_PENDING,
        Status.READY,
        Status.SENT,
        Status.RECEIVED,
        Status.ACCEPTED,
        Status.IN_SERVICE,
        Status.OUTCOME_REPORTED,
        Status.CLOSED,
    ]
    assert package(valley, valley.receiver, referral) == {}


def test_recall_is_possible_until_it_is_opened(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        sending.recall_referral(session, valley.caseworker.actor, referral.id)
    assert status(valley, referral) is Status.DRAFT
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        assert session.get(Referral, referral.id) is None
        assert session.connection().execute(text("SELECT count(*) FROM wraps.part_key")).scalar_one() == 0
    _case, _consent, second = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        receiving.open_referral(session, valley.receiver.actor, second.id)
    with pytest.raises(Stale), valley.database.unit_of_work(valley.caseworker.actor) as session:
        sending.recall_referral(session, valley.caseworker.actor, second.id)


def test_a_move_from_a_stale_page_moves_nothing(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        seen = receiving.open_referral(session, valley.receiver.actor, referral.id).version
        receiving.acknowledge_referral(session, valley.receiver.actor, referral.id, seen=seen)
    with pytest.raises(Stale), valley.database.unit_of_work(valley.receiver.actor) as session:
        worker = valley.receiver.user_id
        receiving.accept_referral(session, valley.receiver.actor, referral.id, worker_id=worker, seen=seen)
    assert status(valley, referral) is Status.ACKNOWLEDGED


def test_each_side_makes_only_its_own_moves(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    sender, receiver = valley.caseworker.actor, valley.receiver.actor
    with valley.database.unit_of_work(sender) as session, pytest.raises(Refused):
        receiving.accept_referral(session, sender, referral.id, worker_id=valley.caseworker.user_id)
    with valley.database.unit_of_work(receiver) as session, pytest.raises(Refused):
        sending.cancel_referral(session, receiver, referral.id, reason=CancelReason.ERROR)


def test_what_was_sent_is_signed_by_the_desk_that_sent_it(valley: Valley) -> None:
    from network.accounts.desk_keys import signing_public_of

    _case, consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        row = session.get_one(Referral, referral.id)
        public = signing_public_of(session, row.referring_id, row.signature_epoch or 0)
        words = signed_words(row, consent.text_id, consent.given_at)
        verify(public, words, row.signature or b"")


def test_two_writers_of_one_part_overwrite_nothing(valley: Valley) -> None:
    case = valley.case()
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        row, desk = session.get_one(Case, case.id), valley.desk(session, valley.caseworker)
        actor = valley.caseworker.actor
        cases.write_part(session, actor, desk, row, Category.HEALTH, {"health_needs": "first"}, seen=1)
        with pytest.raises(Stale):
            cases.write_part(session, actor, desk, row, Category.HEALTH, {"health_needs": "second"}, seen=1)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        row, desk = session.get_one(Case, case.id), valley.desk(session, valley.caseworker)
        assert cases.read_parts(session, valley.caseworker.actor, desk, row)[Category.HEALTH] == {
            "health_needs": "first"
        }


def test_a_colleague_who_does_not_work_on_a_case_does_not_find_it(valley: Valley, make: object) -> None:
    from network.permissions import Role

    case = valley.case()
    colleague = make.user(valley.osh, [Role.CASEWORKER])  # type: ignore[attr-defined]
    with valley.database.unit_of_work(colleague.actor) as session:
        row = session.get_one(Case, case.id)
        with pytest.raises(NotThere):
            cases.read_parts(session, colleague.actor, valley.desk(session, colleague), row)


def test_nothing_of_a_case_stands_in_the_clear(valley: Valley, owner_engine: object) -> None:
    """Canaries in every field; every column of every table read as the owner."""
    _case, _consent, referral = valley.sent()
    accept(valley, referral)
    from tests.house.catalog import classes, table_of

    with owner_engine.connect() as connection:  # type: ignore[attr-defined]
        for cls in classes():
            rows = connection.execute(text(f"SELECT * FROM {table_of(cls).fullname}")).all()
            for row in rows:
                for value in row:
                    shown = bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
                    assert b"CANARY" not in shown, table_of(cls).fullname


def test_events_are_counted_without_gaps(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    accept(valley, referral)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        numbers = session.scalars(select(ReferralEvent.number).order_by(ReferralEvent.number)).all()
    assert list(numbers) == list(range(1, len(numbers) + 1))
