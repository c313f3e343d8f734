"""Whichever way something of a case leaves, the same rules hold; whichever way it is taken back, all of it is."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Engine, select, text

from network.database import now
from network.permissions import Unfit
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY, Purpose
from network.referrals.models import Agreement, Case, Consent, PartKey, PausedShare, Referral
from network.referrals.models.keys import Sealed
from network.referrals.services import (
    cases,
    closing,
    guests,
    handover,
    narrowing,
    receiving,
    renewing,
    sending,
    suspended,
    talk,
    widening,
)
from network.referrals.states import DeclineReason, Status
from network.tenancy import Actor, Tenant
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.guests import come_in, cost, sent_to_guest
from tests.referrals.pictures import pdf
from tests.referrals.test_overrides import emergency, second
from tests.referrals.test_rules import again, narrow, reads
from tests.referrals.walking import Walk, begin

DAY = datetime.timedelta(days=1)
C = Category


@pytest.fixture
def walk(valley: Valley) -> Walk:
    return begin(valley).bring_to(Status.ACCEPTED)


def rule(valley: Valley, *withheld: Category) -> None:
    """From now on the agreement does not let these be sent to Khujand."""
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        agreement = session.scalars(select(Agreement)).one()
        agreement.rules = {"TJ": {"withheld": [category.value for category in withheld]}}


def suspend(valley: Valley, tenant: Tenant, *, back: bool = False) -> None:
    """Suspended, and what others gave it is destroyed; or back."""
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        session.get_one(Tenant, tenant.id).suspended_at = None if back else now()
    if not back:
        clock = Actor.clock(valley.osh.id)
        with valley.database.unit_of_work(clock) as session:
            suspended.destroy_shares(session, clock)


def allow(walk: Walk, *categories: Category, days: int = 90) -> Consent:
    """The person lets Khujand take over these of her case."""
    return walk.valley.consent(walk.case, categories=categories, days=days, purpose=Purpose.TRANSFER)


def given(walk: Walk) -> dict[Category, list[datetime.datetime | None]]:
    """Of which categories Khujand has keys, and until when each of them opens something."""
    found: dict[Category, list[datetime.datetime | None]] = {}
    with walk.valley.database.unit_of_work(walk.valley.caseworker.actor) as session:
        wraps = session.scalars(
            select(PartKey).where(
                PartKey.holder_id == walk.valley.khujand.id, PartKey.sealed_kind == Sealed.CASE_PART
            )
        ).all()
        parts = {p.id: p.category for p in session.scalars(queries.parts_named([w.sealed_id for w in wraps]))}
        for wrap in wraps:
            found.setdefault(parts[wrap.sealed_id], []).append(wrap.readable_until)
    return found


def attach(walk: Walk, category: Category) -> None:
    walk.ours(
        talk.attach,
        sealed=True,
        category=category,
        allowed=list(Category),
        name="report.pdf",
        data=pdf(b"<< /Title (CANARY-document) >>"),
    )


def write(walk: Walk, category: Category, fields: dict[str, str], *, seen: int) -> None:
    valley = walk.valley
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        case = session.get_one(Case, walk.case.id)
        desk = valley.desk(session, valley.caseworker)
        cases.write_part(session, valley.caseworker.actor, desk, case, category, fields, seen=seen)


def test_a_hand_over_brings_to_a_country_nothing_that_the_agreement_keeps_from_it(walk: Walk) -> None:
    allow(walk, C.EXPLOITATION_ACCOUNT, C.HEALTH)
    rule(walk.valley, C.EXPLOITATION_ACCOUNT)
    page = walk.valley.caseworker.visitor().open(f"/en/referrals/{walk.referral.id}")
    asked = page.follow("Offer to hand the case over")
    refused = asked.submit(containing="Offer to hand the case over")
    assert refused.status == 422 and "does not let this be sent to its country: What happened" in refused.main
    assert C.EXPLOITATION_ACCOUNT not in given(walk)
    rule(walk.valley)
    suspend(walk.valley, walk.valley.khujand)
    with pytest.raises(Unfit, match="recipient_suspended"):
        walk.ours(handover.propose_handover, sealed=True)


def test_what_a_hand_over_brings_is_read_as_long_as_its_own_consent_lasts(walk: Walk) -> None:
    short, long = allow(walk, C.LOCATION, days=5), allow(walk, C.EXPLOITATION_ACCOUNT, days=50)
    walk.ours(handover.propose_handover, sealed=True)
    ends = {
        C.LOCATION: [short.expires_at + READ_ONLY_AFTER_EXPIRY],
        C.EXPLOITATION_ACCOUNT: [long.expires_at + READ_ONLY_AFTER_EXPIRY],
    }
    assert {c: until for c, until in given(walk).items() if c in ends} == ends
    newer = again(walk.valley, walk.case, walk.consent, *FOUR, days=300)
    assert given(walk)[C.HEALTH] == [newer.expires_at + READ_ONLY_AFTER_EXPIRY]
    assert {c: until for c, until in given(walk).items() if c in ends} == ends, "it was not renewed"
    # Allowed for the referral too: it is there already, and is read as long as the longer of the two lasts.
    newest = again(walk.valley, walk.case, newer, *FOUR, C.LOCATION, days=300)
    walk.do(walk.valley.supervisor, widening.send_more, sealed=True, categories=frozenset({C.LOCATION}))
    assert given(walk)[C.LOCATION] == [newest.expires_at + READ_ONLY_AFTER_EXPIRY]


def test_more_of_a_case_crosses_a_border_with_a_fresh_look_at_the_risk_and_never_on_a_childs_word_alone(
    walk: Walk, owner_engine: Engine
) -> None:
    valley = walk.valley
    again(valley, walk.case, walk.consent, *FOUR, C.LOCATION)
    write(walk, C.HEALTH, {"health_needs": "CANARY-newer"}, seen=1)
    ways = ((widening.send_more, C.LOCATION), (renewing.send_newer, C.HEALTH))

    def refused(code: str) -> None:
        for way, category in ways:
            with pytest.raises(Unfit, match=code):
                walk.do(valley.supervisor, way, sealed=True, categories=frozenset({category}))
        assert C.LOCATION not in given(walk) and len(given(walk)[C.HEALTH]) == 1

    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE risk_assessment SET assessed_on = assessed_on - 15"))
    refused("risk_assessment_old")
    page = valley.supervisor.visitor().open(f"/en/referrals/{walk.referral.id}/more")
    told = page.submit({"categories": ["location"]}, containing="categories")
    assert "the risk must have been assessed within the last 14 days" in told.main and told.status == 422
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE risk_assessment SET assessed_on = assessed_on + 15"))
    write(walk, C.DEMOGRAPHICS, {"age_band": "9-17"}, seen=1)
    refused("minor")
    write(walk, C.DEMOGRAPHICS, {"age_band": "18-20"}, seen=2)
    for way, category in ways:
        walk.do(valley.supervisor, way, sealed=True, categories=frozenset({category}))
    assert C.LOCATION in given(walk) and len(given(walk)[C.HEALTH]) == 2


def test_narrowing_takes_back_every_version_that_was_given(walk: Walk) -> None:
    write(walk, C.HEALTH, {"health_needs": "CANARY-newer"}, seen=1)
    allow(walk, C.HEALTH)
    walk.ours(handover.propose_handover, sealed=True)
    assert len(given(walk)[C.HEALTH]) == 2
    narrow(walk.valley, walk.consent, C.HEALTH)
    assert C.HEALTH not in given(walk) and C.CONTACT in given(walk)


def test_a_file_leaves_by_the_rules_of_every_sending(walk: Walk) -> None:
    attach(walk, C.HEALTH)
    with pytest.raises(Unfit, match="category_outside"):
        attach(walk, C.LOCATION)  # However the page came to offer it.
    rule(walk.valley, C.HEALTH)
    with pytest.raises(Unfit, match="country_withheld"):
        attach(walk, C.HEALTH)
    attach(walk, C.CONTACT)
    suspend(walk.valley, walk.valley.khujand)
    with pytest.raises(Unfit, match="recipient_suspended"):
        attach(walk, C.CONTACT)
    with pytest.raises(Unfit, match="recipient_suspended"):
        walk.ours(talk.write_message, sealed=True, text="CANARY-message")


def test_what_was_taken_back_while_a_partner_was_suspended_is_not_given_back_with_the_rest(
    walk: Walk, owner_engine: Engine
) -> None:
    valley = walk.valley
    attach(walk, C.HEALTH)
    attach(walk, C.CONTACT)
    suspend(valley, valley.khujand)
    narrow(valley, walk.consent, C.HEALTH, C.DEMOGRAPHICS)
    assert given(walk) == {}
    suspend(valley, valley.khujand, back=True)
    walk.ours(suspended.seal_again, sealed=True)
    assert set(given(walk)) == {C.IDENTITY, C.CONTACT}
    assert reads(valley, walk.referral) == {C.IDENTITY, C.CONTACT}
    page = valley.receiver.visitor().open(f"/en/referrals/{walk.referral.id}")
    assert "CANARY-need" in page.main and "CANARY-demographics" not in page.html
    with owner_engine.connect() as connection:
        files = connection.execute(
            text(
                "SELECT category FROM attachment a JOIN wraps.part_key k ON k.sealed_id = a.id"
                " AND k.holder_id = :khujand"
            ),
            {"khujand": valley.khujand.id},
        ).scalars()
        assert list(files) == ["contact"]


def test_the_envelope_sealed_anew_after_a_suspension_is_no_obstacle(walk: Walk) -> None:
    valley = walk.valley
    suspend(valley, valley.khujand)
    suspend(valley, valley.khujand, back=True)
    narrow(valley, walk.consent, C.HEALTH)
    walk.ours(suspended.seal_again, sealed=True)
    assert set(given(walk)) == set(FOUR) - {C.HEALTH}


def test_what_a_suspended_partner_could_read_is_forgotten_when_the_referral_is_taken_back(
    valley: Valley,
) -> None:
    walk = begin(valley).bring_to(Status.SENT)
    suspend(valley, valley.khujand)
    walk.ours(sending.recall_referral)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.scalars(select(PausedShare)).all() == []


def test_consent_is_narrowed_also_where_the_guests_link_is_closed(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    _visitor, page = come_in(valley, sent)
    assert "CANARY-demographics" in page.html
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        guests.close_link(session, actor, sent.referral.id)
    taken = {sent.guest.id: frozenset({C.DEMOGRAPHICS})}
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        consent = session.get_one(Consent, sent.consent.id)
        narrowing.narrow_consent(session, actor, desk, consent, taken)
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        sent.issued = guests.issue_again(
            session, actor, desk, valley.caseworker.app.keyring, cost(valley), sent.referral.id
        )
    _visitor, page = come_in(valley, sent)
    assert "CANARY-need" in page.main and "CANARY-demographics" not in page.html


def test_what_is_said_under_an_override_ends_with_it(valley: Valley) -> None:
    referral = emergency(valley)
    second(valley, referral).submit(containing="agree")
    theirs = valley.receiver.actor
    with valley.database.unit_of_work(theirs) as session:
        receiving.open_referral(session, theirs, referral.id)
        desk = valley.desk(session, valley.receiver)
        reason = DeclineReason.NO_CAPACITY
        receiving.decline_referral(session, theirs, desk, referral.id, reason=reason)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        closing.return_decline(session, actor, desk, referral.id, why="CANARY-why")
        ends = session.get_one(Referral, referral.id).consent_expires_at
        held = session.scalars(
            select(PartKey.readable_until).where(PartKey.holder_id == valley.khujand.id)
        ).all()
        assert set(held) <= {ends, None} and ends in held
        said = session.scalars(
            select(PartKey.readable_until).where(
                PartKey.holder_id == valley.khujand.id, PartKey.sealed_kind == Sealed.MESSAGE
            )
        ).all()
        assert said == [ends]
