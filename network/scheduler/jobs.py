"""Work that is done is forgotten."""

from __future__ import annotations

import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network.database import now
from network.scheduler.models import Due
from network.scheduler.plans import periodic

KEPT = datetime.timedelta(days=60)
"""Longer than the longest period, whose last row says where to go on."""


@periodic("scheduler.forget", every=datetime.timedelta(days=1))
def forget(session: Session, _due: Due) -> None:
    session.execute(
        delete(Due).where(Due.done_at < now() - KEPT).execution_options(synchronize_session=False)
    )
