"""From a call to the hotline to a closed case, and with consent taken back in the middle: in Russian at a desk, in Kyrgyz on
a cheap phone without script."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pytest

from network.desk.labels import WAITING
from network.referrals import labels, wordings
from network.referrals.categories import Category
from network.referrals.consent import Assent, Guardian, Method
from network.referrals.states import Move, Outcome, Priority, Status
from network.web import Kopuro
from tests.factories import Make
from tests.journeys.conftest import DESK, VILLAGE, Sit, Somebody, Way
from tests.journeys.words import Said, words_of
from tests.referrals.conftest import Valley
from tests.referrals.walking import begin

AT_HOME = pytest.mark.parametrize(
    ("way", "language"),
    [(DESK, "ru"), (VILLAGE, "ky")],
    ids=["Russian, a desk", "Kyrgyz, a phone without script"],
)
TWO = (Category.IDENTITY, Category.HEALTH)
PARTNER = "Khujand partner"


@dataclass
class Person:
    """Somebody at her browser, who reads one language and presses what she reads."""

    at: Somebody
    language: str
    said: Said

    def goes(self, path: str) -> None:
        self.at.open(f"/{self.language}/{path}")
        self.at.fits()

    def press(self, *words: object) -> None:
        """One after the other; each page that comes fits the window."""
        for each in words:
            self.at.click(self.said(each))
            self.at.fits()

    def waits(self, name: str) -> None:
        """Go to the desk, and to the one thing of this kind that waits there."""
        self.goes("desk/")
        self.at.click(self.said(functools.partial(WAITING[name], 1)), exact=False)
        self.at.fits()

    def types(self, **fields: str) -> None:
        for name, text in fields.items():
            self.at.page.locator(f"main [name={name}]").fill(text)

    def ticks(self, *words: object) -> None:
        self.at.tick(*map(self.said, words))

    def sees(self, *words: object) -> None:
        self.at.sees(*map(self.said, words))


def take_call(worker: Person) -> None:
    worker.goes("referrals/calls/")
    worker.press("Somebody is calling")
    worker.ticks(labels.CALL_TYPES["possible_trafficking"])
    worker.types(about="CANARY-call")
    worker.press("Save", "Open a case from this call")


def write_case(worker: Person) -> None:
    """A child: who it is and how it is, and what could happen to it."""
    worker.press(labels.PAGES["identity"])
    worker.types(prs_FirstName="CANARY-identity", prs_Birthdate="2014-05-17")
    worker.press("Save", labels.PAGES["health"])
    worker.types(health_needs="CANARY-health")
    worker.press("Save", "Risk assessment")
    worker.ticks(labels.RISK_LEVELS["high"])
    worker.press("Save")


def ask_for_consent(worker: Person) -> None:
    """The mother decides, the child agrees; through an interpreter, by thumbprint before a witness."""
    worker.press("Ask for consent")
    worker.ticks(labels.GUARDIANS[Guardian.PARENT], labels.ASSENTS[Assent.AGREES])
    worker.types(guardian_name="CANARY-mother", guardian_relation="-", guardian_authority="-")
    worker.press("Go on")
    worker.types(interpreter="T-7")
    worker.ticks(*labels.INFORMED.values())
    worker.press("Go on")
    worker.at.tick(PARTNER)
    worker.press("Go on")
    worker.ticks(*(labels.CATEGORIES[each] for each in TWO))
    worker.press("Go on")
    worker.ticks(labels.METHODS[Method.THUMBPRINT])
    worker.types(witness="CANARY-witness")
    worker.press("Go on")
    worker.at.sees("T-7", PARTNER)
    worker.press("Record the consent")
    worker.sees("Consent recorded.")


def draft(worker: Person) -> str:
    """The path of a referral that waits for a supervisor."""
    worker.press("Refer to a partner")
    worker.at.tick(PARTNER)
    worker.ticks(labels.PRIORITIES[Priority.URGENT], *(labels.CATEGORIES[each] for each in TWO))
    worker.types(requested_service="CANARY-service")
    worker.press("Save the draft", labels.MOVES[Move.PREPARE], labels.MOVES[Move.SUBMIT])
    worker.sees(labels.STATUSES[Status.APPROVAL_PENDING])
    return worker.at.path


@AT_HOME
def test_from_a_call_to_a_closed_case(app: Kopuro, sit: Sit, valley: Valley, way: Way, language: str) -> None:
    said = words_of(app, language)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        wordings.ensure(session)
    worker, boss, receiver = (
        Person(sit(way, person), language, said)
        for person in (valley.caseworker, valley.supervisor, valley.receiver)
    )
    take_call(worker)
    case = worker.at.path
    write_case(worker)
    ask_for_consent(worker)
    referral = draft(worker)

    boss.waits("approve")
    assert boss.at.path == referral
    boss.press(labels.MOVES[Move.APPROVE])
    worker.waits("approved")
    worker.press(labels.MOVES[Move.SEND])
    worker.sees(labels.STATUSES[Status.SENT])

    receiver.waits("urgent")
    receiver.at.sees("CANARY-service")
    receiver.at.sees_nothing_of("CANARY-identity", "CANARY-health", "CANARY-call")
    receiver.press(labels.MOVES[Move.ACKNOWLEDGE], labels.MOVES[Move.ASK])
    receiver.types(question="CANARY-question")
    receiver.press(labels.MOVES[Move.ASK])
    worker.waits("asked")
    worker.at.sees("CANARY-question")
    worker.press(labels.MOVES[Move.ANSWER])
    worker.types(answer="CANARY-answer")
    worker.press(labels.MOVES[Move.ANSWER])

    receiver.waits("urgent")
    receiver.at.sees("CANARY-answer")
    receiver.press(labels.MOVES[Move.ACCEPT])
    receiver.at.sees("CANARY-identity", "CANARY-health")
    receiver.at.sees_nothing_of("CANARY-call", "CANARY-mother", "CANARY-witness", case.rpartition("/")[2])
    receiver.press(labels.MOVES[Move.NO_SHOW])
    receiver.types(note="CANARY-nobody-came")
    receiver.press(labels.MOVES[Move.NO_SHOW])
    receiver.sees(labels.STATUSES[Status.NOT_ENGAGED])
    worker.goes(referral.partition(f"/{language}/")[2])
    worker.sees("Please make sure that the person is safe")
    worker.at.sees("CANARY-nobody-came")
    worker.press("I have made sure")

    receiver.press(labels.MOVES[Move.REACHED], labels.MOVES[Move.START], labels.MOVES[Move.REPORT_OUTCOME])
    receiver.ticks(labels.OUTCOMES[Outcome.PROVIDED])
    receiver.press(labels.MOVES[Move.REPORT_OUTCOME])
    worker.waits("outcome")
    worker.press(labels.MOVES[Move.CLOSE], labels.MOVES[Move.CLOSE])
    for person in (worker, receiver):
        person.goes(referral.partition(f"/{language}/")[2])
        person.sees(labels.STATUSES[Status.CLOSED])
    receiver.at.sees_nothing_of("CANARY-identity", "CANARY-health")


@AT_HOME
def test_consent_taken_back_in_the_middle_is_seen_at_once_by_both(
    app: Kopuro, sit: Sit, valley: Valley, make: Make, way: Way, language: str
) -> None:
    said = words_of(app, language)
    walk = begin(valley).bring_to(Status.NOT_ENGAGED)
    worker, receiver, stopper = (
        Person(sit(way, person), language, said)
        for person in (valley.caseworker, valley.receiver, valley.receiving_supervisor)
    )
    referral = f"referrals/{walk.referral.id}"
    receiver.goes(referral)
    receiver.at.sees("CANARY-identity", "CANARY-health")
    worker.goes(f"referrals/cases/{walk.case.id}")
    worker.press("Withdraw this consent", "Withdraw now")
    worker.sees("Consent withdrawn. No other organization can read this any more.")
    receiver.goes(referral)
    receiver.sees("The person has withdrawn consent")
    receiver.at.sees_nothing_of("CANARY")
    worker.goes(referral)
    worker.sees("The person has withdrawn consent", labels.STATUSES[Status.STOPPING])
    stopper.waits("stop")
    stopper.press(labels.MOVES[Move.CONFIRM_STOP])
    stopper.ticks(next(iter(labels.STOP_GROUNDS.values())))
    stopper.press(labels.MOVES[Move.CONFIRM_STOP])
    for person in (worker, receiver):
        person.goes(referral)
        person.sees(labels.STATUSES[Status.WITHDRAWN], labels.STORY[Move.CONFIRM_STOP])
    receiver.at.sees_nothing_of("CANARY")
