"""Bar 10: whatever is done in whatever order, a desk reads a part exactly while consent and state allow it.

The model is written anew here, from the design and not from the code: a few lines that say who may read what. After
every step it is held against what PostgreSQL shows each tenant and against what each desk can in fact decrypt.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

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
from sqlalchemy.orm import Session

from network.database import now
from network.permissions import Refused, Role, Stale, Unfit
from network.referrals import queries, wordings
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, Referral
from network.referrals.services import (
    asking,
    cases,
    closing,
    consents,
    engaging,
    narrowing,
    receiving,
    sending,
    timing,
)
from network.referrals.states import CancelReason, DeclineReason, Move, Outcome, StopGround
from network.tenancy import Actor
from tests.factories import Make, Person
from tests.referrals.conftest import WRITTEN, Valley, details, in_the_valley
from tests.worlds import Worlds

pytestmark = pytest.mark.prove

WAITING = ("sent", "received", "acknowledged", "info_requested")
ENGAGING = ("accepted", "scheduled", "not_engaged")
READING = (*ENGAGING, "in_service", "outcome_reported")
SHOWN = text(
    "SELECT (SELECT count(*) FROM wraps.part_key WHERE tenant_id <> app_tenant() AND sealed_kind = 'case_part')"
    ' AS "keys to parts", (SELECT count(*) FROM wraps.part_key WHERE tenant_id <> app_tenant()'
    " AND sealed_kind = 'envelope') AS \"keys to envelopes\", "
    + ", ".join(
        f"(SELECT count(*) FROM {table}) AS {table}"
        for table in ("case_part", "case_record", "consent", "case_entry", "referral_origin")
    )
)
"""What PostgreSQL shows to whoever asks, in one question, because it is asked of each receiver after every step."""


@dataclass
class Expected:
    """One referral as the model knows it."""

    id: object
    case_id: object
    consent_id: object
    receiver: str
    categories: frozenset[Category]
    status: str = "sent"
    expired: bool = False
    hidden: bool = False
    """The 14 days after the expiry are over too."""
    returned: bool = False
    """Its refusal was sent back, which happens once."""
    withdrawn: bool = False
    """The consent is; whatever became of the referral."""

    def parts(self) -> frozenset[Category]:
        return self.categories if self.status in READING and not self.hidden else frozenset()

    def envelope(self) -> bool:
        return not self.hidden and self.status in (*WAITING, *READING, "declined_pending")


@dataclass(frozen=True)
class Beginning:
    """What every history begins with: the valley, and a second worker at each receiving desk."""

    valley: Valley
    second: dict[str, Person]
    cases: list[Case]
    """Written, and not referred yet: as many as a history seldom needs more of."""


def beginning(make: Make) -> Beginning:
    valley = in_the_valley(make, make.app.database)
    return Beginning(
        valley,
        {
            "khujand": make.user(valley.khujand, [Role.CASEWORKER]),
            "andijan": make.user(valley.andijan, [Role.CASEWORKER]),
        },
        valley.cases(8),
    )


def machine(make: Make, owner: Engine, begin: Callable[[], Beginning]) -> type[RuleBasedStateMachine]:
    """The state machine; ``begin`` empties the database and puts the beginning there."""

    class Consented(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            begun = begin()
            self.valley = begun.valley
            self.second = dict(begun.second)
            self.cases = list(begun.cases)
            self.removed: list[Person] = []
            self.known: list[Expected] = []
            self.touched: Expected | None = None
            self.scope: dict[object, frozenset[Category]] = {}
            """By consent, what it still allows its one recipient."""

        # Who acts.

        def keep(self, referral: Expected) -> None:
            self.known.append(referral)
            self.touched = referral
            self.scope[referral.consent_id] = referral.categories

        def case(self) -> Case:
            """One that was not referred yet."""
            return self.cases.pop() if self.cases else self.valley.case()

        def pick(self, data: st.DataObject) -> Expected:
            self.touched = data.draw(st.sampled_from(self.known))
            return self.touched

        def receiver_of(self, referral: Expected) -> Person:
            return self.valley.receiver if referral.receiver == "khujand" else self.valley.onlooker

        def attempt(self, who: Person, deed: object, *, expected: bool) -> bool:
            """Do it as this person; whether it went through must be what the model expects."""
            try:
                with make.app.database.unit_of_work(who.actor) as session:
                    deed(session)  # type: ignore[operator]
            except (Stale, Unfit, Refused):
                done = False
            else:
                done = True
            assert done == expected, f"went through: {done}, expected: {expected}"
            return done

        # What can happen.

        @rule(
            receiver=st.sampled_from(["khujand", "andijan"]),
            chosen=st.frozensets(st.sampled_from(list(WRITTEN)), min_size=1),
        )
        def refer(self, receiver: str, chosen: frozenset[Category]) -> None:
            to = self.valley.khujand if receiver == "khujand" else self.valley.andijan
            case, given, referral = self.valley.sent_at_once(
                to, consented=chosen, wanted=chosen, of=self.case()
            )
            self.keep(Expected(referral.id, case.id, given.id, receiver, chosen))

        @rule(
            extra=st.sampled_from(list(WRITTEN)),
            chosen=st.frozensets(st.sampled_from(list(WRITTEN)), min_size=1),
        )
        def refer_beyond_consent(self, extra: Category, chosen: frozenset[Category]) -> None:
            """A category nobody consented to can be drafted, never sent."""
            try:
                case, given, referral = self.valley.sent_at_once(
                    self.valley.khujand, consented=chosen, wanted=chosen | {extra}, of=self.case()
                )
            except Unfit as refused:
                assert refused.code == "consent_missing" and extra not in chosen
            else:
                assert extra in chosen
                self.keep(Expected(referral.id, case.id, given.id, "khujand", chosen))

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def open(self, data: st.DataObject) -> None:
            r = self.pick(data)
            who = self.receiver_of(r)
            self.attempt(who, lambda s: receiving.open_referral(s, who.actor, r.id), expected=True)
            r.status = "received" if r.status == "sent" else r.status

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def accept(self, data: st.DataObject) -> None:
            r = self.pick(data)
            who = self.receiver_of(r)
            may = r.status in ("received", "acknowledged") and not r.expired
            if self.attempt(
                who,
                lambda s: receiving.accept_referral(s, who.actor, r.id, worker_id=who.user_id),
                expected=may,
            ):
                r.status = "accepted"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def decline(self, data: st.DataObject) -> None:
            r = self.pick(data)
            who = self.receiver_of(r)
            reason = DeclineReason.NO_CAPACITY
            if self.attempt(
                who,
                lambda s: receiving.decline_referral(
                    s, who.actor, self.valley.desk(s, who), r.id, reason=reason
                ),
                expected=r.status in WAITING,
            ):
                r.status = "declined_pending"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def serve(self, data: st.DataObject) -> None:
            r = self.pick(data)
            who = self.receiver_of(r)
            if self.attempt(
                who, lambda s: receiving.start_service(s, who.actor, r.id), expected=r.status in ENGAGING
            ):
                r.status = "in_service"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def report(self, data: st.DataObject) -> None:
            r = self.pick(data)
            who = self.receiver_of(r)
            outcome = Outcome.PROVIDED
            if self.attempt(
                who,
                lambda s: receiving.report_outcome(
                    s, who.actor, self.valley.desk(s, who), r.id, outcome=outcome
                ),
                expected=r.status == "in_service",
            ):
                r.status = "outcome_reported"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def finish(self, data: st.DataObject) -> None:
            r = self.pick(data)
            actor = self.valley.caseworker.actor
            if r.status == "declined_pending":
                self.attempt(
                    self.valley.caseworker, lambda s: closing.confirm_decline(s, actor, r.id), expected=True
                )
                r.status = "declined"
            elif self.attempt(
                self.valley.caseworker,
                lambda s: closing.close_referral(s, actor, r.id),
                expected=r.status == "outcome_reported",
            ):
                r.status = "closed"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def cancel(self, data: st.DataObject) -> None:
            r = self.pick(data)
            actor, reason = self.valley.caseworker.actor, CancelReason.NEED_MET
            if self.attempt(
                self.valley.caseworker,
                lambda s: sending.cancel_referral(s, actor, r.id, reason=reason),
                expected=r.status in (*WAITING, *READING, "declined_pending"),
            ):
                r.status = "cancelled"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def ask(self, data: st.DataObject) -> None:
            """Acknowledged first where nobody did it yet; what is asked and answered is read by both."""
            r = self.pick(data)
            who = self.receiver_of(r)
            if r.status in ("sent", "received"):
                self.attempt(who, lambda s: receiving.acknowledge_referral(s, who.actor, r.id), expected=True)
                r.status = "acknowledged"
            if self.attempt(
                who,
                lambda s: asking.ask_question(s, who.actor, self.valley.desk(s, who), r.id, question="?"),
                expected=r.status == "acknowledged",
            ):
                r.status = "info_requested"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def reply(self, data: st.DataObject) -> None:
            """To a question, a refusal or an outcome: each only where it waits, and nothing once consent has run out."""
            r = self.pick(data)
            us = self.valley.caseworker
            replies = {
                "info_requested": (asking.answer_question, {"answer": "!"}, "acknowledged"),
                "declined_pending": (closing.return_decline, {"why": "!"}, "acknowledged"),
                "outcome_reported": (closing.dispute_outcome, {"why": "!"}, "in_service"),
            }
            for state, (verb, said, after) in replies.items():
                may = r.status == state and not r.expired and not (r.returned and state == "declined_pending")
                if self.attempt(
                    us,
                    lambda s, verb=verb, said=said: verb(s, us.actor, self.valley.desk(s, us), r.id, **said),
                    expected=may,
                ):
                    r.returned = r.returned or state == "declined_pending"
                    r.status = after
                    return

        @precondition(lambda self: self.known)
        @rule(data=st.data(), came=st.booleans())
        def expect(self, data: st.DataObject, came: bool) -> None:
            """An appointment, and a person who does not come to it, or is reached again."""
            r = self.pick(data)
            who = self.receiver_of(r)
            when = now() + datetime.timedelta(days=1)
            if r.status == "not_engaged" and came:
                self.attempt(who, lambda s: engaging.note_reached(s, who.actor, r.id), expected=True)
                r.status = "accepted"
            elif came:
                if self.attempt(
                    who,
                    lambda s: engaging.make_appointment(
                        s, who.actor, self.valley.desk(s, who), r.id, when=when, place="-"
                    ),
                    expected=r.status in ("accepted", "scheduled"),
                ):
                    r.status = "scheduled"
            elif self.attempt(
                who,
                lambda s: engaging.note_attempt(s, who.actor, self.valley.desk(s, who), r.id, Move.NO_SHOW),
                expected=r.status in ENGAGING,
            ):
                r.status = "not_engaged"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def keep_silent(self, data: st.DataObject) -> None:
            """Twice the time of an answer passes; the clock comes then, and finds what waits or what does not."""
            r = self.pick(data)
            with owner.connect() as connection:
                back = "clock_from = clock_from - interval '60 days', answer_due_at = answer_due_at - interval '60 days'"
                connection.execute(text(f"UPDATE referral SET {back} WHERE id = :id"), {"id": r.id})
            clock = Actor.clock(self.valley.osh.id)
            with make.app.database.unit_of_work(clock) as session:
                timing.tick(session, clock, timing.Clock.ANSWER, r.id)  # type: ignore[arg-type]
            if r.status in WAITING:
                r.status = "timed_out"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def withdraw(self, data: st.DataObject) -> None:
            """Never refused, whatever the state."""
            r = self.pick(data)
            actor = self.valley.caseworker.actor
            self.attempt(
                self.valley.caseworker,
                lambda s: consents.withdraw_consent(s, actor, s.get_one(Consent, r.consent_id)),
                expected=True,
            )
            r.withdrawn = True
            if r.status in READING:
                r.status = "stopping"
            elif r.status in (*WAITING, "declined_pending"):
                r.status = "withdrawn"

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def narrow(self, data: st.DataObject) -> None:
            """Some categories are taken back: exactly those, at once, in every state; all of them is a withdrawal."""
            r = self.pick(data)
            allowed = self.scope[r.consent_id]
            lost = data.draw(st.frozensets(st.sampled_from(list(WRITTEN)), min_size=1))
            actor, who = self.valley.caseworker.actor, self.valley.caseworker
            to = self.valley.khujand if r.receiver == "khujand" else self.valley.andijan
            if not self.attempt(
                who,
                lambda s: narrowing.narrow_consent(
                    s, actor, self.valley.desk(s, who), s.get_one(Consent, r.consent_id), {to.id: lost}
                ),
                expected=bool(allowed & lost),
            ):
                return
            self.scope[r.consent_id] = allowed - lost
            if r.status not in (*WAITING, *READING, "declined_pending"):
                return
            if r.categories <= lost:
                r.status = "stopping" if r.status in READING else "withdrawn"
            r.categories -= lost

        @precondition(lambda self: self.known)
        @rule(data=st.data(), fewer=st.booleans())
        def renew(self, data: st.DataObject, fewer: bool) -> None:
            """A new act takes the place of the former one, with what it allowed or less; what was withdrawn is not
            renewed, and what had run out and was not closed yet goes on."""
            r = self.pick(data)
            scope = self.scope[r.consent_id]
            kept = data.draw(st.frozensets(st.sampled_from(sorted(scope)))) if fewer and scope else scope
            actor, who = self.valley.caseworker.actor, self.valley.caseworker
            to = self.valley.khujand if r.receiver == "khujand" else self.valley.andijan
            made: list[Consent] = []

            def give(s: Session) -> None:
                made.append(
                    consents.give_consent(
                        s,
                        actor,
                        self.valley.desk(s, who),
                        s.get_one(Case, r.case_id),
                        text=s.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
                        scopes={to.id: kept},
                        details=details(),
                        supersedes=s.get_one(Consent, r.consent_id),
                    )
                )

            if not self.attempt(who, give, expected=bool(kept) and not r.withdrawn):
                return
            r.consent_id = made[0].id
            self.scope[r.consent_id] = kept
            if r.status in (*WAITING, *READING, "declined_pending"):
                if not r.categories & kept:
                    r.status = "stopping" if r.status in READING else "withdrawn"
                r.categories &= kept
                r.expired = r.hidden = False

        @precondition(lambda self: self.known)
        @rule(data=st.data())
        def confirm_stop(self, data: st.DataObject) -> None:
            r = self.pick(data)
            khujand = r.receiver == "khujand"
            who = self.valley.receiving_supervisor if khujand else self.valley.onlooker
            if self.attempt(
                who,
                lambda s: receiving.confirm_stop(
                    s, who.actor, r.id, ground=StopGround.DELETED, alone=not khujand
                ),
                expected=r.status == "stopping",
            ):
                r.status = "withdrawn"

        @precondition(lambda self: self.known)
        @rule(data=st.data(), over=st.booleans(), clock=st.booleans())
        def expire(self, data: st.DataObject, over: bool, clock: bool) -> None:
            """The consent runs out (and, ``over``, its 14 days too); the clock may come late or not at all."""
            r = self.pick(data)
            past = now() - datetime.timedelta(days=15 if over or r.hidden else 1)
            with owner.connect() as connection:
                ids = {
                    "consent": r.consent_id,
                    "referral": r.id,
                    "at": past,
                    "until": past + datetime.timedelta(days=14),
                }
                connection.execute(text("UPDATE consent SET expires_at = :at WHERE id = :consent"), ids)
                connection.execute(
                    text("UPDATE referral SET consent_expires_at = :at WHERE id = :referral"), ids
                )
                connection.execute(
                    text(
                        "UPDATE wraps.part_key SET readable_until = :until WHERE referral_id = :referral AND readable_until IS NOT NULL"
                    ),
                    ids,
                )
            r.expired, r.hidden = True, r.hidden or over
            if clock:
                actor = Actor.clock(self.valley.osh.id)
                withdrawn = self._withdrawn(r)
                with make.app.database.unit_of_work(actor) as session:
                    consents.expire_consent(session, actor, r.consent_id)  # type: ignore[arg-type]
                if r.status in (*WAITING, "declined_pending") and not withdrawn:
                    r.status = "withdrawn"

        @precondition(lambda self: self.second)
        @rule(data=st.data())
        def remove_member(self, data: st.DataObject) -> None:
            """Somebody leaves a receiving desk: a new epoch begins, and she opens nothing any more."""
            where = data.draw(st.sampled_from(sorted(self.second)))
            leaver = self.second.pop(where)
            remover = self.valley.receiving_supervisor if where == "khujand" else self.valley.onlooker
            from network.accounts.services import desk as desks

            with make.app.database.unit_of_work(remover.actor) as session:
                desks.leave(session, remover.actor, leaver.user_id, self.valley.desk(session, remover))
            self.removed.append(leaver)

        # What must hold.

        @invariant()
        def each_desk_reads_exactly_what_consent_and_state_allow(self) -> None:
            """It opens so much of the referral that was just touched; of all of them, row-level security alone shows
            each tenant the same."""
            for name, who in (("khujand", self.valley.receiver), ("andijan", self.valley.onlooker)):
                parts = sum(len(r.parts()) for r in self.known if r.receiver == name)
                envelopes = sum(r.envelope() for r in self.known if r.receiver == name)
                with make.app.database.unit_of_work(who.actor) as session:
                    if self.touched is not None and self.touched.receiver == name:
                        self.opened(session, who, self.touched)
                    shown = dict(session.connection().execute(SHOWN).mappings().one())
                assert shown == {
                    "keys to parts": parts,
                    "keys to envelopes": envelopes,
                    "case_part": parts,
                    "case_record": 0,
                    "consent": 0,
                    "case_entry": 0,
                    "referral_origin": 0,
                }

        def opened(self, session: Session, who: Person, r: Expected) -> None:
            row, desk = session.get_one(Referral, r.id), self.valley.desk(session, who)
            assert row.status.value == r.status
            read = receiving.read_package(session, who.actor, desk, row)
            assert read == {c: WRITTEN[c] for c in read}
            assert frozenset(read) == r.parts()
            told = receiving.read_envelope(session, who.actor, desk, row)
            assert (told is not None) == r.envelope()

        @invariant()
        def the_owner_reads_its_own_and_who_left_opens_nothing(self) -> None:
            v = self.valley
            if self.touched:
                with make.app.database.unit_of_work(v.caseworker.actor) as session:
                    case = session.get_one(Case, self.touched.case_id)
                    assert (
                        cases.read_parts(session, v.caseworker.actor, v.desk(session, v.caseworker), case)
                        == WRITTEN
                    )
            for leaver in self.removed:
                with make.app.database.unit_of_work(leaver.actor) as session:
                    assert not v.desk(session, leaver).let_in

        def _withdrawn(self, r: Expected) -> bool:
            return r.status in ("withdrawn", "stopping")

    return Consented


@pytest.mark.parametrize("history", range(4))
def test_a_desk_reads_a_part_exactly_while_consent_and_state_allow_it(
    make: Make,
    owner_engine: Engine,
    worlds: Worlds,
    sweep: Callable[[], None],
    proving: bool,
    history: int,
) -> None:
    """10,000 steps with ``make prove``, a tenth of it otherwise; in four lots, so that they can run side by side."""
    runs, steps = (50 if proving else 5), 50
    profile = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if proving else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def begin() -> Beginning:
        sweep()
        return worlds.begin("valley with a second worker at each desk", lambda: beginning(make))

    run_state_machine_as_test(seed(20070424 + history)(machine(make, owner_engine, begin)), settings=profile)
    print(f"\nbar 10: {runs} histories of up to {steps} steps, the invariant held at every one")
