"""Until when a case is kept, what holds it longer, and the nightly erasing of what is past its day."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts import queries as accounts
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now
from network.outbox import notify
from network.permissions import Stale, require
from network.places.clocks import timezone_of
from network.referrals import policies, queries
from network.referrals.models import Case
from network.referrals.notes import NoteKind
from network.referrals.services import calls, notes, timing
from network.referrals.services.cases import readable_case
from network.referrals.services.erasing import erase_case
from network.tenancy import Actor, Tenant

REMIND_BEFORE = datetime.timedelta(days=30)
ERASED_SOON = "referrals.erased_soon"
MORNING = datetime.time(2, tzinfo=datetime.UTC)


@dataclass(slots=True)
class Erased:
    """What one run did in one tenant."""

    erased: int = 0
    held: int = 0
    """On legal hold, or stopped for safety: then it may be evidence."""
    waiting: int = 0
    """Past their day, and a partner has not finished yet."""
    calls: int = 0
    """Calls that became no case, erased."""


def today_of(session: Session, tenant_id: uuid.UUID) -> datetime.date:
    """The day that it is where the tenant sits."""
    tenant = session.get_one(Tenant, tenant_id)
    return now().astimezone(timezone_of(tenant.country)).date()


def keep_until(
    session: Session, actor: Actor, case: Case, until: datetime.date | None, *, seen: int | None = None
) -> None:
    """Say the last day on which the case is kept, or take it back. Its owner is reminded 30 days before.

    Raises :class:`Stale` when ``seen`` is not the case's version.
    """
    _may(session, actor, case)
    session.refresh(case, with_for_update=True)
    if seen is not None and case.version != seen:
        raise Stale
    case.retention_on = until
    session.flush()
    scheduler.cancel(session, ERASED_SOON, case.id)
    if until is not None:
        at = datetime.datetime.combine(until - REMIND_BEFORE, MORNING)
        scheduler.plan(session, case.tenant_id, ERASED_SOON, case.id, max(at, now()))
    audit.record(session, actor, Action.CASE_KEPT_UNTIL, case.id)


def hold(session: Session, actor: Actor, desk: DeskKeys, case: Case, reason: str) -> None:
    """Nothing of it is erased while a court or an authority may ask for it. Why becomes a note of the case."""
    _may(session, actor, case)
    if case.legal_hold_at is not None:
        return
    notes.write_note(session, actor, desk, case, NoteKind.COMMENT, {"cco_CaseComment": reason})
    case.legal_hold_at = now()
    session.flush()
    audit.record(session, actor, Action.CASE_HELD, case.id)


def release(session: Session, actor: Actor, case: Case) -> None:
    """The hold ends: a supervisor says so, or where there is none the owner."""
    _may(session, actor, case)
    alone = not session.scalar(queries.has_supervisor())
    require(policies.can_lift_freeze(actor, case, alone=alone))
    session.refresh(case, with_for_update=True)
    if case.legal_hold_at is not None:
        case.legal_hold_at = None
        session.flush()
        audit.record(session, actor, Action.CASE_RELEASED, case.id)


def remind(session: Session, case: Case) -> None:
    """Thirty days are left: its owner is told that there is something; the supervisors, where she is away."""
    if case.retention_on is None or case.legal_hold_at is not None:
        return
    member = session.scalars(accounts.membership_of(case.tenant_id, case.owner_id)).one_or_none()
    if member is not None and member.active and member.travelling_since is None:
        notify(session, case.tenant_id, case.owner_id)
    else:
        timing.tell_supervisors(session, case.tenant_id)


def run(session: Session, actor: Actor) -> Erased:
    """Erase what is past its day in the clock's tenant, cases and calls, and count what must stay for now."""
    assert actor.tenant_id  # noqa: S101  # A clock is of one tenant.
    done = Erased()
    due = session.execute(queries.past_their_day(actor.tenant_id, today_of(session, actor.tenant_id))).all()
    for case, referred in due:
        if case.legal_hold_at is not None or case.frozen_at is not None:
            done.held += 1
        elif referred:
            done.waiting += 1
        else:
            erase_case(session, actor, case)
            done.erased += 1
    done.calls = calls.erase_old(session, actor)
    return done


def _may(session: Session, actor: Actor, case: Case) -> None:
    readable_case(session, actor, case)
    require(policies.can_keep_case(actor, case))
