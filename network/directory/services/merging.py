"""Making one listing of two, and taking it back. Both are kept by the actor's tenant."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory.models import (
    Contact,
    Location,
    Merge,
    MergeState,
    Organization,
    OrganizationIdentifier,
    Phone,
    Project,
    ProjectParticipant,
    Service,
    Status,
    Visibility,
    wider,
)
from network.directory.policies import can_edit, can_widen
from network.directory.services import audiences, publishing, rewriting, writing
from network.directory.upkeep import history
from network.permissions import Stale, Unfit, require
from network.tenancy import Actor

CHOSEN = (
    "name",
    "alternate_name",
    "description",
    "kind",
    "place_id",
    "website",
    "email",
    "registered_on",
    "year_incorporated",
    "legal_status",
)
"""What is asked for value by value."""
MOVED: tuple[type[Any], ...] = (Service, Phone, Contact, Location, Project, OrganizationIdentifier)
"""What belongs to an organization and goes with it."""


def different(survivor: Organization, loser: Organization) -> list[str]:
    """The columns in which the two say something else, and the loser says something."""
    return [
        name for name in CHOSEN if getattr(loser, name) and getattr(survivor, name) != getattr(loser, name)
    ]


def coming(session: Session, survivor: Organization, loser: Organization) -> dict[type[Any], list[Any]]:
    """What of the loser's would stand under the survivor after a merge, by the model; what stands there already is not."""
    return _coming(session, loser.id, survivor.id)


def may_choose(actor: Actor, survivor: Organization, loser: Organization) -> bool:
    """Words of a listing for few must not come to a wider one but by the admin's decision."""
    return not wider(survivor.visibility, loser.visibility) or can_widen(actor, survivor.tenant_id)


def merge(
    session: Session,
    actor: Actor,
    survivor: Organization,
    loser: Organization,
    choices: Mapping[str, str],
    *,
    versions: tuple[int, int],
) -> Merge:
    """Let ``survivor`` stand for both: the values of ``loser`` that were chosen, and all that belongs to it.

    Nothing is shown to more people than before: parts keep their audiences, or take the survivor's where that is
    narrower. Raises :class:`Stale` where one of them was changed since it was read (``versions``: survivor, loser),
    :class:`Unfit` ``not_these`` for two that cannot be merged.
    """
    require(can_edit(actor, survivor.tenant_id) and can_edit(actor, loser.tenant_id))
    if survivor.id == loser.id:
        raise Unfit("not_these")
    for ident in sorted((survivor.id, loser.id)):
        writing.hold(session, ident)
    survivor = writing.lock(session, survivor, versions[0])
    loser = writing.lock(session, loser, versions[1])
    if survivor.merged_into_id or loser.merged_into_id:
        raise Unfit("not_these")
    taken = [name for name in different(survivor, loser) if choices.get(name) == "loser"]
    require(not taken or may_choose(actor, survivor, loser))
    row = Merge(
        tenant_id=survivor.tenant_id,
        survivor_id=survivor.id,
        loser_id=loser.id,
        choices={name: "loser" if name in taken else "survivor" for name in different(survivor, loser)},
        before={
            **{name: writing.plain(getattr(survivor, name)) for name in taken},
            "status of loser": loser.status.value,
        },
        moved={},
        user_id=actor.user_id,
    )
    rewriting.rewrite(session, actor, survivor, {n: getattr(loser, n) for n in taken}, cause="merge")
    _withdraw(session, actor, loser, into=survivor)
    row.moved = _move(session, loser.id, survivor.id)
    audiences.narrow_organization(session, survivor)
    session.refresh(survivor)
    row.version = survivor.version
    session.add(row)
    session.flush()
    _publish(session, survivor, loser)
    audit.record(session, actor, Action.LISTINGS_MERGED, survivor.id, loser=str(loser.id))
    return row


def undo(session: Session, actor: Actor, merged: Merge) -> None:
    """Two again: what was moved goes back, and values that nobody changed since are as they were before.

    Raises :class:`Stale` where it was taken back already.
    """
    require(can_edit(actor, merged.tenant_id))
    statement = select(Merge).where(Merge.id == merged.id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    was, row.state, row.undone_at = row.state, MergeState.UNDONE, now()
    if was is MergeState.UNDONE:
        raise Stale
    if was is MergeState.MERGED:
        _part(session, actor, row)
    audit.record(session, actor, Action.MERGE_UNDONE, row.survivor_id, loser=str(row.loser_id))


def keep_apart(session: Session, actor: Actor, one: Organization, other: Organization) -> None:
    """Say that two listings that look alike are two; nobody is asked again."""
    require(can_edit(actor, one.tenant_id) and can_edit(actor, other.tenant_id))
    if one.id == other.id:
        raise Unfit("not_these")
    first, second = sorted((one.id, other.id))
    session.add(
        Merge(
            tenant_id=one.tenant_id,
            survivor_id=first,
            loser_id=second,
            state=MergeState.APART,
            choices={},
            before={},
            moved={},
            user_id=actor.user_id,
        )
    )
    audit.record(session, actor, Action.LISTINGS_APART, first, other=str(second))


def _withdraw(session: Session, actor: Actor, loser: Organization, *, into: Organization) -> None:
    values = {
        "status": Status.DEFUNCT,
        "merged_into_tenant_id": into.tenant_id,
        "merged_into_id": into.id,
    }
    rewriting.rewrite(session, actor, loser, values, cause="merge")


def _move(session: Session, source: uuid.UUID, target: uuid.UUID) -> dict[str, list[str]]:
    """Hang everything of one organization under another; numbers that stand there already stay behind.

    Only where nobody loses one by it: the number that stands there is for as many people, and a hotline if this one is.
    """
    moved: dict[str, list[str]] = {}
    for model, rows in _coming(session, source, target).items():
        _hang(session, model, [row.id for row in rows], source, target)
        moved[model.__tablename__] = [str(row.id) for row in rows]
    moved["project_participant"] = _participants(session, source, target)
    return moved


def _coming(session: Session, source: uuid.UUID, target: uuid.UUID) -> dict[type[Any], list[Any]]:
    numbers = select(Phone).where(Phone.organization_id == target, Phone.service_id.is_(None))
    known = session.scalars(numbers).all()
    found: dict[type[Any], list[Any]] = {}
    for model in MOVED:
        rows = session.scalars(select(model).where(model.organization_id == source).order_by(model.id)).all()
        if model is Phone:
            rows = [row for row in rows if row.service_id or not any(_says(one, row) for one in known)]
        found[model] = list(rows)
    return found


def _says(one: Phone, other: Phone) -> bool:
    """Whether a number tells all readers of another what that one tells them."""
    return (
        one.number == other.number
        and not wider(other.audience, one.audience)
        and (one.hotline or not other.hotline)
    )


def _hang(
    session: Session, model: type[Any], idents: list[uuid.UUID], source: uuid.UUID, target: uuid.UUID
) -> None:
    session.execute(
        update(model)
        .where(model.id.in_(idents), model.organization_id == source)
        .values(organization_id=target)
        .execution_options(synchronize_session="fetch")
    )


def _participants(
    session: Session, source: uuid.UUID, target: uuid.UUID, among: list[uuid.UUID] | None = None
) -> list[str]:
    """Projects of one's own tenant that name one of the two name the other from now on."""
    statement = update(ProjectParticipant).where(
        ProjectParticipant.participant_id == source,
        ProjectParticipant.tenant_id == ProjectParticipant.participant_tenant_id,
    )
    if among is not None:
        statement = statement.where(ProjectParticipant.id.in_(among))
    changed = session.scalars(
        statement.values(participant_id=target)
        .returning(ProjectParticipant.id)
        .execution_options(synchronize_session=False)
    )
    return [str(ident) for ident in changed]


def _part(session: Session, actor: Actor, row: Merge) -> None:
    both = [session.get_one(Organization, ident) for ident in (row.survivor_id, row.loser_id)]
    for ident in sorted((row.survivor_id, row.loser_id)):
        writing.hold(session, ident)
    survivor, loser = (writing.lock(session, one, one.version) for one in both)
    # What was merged on since is taken back first: its parts stand elsewhere now.
    if loser.merged_into_id != survivor.id or survivor.merged_into_id is not None:
        raise Stale
    for model in MOVED:
        idents = [uuid.UUID(ident) for ident in row.moved.get(model.__tablename__, [])]
        _hang(session, model, idents, survivor.id, loser.id)
    named = [uuid.UUID(ident) for ident in row.moved.get("project_participant", [])]
    _participants(session, survivor.id, loser.id, named)
    values = {
        "status": Status(row.before["status of loser"]),
        "merged_into_tenant_id": None,
        "merged_into_id": None,
    }
    rewriting.rewrite(session, actor, loser, values, cause="merge")
    back = {
        name: value
        for name, value in history.given_back(survivor, row.before).items()
        if getattr(survivor, name) == getattr(loser, name)
    }
    rewriting.rewrite(session, actor, survivor, back, cause="merge")
    audiences.narrow_organization(session, loser)
    _publish(session, survivor, loser)


def _publish(session: Session, *listings: Organization) -> None:
    for listing in listings:
        publishing.publish(session, listing.id, public=listing.visibility is Visibility.PUBLIC)
