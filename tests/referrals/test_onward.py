"""Passing something on: blocked, until the receiver asked, the origin asked the person, and her consent says so."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from network.permissions import Stale, Unfit
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.services import onward
from network.referrals.states import Status
from tests.pages import Page
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.test_rules import again
from tests.referrals.walking import Walk, begin

TO = "CANARY-prosecutor"


@pytest.fixture
def walk(valley: Valley) -> Walk:
    return begin(valley).bring_to(Status.ACCEPTED)


def page(walk: Walk, who: str) -> Page:
    person = getattr(walk.valley, who)
    found: Page = person.visitor().open(f"/en/referrals/{walk.referral.id}")
    return found


def ask(walk: Walk, *categories: str) -> Page:
    form = page(walk, "receiver").follow("Ask whether we may pass something on")
    given = {"to": TO, "why": "CANARY-why", "categories": list(categories)}
    done: Page = form.submit(given, containing="why")
    return done


def lets_pass_on(walk: Walk, *categories: Category) -> None:
    """A new act of consent in place of the former one: these may be passed on."""
    given = again(walk.valley, walk.case, walk.consent, *FOUR)
    actor = walk.valley.caseworker.actor
    with walk.valley.database.unit_of_work(actor) as session:
        for scope in session.scalars(queries.scopes_of(given.id)):
            scope.onward_sharing = scope.category in categories


def test_the_receiver_asks_the_person_agrees_and_the_answer_says_to_whom_and_what(walk: Walk) -> None:
    assert "You may pass nothing of this on" in page(walk, "receiver").main
    asked = ask(walk, "identity")
    assert "Until the other organization answers, nothing may." in asked.main
    assert "Ask whether we may pass something on" not in asked.main, "one question waits at a time"
    ours = page(walk, "caseworker")
    assert "They ask whether they may pass something on" in ours.main
    assert f"To {TO}: Name and identity." in ours.main and "CANARY-why" in ours.main
    form = ours.follow("Say whether it may be passed on")
    assert f"To {TO}: Name and identity." in form.main and "CANARY-why" in form.main, (
        "the question is beside it"
    )
    renewed = form.follow("Record a new consent that allows it")
    assert "You began this earlier" not in renewed.main, "it begins with the former consent, not with a draft"
    refused = form.submit({"decision": "yes"}, containing="decision")
    assert (
        refused.status == 422 and "does not let this organization pass on: Name and identity" in refused.main
    )
    lets_pass_on(walk, Category.IDENTITY)
    answered = page(walk, "caseworker").follow("Say whether it may be passed on")
    answered = answered.submit({"decision": "yes", "note": "CANARY-note"}, containing="decision")
    assert answered.status == 200 and "They ask whether" not in answered.main
    theirs = page(walk, "receiver")
    assert f"To {TO}, and to nobody else: Name and identity." in theirs.main and "CANARY-note" in theirs.main
    assert "Ask whether we may pass something on" in theirs.main
    assert "You may pass nothing of this on" not in theirs.main, (
        "that would deny the answer that stands there"
    )


def test_no_is_never_refused_and_blocks_it(walk: Walk) -> None:
    ask(walk, "health", "identity")
    form = page(walk, "caseworker").follow("Say whether it may be passed on")
    form.submit({"decision": "no"}, containing="decision")
    theirs = page(walk, "receiver")
    assert "It may not be passed on." in theirs.main and "to nobody else" not in theirs.main


def test_only_what_the_receiver_reads_can_be_asked_for_and_only_what_was_asked_is_answered(
    walk: Walk,
) -> None:
    assert ask(walk, "location").status == 422
    with pytest.raises(Unfit, match="category_outside"):
        walk.theirs(
            onward.ask_onward, sealed=True, to=TO, why="x", categories=[Category.EXPLOITATION_ACCOUNT]
        )
    with pytest.raises(Stale):
        walk.ours(onward.answer_onward, sealed=True, allowed=False)


def test_to_whom_and_why_stand_nowhere_in_the_clear_and_a_stranger_finds_no_such_page(
    walk: Walk, owner_engine: Engine
) -> None:
    ask(walk, "identity")
    with owner_engine.connect() as connection:
        for table in ("referral", "referral_event", "referral_answer", "audit_entry", "outbox_message"):
            assert "CANARY" not in str(connection.execute(text(f"SELECT * FROM {table}")).all()), table
    for name in ("ask_onward", "answer_onward"):
        address = f"/en/referrals/{walk.referral.id}/{name}"
        assert walk.valley.onlooker.client().get(address).status_code == 404
    # Each end makes its own move alone.
    assert walk.valley.caseworker.client().get(
        f"/en/referrals/{walk.referral.id}/ask_onward"
    ).status_code in (404, 409)
    assert walk.valley.receiver.client().get(
        f"/en/referrals/{walk.referral.id}/answer_onward"
    ).status_code in (404, 409)


def test_the_sender_finds_the_question_on_its_desk(walk: Walk) -> None:
    ask(walk, "identity")
    assert (
        "partner asks whether it may pass something on"
        in walk.valley.caseworker.visitor().open("/en/desk/").main
    )


def test_what_the_consent_lets_be_passed_on_is_told_with_the_referral(valley: Valley) -> None:
    walk = begin(valley)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        for scope in session.scalars(queries.scopes_of(walk.consent.id)):
            scope.onward_sharing = scope.category is Category.CONTACT
    walk.bring_to(Status.ACCEPTED)
    assert "The person lets you pass on: Safe contact. Nothing else." in page(walk, "receiver").main
