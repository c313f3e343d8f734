"""Letters are forgotten some time after they left."""

from __future__ import annotations

import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network.database import now
from network.outbox.models import OutboxMessage
from network.scheduler import Due, periodic

KEPT = datetime.timedelta(days=30)


@periodic("outbox.forget", every=datetime.timedelta(days=1))
def forget(session: Session, _due: Due) -> None:
    """Who was written to and when is kept as long as a deed may be repeated, and no longer."""
    session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.sent_at < now() - KEPT)
        .execution_options(synchronize_session=False)
    )
