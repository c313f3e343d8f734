"""A referral opened as a whole, as one of its two ends may see it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.permissions import NotThere
from network.referrals import policies, queries
from network.referrals.categories import Category
from network.referrals.models import (
    Case,
    ConsentOverride,
    Disclosure,
    Obligation,
    Referral,
    ReferralEvent,
    ReferralOrigin,
)
from network.referrals.services.sealing import Content, open_sealed
from network.referrals.services.talk import Said, heard
from network.referrals.states import DRAFTING, Move, Side
from network.tenancy import Actor, Tenant


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a referral, and what only the sender's desk knows of it."""

    referral: Referral
    side: Side
    ends: dict[uuid.UUID, Tenant]
    envelope: Content | None
    """What is asked; None where the key is gone (withdrawn, ended) or not released."""
    alone: bool
    """This desk has no supervisor."""
    again: bool
    """The other desk, back from a suspension, waits to be let read again."""
    worker: str | None
    given: frozenset[str]
    """The categories that were disclosed with it until now."""
    present: frozenset[str] = frozenset()
    """The versions of parts, by id, that are the present ones of the sender's case; nothing for the receiver."""
    origin: ReferralOrigin | None = None
    case: Case | None = None
    override: ConsentOverride | None = None
    """What lets it leave without consent; the sender's own affair."""


@dataclass
class Body:
    """Everything that happened on a referral, as far as this end reads it."""

    events: list[ReferralEvent] = field(default_factory=list)
    packages: list[Disclosure] = field(default_factory=list)
    """What was sent, each time anything of the case was."""
    obligations: list[Obligation] = field(default_factory=list)
    """The latest first."""
    package: dict[Category, Content] = field(default_factory=dict)
    """The consented parts that the state releases to this desk now; of several versions of one, the latest. To who
    prepares it, what the case says now: once it is sent, the case goes on, and this would not be what was sent."""
    answers: list[tuple[Move, Content]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    people: dict[uuid.UUID, str] = field(default_factory=dict)


def open_head(session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID) -> Head:
    """The head of a referral; :class:`NotThere` for who sits at neither end, or may not know the case it is of."""
    row = session.execute(queries.sheet_head(referral_id, actor)).first()
    if row is None:
        raise NotThere
    referral, asks, asked, wrap, origin, case, known, worker, supervised, again, given, present, override = (
        row
    )
    side = policies.side_of(actor, referral)
    if side is None or (side is Side.REFERRING and (case is None or not known)):
        raise NotThere
    envelope = None
    if wrap is not None and referral.envelope is not None:
        envelope = open_sealed(desk, wrap, referral.envelope)
    ends = {asks.id: asks, asked.id: asked}
    ours = side is Side.REFERRING
    return Head(
        referral,
        side,
        ends,
        envelope,
        alone=not supervised,
        again=again,
        worker=worker,
        given=frozenset((given or "").split(",")),
        present=frozenset((present or "").split(",")) if ours else frozenset(),
        origin=origin if ours else None,
        case=case if ours else None,
        override=override if ours else None,
    )


def open_body(session: Session, actor: Actor, desk: DeskKeys, head: Head) -> Body:
    """What happened on it. Reading a package is audited."""
    body = Body()
    parts: dict[Category, tuple[uuid.UUID, Content]] = {}
    answers: list[tuple[Any, Content]] = []
    prepared = head.case is not None and head.referral.status in DRAFTING
    own_parts = tuple(uuid.UUID(ident) for ident in head.present if ident) if prepared else ()
    for row in session.execute(queries.sheet_body(head.referral.id, actor, own_parts or None)).all():
        if row.name is not None:
            body.people[row.who] = row.name
        if row.kind == "event":
            body.events.append(row.ReferralEvent)
        elif row.kind == "disclosure":
            body.packages += [row.Disclosure] if row.version else []
        elif row.kind == "owed":
            body.obligations.append(row.Obligation)
        elif row.PartKey is None:
            continue
        elif (part := row.CasePart) is not None:
            content = open_sealed(desk, row.PartKey, part.ciphertext, category=part.category)
            if part.category not in parts or parts[part.category][0] < part.id:
                parts[part.category] = (part.id, content)
        elif (answer := row.ReferralAnswer) is not None:
            answers.append((answer, open_sealed(desk, row.PartKey, answer.ciphertext)))
        elif row.ReferralMessage is not None or row.Attachment is not None:
            body.said.append(heard(desk, row.PartKey, row.ReferralMessage, row.Attachment))
    if parts and (prepared or head.side is Side.RECEIVING):
        if prepared and head.case is not None:
            audit.record(session, actor, Action.CASE_READ, head.case.id)
        else:
            audit.record(session, actor, Action.PACKAGE_READ, head.referral.id)
        body.package = {category: parts[category][1] for category in Category if category in parts}
    body.events.sort(key=lambda event: event.number)
    body.packages.sort(key=lambda one: (one.disclosed_at, one.id))
    body.obligations.sort(key=lambda one: one.notified_at, reverse=True)
    answers.sort(key=lambda one: (one[0].at, one[0].id))
    body.answers = [(answer.move, content) for answer, content in answers]
    body.said.sort(key=lambda one: (one.at, one.id))
    if head.referral.worker_id is not None and head.worker is not None:
        body.people[head.referral.worker_id] = head.worker
    return body
