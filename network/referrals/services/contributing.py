"""Anonymous contributions: what ended referrals add to the reports, where the person agreed, and taking it back.

A referral that ends leaves a row of the clock; that looks, without any key, whether the person agreed to be counted,
and leaves a task. In the month after, the desk's next session writes the contributions of the month that is over, all
at once and shuffled: which of them belongs to which referral, only this desk can tell, by its own secret.
"""

from __future__ import annotations

import datetime
import random
import uuid
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import now
from network.directory.taxonomy import TERMS
from network.keys import Keyring
from network.permissions import require
from network.referrals import queries, requests
from network.referrals.categories import Category
from network.referrals.consent import Purpose
from network.referrals.counting import Counted, counted
from network.referrals.models import Case, Consent, Contribution, DeskTask, DeskTaskKind, Referral
from network.referrals.services import marks, tasks
from network.referrals.services.sealing import Content, open_sealed
from network.referrals.services.tasks import does
from network.referrals.states import ENDED, Move
from network.tenancy import Actor, Tenant

LINK, CONTRIBUTOR = "contribution", "contributor"
AT_ONCE = 100
"""Contributions that one request writes at most."""


def note_end(session: Session, referral_id: uuid.UUID) -> None:
    """The clock, without a key: leave a task where the person agreed to be counted."""
    referral = session.get(Referral, referral_id)
    if referral is None or referral.status not in ENDED or referral.sent_at is None:
        return
    origin = session.scalars(queries.origin_of(referral.id)).one_or_none()
    if origin is not None and agreed(session, origin.case_id, referral.changed_at):
        tasks.leave(session, referral.referring_id, DeskTaskKind.CONTRIBUTION, referral.id)


def agreed(session: Session, case_id: uuid.UUID, at: datetime.datetime) -> bool:
    """Whether the person had agreed to be counted at that moment, and has not taken it back since."""
    said = session.scalars(queries.reporting_consents(case_id)).all()
    return (
        bool(said) and not _taken_back(said[0]) and any(one.given_at <= at < one.expires_at for one in said)
    )


def _taken_back(consent: Consent) -> bool:
    return consent.withdrawn_at is not None or getattr(consent, "refused_at", None) is not None


def take_back_all(session: Session, consent: Consent) -> None:
    """Consent to reporting was withdrawn: everything that was counted of this case leaves the reports. No key needed."""
    if consent.purpose is not Purpose.REPORTING_AGGREGATE:
        return
    for referral in session.scalars(queries.ended_referrals_of_case(consent.case_id)).all():
        tasks.leave(session, consent.tenant_id, DeskTaskKind.UNCONTRIBUTE, referral.id)


@does(DeskTaskKind.UNCONTRIBUTE)
def take_back(session: Session, _actor: Actor, desk: DeskKeys, referral_id: uuid.UUID) -> bool:
    """Delete the one row that only this desk finds."""
    session.execute(queries.take_back(_link(session, desk, referral_id)))
    return True


def month_begins(moment: datetime.datetime) -> datetime.datetime:
    """What was left before it is of a month that is over."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def contribute(session: Session, actor: Actor, desk: DeskKeys, keyring: Keyring) -> int:
    """Write what waits of the months that are over, in one shuffled batch; how many were written.

    What was left out meanwhile (consent taken back, a frozen case) is not written: the first for good, the second as
    long as it is frozen. The tasks go with it, so that no row says when which referral was counted.
    """
    require(actor.reads_cases)
    waiting = session.scalars(queries.contributions_until(month_begins(now()), AT_ONCE)).all()
    rows = [row for task in waiting if (row := _row(session, desk, keyring, task)) is not None]
    random.SystemRandom().shuffle(rows)
    session.add_all(rows)
    session.flush()
    return len(rows)


def _row(session: Session, desk: DeskKeys, keyring: Keyring, task: DeskTask) -> Contribution | None:
    referral = session.get(Referral, task.subject_id)
    origin = session.scalars(queries.origin_of(task.subject_id)).one_or_none()
    case = session.get(Case, origin.case_id) if origin else None
    if case is not None and case.frozen_at is not None:
        return None
    session.delete(task)
    if referral is None or case is None or not agreed(session, case.id, referral.changed_at):
        return None
    session.execute(queries.take_back(_link(session, desk, referral.id)))  # Never counted twice.
    return Contribution(
        id=uuid.uuid4(),
        **_counted(session, desk, case, referral).columns(),
        contributor=keyring.mac(CONTRIBUTOR, referral.referring_id, referral.changed_at.year),
        link=_link(session, desk, referral.id),
    )


def _link(session: Session, desk: DeskKeys, referral_id: uuid.UUID) -> bytes:
    return marks.mark(marks.secret_of(session, desk), LINK, referral_id)


def _counted(session: Session, desk: DeskKeys, case: Case, referral: Referral) -> Counted:
    told = {
        entry.category: open_sealed(desk, wrap, part.ciphertext, category=entry.category)
        for entry, part, wrap in session.execute(queries.opened_parts(case.id, case.tenant_id)).all()
        if entry.category in (Category.DEMOGRAPHICS, Category.EXPLOITATION_ACCOUNT)
    }
    ends = [session.get_one(Tenant, end) for end in (referral.referring_id, referral.receiving_id)]
    events = session.scalars(queries.events_of(referral.id)).all()
    answers = session.execute(queries.answers_of(referral.id, desk.tenant_id)).all()
    outcomes: list[Any] = [
        open_sealed(desk, wrap, answer.ciphertext).get("outcome")
        for answer, wrap in answers
        if answer.move is Move.REPORT_OUTCOME
    ]
    asked = _envelope(session, desk, referral)
    assert referral.sent_at is not None  # noqa: S101  # Only what was sent leaves a task.
    return counted(
        ended_at=referral.changed_at,
        sent_at=referral.sent_at,
        status=referral.status,
        countries=(ends[0].country, ends[1].country),
        person=told.get(Category.DEMOGRAPHICS, {}),
        account=told.get(Category.EXPLOITATION_ACCOUNT, {}),
        services=_services(session, asked),
        kinds_of_service=frozenset(TERMS),
        outcome=str(outcomes[-1]) if outcomes else "",
        moves=[(event.move, event.at) for event in events],
        override=bool(asked.get("override")) or any(e.move is Move.SEND_IN_EMERGENCY for e in events),
    )


def _envelope(session: Session, desk: DeskKeys, referral: Referral) -> Content:
    wrap = session.scalars(queries.own_keys(referral.referring_id, [referral.id])).one_or_none()
    return open_sealed(desk, wrap, referral.envelope) if wrap and referral.envelope else {}


def _services(session: Session, content: Content) -> list[str]:
    """The kinds of help that were asked for; what was asked in words of one's own is not counted."""
    named = session.scalars(queries.terms_of(requests.service_ids(content))).all()
    return [*requests.terms(content), *(term for terms in named for term in terms)]
