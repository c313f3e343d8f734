"""The timed work of the digest."""

from __future__ import annotations

from sqlalchemy.orm import Session

from network.digest import queries
from network.digest.services import activities, editions
from network.scheduler import Due, job, periodic
from network.tenancy import TenantKind, actor_of


@job(activities.PUBLISH)
def publish(session: Session, due: Due) -> None:
    activities.publish_due(session, actor_of(session), due.subject_id)


# The hour is Osh's. Weeks that were missed while no clock ran are made up for, each with its own edition.
@periodic("digest.edition", cron="0 6 * * mon", timezone="Asia/Bishkek", each_tenant=True, all_missed=True)
def compile_edition(session: Session, due: Due) -> None:
    """Open the edition of the week that is over; its own row of timed work publishes it."""
    if session.scalar(queries.tenant_kind(due.tenant_id)) is TenantKind.NETWORK:
        editions.open_edition(session, actor_of(session), editions.last_week(due.due_at))


@job(editions.PUBLISH)
def publish_edition(session: Session, due: Due) -> None:
    editions.publish_edition(session, actor_of(session), due.subject_id)
