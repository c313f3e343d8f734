"""Giving back an old version: the words and facts of then, as a new version; who reads it stays as it is.

What was taken out comes back in the same way: read at most by whoever read it then, and by colleagues alone where it is
no admin who gives it back. A door comes back for those who know the present one; none of a place that must not be known.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now, uuid7
from network.directory import doors
from network.directory.doors import Door
from network.directory.drafts import Exceptional, Hours, Opening
from network.directory.models import (
    Accessibility,
    Address,
    Contact,
    CostOption,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    Project,
    ProjectDocument,
    ProjectResult,
    ReferralRoute,
    RequiredDocument,
    Revision,
    Service,
    ServiceAtLocation,
    ServiceCapacity,
    Visibility,
    narrower_of,
)
from network.directory.policies import can_edit, can_widen
from network.directory.services import opening, parts, publishing, readers, rewriting, writing
from network.directory.upkeep import history
from network.keys import Keyring, KeysError
from network.permissions import NotThere, Stale, Unfit, require
from network.tenancy import Actor

LISTINGS: dict[str, Any] = {"organization": Organization, "service": Service, "project": Project}
TAKEN_OUT: dict[str, Any] = {
    model.__tablename__: model
    for model in (
        Phone, Contact, Location, OrganizationIdentifier, ReferralRoute, ServiceCapacity, RequiredDocument, CostOption,
        Accessibility, ProjectDocument, ProjectResult,
    )
}  # fmt: skip
"""What can be taken out, and comes back with its old id."""
RESTORABLE: dict[str, Any] = {**LISTINGS, **TAKEN_OUT}


def row_of(session: Session, revision: Revision) -> Any:
    """The row a revision is of, as it stands now; None where it was taken out or cannot be given back."""
    model = RESTORABLE.get(revision.subject)
    if model is None:
        return None
    return session.scalars(select(model).where(model.id == revision.subject_id)).one_or_none()


def versions_of(revision: Revision) -> Select[Revision]:
    """All versions of the row that a revision is of, the first first."""
    return select(Revision).where(Revision.subject_id == revision.subject_id).order_by(Revision.version)


def secret(versions: Iterable[Revision], row: Any) -> bool:
    """Whether a place must not be known, or once must not have been: then no door of it is told or given back."""
    return bool(getattr(row, "confidential", False)) or any(
        one.subject == "location" and one.snapshot.get("confidential") for one in versions
    )


def past_door(keyring: Keyring, revision: Revision) -> Door | None:
    """The door that a version kept; None where it kept none, or none that can still be opened."""
    kept = revision.snapshot.get("door")
    if not kept:
        return None
    try:
        return doors.from_history(keyring, revision.subject_id, kept)
    except KeysError:
        return None


def restore(
    session: Session, actor: Actor, revision: Revision, *, version: int, keyring: Keyring | None = None
) -> list[str]:
    """Write the values of an old version as a new one; the names of what changed.

    ``version`` is the one that was read, the last one of what was taken out; raises :class:`Stale` where somebody
    changed the row meanwhile, :class:`Unfit` ``whole_gone`` where what it belonged to was taken out too.
    """
    require(can_edit(actor, revision.tenant_id))
    row = row_of(session, revision)
    if row is None:
        if revision.subject not in TAKEN_OUT:
            raise NotThere
        return _bring_back(session, actor, revision, version, keyring)
    if row.version != version:
        raise Stale
    values = history.given_back(row, revision.snapshot)
    beside = _beside(session, revision, keyring)
    changed = rewriting.rewrite(session, actor, row, values, cause="restore", also=beside, keyring=keyring)
    if changed:
        audit.record(session, actor, Action.LISTING_RESTORED, row.id, version=revision.version)
    return changed


def _beside(session: Session, revision: Revision, keyring: Keyring | None) -> Callable[[Any], list[str]]:
    """Gives back hours and door of a version, as far as it says them."""
    versions = list(session.scalars(versions_of(revision)))

    def write(locked: Any) -> list[str]:
        found = []
        if "schedules" in revision.snapshot and opening.write_hours(
            session, locked, hours_of(revision.snapshot["schedules"])
        ):
            found.append("schedules")
        if isinstance(locked, Location) and keyring is not None and not secret(versions, locked):
            told = [one for one in versions if "door" in one.snapshot and one.version <= revision.version]
            found += _give_door_back(session, told[-1], locked, keyring) if told else []
        return found

    return write


def _give_door_back(session: Session, revision: Revision, row: Location, keyring: Keyring) -> list[str]:
    """Street and house, as the last version until then that knew of them has it.

    A door where there is none now is for colleagues alone, until its form opens it.
    """
    door = past_door(keyring, revision)
    if revision.snapshot["door"] and door is None:
        return []
    address = session.scalars(select(Address).where(Address.location_id == row.id)).first()
    before = doors.door_of(keyring, address) if address is not None else Door()
    if before == (door or Door()):
        return []
    if door is None:
        readers.forget_readers(session, address)
        session.delete(address)
        return ["address_1"]
    if address is None:
        address = Address(id=uuid7(), tenant_id=row.tenant_id, location_id=row.id, audience=Visibility.TENANT)
        session.add(address)
    doors.write(address, door, None)
    session.flush()
    return ["address_1"]


def _bring_back(
    session: Session, actor: Actor, revision: Revision, version: int, keyring: Keyring | None
) -> list[str]:
    """A row that was taken out, as it stood in this version."""
    model = TAKEN_OUT[revision.subject]
    said = history.whole(model, revision.snapshot)
    row = model(**said, id=revision.subject_id, tenant_id=revision.tenant_id)
    wholes = _wholes(session, row)
    writing.hold(session, next(one.id for one in wholes if isinstance(one, Organization)))
    versions = list(session.scalars(versions_of(revision).execution_options(populate_existing=True)))
    if versions[-1].version != version or row_of(session, revision) is not None:
        raise Stale
    row.version = version + 1
    row.audience = Visibility.TENANT
    if can_widen(actor, revision.tenant_id):
        row.audience = Visibility(revision.visibility or Visibility.TENANT)
    for one in wholes:
        row.audience = narrower_of(row.audience, readers.whole_audience(one))
    row.last_modified = now()
    if isinstance(row, Location):
        _give_again(session, row, revision, closed=secret(versions, None))
    else:
        session.add(row)
        session.flush()
    _beside(session, revision, keyring)(row)
    writing.keep_revision(session, actor, row, cause="restore", keyring=keyring)
    public = row.audience is Visibility.PUBLIC
    if public:
        rewriting.newer(session, row)
    publishing.publish(session, rewriting.organization_of(session, row), public=public)
    audit.record(session, actor, Action.LISTING_RESTORED, row.id, version=revision.version)
    return sorted(said)


def _wholes(session: Session, row: Any) -> list[Any]:
    """Everything a row belongs to, up to its organization. Raises :class:`Unfit` where a part of that is gone."""
    found: list[Any] = []
    for column, model in parts.WHOLES.items():
        ident = getattr(row, column, None)
        if ident is not None:
            one = session.get(model, ident)
            if one is None or one.tenant_id != row.tenant_id:
                raise Unfit("whole_gone")
            found.append(one)
    if not any(isinstance(one, Organization) for one in found):
        found.append(session.get_one(Organization, found[0].organization_id))
    return found


def _give_again(session: Session, row: Location, revision: Revision, *, closed: bool) -> None:
    """A place comes back with the services that were given there and still are of its organization."""
    idents = revision.snapshot.get("services") or []
    statement = select(Service).where(Service.id.in_(idents), Service.organization_id == row.organization_id)
    offered = session.scalars(statement).all()
    row.confidential = closed or any(service.confidential for service in offered)
    session.add(row)
    session.flush()
    session.add_all(
        ServiceAtLocation(
            tenant_id=row.tenant_id,
            service_id=service.id,
            location_id=row.id,
            audience=narrower_of(row.audience, service.visibility),
        )
        for service in offered
    )
    session.flush()


def hours_of(kept: Mapping[str, Any] | None) -> Hours:
    """Hours as a snapshot keeps them."""
    said = kept or {}
    return Hours(
        weekly=tuple(Opening(**_read(one)) for one in said.get("weekly", ())),
        different=tuple(Exceptional(**_read(one)) for one in said.get("different", ())),
    )


_READ: dict[str, Callable[[str], Any]] = {
    "opens_at": datetime.time.fromisoformat,
    "closes_at": datetime.time.fromisoformat,
    "valid_from": datetime.date.fromisoformat,
    "valid_to": datetime.date.fromisoformat,
    "on": datetime.date.fromisoformat,
    "until": datetime.date.fromisoformat,
}


def _read(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _READ[name](value) if name in _READ and value is not None else value
        for name, value in one.items()
    }
