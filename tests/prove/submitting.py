"""Eight clients submit referrals while something is being killed; afterwards each must be there exactly once."""

from __future__ import annotations

import random
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from network.database import Database, now
from network.deeds import Deed
from network.operate.commands import verify
from network.outbox import DESK, OutboxMessage
from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import Agreement, Case, Disclosure, Referral, ReferralEvent
from network.referrals.services import receiving
from network.referrals.states import Move, Status
from network.tenancy import Actor
from tests.factories import Make
from tests.prove.line import Browser, Progress
from tests.referrals.conftest import WRITTEN, Valley

CLIENTS = 8
ORDINARY = 10
"""Every tenth submission goes the long way: drafted, made ready, sent. The others leave by the page of emergencies,
where one form makes case and referral: a form that is taken twice makes two, one that is lost leaves none."""
FEW = (Category.IDENTITY, Category.HEALTH)


@dataclass
class Office:
    """A desk of eight caseworkers, a case of each with consent, and another desk in the same country."""

    valley: Valley
    workers: list[Valley]
    cases: list[uuid.UUID]
    tokens: list[str]
    progress: Progress = field(default_factory=Progress)
    tally: Counter[str] = field(default_factory=Counter)

    def at(self, database: Database) -> Office:
        """The same people, their rows read from another database."""
        return replace(self, valley=replace(self.valley, database=database))

    def submit(self, number: int, browser: Browser) -> str:
        """One referral, from the first form to the page that says it was sent; the path of the referral."""
        receiver = str(self.valley.khujand.id)
        if number % ORDINARY:
            path, form = browser.open("/en/referrals/emergency").form("reason")
            typed = {
                "requested_service": f"Service {number}",
                "reason": "In danger",
                "alias": f"Alias {number}",
            }
            return acknowledged(browser, path, form | typed | {"recipient": receiver})
        path, form = browser.open(f"/en/referrals/new?case={self.cases[number % CLIENTS]}").form("need")
        typed = {"recipient": receiver, "categories": [c.value for c in FEW], "priority": "routine"}
        place = acknowledged(browser, path, form | typed | {"requested_service": f"Service {number}"})
        for move in (Move.PREPARE, Move.SEND):
            action, form = browser.open(place).form(f"/{move.value}")
            assert acknowledged(browser, action, form) == place
        return place


def acknowledged(browser: Browser, path: str, form: dict[str, object]) -> str:
    """Send the form; where the server says that it is done."""
    answer = browser.post(path, form)
    assert answer.status == 303, (answer.status, re.sub(r"<[^>]+>|\s+", " ", answer.html)[:2000])
    return answer.location


def office(make: Make, database: Database) -> Office:
    here, there = make.tenant("Osh partner"), make.tenant("Jalal-Abad partner")
    people = [make.user(here, [Role.CASEWORKER]) for _ in range(CLIENTS)]
    supervisor, receiver = make.user(here, [Role.SUPERVISOR]), make.user(there, [Role.CASEWORKER])
    workers = [
        Valley(database, here, there, there, one, supervisor, receiver, receiver, receiver) for one in people
    ]
    with database.unit_of_work(people[0].actor) as session:
        session.add(Agreement(valid_from=now().date()))
    cases = []
    for worker in workers:
        case = worker.case({category: WRITTEN[category] for category in FEW}, assessed=False)
        worker.consent(case, categories=FEW)
        cases.append(case.id)
    return Office(workers[0], workers, cases, [one.token() for one in people])


@contextmanager
def submitting(office: Office, port: int, count: int, *, drops: float) -> Iterator[Progress]:
    """The clients work, each at its share; the block may do them harm. Every one has ended after it."""

    def client(lane: int) -> None:
        chance = random.Random(2007 + lane)  # noqa: S311  A seed, so that a failure can be repeated.
        browser = Browser(port, office.tokens[lane], chance, office.tally, drops)
        try:
            for number in range(lane, count, CLIENTS):
                office.progress.note(number, office.submit(number, browser))
        except BaseException:
            office.progress.fail()
            raise

    with ThreadPoolExecutor(CLIENTS) as pool:
        lanes = [pool.submit(client, lane) for lane in range(CLIENTS)]
        yield office.progress
        for lane in lanes:
            lane.result()


def harm(progress: Progress, count: int, times: int, deed: Callable[[int], None]) -> None:
    """Do it so many times, spread over the whole work, never twice without work between."""
    for turn in range(times):
        if not progress.reaches((turn + 1) * count // (times + 2)):
            return
        deed(turn)


def judge(office: Office, count: int) -> None:
    """Nothing acknowledged is lost, nothing is there twice, nothing without its notice, nothing half."""
    valley, done = office.valley, office.progress.done
    ours, theirs = valley.caseworker.actor, valley.receiver.actor
    assert sorted(done) == list(range(count))
    emergencies = sum(1 for number in range(count) if number % ORDINARY)
    with valley.database.unit_of_work(ours) as session:
        desk = valley.desk(session, valley.caseworker)
        sent = {row.id: row for row in session.scalars(select(Referral))}
        asked = {
            (receiving.read_envelope(session, ours, desk, row) or {})["requested_service"]: ident
            for ident, row in sent.items()
        }
        assert asked == {f"Service {n}": uuid.UUID(path.rpartition("/")[2]) for n, path in done.items()}
        assert len(sent) == count, "each once"
        assert {row.status for row in sent.values()} == {Status.SENT}
        assert Counter(session.scalars(select(Disclosure.referral_id))) == dict.fromkeys(sent, 1)
        moves = Counter(session.scalars(select(ReferralEvent.move)))
        assert moves[Move.SEND_IN_EMERGENCY] == emergencies
        assert moves[Move.SEND] == moves[Move.PREPARE] == count - emergencies
        assert session.scalars(select(func.count(Case.id))).one() == emergencies + CLIENTS
    with valley.database.unit_of_work(theirs) as session:
        desk = valley.desk(session, valley.receiver)
        for ident in sent:
            row = session.get_one(Referral, ident)
            assert receiving.read_envelope(session, theirs, desk, row), "the other desk can open it"
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        told = Counter(session.execute(select(OutboxMessage.to_kind, OutboxMessage.to_id)).all())
        assert told == {(DESK, valley.khujand.id): count, (DESK, valley.osh.id): emergencies}
        assert not session.scalars(select(Deed.result).where(Deed.result == "")).all(), "no deed half done"
    assert all(not chain.found for chain in verify(valley.database)), "the audit trail is whole"
