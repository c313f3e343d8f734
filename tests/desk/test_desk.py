"""What waits for whom: counts that are links, of what this person may see and of nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from network.permissions import Role
from network.referrals.models import Consent
from network.referrals.services import consents, drafts, receiving
from network.referrals.states import DeclineReason
from tests.digest.conftest import Digest
from tests.events.conftest import Events
from tests.factories import Make, Person
from tests.pages import Page
from tests.referrals.conftest import FOUR, Valley


def desk(person: Person, language: str = "en") -> Page:
    page = person.visitor().open(f"/{language}/desk/")
    assert page.status == 200
    return page


def counts(page: Page) -> list[tuple[int, str]]:
    """The numbers on the desk in their order, with the words beside them."""
    found = []
    for anchor in page.tree.xpath("//ul[@class='counts']//a"):
        number = anchor.xpath("./strong")[0]
        words = " ".join("".join(anchor.xpath("./span/text()")).split())
        found.append((int(number.text), words))
    return found


def test_a_referral_appears_with_the_receiver_when_it_is_sent_and_with_nobody_else(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    page = desk(valley.receiver)
    assert counts(page) == [(1, "urgent referral to answer")]
    assert page.link("urgent referral") == f"/en/referrals/{referral.id}"
    assert "by " in page.main
    for other in (valley.onlooker, valley.caseworker, valley.supervisor):
        assert counts(desk(other)) == []


def test_the_supervisor_is_asked_for_approval_and_the_author_is_not(valley: Valley) -> None:
    case = valley.case()
    consent, referral = valley.consent(case), valley.draft(case)
    assert counts(desk(valley.caseworker)) == [(1, "referral you have not sent yet")]
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        keys = valley.desk(session, valley.caseworker)
        given = session.get_one(Consent, consent.id)
        session.refresh(given, ["scopes"])
        drafts.prepare_referral(session, valley.caseworker.actor, keys, referral.id, given=given)
        drafts.submit_referral(session, valley.caseworker.actor, referral.id)
    assert counts(desk(valley.supervisor)) == [(1, "referral to approve")]
    assert counts(desk(valley.caseworker)) == []
    assert counts(desk(valley.receiving_supervisor)) == []
    with valley.database.unit_of_work(valley.supervisor.actor) as session:
        drafts.approve_referral(session, valley.supervisor.actor, referral.id)
    assert counts(desk(valley.caseworker)) == [(1, "approved referral to send")]


def test_stop_and_delete_comes_before_everything_else(valley: Valley) -> None:
    _case, consent, referral = valley.sent()
    valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        actor = valley.receiver.actor
        receiving.open_referral(session, actor, referral.id)
        receiving.accept_referral(session, actor, referral.id, worker_id=valley.receiver.user_id)
    assert counts(desk(valley.receiver)) == [
        (1, "urgent referral to answer"),
        (1, "referral that you took on"),
    ]
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent.id))
    for person in (valley.receiver, valley.receiving_supervisor):
        assert counts(desk(person)) == [
            (1, "consent was withdrawn: stop, delete, confirm"),
            (1, "urgent referral to answer"),
        ]


def test_the_sender_reads_why_a_referral_was_declined(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        actor = valley.receiver.actor
        receiving.open_referral(session, actor, referral.id)
        receiving.decline_referral(
            session,
            actor,
            valley.desk(session, valley.receiver),
            referral.id,
            reason=DeclineReason.NO_CAPACITY,
        )
    assert counts(desk(valley.caseworker)) == [(1, "referral of ours was declined: read why")]
    assert counts(desk(valley.receiver)) == []


def test_a_colleague_who_does_not_work_on_the_case_hears_nothing_of_it(valley: Valley, make: Make) -> None:
    colleague = make.user(valley.osh, [Role.CASEWORKER])
    case = valley.case()
    valley.consent(case, days=20)
    valley.draft(case)
    assert counts(desk(valley.caseworker)) == [
        (1, "consent ends within 30 days"),
        (1, "referral you have not sent yet"),
    ]
    assert counts(desk(valley.supervisor)) == [(1, "consent ends within 30 days")]
    assert counts(desk(colleague)) == []


def test_no_desk_carries_a_word_of_a_case(valley: Valley) -> None:
    case, _consent, referral = valley.sent()
    for person in (valley.receiver, valley.caseworker, valley.supervisor, valley.onlooker):
        html = desk(person).html
        for secret in ("CANARY", case.code, referral.code, "Shelter"):
            assert secret not in html


def test_a_newcomer_waits_and_her_colleague_is_asked_to_let_her_in(make: Make) -> None:
    tenant, founder = make.desk()
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    assert counts(desk(founder)) == [(1, "colleague waits to be let in")]
    page = desk(newcomer)
    assert counts(page) == []
    assert "A colleague must let you in first" in page.main
    assert "recovery sheet" in desk(founder).main


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_coordinators_and_observers_have_a_desk_without_cases(valley: Valley, make: Make, role: Role) -> None:
    valley.sent()
    page = desk(make.user(make.network(), [role]))
    assert "referral" not in page.main.lower()
    assert "digest" in page.main.lower()


def test_the_coordinator_is_asked_for_the_note_of_an_open_edition(make: Make, digest: Digest) -> None:
    network = make.network()
    digest.open_edition(
        network, digest.last_week().date() - datetime.timedelta(days=digest.last_week().weekday())
    )
    make.tenant()
    page = desk(make.user(network, [Role.COORDINATOR]))
    assert counts(page) == [(1, "edition waits for your note"), (1, "partner has no key holder yet")]
    assert page.link("edition waits").endswith("/note")
    assert counts(desk(make.user(network, [Role.OBSERVER]))) == []


def test_organisers_and_editors_see_their_drafts_and_who_waits_for_an_answer(
    make: Make, events: Events, digest: Digest
) -> None:
    tenant = make.tenant()
    event = events.published(tenant, approval=True)
    events.register(event)
    events.draft(tenant)
    digest.draft(tenant)
    page = desk(make.user(tenant, [Role.ORGANISER, Role.EDITOR]))
    assert counts(page) == [
        (1, "registration waits for your answer"),
        (1, "activity not yet published in the digest"),
        (1, "event not yet published"),
    ]
    assert "Your next events" in page.main and "Conference of the valley" in page.main
    assert counts(desk(make.user(make.tenant(), [Role.ORGANISER, Role.EDITOR]))) == []


def test_the_desk_asks_few_questions_of_the_database(
    valley: Valley,
    make: Make,
    events: Events,
    digest: Digest,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    everything = make.user(valley.khujand, [Role.SUPERVISOR, Role.ADMIN, Role.ORGANISER, Role.EDITOR])
    valley.sent()
    events.register(events.published(valley.khujand, approval=True))
    digest.draft(valley.khujand)
    visitor = everything.visitor()
    visitor.open("/en/desk/")
    with count_queries() as one:
        visitor.open("/en/desk/")
    valley.sent()
    valley.sent(FOUR[:2])
    with count_queries() as many:
        page = visitor.open("/en/desk/")
    assert (3, "urgent referrals to answer") in counts(page)
    assert len(one) == len(many) <= 8, "\n".join(many)


def test_it_is_there_in_every_language(valley: Valley) -> None:
    valley.sent()
    for language in ("ru", "ky", "uz", "tg"):
        assert counts(desk(valley.receiver, language))


def test_strangers_are_asked_to_sign_in(make: Make) -> None:
    make.network()
    response = make.app.test_client().get("/en/desk/")
    assert response.status_code == 303 and "/en/login" in response.headers["Location"]
