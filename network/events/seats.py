"""Who gets a seat: one lock, one count, one queue.

Everybody enters at the end of the queue, and ``settle`` gives free seats to its head. A registration, a withdrawal, a
rejection and a raised limit all end there, so there is no second place that could give the last seat again.
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network.database import now
from network.events import policies, queries
from network.events.models import SEATED, Event, EventCapacity, Registration, RegistrationState
from network.permissions import NotThere


def lock(session: Session, event_id: uuid.UUID) -> tuple[Event, EventCapacity]:
    """Hold the seats of an event until the end of the transaction; the event as it is behind the lock.

    Two people who come for the last seat stand in line here. Raises NotThere where the actor sees no such event.
    """
    seats = session.scalars(queries.locked_seats(event_id)).one_or_none()
    event = session.scalars(queries.current_event(event_id)).one_or_none()
    if seats is None or event is None:
        raise NotThere
    return event, seats


def settle(session: Session, event: Event, seats: EventCapacity) -> list[Registration]:
    """Count anew, give free seats to those who wait, in their order, and keep the counters. Needs the lock.

    Returns who got a seat now.
    """
    session.flush()
    counts = dict(session.execute(queries.state_counts(event.id)).all())
    taken = sum(counts.get(state, 0) for state in SEATED)
    waiting = counts.get(RegistrationState.WAITLISTED, 0)
    promoted: list[Registration] = []
    if waiting and policies.seats_are_given(event, now()):
        free = waiting if seats.registration_limit is None else seats.registration_limit - taken
        if free > 0:
            promoted = list(session.scalars(queries.queue(event.id).limit(free)))
    for registration in promoted:
        registration.state = RegistrationState.PENDING if event.approval else RegistrationState.COMPLETE
        registration.changed_at = now()
    seats.taken = taken + len(promoted)
    seats.waiting = waiting - len(promoted)
    session.flush()
    return promoted


def held(session: Session, event_id: uuid.UUID) -> int:
    """How many seats are held at this moment. Exact under the lock."""
    counts = dict(session.execute(queries.state_counts(event_id)).all())
    return sum(counts.get(state, 0) for state in SEATED)
