"""Letters are forgotten some time after they left or were given up."""

from __future__ import annotations

import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from network.database import now
from network.outbox.models import OutboxMessage
from network.scheduler import Due, periodic

KEPT = datetime.timedelta(days=30)


@periodic("outbox.forget", every=datetime.timedelta(days=1))
def forget(session: Session, _due: Due) -> None:
    """Who was written to and when is kept for a month, in which operators may ask why somebody got no mail."""
    old = now() - KEPT
    session.execute(
        delete(OutboxMessage)
        .where(or_(OutboxMessage.sent_at < old, OutboxMessage.failed_at < old))
        .execution_options(synchronize_session=False)
    )
