"""Counts whose window is over are swept away."""

from __future__ import annotations

import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network.database import now
from network.limits.models import RateLimit
from network.scheduler import Due, periodic


@periodic("limits.sweep", every=datetime.timedelta(hours=1))
def sweep(session: Session, _due: Due) -> None:
    """An address that was here once is not remembered."""
    session.execute(
        delete(RateLimit).where(RateLimit.expires_at < now()).execution_options(synchronize_session=False)
    )
