"""Stop and delete: the clock of 72 hours, and who is told when nobody confirms. No key is needed for any of it."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy.orm import Session

from network import scheduler
from network.accounts import queries as accounts
from network.database import now, uuid7
from network.referrals import notices, queries
from network.referrals.models import Obligation, Overdue, OverdueAnswer
from network.referrals.services.timing import TELL_COORDINATORS, TELL_SUPERVISORS

REMIND_BEFORE = datetime.timedelta(hours=24)
"""So long before it is due the receiving desk is reminded."""


def look_after(session: Session, tenant_id: uuid.UUID) -> None:
    """Remind of, and escalate, what others owe this tenant. A clock stands while either of the two is suspended."""
    moment = now()
    for obligation, *suspended in session.execute(queries.owed_to_us(tenant_id)).all():
        since = min((one for one in suspended if one is not None), default=None)
        if since is not None:
            obligation.clock_stopped_at = obligation.clock_stopped_at or max(since, obligation.notified_at)
            continue
        if obligation.clock_stopped_at is not None:
            obligation.due_at += moment - obligation.clock_stopped_at
            obligation.clock_stopped_at = None
        if obligation.due_at <= moment and obligation.overdue_told_at is None:
            obligation.overdue_told_at = moment
            _escalate(session, obligation)
        elif obligation.due_at - REMIND_BEFORE <= moment and obligation.reminded_at is None:
            obligation.reminded_at = moment
            notices.tell(session, obligation.receiving_id, urgent=True)
    session.flush()


def tell_both_supervisors(session: Session, referring_id: uuid.UUID, receiving_id: uuid.UUID) -> None:
    """Something between two tenants is settled or overdue: the supervisors of both, each by its own clock."""
    for tenant_id in (referring_id, receiving_id):
        scheduler.plan(session, tenant_id, TELL_SUPERVISORS, tenant_id, now())


def _escalate(session: Session, obligation: Obligation) -> None:
    """Both supervisors hear of it; the coordinator only that a confirmation between these two is overdue."""
    tell_both_supervisors(session, obligation.referring_id, obligation.receiving_id)
    network = session.scalars(accounts.network_tenant()).one_or_none()
    if network is None:
        return
    row = OverdueAnswer(
        id=uuid7(),
        tenant_id=network.id,
        referring_id=obligation.referring_id,
        receiving_id=obligation.receiving_id,
        since=obligation.due_at,
        what=Overdue.CONFIRMATION,
    )
    session.add(row)
    session.flush()
    scheduler.plan(session, network.id, TELL_COORDINATORS, row.id, now())
