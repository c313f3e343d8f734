"""Registering, changing one's answers, withdrawing; and the organiser's yes or no."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now, uuid7
from network.events import people, policies, queries, seats
from network.events.models import ConsentToPublish, Event, EventCapacity, Registration, RegistrationState
from network.events.notices import Notice, tell
from network.keys import Keyring
from network.permissions import NotThere, Stale, Unfit, require
from network.tenancy import Actor


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a person who registers tells. ``submission`` is the number that the form carried."""

    email: str
    name: str
    organization: str
    language: str
    consent_to_publish: ConsentToPublish
    submission: uuid.UUID


def register(session: Session, actor: Actor, keyring: Keyring, event_id: uuid.UUID, answers: Answers) -> bool:
    """Take a registration. Returns whether newcomers wait at this moment, which is all that the page may say:
    a second registration of one address looks like a first one there, and only the mail tells.

    Raises Unfit with a ``policies.Closed`` code where one cannot register now.
    """
    event, capacity = seats.lock(session, event_id)
    require(policies.can_register(actor, event))
    because = policies.closed_because(event, now())
    if because is not None:
        raise Unfit(because.value)
    newcomers_wait = capacity.full
    key = people.email_key(keyring, event.id, answers.email)
    known = session.scalars(queries.active_of(event.id, key)).one_or_none()
    if known is None:
        _enter(session, actor, event, capacity, _registration(keyring, event, key, answers))
    elif known.submission != answers.submission:
        # Once a day: a form must not become a means to fill somebody's mailbox.
        tell(session, known, Notice.AGAIN, now().date().isoformat())
    return newcomers_wait


def _registration(keyring: Keyring, event: Event, key: bytes, answers: Answers) -> Registration:
    ident = uuid7()
    return Registration(
        id=ident,
        tenant_id=event.tenant_id,
        event_id=event.id,
        state=RegistrationState.WAITLISTED,
        email=people.seal_email(keyring, ident, answers.email),
        email_key=key,
        name=answers.name,
        organization=answers.organization,
        language=answers.language,
        consent_to_publish=answers.consent_to_publish,
        submission=answers.submission,
    )


def _enter(
    session: Session, actor: Actor, event: Event, capacity: EventCapacity, newcomer: Registration
) -> None:
    capacity.last_position += 1
    newcomer.position = capacity.last_position
    session.add(newcomer)
    promoted = seats.settle(session, event, capacity)
    tell(session, newcomer, Notice.REGISTERED)
    tell_promoted(session, (one for one in promoted if one is not newcomer))
    audit.record(session, actor, Action.REGISTRATION_MADE, event.id, state=newcomer.state.value)


def tell_promoted(session: Session, promoted: Iterable[Registration]) -> None:
    for registration in promoted:
        tell(session, registration, Notice.PROMOTED)


def _held(
    session: Session, actor: Actor, registration_id: uuid.UUID
) -> tuple[Event, EventCapacity, Registration]:
    """A registration behind the lock on the seats of its event."""
    found = session.scalars(queries.registration(registration_id)).one_or_none()
    if found is None:
        raise NotThere
    require(policies.can_change_registration(actor, found))
    event, capacity = seats.lock(session, found.event_id)
    registration = session.scalars(queries.registration(registration_id)).one()
    return event, capacity, registration


def change_registration(
    session: Session,
    actor: Actor,
    registration_id: uuid.UUID,
    *,
    name: str,
    organization: str,
    consent_to_publish: ConsentToPublish,
) -> None:
    """Correct what one said of oneself. Raises Stale where the registration is not active any more."""
    _, _, registration = _held(session, actor, registration_id)
    if not registration.active:
        raise Stale
    registration.name, registration.organization = name, organization
    registration.consent_to_publish = consent_to_publish
    registration.changed_at = now()
    audit.record(session, actor, Action.REGISTRATION_CHANGED, registration.id)


def withdraw(session: Session, actor: Actor, registration_id: uuid.UUID) -> None:
    """Give the seat or the place in the queue back; the next who waits gets the seat in this transaction.

    Withdrawing twice is withdrawing once.
    """
    event, capacity, registration = _held(session, actor, registration_id)
    if not registration.active:
        return
    _leave(session, event, capacity, registration, RegistrationState.WITHDRAWN)
    tell(session, registration, Notice.WITHDRAWN)
    audit.record(session, actor, Action.REGISTRATION_WITHDRAWN, registration.id)


def reject(session: Session, actor: Actor, registration_id: uuid.UUID, *, reason: str) -> None:
    """The organiser says no; the person reads the reason. Rejecting twice is rejecting once."""
    require(policies.can_organise(actor))
    event, capacity, registration = _held(session, actor, registration_id)
    if not registration.active:
        return
    registration.reason = reason
    _leave(session, event, capacity, registration, RegistrationState.REJECTED)
    tell(session, registration, Notice.REJECTED)
    audit.record(session, actor, Action.REGISTRATION_REJECTED, registration.id)


def approve(session: Session, actor: Actor, registration_id: uuid.UUID) -> None:
    """The organiser says yes to a registration that waits for it. Raises Stale where it does not wait for that."""
    require(policies.can_organise(actor))
    _, _, registration = _held(session, actor, registration_id)
    if registration.state is RegistrationState.COMPLETE:
        return
    if registration.state is not RegistrationState.PENDING:
        raise Stale
    registration.state, registration.changed_at = RegistrationState.COMPLETE, now()
    tell(session, registration, Notice.APPROVED)
    audit.record(session, actor, Action.REGISTRATION_APPROVED, registration.id)


def _leave(
    session: Session,
    event: Event,
    capacity: EventCapacity,
    registration: Registration,
    state: RegistrationState,
) -> None:
    registration.state, registration.changed_at = state, now()
    tell_promoted(session, seats.settle(session, event, capacity))
