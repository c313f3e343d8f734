"""The mails that events send, by name. What each says stands in ``mails.py``; here is only when."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from network.events.models import Registration
from network.outbox import enqueue


class Notice(StrEnum):
    """What a registrant is told; the outbox keeps this name and the row's id, never an address or a text."""

    REGISTERED = "events.registered"  # A seat, a place in the queue, or a wait for the organiser: the state says which.
    AGAIN = "events.again"  # The address was registered already; only its owner may learn that.
    PROMOTED = "events.promoted"
    APPROVED = "events.approved"
    REJECTED = "events.rejected"
    WITHDRAWN = "events.withdrawn"
    MOVED = "events.moved"
    POSTPONED = "events.postponed"
    CANCELLED = "events.cancelled"


REGISTRANT = "registrant"
"""``to_kind`` of the outbox: a person who registered; ``mails.py`` finds the address."""


def tell(session: Session, registration: Registration, notice: Notice, issue: int | str = 0) -> None:
    """Queue a mail to the person with the deed. The same notice with the same ``issue`` is sent once."""
    enqueue(
        session,
        kind=notice.value,
        tenant_id=registration.tenant_id,
        recipient=(REGISTRANT, registration.id),
        language=registration.language,
        dedupe_key=f"{notice.value} {registration.id} {issue}",
    )
