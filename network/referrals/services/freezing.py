"""The safety stop: nobody reads but the supervisors, at the other end neither, and every clock stands."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from network import audit, scheduler
from network.audit import Action
from network.database import now
from network.permissions import require
from network.referrals import notices, policies, queries
from network.referrals.models import Case
from network.referrals.services import timing
from network.referrals.services.cases import readable_case
from network.referrals.states import DRAFTING, UNANSWERED
from network.tenancy import Actor


def freeze_case(session: Session, actor: Actor, case: Case) -> None:
    """Stop a case. What others hold of it is kept from them, not destroyed: it comes back when the case goes on."""
    readable_case(session, actor, case)
    require(policies.can_keep_case(actor, case))
    session.refresh(case, with_for_update=True)
    if case.frozen_at is not None:
        return
    case.frozen_at = now()
    session.flush()
    session.execute(queries.end_glasses(case.id, case.frozen_at))
    _reach_referrals(session, case, case.frozen_at)
    scheduler.plan(session, case.tenant_id, timing.TELL_SUPERVISORS, case.tenant_id, now())
    audit.record(session, actor, Action.CASE_FROZEN, case.id)


def lift_freeze(session: Session, actor: Actor, case: Case) -> None:
    """Let it go on: everybody reads as before, and the clocks run on from where they stood."""
    readable_case(session, actor, case)
    alone = not session.scalar(queries.has_supervisor())
    require(policies.can_lift_freeze(actor, case, alone=alone))
    session.refresh(case, with_for_update=True)
    if case.frozen_at is None:
        return
    case.frozen_at = None
    session.flush()
    _reach_referrals(session, case, None)
    audit.record(session, actor, Action.CASE_UNFROZEN, case.id)


def _reach_referrals(session: Session, case: Case, at: datetime.datetime | None) -> None:
    for referral in session.scalars(queries.stoppable_referrals(case.id)).all():
        referral.frozen_at = at
        session.flush()
        if referral.status in UNANSWERED:
            timing.stands(session, referral)
        if referral.status not in DRAFTING:
            notices.tell(session, referral.receiving_id)
    session.flush()
