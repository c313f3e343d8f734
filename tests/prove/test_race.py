"""Accepting races withdrawing: one winner, both sides see the same, and nothing is left to be opened."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from network.database import Database
from network.permissions import Stale
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.models import Consent, Referral
from network.referrals.services import consents, receiving
from network.referrals.states import Move, Status
from tests.referrals.conftest import Valley, in_the_valley

pytestmark = pytest.mark.prove
CHOSEN = frozenset({Category.IDENTITY, Category.HEALTH})


def race(valley: Valley, database: Database, consent: Consent, referral: Referral) -> bool:
    """Both at the same moment; whether the acceptance went through. The withdrawal always does."""
    start = threading.Barrier(2)
    hers, ours = valley.receiver.actor, valley.caseworker.actor

    def accept() -> bool:
        start.wait(30)
        try:
            with database.unit_of_work(hers) as session:
                receiving.accept_referral(session, hers, referral.id, worker_id=valley.receiver.user_id)
        except Stale:
            return False
        return True

    def withdraw() -> None:
        start.wait(30)
        with database.unit_of_work(ours) as session:
            consents.withdraw_consent(session, ours, session.get_one(Consent, consent.id))

    with ThreadPoolExecutor(2) as pool:
        accepted, withdrawn = pool.submit(accept), pool.submit(withdraw)
        withdrawn.result(60)
        return accepted.result(60)


def test_accepting_and_withdrawing_at_the_same_moment_have_one_winner_and_both_sides_agree(
    make: object, database: Database, owner_engine: Engine, proving: bool
) -> None:
    """200 rounds with ``make prove``, 20 otherwise."""
    valley = in_the_valley(make, database)  # type: ignore[arg-type]
    won: Counter[str] = Counter()
    for _ in range(200 if proving else 20):
        _case, consent, referral = valley.sent_at_once(
            valley.khujand, consented=CHOSEN, wanted=CHOSEN, of=valley.case()
        )
        with database.unit_of_work(valley.receiver.actor) as session:
            receiving.open_referral(session, valley.receiver.actor, referral.id)
        accepted = race(valley, database, consent, referral)
        expected = Status.STOPPING if accepted else Status.WITHDRAWN
        seen = set()
        for person in (valley.caseworker, valley.receiver):
            with database.unit_of_work(person.actor) as session:
                row = session.get_one(Referral, referral.id)
                events = session.scalars(queries.events_of(referral.id)).all()
                desk = valley.desk(session, person)
                if person is valley.receiver:
                    assert receiving.read_package(session, person.actor, desk, row) == {}
                    assert receiving.read_envelope(session, person.actor, desk, row) is None
                told = tuple((e.number, e.move, e.before, e.after) for e in events if e.move is not Move.SEND)
                owed = session.scalars(queries.obligation_of(referral.id)).all()
                seen.add((row.status, row.version, told, len(owed)))
        (status, _version, story, owed_count), *others = seen
        assert not others, "the two sides do not agree"
        assert status is expected and owed_count == int(accepted)
        assert [move for _n, move, _b, _a in story].count(Move.ACCEPT) == int(accepted)
        assert [move for _n, move, _b, _a in story][-1] is Move.WITHDRAW
        with owner_engine.connect() as connection:
            left = connection.execute(
                text("SELECT count(*) FROM wraps.part_key WHERE holder_id = :id AND tenant_id <> :id"),
                {"id": valley.khujand.id},
            ).scalar_one()
        assert left == 0
        won["accepted" if accepted else "withdrawn"] += 1
    print(f"\naccept against withdraw: {dict(won)}")
