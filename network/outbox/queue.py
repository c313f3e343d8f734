"""Putting letters into the outbox, in the transaction of the deed they tell of."""

from __future__ import annotations

import datetime
import secrets
import uuid
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from network.database import now
from network.outbox.models import OutboxMessage

USER = "user"
"""``to_kind`` of a person with an account; ``accounts/mails.py`` finds the address."""
DESK = "desk"
"""``to_kind`` of all who hold the case keys of a tenant; ``accounts/mails.py`` names them."""
ADMINS = "admins"
"""``to_kind`` of all who administer a tenant, or the network."""

NOTICE = "notice"
URGENT_JITTER = 60
JITTER = 15 * 60
"""Seconds within which a notice leaves, so that who watches the network cannot match it with a deed (security.md)."""


def enqueue(
    session: Session,
    *,
    kind: str,
    tenant_id: uuid.UUID | None,
    recipient: tuple[str, uuid.UUID],
    params: dict[str, Any] | None = None,
    language: str = "",
    not_before: datetime.datetime | None = None,
    dedupe_key: str | None = None,
) -> uuid.UUID | None:
    """Queue one letter with the deed: if the deed's transaction fails, no letter leaves.

    ``kind`` names the renderer, ``tenant_id`` whose clock renders it, ``recipient`` is ``(to_kind, to_id)``.
    ``params`` hold ids, numbers and codes, never a name or a word of a case. ``language`` empty means the
    recipient's own. A second letter with the same ``dedupe_key`` is not queued: then None is returned, else the id.
    """
    at = now()
    added = session.scalars(
        insert(OutboxMessage)
        .values(
            id=uuid.uuid4(),
            tenant_id=tenant_id,
            kind=kind,
            to_kind=recipient[0],
            to_id=recipient[1],
            params=params or {},
            language=language,
            created_at=at,
            not_before=not_before or at,
            dedupe_key=dedupe_key,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(OutboxMessage.id)
    )
    return added.one_or_none()


def notify(
    session: Session,
    tenant_id: uuid.UUID,
    user_id: uuid.UUID | None = None,
    *,
    urgent: bool = False,
    dedupe_key: str | None = None,
) -> None:
    """Tell a person, or all who hold a tenant's case keys, that there is something for them in Kopuro; no more.

    Leaves after a random wait of at most a quarter of an hour, a minute where it is ``urgent``.
    """
    wait = secrets.randbelow((URGENT_JITTER if urgent else JITTER) * 1000)
    enqueue(
        session,
        kind=NOTICE,
        tenant_id=tenant_id,
        recipient=(USER, user_id) if user_id else (DESK, tenant_id),
        not_before=now() + datetime.timedelta(milliseconds=wait),
        dedupe_key=dedupe_key,
    )
