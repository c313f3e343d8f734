"""Timed work of the directory."""

from __future__ import annotations

from sqlalchemy.orm import Session

from network.database import now
from network.directory.services import granting, verifying
from network.scheduler import Due, periodic


@periodic("directory.confirm", cron="30 4 * * *", each_tenant=True)
def remind(session: Session, due: Due) -> None:
    """Every morning of the valley: tell whose listings wait to be confirmed."""
    assert due.tenant_id is not None  # noqa: S101  # Each row of this period names its tenant.
    verifying.remind(session, due.tenant_id, due.due_at)


@periodic("directory.grants", cron="40 4 * * *", each_tenant=True)
def warn_of_ending_grants(session: Session, due: Due) -> None:
    """Every morning of the valley: tell whose services lose the grant that pays for them."""
    assert due.tenant_id is not None  # noqa: S101  # Each row of this period names its tenant.
    granting.remind(session, due.tenant_id, now().date())
