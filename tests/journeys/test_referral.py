"""From Osh to Khujand: a case is referred with consent, read, and closed again when consent is withdrawn."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import expect

from network.accounts.desk_keys import DeskKeys
from network.database import Database
from network.permissions import Role
from network.referrals import queries
from network.referrals.categories import FIELDS, Category
from network.referrals.models import Case
from network.referrals.services import cases
from tests.factories import Make, Person
from tests.journeys.conftest import DESKTOP, Sit, Somebody, Way, both_ways
from tests.referrals.conftest import Valley

TYPED = {
    "Name and identity": ("First name", "CANARY-identity"),
    "Safe contact": ("What to say, what never to say", "CANARY-contact"),
    "Sex, age, languages": ("Special needs", "CANARY-demographics"),
    "Health": ("Health needs", "CANARY-health"),
    "Legal matters": ("Legal needs", "CANARY-legal"),
}
"""What the caseworker types; each canary names its category."""

FOUR = tuple(TYPED)[:4]
SHARED = [TYPED[category][1] for category in FOUR]
ELSEWHERE = {
    category: f"CANARY-also-{category.value}"
    for category in Category
    if category.value not in ("identity", "contact", "demographics", "health", "legal")
}
"""What stands in every other category by the time the referral is sent."""

KEPT_BACK = ["CANARY-legal", "CANARY-risk", *ELSEWHERE.values()]


def outsiders(valley: Valley, make: Make) -> list[Person]:
    """Another partner's caseworker, the coordinator, the observer."""
    network = make.network()
    return [valley.onlooker, make.user(network, [Role.COORDINATOR]), make.user(network, [Role.OBSERVER])]


def write_case(worker: Somebody) -> None:
    """Open a case and write in five categories."""
    worker.open("/en/referrals/cases/")
    worker.click("Open a new case")
    for category, (label, canary) in TYPED.items():
        worker.click(category)
        worker.fill(label, canary)
        worker.fits()
        worker.click("Save")
        worker.sees("Saved.")


def fill_the_rest(valley: Valley, case: str) -> None:
    """Put a canary into every category that was not typed."""
    with valley.caseworker.app.database.unit_of_work(valley.caseworker.actor) as session:
        actor, keys = (
            valley.caseworker.actor,
            DeskKeys(session, valley.caseworker.actor, valley.caseworker.private),
        )
        file = session.get_one(Case, uuid.UUID(case.rpartition("/")[2]))
        for category, canary in ELSEWHERE.items():
            cases.write_part(
                session, actor, keys, file, category, {FIELDS[category][-1].name: canary}, seen=0
            )


def assess_risk(worker: Somebody) -> None:
    worker.click("Risk assessment")
    worker.tick("Medium")
    worker.fill("Who could harm the person, or somebody close to them? (optional)", "CANARY-risk")
    worker.fits()
    worker.click("Save")


def record_consent(worker: Somebody) -> None:
    worker.click("Ask for consent")
    worker.fits()
    worker.click("Go on")
    for box in worker.page.locator("input[name=informed]").all():
        box.check()
    worker.fits()
    worker.click("Go on")
    worker.tick("Khujand partner")
    worker.click("Go on")
    worker.tick(*FOUR)
    worker.fits()
    worker.click("Go on")
    worker.tick("In writing")
    worker.fits()
    worker.click("Go on")
    worker.sees("Khujand partner may read: " + "; ".join(FOUR))
    worker.click("Record the consent")
    worker.sees("Consent recorded.", "Khujand partner may read: " + "; ".join(FOUR))


def draft(worker: Somebody) -> str:
    """A referral of the case on the page, ready for approval. Returns its path."""
    worker.click("Refer to a partner")
    worker.tick("Khujand partner", *FOUR, "Urgent: answer within 72 hours")
    worker.fill("What do you ask for?", "CANARY-shelter")
    worker.fits()
    worker.click("Save the draft")
    path = worker.path
    worker.sees("Check what the receiver will see", *FOUR)
    worker.click("Check and make ready")
    worker.sees("a supervisor of yours must approve it")
    worker.click("Ask for approval")
    worker.sees("Waits for approval")
    worker.fits()
    return path


@both_ways
def test_a_case_is_referred_with_consent_and_closed_when_consent_is_withdrawn(
    sit: Sit, valley: Valley, make: Make, way: Way
) -> None:
    worker = sit(way)
    worker.sign_in(valley.caseworker)
    worker.sees("Nothing waits for you")
    write_case(worker)
    case = worker.path
    fill_the_rest(valley, case)
    assess_risk(worker)
    record_consent(worker)
    referral = draft(worker)

    boss = sit(way, valley.supervisor)
    boss.open("/en/desk/")
    boss.click("1 referral to approve", exact=False)
    assert boss.path == referral
    boss.click("Approve")

    worker.open("/en/desk/")
    worker.click("1 approved referral to send", exact=False)
    worker.click("Send now")
    worker.sees("Sent")

    receiver = sit(way)
    receiver.sign_in(valley.receiver)
    receiver.fits()
    receiver.click("1 urgent referral to answer", exact=False)
    assert receiver.path == referral
    receiver.sees("CANARY-shelter", "CANARY-demographics", *FOUR)
    receiver.sees_nothing_of(*KEPT_BACK, "CANARY-identity", "CANARY-contact", "CANARY-health")
    receiver.click("Accept and take it on")
    receiver.sees(*SHARED)
    receiver.sees_nothing_of(*KEPT_BACK, case.rpartition("/")[2])
    receiver.fits()

    nobody_else_learns_of_it(sit, outsiders(valley, make), way, referral, case)

    worker.open("/en/desk/")
    worker.open(case)
    worker.click("Withdraw this consent")
    worker.click("Withdraw now")
    worker.sees("Consent withdrawn.")

    receiver.open(referral)
    receiver.sees("The person has withdrawn consent")
    receiver.sees_nothing_of(*SHARED, *KEPT_BACK, "CANARY-shelter")

    stopper = sit(way, valley.receiving_supervisor)
    stopper.open("/en/desk/")
    stopper.click("1 consent was withdrawn", exact=False)
    stopper.click("Confirm that we stopped")
    stopper.tick("We deleted everything we had noted down or printed")
    stopper.click("Confirm that we stopped")
    stopper.sees("The receiving organization confirmed that it stopped")
    worker.open(referral)
    worker.sees("Consent withdrawn", "confirmed that it stopped")
    worker.fits()


def nobody_else_learns_of_it(sit: Sit, people: list[Person], way: Way, referral: str, case: str) -> None:
    """Byte for byte the page of an id that does not exist, for everybody outside the two desks."""
    for person in people:
        outsider = sit(way, person)
        for path in (referral, case):
            there = outsider.page.request.get(outsider.address + path)
            body = there.body()
            none = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "00000000-0000-4000-8000-000000000000", path)
            absent = outsider.page.request.get(outsider.address + none)
            assert there.status == absent.status == 404
            assert settled(body, path) == settled(absent.body(), none), path


def settled(body: bytes, path: str) -> bytes:
    """The page without its own address and without the masked token, which differ from one answer to the next."""
    plain = body.replace(path[3:].encode(), b"HERE")
    return re.sub(rb'(name="csrf_token" value=")[^"]+', rb"\1", plain)


def test_a_double_click_does_it_once(sit: Sit, valley: Valley, database: Database) -> None:
    """Without script, nothing in the browser keeps the second click from going out."""
    worker = sit(Way("no script, desktop", False, DESKTOP), valley.caseworker)
    worker.open("/en/referrals/cases/")
    worker.page.get_by_role("button", name="Open a new case").dblclick()
    expect(worker.page).to_have_url(re.compile("/cases/[0-9a-f-]{36}$"))
    worker.open("/en/referrals/cases/")
    expect(worker.page.locator("main tbody tr")).to_have_count(1)

    case = valley.case()
    referral = valley.draft(case)
    valley.approved(referral, valley.consent(case))
    worker.open(f"/en/referrals/{referral.id}")
    worker.page.get_by_role("button", name="Send now").dblclick()
    expect(worker.page.get_by_role("status")).to_have_text("Sent.")
    with database.unit_of_work(valley.caseworker.actor) as session:
        assert len(session.scalars(queries.disclosures_of(referral.id)).all()) == 1
    worker.open(f"/en/referrals/{referral.id}")
    expect(worker.page.locator(".story li", has_text="Sent")).to_have_count(1)
