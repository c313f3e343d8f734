"""Timed work: written as a row with the deed, claimed by the clock, its effects exactly once.

    plan(session, tenant_id, "consent.expiry", consent.id, consent.ends_at)

and in the feature's ``jobs.py``:

    @job("consent.expiry")
    def expire(session: Session, due: Due) -> None: ...      # in unit_of_work(Actor.clock(due.tenant_id))

    @periodic("digest.edition", cron="0 6 * * mon", each_tenant=True)
    def compile_edition(session: Session, due: Due) -> None: ...   # due.due_at is the period
"""

from network.scheduler.models import Due, Lease
from network.scheduler.plans import cancel, job, periodic, plan

__all__ = ["Due", "Lease", "cancel", "job", "periodic", "plan"]
