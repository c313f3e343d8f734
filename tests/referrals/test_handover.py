"""A whole case handed over: what the person consented to becomes a new case at the receiver, and nothing changes hands."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, text

from network.dates import long_date
from network.permissions import Unfit
from network.referrals import labels
from network.referrals.categories import Category
from network.referrals.consent import Purpose
from network.referrals.models import Case, Consent
from network.referrals.services import consents, handover
from network.referrals.states import Status
from network.scheduler.work import do_due
from network.web import Kopuro
from tests.pages import Page
from tests.referrals.conftest import Valley
from tests.referrals.walking import Walk, begin

COVERED = (Category.IDENTITY, Category.HEALTH, Category.EXPLOITATION_ACCOUNT)
"""Of these the account was not in the referral; what of the referral is not here stays where it is."""


def allow(walk: Walk) -> Consent:
    """The person lets Khujand take her case over."""
    return walk.valley.consent(walk.case, categories=COVERED, purpose=Purpose.TRANSFER)


@pytest.fixture
def walk(valley: Valley) -> Walk:
    return begin(valley).bring_to(Status.IN_SERVICE)


def page(walk: Walk, who: str) -> Page:
    person = getattr(walk.valley, who)
    found: Page = person.visitor().open(f"/en/referrals/{walk.referral.id}")
    return found


def offer(walk: Walk) -> Page:
    asked = page(walk, "caseworker").follow("Offer to hand the case over")
    return asked.submit(containing="Offer to hand the case over")


def test_before_a_case_is_offered_it_is_said_what_the_other_organization_can_read(walk: Walk) -> None:
    allow(walk)
    asked = page(walk, "caseworker").follow("Offer to hand the case over")
    listed = [item.text_content().strip() for item in asked.tree.xpath("//main//ul/li")]
    assert listed == [str(labels.CATEGORIES[category]) for category in COVERED]
    assert "Khujand" in asked.main and "can read this as soon as you offer it" in asked.main
    assert (
        walk.status() is Status.IN_SERVICE
        and "Take the case over" not in page(walk, "receiving_supervisor").main
    )


def test_without_a_consent_to_the_transfer_nothing_is_offered(walk: Walk) -> None:
    refused = page(walk, "caseworker").follow("Offer to hand the case over")
    assert "consented to the transfer" in refused.main and not refused.forms()
    with pytest.raises(Unfit, match="transfer_consent_missing"):
        walk.ours(handover.propose_handover, sealed=True)
    asked = refused.follow("Ask for consent")
    assert "What do you ask consent for?" in asked.main and "You began this earlier" not in asked.main
    assert asked.values("purpose")["purpose"] == "transfer", "not a consent that would be refused once more"
    assert "Take the case over" not in page(walk, "receiving_supervisor").main


def test_the_receiver_writes_what_consent_covers_as_a_case_of_its_own(
    app: Kopuro, walk: Walk, owner_engine: Engine
) -> None:
    valley = walk.valley
    agreed = allow(walk)
    with owner_engine.begin() as connection:
        earlier = text("UPDATE consent SET given_at = given_at - interval '40 days' WHERE id = :id")
        connection.execute(earlier, {"id": agreed.id})
    offered = offer(walk)
    assert offered.status == 200 and "offered for hand-over" in offered.main
    assert "Take the case over" not in page(walk, "receiver").main  # A supervisor decides.
    there = page(walk, "receiving_supervisor")
    buttons = [" ".join(b.text_content().split()) for b in there.tree.xpath("//main//form//button")]
    assert buttons[:2] == ["Take the case over", "Do not take the case over"], (
        "what is waited for comes first"
    )
    theirs = there.submit(containing="Take the case over")
    assert theirs.status == 200 and theirs.path.startswith("/en/referrals/cases/")
    visitor = valley.receiving_supervisor.visitor()
    with owner_engine.connect() as connection:
        owners = dict(connection.execute(text("SELECT id, tenant_id FROM case_record")).all())
        written = connection.execute(
            text("SELECT DISTINCT category FROM case_entry WHERE tenant_id = :id"), {"id": valley.khujand.id}
        ).scalars()
        assert set(written) == {c.value for c in COVERED}
    assert owners[walk.case.id] == valley.osh.id and len(owners) == 2
    for name in COVERED:
        with valley.database.unit_of_work(valley.receiving_supervisor.actor) as session:
            from network.referrals.services import cases

            desk = valley.desk(session, valley.receiving_supervisor)
            own = next(ident for ident in owners if owners[ident] == valley.khujand.id)
            parts = cases.read_parts(
                session, valley.receiving_supervisor.actor, desk, session.get_one(Case, own)
            )
            assert "CANARY" in str(parts[name])
    assert walk.status() is Status.TRANSFERRED
    assert "Handed over" in visitor.open(f"/en/referrals/{walk.referral.id}").main
    told = valley.caseworker.visitor().open(f"/en/referrals/cases/{walk.case.id}/ledger").main
    assert "stands in a case of that organization now" in told and "It is read there" not in told
    when = long_date((agreed.given_at - datetime.timedelta(days=40)).date(), "en")
    assert f"Under the consent of {when}." in told, "the one to the hand-over, not that of the referral"
    do_due(app)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.get_one(Case, walk.case.id).status.value == "ClosedReferred"
    with owner_engine.connect() as connection:
        left = text("SELECT count(*) FROM wraps.part_key WHERE holder_id = :id AND tenant_id <> :id")
        assert connection.execute(left, {"id": valley.khujand.id}).scalar_one() == 0
        given = "SELECT categories FROM disclosure WHERE purpose = 'transfer'"
        assert set(connection.execute(text(given)).scalar_one()) == {c.value for c in COVERED}


def test_pressed_twice_it_is_taken_over_once(walk: Walk, owner_engine: Engine) -> None:
    allow(walk)
    offer(walk)
    asked = page(walk, "receiving_supervisor")
    first = asked.submit(containing="Take the case over")
    again = asked.submit(containing="Take the case over")
    assert first.path == again.path
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_record")).scalar_one() == 2


def keys(walk: Walk, owner_engine: Engine, category: str) -> int:
    """How many wraps of this category the receiving desk holds."""
    held = "SELECT count(*) FROM wraps.part_key k JOIN case_part p ON p.id = k.sealed_id WHERE holder_id = :id AND category = :c"
    with owner_engine.connect() as connection:
        values = {"id": walk.valley.khujand.id, "c": category}
        return int(connection.execute(text(held), values).scalar_one())


def test_a_handover_that_is_refused_leaves_everything_where_it_is_and_no_key_behind(
    app: Kopuro, walk: Walk, owner_engine: Engine
) -> None:
    allow(walk)
    offer(walk)
    assert keys(walk, owner_engine, "exploitation_account") == 1
    kept = page(walk, "receiving_supervisor").submit(containing="Do not take the case over")
    assert kept.status == 200 and walk.status() is Status.IN_SERVICE
    assert "Take the case over" not in page(walk, "receiving_supervisor").main
    do_due(app)
    assert keys(walk, owner_engine, "exploitation_account") == 0, "it came with the offer alone"
    assert keys(walk, owner_engine, "identity") == 1, "the referral itself brought it"
    assert offer(walk).status == 200
    do_due(app)
    assert keys(walk, owner_engine, "exploitation_account") == 1
    assert page(walk, "receiving_supervisor").submit(containing="Take the case over").status == 200


def test_when_consent_to_the_transfer_is_withdrawn_the_offer_and_its_keys_are_gone(
    walk: Walk, owner_engine: Engine
) -> None:
    valley = walk.valley
    consent = allow(walk)
    offer(walk)
    asked = page(walk, "receiving_supervisor")
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent.id))
    late = asked.submit(containing="Take the case over")
    assert late.status == 409 and "offered for hand-over" not in late.main
    assert walk.status() is Status.IN_SERVICE
    for category, count in (("exploitation_account", 0), ("identity", 1)):
        assert keys(walk, owner_engine, category) == count
