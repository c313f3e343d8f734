"""Bringing a referral into each state of the table, as its people would, and saying who makes each move."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, text

from network.database import now
from network.referrals.models import Case, Consent, Referral
from network.referrals.services import asking, closing, consents, drafts, engaging, receiving, sending
from network.referrals.states import CancelReason, DeclineReason, Move, Outcome, Status
from tests.factories import Person
from tests.referrals.conftest import Valley

S = Status


@dataclass
class Walk:
    """One referral of the valley, moved by its people through the services."""

    valley: Valley
    case: Case
    consent: Consent
    referral: Referral

    def do(
        self, who: Person, deed: Callable[..., object], *args: object, sealed: bool = False, **named: object
    ) -> None:
        with self.valley.database.unit_of_work(who.actor) as session:
            desk = (self.valley.desk(session, who),) if sealed else ()
            deed(session, who.actor, *desk, self.referral.id, *args, **named)

    def ours(self, deed: Callable[..., object], *args: object, **named: object) -> None:
        self.do(self.valley.caseworker, deed, *args, **named)  # type: ignore[arg-type]

    def theirs(self, deed: Callable[..., object], *args: object, **named: object) -> None:
        self.do(self.valley.receiver, deed, *args, **named)  # type: ignore[arg-type]

    def status(self) -> Status:
        with self.valley.database.unit_of_work(self.valley.caseworker.actor) as session:
            return session.get_one(Referral, self.referral.id).status

    def prepared(self) -> None:
        with self.valley.database.unit_of_work(self.valley.caseworker.actor) as session:
            from network.referrals import queries

            given = next(
                c for c in session.scalars(queries.consents_of(self.case.id)) if c.id == self.consent.id
            )
            drafts.prepare_referral(
                session,
                self.valley.caseworker.actor,
                self.valley.desk(session, self.valley.caseworker),
                self.referral.id,
                given=given,
            )

    def bring_to(self, status: Status) -> Walk:
        """From the draft to this state, on the shortest way."""
        WAYS[status](self)
        assert self.status() is status, (self.status(), status)
        return self


def begin(valley: Valley) -> Walk:
    def draft() -> tuple[Case, Consent, Referral]:
        case = valley.case()
        consent = valley.consent(case)
        return case, consent, valley.draft(case)

    return Walk(valley, *valley.go_on("a draft", draft))


def _draft(_walk: Walk) -> None:
    pass


def _pending(walk: Walk) -> None:
    walk.prepared()
    walk.ours(drafts.submit_referral)


def _ready(walk: Walk) -> None:
    """Approved: across the border a supervisor looked at it."""
    _pending(walk)
    walk.do(walk.valley.supervisor, drafts.approve_referral)


def _sent(walk: Walk) -> None:
    _ready(walk)
    walk.ours(sending.send_referral, sealed=True)


def _received(walk: Walk) -> None:
    _sent(walk)
    walk.theirs(receiving.open_referral)


def _acknowledged(walk: Walk) -> None:
    _received(walk)
    walk.theirs(receiving.acknowledge_referral)


def _asked(walk: Walk) -> None:
    _acknowledged(walk)
    walk.theirs(asking.ask_question, sealed=True, question="CANARY-question")


def _accepted(walk: Walk) -> None:
    _received(walk)
    walk.theirs(receiving.accept_referral, worker_id=walk.valley.receiver.user_id)


def _scheduled(walk: Walk) -> None:
    _accepted(walk)
    when = now() + datetime.timedelta(days=2)
    walk.theirs(engaging.make_appointment, sealed=True, when=when, place="CANARY-place")


def _not_engaged(walk: Walk) -> None:
    _accepted(walk)
    walk.theirs(engaging.note_attempt, Move.UNREACHABLE, sealed=True)


def _in_service(walk: Walk) -> None:
    _accepted(walk)
    walk.theirs(receiving.start_service)


def _reported(walk: Walk) -> None:
    _in_service(walk)
    walk.theirs(receiving.report_outcome, sealed=True, outcome=Outcome.PROVIDED)


def _closed(walk: Walk) -> None:
    _reported(walk)
    walk.ours(closing.close_referral)


def _declined_pending(walk: Walk) -> None:
    _received(walk)
    walk.theirs(receiving.decline_referral, sealed=True, reason=DeclineReason.NO_CAPACITY)


def _declined(walk: Walk) -> None:
    _declined_pending(walk)
    walk.ours(closing.confirm_decline)


def _cancelled(walk: Walk) -> None:
    _received(walk)
    walk.ours(sending.cancel_referral, reason=CancelReason.ERROR)


def _withdrawn(walk: Walk) -> None:
    _received(walk)
    _withdraw(walk)


def _stopping(walk: Walk) -> None:
    _accepted(walk)
    _withdraw(walk)


def _withdraw(walk: Walk) -> None:
    actor = walk.valley.caseworker.actor
    with walk.valley.database.unit_of_work(actor) as session:
        consents.withdraw_consent(session, actor, session.get_one(Consent, walk.consent.id))


def put(owner: Engine, walk: Walk, status: Status) -> None:
    """States that nobody reaches in a test without waiting or the directory: put there directly."""
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE referral SET status = :status WHERE id = :id"),
            {"status": status.value, "id": walk.referral.id},
        )


WAYS: dict[Status, Callable[[Walk], None]] = {
    S.DRAFT: _draft,
    S.READY: _ready,
    S.APPROVAL_PENDING: _pending,
    S.SENT: _sent,
    S.RECEIVED: _received,
    S.ACKNOWLEDGED: _acknowledged,
    S.INFO_REQUESTED: _asked,
    S.ACCEPTED: _accepted,
    S.SCHEDULED: _scheduled,
    S.NOT_ENGAGED: _not_engaged,
    S.IN_SERVICE: _in_service,
    S.OUTCOME_REPORTED: _reported,
    S.CLOSED: _closed,
    S.DECLINED_PENDING: _declined_pending,
    S.DECLINED: _declined,
    S.CANCELLED: _cancelled,
    S.WITHDRAWN: _withdrawn,
    S.STOPPING: _stopping,
}
"""How each state is reached; the others (a redirection, a time-out, a hand-over) have tests of their own."""
