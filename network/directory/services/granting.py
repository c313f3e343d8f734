"""Telling those who keep a service that the grant which pays for it comes to its end."""

from __future__ import annotations

import datetime
import secrets
import uuid

from sqlalchemy.orm import Session

from network import outbox
from network.database import now
from network.directory import grants
from network.directory.services.proposing import KEEPERS
from network.outbox.queue import JITTER, NOTICE


def remind(session: Session, tenant_id: uuid.UUID, today: datetime.date) -> int:
    """Queue one neutral letter to the keepers for each warning that was reached; how many were queued.

    A letter is known by the day a grant ends and the days before it: it goes out once, whatever clock runs twice, and
    again where the grant was prolonged. Grants that end on one day are told of in one letter.
    """
    reached: set[tuple[str, int]] = set()
    for _service, _project, ends in session.execute(grants.ending(tenant_id, today)):
        for days in grants.SOON:
            if today.isoformat() <= ends <= (today + datetime.timedelta(days=days)).isoformat():
                reached.add((ends, days))
                break
    letters = 0
    for ends, days in sorted(reached):
        queued = outbox.enqueue(
            session,
            kind=NOTICE,
            tenant_id=tenant_id,
            recipient=(KEEPERS, tenant_id),
            not_before=now() + datetime.timedelta(milliseconds=secrets.randbelow(JITTER * 1000)),
            dedupe_key=f"directory.grant/{tenant_id}/{ends}/{days}",
        )
        letters += queued is not None
    return letters
