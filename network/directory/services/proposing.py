"""Proposing a correction to whoever keeps a listing, and deciding field by field."""

from __future__ import annotations

import datetime
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network import audit, outbox
from network.audit import Action
from network.database import now, uuid7
from network.directory import policies
from network.directory.drafts import Hours, Opening
from network.directory.models import (
    Address,
    Contact,
    Decision,
    Location,
    Organization,
    Phone,
    Proposal,
    ProposalField,
    ProposalKind,
    ProposalState,
    Schedule,
    Service,
    ServiceAtLocation,
)
from network.directory.services import opening, places, rewriting
from network.directory.upkeep import fields, queries
from network.directory.upkeep.fields import Correctable, HoursOf, Proposable, Slot
from network.keys import Keyring
from network.outbox.queue import JITTER, NOTICE
from network.permissions import Stale, Unfit, require
from network.places.clocks import TIMEZONES
from network.tenancy import Actor

KEEPERS = "listing keepers"
"""``to_kind`` of all who keep the listings of a tenant; ``directory/mails.py`` names them."""
MOST_REASON = 1000

ROWS: dict[str, type[Correctable]] = {
    "organization": Organization,
    "service": Service,
    "phone": Phone,
    "contact": Contact,
}


def propose(
    session: Session,
    actor: Actor,
    listing: Organization | Service,
    changes: Mapping[str, str],
    reason: str,
    *,
    languages: Iterable[str],
) -> Proposal:
    """Propose new values (slot key → words) for what this actor can read of a listing.

    Raises :class:`Unfit` ``nothing_new`` where nothing differs, ``one_pending`` where the actor's last proposal for this
    listing waits for its answer.
    """
    require(policies.can_propose(actor))
    readable = {slot.key: slot for slot in fields.slots(rows_of(session, listing), languages)}
    wanted = [(readable[key], new) for key, new in changes.items() if key in readable]
    changed = [(slot, new) for slot, new in wanted if new != slot.value]
    if not changed:
        raise Unfit("nothing_new")
    if any(slot.field.required and not new for slot, new in changed):
        raise Unfit("must_be_there")
    for row in {slot.row.id: slot.row for slot, _new in changed}.values():
        if isinstance(row, HoursOf):
            _opening(row, {slot.field.name: new for slot, new in changed if slot.row.id == row.id})
    return _made(session, actor, listing, reason, changed)


def propose_merge(
    session: Session, actor: Actor, listing: Organization, other: Organization, reason: str
) -> Proposal:
    """Tell the keeper that another listing, which somebody else keeps, is the same organization."""
    require(policies.can_propose(actor))
    return _made(session, actor, listing, reason, [], kind=ProposalKind.DUPLICATE, other_id=other.id)


def _made(
    session: Session,
    actor: Actor,
    listing: Organization | Service,
    reason: str,
    changed: list[tuple[Slot, str]],
    **more: Any,
) -> Proposal:
    assert actor.tenant_id is not None and actor.user_id is not None  # noqa: S101  # can_propose() asks for both.
    ends = {"referring_id": actor.tenant_id, "receiving_id": listing.tenant_id}
    row = Proposal(
        id=uuid7(),
        **ends,
        subject=listing.__tablename__,
        subject_id=listing.id,
        version=listing.version,
        author_id=actor.user_id,
        reason=reason[:MOST_REASON],
        **more,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Unfit("one_pending") from None
    for position, (slot, new) in enumerate(changed):
        session.add(
            ProposalField(
                **ends,
                proposal_id=row.id,
                position=position,
                row_table=slot.row.__tablename__,
                row_id=slot.row.id,
                version=getattr(slot.row, "version", listing.version),
                name=slot.field.name,
                language=slot.language,
                old=slot.value,
                new=new,
            )
        )
    session.flush()
    _tell_keepers(session, listing.tenant_id, row.id)
    names = ",".join(sorted({slot.field.name for slot, _new in changed}))
    audit.record(session, actor, Action.PROPOSAL_MADE, row.id, fields=names)
    return row


def withdraw(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Take one's own proposal back before it is answered."""
    row = _lock(session, proposal)
    require(row.author_id == actor.user_id)
    row.state = ProposalState.WITHDRAWN
    audit.record(session, actor, Action.PROPOSAL_WITHDRAWN, row.id)


def decide(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    decisions: Mapping[uuid.UUID, Decision],
    *,
    answer: str = "",
    seen: str = "",
    keyring: Keyring | None = None,
) -> int:
    """Accept or reject each field; how many were accepted. Accepted ones are written at once, as a new version.

    Raises :class:`Stale` where it was answered or taken back meanwhile, or where the listing no longer says what the
    keeper had before her eyes (``seen``, a :func:`fingerprint` of it); :class:`Unfit` ``undecided``, ``half_hours``.
    """
    require(policies.can_edit(actor, proposal.receiving_id))
    row = _lock(session, proposal)
    asked = list(session.scalars(queries.proposal_fields(row.id)))
    if any(one.id not in decisions for one in asked):
        raise Unfit("undecided")
    listing = subject_of(session, row)
    rows = {one.id: one for one in rows_of(session, listing)} if listing is not None else {}
    if seen and seen != fingerprint(asked, rows):
        raise Stale
    accepted: dict[uuid.UUID, dict[str, dict[str, str]]] = {}
    for one in asked:
        one.decision = decisions[one.id]
        if one.decision is Decision.ACCEPTED:
            if one.row_id not in rows:
                raise Stale
            accepted.setdefault(one.row_id, {}).setdefault(one.name, {})[one.language] = one.new
    for row_id, columns in accepted.items():
        changing = rows[row_id]
        plain = {name: words[""] for name, words in columns.items() if "" in words}
        if isinstance(changing, HoursOf):
            _open(session, actor, changing, plain)
            continue
        if isinstance(changing, Address):
            places.correct_door(session, actor, changing, plain, keyring=keyring)
            continue
        values = {name: fields.column_value(changing, name, words) for name, words in columns.items()}
        rewriting.rewrite(session, actor, changing, values, cause="proposal")
    row.state, row.decided_at, row.decided_by = ProposalState.DECIDED, now(), actor.user_id
    row.answer = answer[:MOST_REASON]
    count = sum(one.decision is Decision.ACCEPTED for one in asked)
    audit.record(
        session,
        actor,
        Action.PROPOSAL_DECIDED,
        row.id,
        accepted=count,
        rejected=len(asked) - count,
        fields=",".join(sorted({one.name for one in asked if one.decision is Decision.ACCEPTED})),
    )
    outbox.notify(session, row.referring_id, row.author_id)
    return count


def subject_of(session: Session, proposal: Proposal) -> Organization | Service | None:
    """The listing, as far as this reader may see it."""
    model = ROWS[proposal.subject]
    found: Any = session.scalars(select(model).where(model.id == proposal.subject_id)).one_or_none()
    return found  # type: ignore[no-any-return]


def _opening(row: HoursOf, values: Mapping[str, str]) -> Opening | None:
    """The hours with these values in the place of what was said; raises :class:`Unfit` ``half_hours``."""
    said = {name: values.get(name, getattr(row, name)) for name in ("open_days", "opens_at", "closes_at")}
    if said["open_days"] == HoursOf.ALWAYS:
        said["opens_at"] = said["closes_at"] = ""
    if bool(said["opens_at"]) != bool(said["closes_at"]):
        raise Unfit("half_hours")
    if not any(said.values()):
        return None
    always, before = said["open_days"] == HoursOf.ALWAYS, row.schedule
    first, last = (
        datetime.time.fromisoformat(said[name]) if said[name] else None for name in ("opens_at", "closes_at")
    )
    return Opening(
        always=always,
        byday="" if always else said["open_days"],
        opens_at=first,
        closes_at=last,
        timezone=before.timezone if before else TIMEZONES["KG"],
        notes=before.notes if before else {},
    )


def _open(session: Session, actor: Actor, row: HoursOf, values: Mapping[str, str]) -> None:
    wanted = _opening(row, values)
    stays = opening.hours_of(session, row.keeper).different
    hours = Hours(weekly=(wanted,) if wanted else (), different=stays)
    opening.change_hours(session, actor, row.keeper, hours, version=row.keeper.version, cause="proposal")


def _hours_rows(session: Session, listing: Service) -> list[HoursOf]:
    """The hours of a service, where they are one line: of more, its keepers are told in words."""
    rows = session.scalars(select(Schedule).where(Schedule.service_id == listing.id)).all()
    if len(rows) > 1 or any(one.valid_from or one.valid_to for one in rows):
        return []
    return [HoursOf(listing, rows[0] if rows else None)]


def _doors(session: Session, listing: Organization | Service) -> Iterable[Address]:
    """The doors that this reader may see; of what must not be known none, whoever reads."""
    open_place = and_(Location.id == Address.location_id, Location.tenant_id == Address.tenant_id)
    statement = select(Address).join(Location, open_place)
    statement = statement.where(Address.sealed.is_(None), ~Location.confidential)
    if isinstance(listing, Service):
        given = select(ServiceAtLocation.location_id).where(ServiceAtLocation.service_id == listing.id)
        statement = statement.where(Location.id.in_(given))
    else:
        statement = statement.where(Location.organization_id == listing.id)
    return session.scalars(statement.order_by(Address.id))


def rows_of(session: Session, listing: Organization | Service) -> list[Proposable]:
    """The listing, its numbers, contacts, doors and hours, as far as this reader may see them."""
    found: list[Proposable] = [listing]
    groups: tuple[type[Phone | Contact], ...] = (Phone, Contact)
    for model in groups:
        statement = select(model).where(model.organization_id == _organization_id(listing))
        if isinstance(listing, Service):
            statement = statement.where(model.service_id == listing.id)
        else:
            statement = statement.where(model.service_id.is_(None))
        rows: Iterable[Any] = session.scalars(statement.order_by(model.created_at, model.id))
        found += rows
    found += _doors(session, listing)
    if isinstance(listing, Service):
        found += _hours_rows(session, listing)
    return found


def fingerprint(asked: Iterable[ProposalField], rows: Mapping[uuid.UUID, Proposable]) -> str:
    """What the listing says now where a proposal would change it."""
    return fields.fingerprint(
        fields.value_of(rows[one.row_id], one.name, one.language) if one.row_id in rows else "\0"
        for one in asked
    )


def _organization_id(listing: Organization | Service) -> uuid.UUID:
    return listing.id if isinstance(listing, Organization) else listing.organization_id


def _lock(session: Session, proposal: Proposal) -> Proposal:
    statement = select(Proposal).where(Proposal.id == proposal.id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    if row.state is not ProposalState.PENDING:
        raise Stale
    return row


def _tell_keepers(session: Session, tenant_id: uuid.UUID, proposal_id: uuid.UUID) -> None:
    """There is something for them in Kopuro; no more."""
    wait = datetime.timedelta(milliseconds=secrets.randbelow(JITTER * 1000))
    outbox.enqueue(
        session,
        kind=NOTICE,
        tenant_id=tenant_id,
        recipient=(KEEPERS, tenant_id),
        not_before=now() + wait,
        dedupe_key=f"directory.proposal/{proposal_id}",
    )
