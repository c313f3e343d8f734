"""What the clock does for accounts."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from network.accounts.services import kept, sessions
from network.database import now
from network.scheduler import Due, periodic


@periodic("accounts.sweep", every=datetime.timedelta(minutes=5))
def sweep(session: Session, _due: Due) -> None:
    """Take keys out of idle sessions, forget old ones and forms that nobody came back for."""
    sessions.sweep(session, now())
    kept.sweep(session, now())
