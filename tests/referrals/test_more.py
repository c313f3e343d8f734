"""More of a case sent along with an answer or by itself: every rule of a sending holds, and the receiver is told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.accounts.services import desk as desks
from network.database import now
from network.permissions import Unfit
from network.referrals.categories import Category
from network.referrals.models import Agreement, Consent, Referral
from network.referrals.services import asking, narrowing, receiving, widening
from network.referrals.states import Status
from network.tenancy import Tenant
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.walking import Walk

WIDE = (*FOUR, Category.LOCATION, Category.EXPLOITATION_ACCOUNT)
"""What the person lets Khujand read; the referral is sent with four of them."""


@pytest.fixture
def walk(valley: Valley) -> Walk:
    """A question waits for its answer."""
    case = valley.case()
    consent = valley.consent(case, categories=WIDE)
    return Walk(valley, case, consent, valley.draft(case)).bring_to(Status.INFO_REQUESTED)


def answer(walk: Walk, *more: Category) -> None:
    walk.do(walk.valley.supervisor, asking.answer_question, sealed=True, answer="CANARY-answer", more=more)


def envelope(walk: Walk) -> dict[str, Any]:
    """What the receiver reads at once."""
    person = walk.valley.receiver
    with walk.valley.database.unit_of_work(person.actor) as session:
        row = session.get_one(Referral, walk.referral.id)
        found = receiving.read_envelope(session, person.actor, walk.valley.desk(session, person), row)
    assert found is not None
    return found


def written_by_the_supervisor(walk: Walk, owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE referral_origin SET author_id = :user"), {"user": walk.valley.supervisor.user_id}
        )


@pytest.mark.parametrize("rule", ["country_withheld", "recipient_suspended", "no_agreement"])
def test_what_stops_a_sending_stops_an_answer_that_brings_more(walk: Walk, rule: str) -> None:
    with walk.valley.database.unit_of_work(walk.valley.caseworker.actor) as session:
        agreement = session.scalars(select(Agreement)).one()
        if rule == "country_withheld":
            agreement.rules = {"TJ": {"withheld": ["location"]}}
        elif rule == "recipient_suspended":
            session.get_one(Tenant, walk.valley.khujand.id).suspended_at = now()
        else:
            agreement.valid_from = (now() + datetime.timedelta(days=2)).date()
    with pytest.raises(Unfit, match=rule):
        answer(walk, Category.LOCATION)
    assert walk.status() is Status.INFO_REQUESTED
    if rule == "recipient_suspended":
        with pytest.raises(Unfit, match=rule):
            answer(walk)
    else:
        answer(walk)  # Words alone are bound by no rule of a country.
        assert "location" not in envelope(walk)["consent"]["categories"]


def test_who_wrote_the_referral_does_not_send_more_of_it_by_an_answer_supervisor_or_not(
    walk: Walk, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_by_the_supervisor(walk, owner_engine)
    page = walk.valley.supervisor.visitor().open(f"/en/referrals/{walk.referral.id}/answer")
    refused = page.submit({"answer": "CANARY-answer", "more": ["location"]})
    assert refused.status == 422 and "who did not write this referral" in refused.errors()["more"]
    assert refused.values("answer")["answer"] == "CANARY-answer", "what was typed is kept"
    assert walk.status() is Status.INFO_REQUESTED
    monkeypatch.setattr(desks, "holders", lambda _session, _tenant: {walk.valley.supervisor.user_id})
    answer(walk, Category.LOCATION)
    assert walk.status() is Status.ACKNOWLEDGED


def test_who_cannot_send_more_is_told_so_before_anything_is_chosen(walk: Walk) -> None:
    address = f"/en/referrals/{walk.referral.id}"
    page = walk.valley.caseworker.visitor().open(address).follow("Send more of the case along")
    assert "Only a supervisor who did not write" in page.main and "What happened" in page.main
    assert not page.forms()
    page = walk.valley.supervisor.visitor().open(address).follow("Send more of the case along")
    assert "Only a supervisor" not in page.main and page.form("categories") is not None


def test_the_receiver_is_told_of_all_that_came_later_and_is_still_there(walk: Walk) -> None:
    valley = walk.valley
    answer(walk, Category.LOCATION)
    told = envelope(walk)
    assert told["added"] == ["location"]
    assert set(told["consent"]["categories"]) == {c.value for c in (*FOUR, Category.LOCATION)}
    more = frozenset({Category.EXPLOITATION_ACCOUNT})
    walk.do(valley.supervisor, widening.send_more, sealed=True, categories=more)
    assert envelope(walk)["added"] == ["location", "exploitation_account"]
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        consent = session.get_one(Consent, walk.consent.id)
        taken = {valley.khujand.id: frozenset({Category.LOCATION})}
        narrowing.narrow_consent(session, actor, valley.desk(session, valley.caseworker), consent, taken)
    assert envelope(walk)["added"] == ["exploitation_account"]
