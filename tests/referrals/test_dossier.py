"""A case opened as a whole: one readable story from both sides, and as few questions for much as for little."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from network.permissions import Role
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.models import Consent
from network.referrals.services import cases, consents, drafts, receiving, talk
from network.referrals.states import StopGround
from tests.factories import Make
from tests.pages import Page, Visitor
from tests.referrals.conftest import FOUR, WRITTEN, Valley
from tests.referrals.guests import come_in, sent_to_guest

Counting = Callable[[], AbstractContextManager[list[str]]]
WIDEST = 8


def story(page: Page) -> list[str]:
    """The lines of the story, the latest first."""
    found = page.tree.xpath("//ol[@class='story']/li/p[1]")
    return [" ".join("".join(line.itertext()).split()) for line in found]


def test_the_story_of_a_case_is_told_from_both_sides_in_its_order(valley: Valley) -> None:
    case, consent, referral = valley.sent()
    receiver, supervisor = valley.receiver.actor, valley.receiving_supervisor.actor
    with valley.database.unit_of_work(receiver) as session:
        receiving.open_referral(session, receiver, referral.id)
        receiving.accept_referral(session, receiver, referral.id, worker_id=valley.receiver.user_id)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent.id))
    with valley.database.unit_of_work(supervisor) as session:
        receiving.confirm_stop(session, supervisor, referral.id, ground=StopGround.DELETED)
    page = valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}")
    told = story(page)
    for line in (
        "Consent given",
        "Consent withdrawn",
        "Written: Health",
        "The risk was assessed",
        f"{referral.code}: Sent",
        "Khujand partner confirmed that it stopped",
    ):
        assert told.count(line) == 1, (line, told)
    assert any(line.startswith("Khujand partner must stop and delete by") for line in told)
    at = {line: place for place, line in enumerate(reversed(told))}
    assert (
        at["Written: Health"] < at["Consent given"] < at[f"{referral.code}: Sent"] < at["Consent withdrawn"]
    )
    assert "Khujand partner, Caseworker in Khujand" in page.main and "Caseworker in Osh" in page.main


def test_nobody_else_opens_it_and_a_missing_one_looks_the_same(valley: Valley, make: Make) -> None:
    case, _consent, _referral = valley.sent()
    address = f"/en/referrals/cases/{case.id}"
    for person in (valley.onlooker, valley.receiver, make.user(valley.osh, [Role.CASEWORKER])):
        answer = person.client().get(address)
        assert answer.status_code == 404 and case.code not in answer.get_data(as_text=True)
    assert valley.supervisor.client().get(address).status_code == 200
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        session.get_one(type(case), case.id).frozen_at = case.created_at
    assert valley.caseworker.client().get(address).status_code == 404
    assert valley.supervisor.client().get(address).status_code == 200


def test_opening_a_file_of_the_widest_kind_asks_as_little_as_opening_an_empty_one(
    valley: Valley, count_queries: Counting
) -> None:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        empty = cases.open_case(session, valley.caseworker.actor).id
    full, consent, _referral = valley.sent()
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk, row = valley.desk(session, valley.caseworker), session.get_one(type(full), full.id)
        for category in Category:
            if category not in WRITTEN:
                cases.write_part(session, actor, desk, row, category, {}, seen=0)
            again = WRITTEN.get(category, {})
            cases.write_part(session, actor, desk, row, category, again, seen=1)
    for to in (valley.khujand, valley.andijan):
        more = valley.consent(full, to=to, categories=tuple(Category))
        valley.approved(valley.draft(full, to=to, categories=FOUR), more)
    visitor = valley.caseworker.visitor()
    counts = []
    for case_id in (empty, full.id):
        visitor.open(f"/en/referrals/cases/{case_id}")
        with count_queries() as seen:
            page = visitor.open(f"/en/referrals/cases/{case_id}")
        assert page.status == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= WIDEST, "\n".join(seen)
    assert page.main.count("may read:") == 3 and consent is not None


def test_opening_a_referral_asks_few_questions_at_either_end_however_much_was_said(
    valley: Valley, count_queries: Counting
) -> None:
    _case, _consent, referral = valley.sent()
    receiver = valley.receiver.actor
    with valley.database.unit_of_work(receiver) as session:
        receiving.open_referral(session, receiver, referral.id)
        receiving.accept_referral(session, receiver, referral.id, worker_id=valley.receiver.user_id)
    people = (valley.receiver, valley.receiving_supervisor, valley.caseworker, valley.supervisor)
    visitors = [person.visitor() for person in people]
    address = f"/en/referrals/{referral.id}"

    def asked() -> list[int]:
        found = []
        for visitor in visitors:
            visitor.open(address)
            with count_queries() as seen:
                assert visitor.open(address).status == 200
            assert len(seen) <= WIDEST, "\n".join(seen)
            found.append(len(seen))
        return found

    few = asked()
    for person in (valley.receiver, valley.caseworker):
        with valley.database.unit_of_work(person.actor) as session:
            for n in range(5):
                talk.write_message(
                    session, person.actor, valley.desk(session, person), referral.id, f"word {n}"
                )
    assert asked() == few
    page = visitors[0].open(address)
    assert "CANARY-health" in page.main and "word 4" in page.main


def test_a_draft_and_the_page_of_a_guest_ask_few_questions_too(
    valley: Valley, count_queries: Counting
) -> None:
    case = valley.case()
    consent, draft = valley.consent(case), valley.draft(case)
    address = f"/en/referrals/{draft.id}"

    def asked(visitor: Visitor, path: str) -> Page:
        visitor.open(path)
        with count_queries() as seen:
            page = visitor.open(path)
        assert page.status == 200
        assert len(seen) <= WIDEST, "\n".join(" ".join(one.split())[:90] for one in seen)
        return page

    for person in (valley.caseworker, valley.supervisor):
        page = asked(person.visitor(), address)
        assert "CANARY-health" in page.main and "CANARY-account" not in page.html
        asked(person.visitor(), f"{address}/change")
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        drafts.prepare_referral(
            session,
            actor,
            valley.desk(session, valley.caseworker),
            draft.id,
            given=given_of(session, consent),
        )
    asked(valley.caseworker.visitor(), address)
    sent = sent_to_guest(valley)
    visitor, page = come_in(valley, sent)
    asked(visitor, sent.path)
    page.submit(containing="Accept and take it on")
    assert "CANARY-health" in asked(visitor, sent.path).main
    asked(visitor, f"{sent.path}/compare")
    asked(valley.caseworker.visitor(), f"/en/referrals/{sent.referral.id}")


def given_of(session: Session, consent: Consent) -> Consent:
    return next(c for c in session.scalars(queries.consents_of(consent.case_id)) if c.id == consent.id)
