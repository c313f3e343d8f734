"""The table "Rules, enforced on the server at every read and every send", row by row, as the two desks meet it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.database import now
from network.permissions import Unfit
from network.referrals import queries, wordings
from network.referrals.acts import Guardianship
from network.referrals.categories import Category
from network.referrals.consent import INFORMED_QUESTIONS, Assent, Guardian
from network.referrals.jobs import consent_ends_soon, consent_expires, reading_ends
from network.referrals.models import Case, Consent, Obligation, Referral
from network.referrals.services import cases, consents, drafts, narrowing, receiving, sending
from network.referrals.states import Status
from network.scheduler import Due
from network.tenancy import Actor
from tests.factories import Person
from tests.referrals.asking import guarded, record
from tests.referrals.conftest import FOUR, WRITTEN, Valley, details

CHILD = {**WRITTEN, Category.IDENTITY: {"prs_FirstName": "CANARY-identity", "prs_Birthdate": "2014-05-17"}}
DAY = datetime.timedelta(days=1)


def reads(valley: Valley, referral: Referral, person: Person | None = None) -> frozenset[Category]:
    """What the receiving desk can in fact open."""
    who = person or valley.receiver
    with valley.database.unit_of_work(who.actor) as session:
        row = session.get_one(Referral, referral.id)
        found = receiving.read_package(session, who.actor, valley.desk(session, who), row)
        assert all(found[c] == WRITTEN[c] or found[c] == CHILD[c] for c in found)
        return frozenset(found)


def told(valley: Valley, referral: Referral) -> dict[str, Any] | None:
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        row = session.get_one(Referral, referral.id)
        desk = valley.desk(session, valley.receiver)
        return receiving.read_envelope(session, valley.receiver.actor, desk, row)


def accept(valley: Valley, referral: Referral) -> None:
    actor = valley.receiver.actor
    with valley.database.unit_of_work(actor) as session:
        receiving.open_referral(session, actor, referral.id)
        receiving.accept_referral(session, actor, referral.id, worker_id=valley.receiver.user_id)


def status(valley: Valley, referral: Referral) -> Status:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return session.get_one(Referral, referral.id).status


def narrow(valley: Valley, consent: Consent, *taken: Category) -> None:
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        narrowing.narrow_consent(
            session,
            actor,
            valley.desk(session, valley.caseworker),
            session.get_one(Consent, consent.id),
            {valley.khujand.id: frozenset(taken)},
        )


def again(valley: Valley, case: Case, former: Consent, *categories: Category, days: int = 90) -> Consent:
    """A new act in place of the former one."""
    return valley.consent(case, categories=categories, days=days, supersedes=former)


def obligations(valley: Valley) -> list[Obligation]:
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        return list(session.scalars(select(Obligation).order_by(Obligation.id)))


def moved_back(owner: Engine, consent: Consent, by: datetime.timedelta) -> None:
    """The days of a consent pass."""
    with owner.connect() as connection:
        ids = {"consent": consent.id, "by": by}
        for statement in (
            "UPDATE consent SET given_at = given_at - :by, expires_at = expires_at - :by WHERE id = :consent",
            "UPDATE referral SET consent_expires_at = consent_expires_at - :by WHERE id IN"
            " (SELECT referral_id FROM referral_origin WHERE consent_id = :consent)",
            "UPDATE wraps.part_key SET readable_until = readable_until - :by WHERE referral_id IN"
            " (SELECT referral_id FROM referral_origin WHERE consent_id = :consent)",
        ):
            connection.execute(text(statement), ids)


def clock(valley: Valley, job: Any, subject: Consent | Referral) -> None:
    """The clock comes, for a consent, or for the referral of an override."""
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        job(session, Due(tenant_id=valley.osh.id, kind="x", subject_id=subject.id, due_at=now(), attempts=0))


def letters(owner: Engine, tenant: Any) -> int:
    with owner.connect() as connection:
        asked = text("SELECT count(*) FROM outbox_message WHERE to_kind = 'desk' AND to_id = :id")
        return int(connection.execute(asked, {"id": tenant.id}).scalar_one())


# No active consent for purpose × recipient × category.


def test_without_consent_one_may_draft_and_not_send_and_every_missing_category_is_named(
    valley: Valley,
) -> None:
    case = valley.case()
    consent = valley.consent(case, categories=(Category.HEALTH,))
    with pytest.raises(Unfit) as refused:
        valley.approved(valley.draft(case), consent)
    assert refused.value.detail["categories"] == ["identity", "contact", "demographics"]


# Narrowed.


def test_narrowing_destroys_exactly_the_keys_of_what_was_taken_out_and_a_deletion_is_owed(
    valley: Valley,
) -> None:
    _case, consent, referral = valley.sent()
    accept(valley, referral)
    assert reads(valley, referral) == frozenset(FOUR)
    narrow(valley, consent, Category.HEALTH, Category.DEMOGRAPHICS)
    assert reads(valley, referral) == {Category.IDENTITY, Category.CONTACT}
    assert status(valley, referral) is Status.ACCEPTED
    envelope = told(valley, referral)
    assert envelope is not None and "hints" not in envelope
    assert envelope["consent"]["categories"] == ["identity", "contact"]
    (owed,) = obligations(valley)
    assert owed.categories == ["demographics", "health"] and owed.confirmed_at is None
    assert owed.due_at - owed.notified_at == datetime.timedelta(hours=72)


def test_narrowing_twice_owes_two_deletions_each_of_its_own(valley: Valley) -> None:
    _case, consent, referral = valley.sent()
    accept(valley, referral)
    narrow(valley, consent, Category.HEALTH)
    narrow(valley, consent, Category.IDENTITY)
    assert [owed.categories for owed in obligations(valley)] == [["health"], ["identity"]]
    with pytest.raises(Unfit, match="nothing_chosen"):
        narrow(valley, consent, Category.HEALTH)


def test_before_acceptance_nothing_was_read_so_narrowing_owes_nothing(valley: Valley) -> None:
    _case, consent, referral = valley.sent()
    narrow(valley, consent, Category.HEALTH)
    assert obligations(valley) == []
    accept(valley, referral)
    assert reads(valley, referral) == frozenset(FOUR) - {Category.HEALTH}


def test_a_supervisor_of_the_receiving_desk_confirms_that_what_was_taken_back_is_deleted(
    valley: Valley,
) -> None:
    _case, consent, referral = valley.sent()
    accept(valley, referral)
    narrow(valley, consent, Category.HEALTH)
    path = f"/en/referrals/{referral.id}"
    assert "It must confirm" in valley.caseworker.visitor().open(path).main
    page = valley.receiving_supervisor.visitor().open(path).follow("Confirm it")
    assert page.submit({"ground": None}, containing="ground").status == 422
    worker = valley.receiver.visitor().open(f"{path}/deletion")
    assert worker.submit({"ground": "deleted"}, containing="ground").status == 403
    assert page.submit({"ground": "deleted"}, containing="ground").status == 200
    (owed,) = obligations(valley)
    assert owed.confirmed_at is not None and owed.ground is not None
    assert status(valley, referral) is Status.ACCEPTED
    assert "It must confirm" not in valley.caseworker.visitor().open(path).main
    assert page.visitor.open(f"{path}/deletion").status == 409


def test_narrowing_to_nothing_is_a_withdrawal(valley: Valley) -> None:
    _case, consent, referral = valley.sent()
    accept(valley, referral)
    narrow(valley, consent, *FOUR)
    assert status(valley, referral) is Status.STOPPING
    assert told(valley, referral) is None and reads(valley, referral) == frozenset()


def test_what_was_taken_out_cannot_be_sent_any_more(valley: Valley) -> None:
    case = valley.case()
    consent = valley.consent(case)
    referral = valley.draft(case)
    valley.approved(referral, consent)
    narrow(valley, consent, Category.CONTACT)
    with pytest.raises(Unfit) as refused:
        valley.send(referral)
    assert refused.value.detail["categories"] == ["contact"]


def test_narrowing_is_a_page_that_says_what_was_taken_back(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    visitor = valley.caseworker.visitor()
    page = visitor.open(f"/en/referrals/cases/{case.id}/consents/{consent.id}").follow("Take a part back")
    assert page.submit({}, containing="Take it back now").status == 422
    done = page.submit({f"c{valley.khujand.id.hex}": ["health"]}, containing="Take it back now")
    assert "Khujand partner may read: Name and identity; Safe contact; Sex, age, languages." in done.main
    assert "A part was taken back" in done.main
    theirs = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    assert "CANARY-health" not in theirs.html and "CANARY-contact" in theirs.html
    assert "took a part of the consent back" in theirs.main


# Widened, renewed.


def test_a_renewal_is_a_new_act_under_which_everything_goes_on(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    newer = again(valley, case, consent, *FOUR, days=200)
    assert reads(valley, referral) == frozenset(FOUR)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        former = session.get_one(Consent, consent.id)
        assert former.superseded_at is not None and former.expires_at == consent.expires_at
        assert session.get_one(Referral, referral.id).consent_expires_at == newer.expires_at
    with pytest.raises(Unfit, match="consent_replaced"):
        again(valley, case, consent, *FOUR)


@pytest.mark.parametrize("which", ["former", "newer"])
def test_withdrawing_any_of_a_chain_of_renewals_withdraws_what_holds(valley: Valley, which: str) -> None:
    case, consent, referral = valley.sent()
    newer = again(valley, case, consent, *FOUR)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        chosen = consent if which == "former" else newer
        consents.withdraw_consent(session, actor, session.get_one(Consent, chosen.id))
    assert status(valley, referral) is Status.WITHDRAWN
    with pytest.raises(Unfit, match="consent_missing"):
        valley.approved(valley.draft(case), consent)


def test_a_renewal_that_allows_less_narrows_at_once(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    again(valley, case, consent, Category.IDENTITY, Category.CONTACT)
    assert reads(valley, referral) == {Category.IDENTITY, Category.CONTACT}
    assert obligations(valley)[0].categories == ["demographics", "health"]


def test_allowing_more_is_a_new_act_and_never_an_edit(valley: Valley) -> None:
    case = valley.case()
    consent = valley.consent(case, categories=(Category.CONTACT,))
    visitor = valley.caseworker.visitor()
    page = visitor.open(f"/en/referrals/cases/{case.id}/consents/{consent.id}").follow(
        "Renew it, or allow more"
    )
    page = page.submit(containing="given_by")
    assert page.submit(containing="informed").status == 422  # Everything is explained anew.
    page = page.submit({"informed": list(INFORMED_QUESTIONS)}, containing="informed")
    page = page.submit(containing="recipients")
    field = f"c{valley.khujand.id.hex}"
    assert page.values(field)[field] == "contact"
    page = page.submit({field: ["contact", "health"]}, containing=field)
    done = page.submit(containing="method").submit(containing="Record the consent")
    assert done.main.count("Khujand partner may read: Safe contact; Health.") == 1
    assert done.main.count("Khujand partner may read: Safe contact. ") == 1 and "Replaced" in done.main


def test_what_was_allowed_since_is_sent_along_and_the_receiver_sees_the_difference(
    valley: Valley, owner_engine: Engine
) -> None:
    case, consent, referral = valley.sent((Category.IDENTITY, Category.CONTACT))
    accept(valley, referral)
    page = valley.supervisor.visitor().open(f"/en/referrals/{referral.id}/more")
    assert "No consent covers more" in page.main
    again(valley, case, consent, *FOUR)
    assert reads(valley, referral) == {Category.IDENTITY, Category.CONTACT}  # Nothing moves by itself.
    worker = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}/more")
    token = worker.visitor.token(f"/en/referrals/{referral.id}")
    page = page.visitor.open(page.path)
    words = dict(page.form("categories").form_values()) | {"categories": "health", "csrf_token": token}
    refused = worker.visitor.post(worker.path, words)
    assert not worker.forms() and refused.status == 422
    assert "Only a supervisor who did not write" in refused.main and "Only a supervisor" in worker.main
    assert page.submit({"categories": ["location"]}, containing="categories").status == 422
    page.submit({"categories": ["health", "demographics"]}, containing="categories")
    assert reads(valley, referral) == frozenset(FOUR)
    theirs = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    assert "New since it was sent first: Sex, age, languages; Health." in theirs.main
    with owner_engine.connect() as connection:
        ledger = connection.execute(text("SELECT categories FROM disclosure ORDER BY disclosed_at")).scalars()
        assert list(ledger) == [["identity", "contact"], ["demographics", "health"]]
    narrow(valley, again(valley, case, newest(valley, case), *FOUR), Category.HEALTH)
    assert reads(valley, referral) == frozenset(FOUR) - {Category.HEALTH}


def newest(valley: Valley, case: Case) -> Consent:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return session.scalars(queries.consents_of(case.id)).all()[0]


# Expiry.


def test_the_desk_is_told_thirty_fourteen_and_three_days_before_and_not_of_what_is_over(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case()
    consent = valley.consent(case, days=40)
    with owner_engine.connect() as connection:
        asked = "SELECT due_at FROM due WHERE kind = 'referrals.consent_ends_soon' ORDER BY due_at"
        due = connection.execute(text(asked)).scalars().all()
    assert [(consent.expires_at - moment).days for moment in due] == [30, 14, 3]
    before = letters(owner_engine, valley.osh)
    clock(valley, consent_ends_soon, consent)
    assert letters(owner_engine, valley.osh) == before + 1
    again(valley, case, consent, *FOUR)
    clock(valley, consent_ends_soon, consent)
    assert letters(owner_engine, valley.osh) == before + 1


def test_a_short_consent_has_only_the_notices_that_are_still_to_come(
    valley: Valley, owner_engine: Engine
) -> None:
    valley.consent(valley.case(), days=10)
    with owner_engine.connect() as connection:
        asked = "SELECT count(*) FROM due WHERE kind = 'referrals.consent_ends_soon'"
        assert connection.execute(text(asked)).scalar_one() == 1


def test_at_expiry_what_is_not_accepted_is_withdrawn_and_what_is_stays_readable_for_fourteen_days(
    valley: Valley, owner_engine: Engine
) -> None:
    case, consent, accepted = valley.sent()
    accept(valley, accepted)
    waiting = valley.draft(case)
    valley.approved(waiting, consent)
    valley.send(waiting)
    moved_back(owner_engine, consent, 91 * DAY)
    clock(valley, consent_expires, consent)
    assert status(valley, waiting) is Status.WITHDRAWN and status(valley, accepted) is Status.ACCEPTED
    assert reads(valley, accepted) == frozenset(FOUR)
    with pytest.raises(Unfit, match="consent_missing"):
        valley.approved(valley.draft(case), consent)
    moved_back(owner_engine, consent, 14 * DAY)
    assert reads(valley, accepted) == frozenset()  # The clock has not even come yet.
    clock(valley, reading_ends, consent)
    assert status(valley, accepted) is Status.WITHDRAWN and obligations(valley) == []


def test_a_clock_that_comes_after_a_renewal_ends_nothing(valley: Valley, owner_engine: Engine) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    again(valley, case, consent, *FOUR)
    for job in (consent_expires, reading_ends):
        clock(valley, job, consent)
    assert reads(valley, referral) == frozenset(FOUR)


# Minors.


def child_sent(valley: Valley) -> tuple[Case, Consent, Referral]:
    """A child, referred with her mother's consent and her own yes."""
    case = valley.case(CHILD)
    answers = guarded(valley)
    answers["what"] = {f"c{valley.khujand.id.hex}": [c.value for c in FOUR]}
    record(valley.caseworker.visitor(), case, answers)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consent = session.scalars(queries.consents_of(case.id)).one()
    referral = valley.draft(case)
    valley.approved(referral, consent)
    valley.send(referral)
    return case, consent, referral


def test_a_child_is_referred_with_a_guardians_consent_and_a_second_person(valley: Valley) -> None:
    _case, _consent, referral = child_sent(valley)
    accept(valley, referral)
    assert reads(valley, referral) == frozenset(FOUR)


def test_a_child_is_not_referred_on_its_own_word_alone(valley: Valley) -> None:
    case = valley.case({c: WRITTEN[c] for c in WRITTEN if c is not Category.DEMOGRAPHICS})
    consent = valley.consent(case, categories=(Category.CONTACT,))
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        row, desk = session.get_one(Case, case.id), valley.desk(session, valley.caseworker)
        cases.write_part(session, actor, desk, row, Category.DEMOGRAPHICS, {"age_band": "9-17"}, seen=0)
    with pytest.raises(Unfit, match="minor"):
        valley.approved(valley.draft(case, categories=(Category.CONTACT,)), consent)


def test_a_guardian_found_unsuitable_ends_everything_at_once_and_what_was_found_is_sealed(
    valley: Valley, owner_engine: Engine
) -> None:
    case, consent, referral = child_sent(valley)
    accept(valley, referral)
    visitor = valley.caseworker.visitor()
    page = visitor.open(f"/en/referrals/cases/{case.id}/consents/{consent.id}")
    done = page.follow("This guardian is unsuitable").submit({"reason": "CANARY-found"}, containing="reason")
    assert "consent has ended" in done.html and status(valley, referral) is Status.STOPPING
    assert reads(valley, referral) == frozenset() and told(valley, referral) is None
    with owner_engine.connect() as connection:
        kept = connection.execute(text("SELECT ciphertext FROM consent_event WHERE kind = 'withdrawn'"))
        (sealed,) = kept.scalars()
        assert sealed and b"CANARY" not in sealed


def test_who_comes_of_age_is_no_longer_spoken_for(valley: Valley, owner_engine: Engine) -> None:
    _case, consent, referral = child_sent(valley)
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE consent SET guardian_consent_ends_on = current_date"))
    clock(valley, consent_expires, consent)
    assert status(valley, referral) is Status.WITHDRAWN


def test_for_a_grown_up_a_guardian_by_law_may_speak_and_a_supervisor_looks(valley: Valley) -> None:
    case = valley.case()
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        wordings.ensure(session)
        guardian = Guardianship(Guardian.LEGAL_GUARDIAN, "brother", "Decision of the court")
        consent = consents.give_consent(
            session,
            actor,
            valley.desk(session, valley.caseworker),
            session.get_one(Case, case.id),
            text=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
            scopes={valley.khujand.id: frozenset(FOUR)},
            details=details(),
            guardian=guardian,
            assent=Assent.AGREES,
        )
        assert consent.guardian_consent_ends_on is None
    referral = valley.draft(case)
    with valley.database.unit_of_work(actor) as session:
        given = session.scalars(queries.consents_of(case.id)).one()
        drafts.prepare_referral(
            session, actor, valley.desk(session, valley.caseworker), referral.id, given=given
        )
    with pytest.raises(Unfit, match="approval_needed"):
        valley.send(referral)


# One key holder alone.


def test_who_holds_the_key_alone_sends_with_a_typed_ground_that_the_receiver_reads(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case()
    valley.consent(case)
    referral = valley.draft(case)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        given = session.scalars(queries.consents_of(case.id)).one()
        drafts.prepare_referral(
            session, actor, valley.desk(session, valley.caseworker), referral.id, given=given
        )

    def send(alone: str) -> None:
        with valley.database.unit_of_work(actor) as session:
            desk = valley.desk(session, valley.caseworker)
            sending.send_referral(session, actor, desk, referral.id, alone=alone)

    with pytest.raises(Unfit, match="approval_needed"):
        send("CANARY-ground")  # A supervisor is there and must look.
    with owner_engine.connect() as connection:
        connection.execute(
            text("DELETE FROM wraps.desk_key WHERE user_id = :id"), {"id": valley.supervisor.user_id}
        )
    with pytest.raises(Unfit, match="approval_needed"):
        send("  ")
    send("CANARY-ground")
    envelope = told(valley, referral)
    assert envelope is not None and envelope["alone"] == "CANARY-ground"
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT sent_alone FROM referral_origin")).scalar_one() is True
