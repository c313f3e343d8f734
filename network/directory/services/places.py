"""Places of work and their doors. The door of a confidential service is sealed and for partners picked one by one at most."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now, uuid7
from network.directory import doors, where
from network.directory.doors import Door
from network.directory.drafts import LocationDraft
from network.directory.models import (
    Accessibility,
    Address,
    Location,
    Organization,
    Schedule,
    ScheduleException,
    Service,
    ServiceAtLocation,
    Visibility,
    narrower_of,
    wider,
)
from network.directory.policies import can_edit, can_widen
from network.directory.services import audiences, publishing, readers, writing
from network.i18n.translated import rewritten, written
from network.keys import Keyring
from network.permissions import NotThere, Unfit, require
from network.tenancy import Actor


def create_location(
    session: Session,
    actor: Actor,
    organization: Organization,
    draft: LocationDraft,
    *,
    keyring: Keyring | None = None,
) -> Location:
    """Add a place of work, its door as a group of its own, and which services are given there.

    The door of a confidential service is sealed with ``keyring`` and goes to partners picked one by one at most: raises
    :class:`Unfit` ``confidential_address`` for a wider audience, and where there is no keyring to seal it with.
    """
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    keeper = organization.tenant_id
    _check(actor, organization, draft, Visibility.TENANT, Visibility.TENANT)
    offered = _own_services(session, organization, draft.service_ids)
    row = Location(
        tenant_id=keeper,
        organization_id=organization.id,
        place_id=draft.place_id,
        location_type=draft.location_type,
        name=written(draft.name),
        transportation=written(draft.transportation),
        confidential=any(service.confidential for service in offered),
        audience=draft.audience,
    )
    session.add(row)
    session.flush()
    _write_door(session, row, draft, None, keyring)
    _offer(session, row, offered)
    writing.keep_revision(session, actor, row, keyring=keyring)
    _published(session, organization, public=draft.audience is Visibility.PUBLIC)
    audit.record(session, actor, Action.LOCATION_CREATED, row.id)
    return row


def change_location(
    session: Session,
    actor: Actor,
    organization: Organization,
    location: Location,
    draft: LocationDraft,
    *,
    version: int,
    keyring: Keyring | None = None,
) -> None:
    """Write the place, its door and the services given there. Raises :class:`Stale` as everywhere, :class:`Unfit` as above.

    A place that must not be known stays so until an admin says otherwise: :class:`Unfit` ``only_admin_opens``.
    """
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    row = writing.lock(session, location, version)
    address = session.scalars(select(Address).where(Address.location_id == row.id)).first()
    _check(actor, organization, draft, row.audience, address.audience if address else Visibility.TENANT)
    offered = _own_services(session, organization, draft.service_ids)
    hidden = any(service.confidential for service in offered)
    if row.confidential and not hidden and not can_widen(actor, row.tenant_id):
        raise Unfit("only_admin_opens")
    was_public = row.audience is Visibility.PUBLIC
    row.place_id, row.location_type, row.audience = draft.place_id, draft.location_type, draft.audience
    row.name = rewritten(row.name, draft.name, organization.source)
    row.transportation = rewritten(row.transportation, draft.transportation, organization.source)
    row.confidential = hidden
    row.version += 1
    row.last_modified = now()
    _write_door(session, row, draft, address, keyring)
    _offer(session, row, offered)
    audiences.narrow_location(session, row)
    writing.keep_revision(session, actor, row, keyring=keyring)
    _published(session, organization, public=was_public or row.audience is Visibility.PUBLIC)
    audit.record(session, actor, Action.LOCATION_CHANGED, row.id, version=row.version)


def correct_door(
    session: Session, actor: Actor, address: Address, values: dict[str, str], *, keyring: Keyring | None
) -> None:
    """Write another street or postal code that somebody proposed; the point on the map goes with the old street."""
    require(can_edit(actor, address.tenant_id))
    row = session.get_one(Location, address.location_id)
    organization = session.get_one(Organization, row.organization_id)
    writing.hold(session, organization.id)
    row = writing.lock(session, row, row.version)
    if row.confidential or address.sealed is not None:
        raise NotThere
    street = values.get("address_1", address.address_1)
    stays = street == address.address_1
    door = Door(
        street,
        values.get("postal_code", address.postal_code),
        address.latitude if stays else None,
        address.longitude if stays else None,
    )
    doors.write(address, door, None)
    row.version += 1
    row.last_modified = now()
    writing.keep_revision(session, actor, row, cause="proposal", keyring=keyring)
    _published(session, organization, public=address.audience is Visibility.PUBLIC)
    audit.record(session, actor, Action.LOCATION_CHANGED, row.id, version=row.version, cause="proposal")


def remove_location(session: Session, actor: Actor, organization: Organization, location: Location) -> None:
    """Take a place of work out of the directory, with all that is said of it."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    public, ident = location.audience is Visibility.PUBLIC, location.id
    for part in session.scalars(select(Accessibility).where(Accessibility.location_id == ident)):
        writing.keep_last(session, actor, part)
    writing.keep_last(session, actor, location)
    for address in session.scalars(select(Address).where(Address.location_id == ident)):
        readers.forget_readers(session, address)
    for link in session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.location_id == ident)):
        readers.forget_readers(session, link)
    for part in session.scalars(select(Accessibility).where(Accessibility.location_id == ident)):
        readers.forget_readers(session, part)
    for model in (Address, Accessibility, Schedule, ScheduleException, ServiceAtLocation):
        session.execute(delete(model).where(model.location_id == ident))
    readers.forget_readers(session, location)
    session.delete(location)
    _published(session, organization, public=public)
    audit.record(session, actor, Action.LOCATION_REMOVED, ident)


def close_doors(session: Session, service: Service, keyring: Keyring | None) -> None:
    """A service became confidential: what is known of where it is given closes behind it."""
    session.flush()
    given = select(ServiceAtLocation.location_id).where(ServiceAtLocation.service_id == service.id)
    for location in session.scalars(select(Location).where(Location.id.in_(given), ~Location.confidential)):
        location.confidential = True
        location.version += 1
        for address in session.scalars(select(Address).where(Address.location_id == location.id)):
            if keyring is None:
                raise Unfit("confidential_address")
            doors.write(address, doors.door_of(keyring, address), keyring)
            address.audience = narrower_of(address.audience, Visibility.NAMED)
    session.flush()


def _check(
    actor: Actor, organization: Organization, draft: LocationDraft, before: Visibility, door: Visibility
) -> None:
    keeper = organization.tenant_id
    if where.place(draft.place_id) is None:
        raise Unfit("place_unknown")
    writing.check_audience(actor, keeper, before, draft.audience, organization.visibility)
    writing.check_audience(actor, keeper, door, draft.address_audience, draft.audience)


def _write_door(
    session: Session, row: Location, draft: LocationDraft, before: Address | None, keyring: Keyring | None
) -> None:
    door = Door(draft.address_1, draft.postal_code, draft.latitude, draft.longitude)
    audience = draft.address_audience
    if row.confidential:
        if wider(audience, Visibility.NAMED) or (door and keyring is None):
            raise Unfit("confidential_address")
        # Named at most, and then for nobody until an admin picks the first; among colleagues where that was said.
        audience = narrower_of(audience, narrower_of(Visibility.NAMED, row.audience))
    if not door:
        if before is not None:
            readers.forget_readers(session, before)
            session.delete(before)
        return
    address = before or Address(id=uuid7(), tenant_id=row.tenant_id, location_id=row.id)
    doors.write(address, door, keyring if row.confidential else None)
    address.audience = audience
    session.add(address)
    session.flush()


def _offer(session: Session, row: Location, offered: Sequence[Service]) -> None:
    """Say exactly which services are given at a place; what was said before keeps its row."""
    there = session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.location_id == row.id)).all()
    kept = {one.service_id: one for one in there}
    for service_id in kept.keys() - {service.id for service in offered}:
        readers.forget_readers(session, kept[service_id])
        session.delete(kept[service_id])
    for service in offered:
        if service.id in kept:
            kept[service.id].audience = narrower_of(row.audience, service.visibility)
            continue
        session.add(
            ServiceAtLocation(
                tenant_id=row.tenant_id,
                service_id=service.id,
                location_id=row.id,
                audience=narrower_of(row.audience, service.visibility),
            )
        )
    session.flush()
    readers.tell_where(session, row)


def _own_services(
    session: Session, organization: Organization, ids: Sequence[uuid.UUID]
) -> Sequence[Service]:
    statement = select(Service).where(Service.id.in_(ids), Service.organization_id == organization.id)
    found = session.scalars(statement.order_by(Service.created_at)).all()
    if len(found) != len(set(ids)):
        raise NotThere
    return found


def _published(session: Session, organization: Organization, *, public: bool) -> None:
    if public:
        organization.last_modified = now()
    publishing.publish(session, organization.id, public=public)
