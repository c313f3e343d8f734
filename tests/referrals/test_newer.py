"""What was sent has become older than the case: the sender is told, sends the newer version, the receiver compares."""

from __future__ import annotations

from typing import Any

import pytest

from network.permissions import Stale, Unfit
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, Referral
from network.referrals.services import cases, consents, handover, receiving, renewing
from network.referrals.services.narrowing import narrow_consent
from network.referrals.states import Status
from tests.factories import Person
from tests.referrals.conftest import FOUR, WRITTEN, Valley
from tests.referrals.test_comparing import accept, sections
from tests.referrals.test_handover import allow
from tests.referrals.walking import Walk

NEW = {"health_needs": "CANARY-health", "urgent_treatment": "CANARY-treatment"}


def write(valley: Valley, case: Case, content: dict[str, Any] = NEW, *, seen: int = 1) -> None:
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        row, desk = session.get_one(Case, case.id), valley.desk(session, valley.caseworker)
        cases.write_part(session, actor, desk, row, Category.HEALTH, content, seen=seen)


def send_newer(valley: Valley, referral: Referral, who: Person | None = None) -> None:
    person = who or valley.supervisor
    with valley.database.unit_of_work(person.actor) as session:
        desk = valley.desk(session, person)
        renewing.send_newer(session, person.actor, desk, referral.id, categories=frozenset({Category.HEALTH}))


def read(valley: Valley, referral: Referral) -> dict[Category, Any]:
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        row = session.get_one(Referral, referral.id)
        return receiving.read_package(
            session, valley.receiver.actor, valley.desk(session, valley.receiver), row
        )


def test_the_sender_is_told_sends_it_with_one_press_and_the_receiver_sees_what_changed(
    valley: Valley,
) -> None:
    case, _consent, referral = valley.sent()
    accept(valley, referral)
    ours, theirs = valley.supervisor.visitor(), valley.receiver.visitor()
    address = f"/en/referrals/{referral.id}"
    assert "older than what you hold" not in ours.open(address).main
    write(valley, case)
    page = ours.open(address)
    assert "older than what you hold" in page.main and "Written anew since it was sent: Health." in page.main
    assert "CANARY-treatment" not in theirs.open(address).html
    page = page.follow("See what changed, and send it")
    assert "Urgent treatment" in page.main and "CANARY-treatment" in page.main
    assert "CANARY-identity" not in page.main
    sent = page.submit(containing="categories")
    assert "The newer version was sent." in sent.main and "older than what you hold" not in sent.main
    assert page.submit(containing="categories").path == address, "a second press sends nothing more"
    there = theirs.open(address)
    assert "A newer version came" in there.main and "CANARY-treatment" in there.main
    assert there.main.count("CANARY-health") == 1, "of two versions the newer one is read"
    compared = there.follow("See what changed")
    assert set(sections(compared)) == {"Health Changed"}
    assert "CANARY-treatment" in sections(compared)["Health Changed"]
    assert "CANARY-health" not in sections(compared)["Health Changed"]
    assert read(valley, referral)[Category.HEALTH] == NEW
    assert "Nothing is newer" in ours.open(f"{address}/newer").main


def test_across_a_border_only_a_supervisor_who_did_not_write_it_sends_it(valley: Valley) -> None:
    case, _consent, referral = valley.sent()
    accept(valley, referral)
    write(valley, case)
    visitor, address = valley.caseworker.visitor(), f"/en/referrals/{referral.id}/newer"
    page = visitor.open(address)
    assert "Only a supervisor who did not write" in page.main, "it is said before anything is chosen"
    assert "CANARY-treatment" in page.main and not page.forms(), "what changed can be read all the same"
    form = valley.supervisor.visitor().open(address).values("categories")
    token = visitor.token(f"/en/referrals/{referral.id}")
    refused = visitor.post(address, {**form, "csrf_token": token})
    assert refused.status == 422 and "Only a supervisor who did not write" in refused.main
    assert Category.HEALTH in read(valley, referral)
    assert "urgent_treatment" not in read(valley, referral)[Category.HEALTH]


def test_what_was_emptied_what_is_over_and_what_is_not_newer_are_refused(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    with pytest.raises(Unfit, match="nothing_chosen"):
        send_newer(valley, referral)
    write(valley, case, {})
    with pytest.raises(Unfit, match="category_empty"):
        send_newer(valley, referral)
    write(valley, case, seen=2)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent.id))
    with pytest.raises(Stale):
        send_newer(valley, referral)
    assert valley.onlooker.client().get(f"/en/referrals/{referral.id}/newer").status_code == 404
    assert valley.receiver.client().get(f"/en/referrals/{referral.id}/newer").status_code == 404
    assert valley.supervisor.client().get(f"/en/referrals/{referral.id}/newer").status_code == 409


def test_taking_a_category_back_destroys_the_keys_of_all_its_versions(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    write(valley, case)
    send_newer(valley, referral)
    theirs = valley.receiver.visitor()
    compared = theirs.open(f"/en/referrals/{referral.id}/compare")
    assert "CANARY-treatment" in compared.main
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        row = session.get_one(Consent, consent.id)
        narrow_consent(session, actor, desk, row, {valley.khujand.id: frozenset({Category.HEALTH})})
    assert set(read(valley, referral)) == set(FOUR) - {Category.HEALTH}
    after = theirs.open(f"/en/referrals/{referral.id}/compare")
    assert "CANARY" not in after.main
    for address in ("", "/compare"):
        html = theirs.open(f"/en/referrals/{referral.id}{address}").html
        assert "CANARY-treatment" not in html and WRITTEN[Category.HEALTH]["health_needs"] not in html


def test_a_newer_version_that_came_with_an_offered_hand_over_can_still_be_sent_and_is_taken_back_with_its_category(
    valley: Valley,
) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    write(valley, case)
    allow(Walk(valley, case, consent, referral))
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        handover.propose_handover(session, actor, valley.desk(session, valley.caseworker), referral.id)
    send_newer(valley, referral)
    assert read(valley, referral)[Category.HEALTH] == NEW
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        row = session.get_one(Consent, consent.id)
        narrow_consent(session, actor, desk, row, {valley.khujand.id: frozenset({Category.HEALTH})})
        assert session.get_one(Referral, referral.id).status is Status.ACCEPTED
    assert Category.HEALTH not in read(valley, referral)
