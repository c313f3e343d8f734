"""Bar 10 for recipients without accounts: whatever is done in whatever order, a guest reads exactly while her link, her
half hour, the state and the consent all allow it; and no link, code or session of before ever opens anything again.

The model is a few lines written from the design. After every step it is held against what the guest can in fact decrypt.
"""

from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text

from network.permissions import Refused, Stale
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.models import Referral
from network.referrals.services import consents, guest_links, guests, receiving
from network.referrals.services.guest_links import GuestKeys, WrongCode
from network.referrals.states import DeclineReason
from network.tenancy import Actor
from tests.factories import Make
from tests.referrals.conftest import FOUR, in_the_valley
from tests.referrals.guests import cost, sent_to_guest

pytestmark = pytest.mark.prove

WRONG = "0000-0000-0000"
WAITING = {"sent", "received", "acknowledged"}
READING = {"accepted", "in_service"}
CONSENTED = frozenset(FOUR)


def machine(make: Make, owner: Engine) -> type[RuleBasedStateMachine]:
    """One referral to a guest for each run, with a valley of its own."""

    class Guests(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.valley = in_the_valley(make, make.app.database)
            self.sent = sent_to_guest(self.valley)
            self.keyring, self.cost = make.app.keyring, cost(self.valley)
            self.issued = self.sent.issued
            self.status, self.link, self.wrong = "sent", "open", 0
            self.cookie = ""
            self.dead: list[tuple[str, str, str]] = []
            """Token, code and session of every link that was closed or issued again."""

        # The guest.

        def inside(self, deed: object) -> bool:
            """Do it with the present link and session; whether it went through."""
            try:
                with make.app.database.unit_of_work(Actor.anonymous()) as session:
                    link = guest_links.find(session, self.issued.token)
                    keys = guest_links.resume(session, link, self.cookie) if link else None
                    if keys is None:
                        return False
                    actor = Actor.guest(keys.tenant_id)
                    guest_links.become(session, actor)
                    deed(session, actor, keys)  # type: ignore[operator]
            except (Stale, Refused):
                return False
            return True

        def may_act(self) -> bool:
            return self.link == "open" and bool(self.cookie)

        @rule()
        def right_code(self) -> None:
            came = None
            with make.app.database.unit_of_work(Actor.anonymous()) as session:
                link = guest_links.find(session, self.issued.token)
                if link is not None:
                    try:
                        came = guest_links.try_code(
                            session, self.keyring, link, self.issued.token, self.issued.code
                        )
                        actor = Actor.guest(came.keys.tenant_id)
                        receiving.open_referral(session, actor, self.sent.referral.id)
                    except WrongCode:
                        came = None
            assert (came is not None) == (self.link == "open")
            if came is not None:
                self.cookie, self.wrong = came.cookie, 0
                self.status = "received" if self.status == "sent" else self.status

        @rule(times=st.sampled_from([1, 4]))
        def wrong_code(self, times: int) -> None:
            for _ in range(times):
                with make.app.database.unit_of_work(Actor.anonymous()) as session:
                    link = guest_links.find(session, self.issued.token)
                    if link is None:
                        assert self.link == "closed"
                        return
                    with pytest.raises(WrongCode):
                        guest_links.try_code(session, self.keyring, link, self.issued.token, WRONG)
                if self.link == "open":
                    self.wrong += 1
                    if self.wrong == guest_links.TRIES:
                        self.link, self.cookie = "locked", ""

        @rule()
        def half_an_hour_passes(self) -> None:
            with owner.begin() as connection:
                connection.execute(
                    text("UPDATE guest_session SET created_at = created_at - CAST(:t AS interval)"),
                    {"t": datetime.timedelta(minutes=31)},
                )
            self.cookie = ""

        @rule()
        def accept(self) -> None:
            done = self.inside(
                lambda s, a, _k: receiving.accept_referral(s, a, self.sent.referral.id, worker_id=None)
            )
            assert done == (self.may_act() and self.status in ("received", "acknowledged"))
            self.status = "accepted" if done else self.status

        @rule()
        def serve(self) -> None:
            done = self.inside(lambda s, a, _k: receiving.start_service(s, a, self.sent.referral.id))
            assert done == (self.may_act() and self.status == "accepted")
            self.status = "in_service" if done else self.status

        @precondition(lambda self: self.status == "acknowledged")
        @rule()
        def decline(self) -> None:
            reason = DeclineReason.NO_CAPACITY
            done = self.inside(
                lambda s, a, k: receiving.decline_referral(s, a, k, self.sent.referral.id, reason=reason)
            )
            assert done == self.may_act()
            self.status = "declined_pending" if done else self.status

        # The sender.

        @precondition(lambda self: self.status != "withdrawn")
        @rule()
        def issue_again(self) -> None:
            self.bury()
            worker = self.valley.caseworker
            with make.app.database.unit_of_work(worker.actor) as session:
                self.issued = guests.issue_again(
                    session,
                    worker.actor,
                    self.valley.desk(session, worker),
                    self.keyring,
                    self.cost,
                    self.sent.referral.id,
                )
            self.link, self.wrong = "open", 0

        @precondition(lambda self: self.status != "withdrawn")
        @rule()
        def close_link(self) -> None:
            self.bury()
            worker = self.valley.caseworker
            with make.app.database.unit_of_work(worker.actor) as session:
                guests.close_link(session, worker.actor, self.sent.referral.id)
            self.link = "closed"

        @precondition(lambda self: self.status in WAITING | READING)
        @rule()
        def withdraw(self) -> None:
            worker = self.valley.caseworker
            with make.app.database.unit_of_work(worker.actor) as session:
                given = next(c for c in session.scalars(queries.consents_of(self.sent.case.id)))
                consents.withdraw_consent(session, worker.actor, given)
            if self.status in READING:
                self.status = "stopping"
            else:
                self.bury()
                self.status, self.link = "withdrawn", "closed"

        def bury(self) -> None:
            self.dead.append((self.issued.token, self.issued.code, self.cookie))
            self.cookie = ""

        # What must hold.

        @invariant()
        def reads_exactly_what_is_allowed(self) -> None:
            read: dict[str, object] = {"envelope": None, "parts": frozenset()}

            def look(session: object, actor: Actor, keys: GuestKeys) -> None:
                referral = session.get_one(Referral, self.sent.referral.id)  # type: ignore[attr-defined]
                read["envelope"] = receiving.read_envelope(session, actor, keys, referral)  # type: ignore[arg-type]
                read["parts"] = frozenset(receiving.read_package(session, actor, keys, referral))  # type: ignore[arg-type]

            came_in = self.inside(look)
            assert came_in == self.may_act(), (came_in, self.link, self.cookie)
            open_now = came_in and self.status in WAITING | READING | {"declined_pending"}
            assert (read["envelope"] is not None) == open_now, (self.status, read)
            expected: frozenset[Category] = CONSENTED if came_in and self.status in READING else frozenset()
            assert read["parts"] == expected, (self.status, read)

        @invariant()
        def nothing_of_before_opens(self) -> None:
            with make.app.database.unit_of_work(Actor.anonymous()) as session:
                for token, _code, cookie in self.dead:
                    assert guest_links.find(session, token) is None
                    link = guest_links.find(session, self.issued.token)
                    assert link is None or guest_links.resume(session, link, cookie) is None

    return Guests


def test_a_guest_reads_exactly_while_link_session_state_and_consent_allow_it(
    make: Make, owner_engine: Engine, proving: bool
) -> None:
    make.network()
    run_state_machine_as_test(
        seed(20070424)(machine(make, owner_engine)),
        settings=settings(
            max_examples=60 if proving else 3,
            stateful_step_count=50 if proving else 12,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
