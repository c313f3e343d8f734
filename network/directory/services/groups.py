"""Field groups: numbers, contacts and places, each with the audience it is for."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory import where
from network.directory.drafts import ContactDraft, LocationDraft, PhoneDraft
from network.directory.models import (
    Address,
    Contact,
    Location,
    Organization,
    Phone,
    Service,
    ServiceAtLocation,
    Visibility,
    narrower_of,
)
from network.directory.policies import can_edit
from network.directory.services import publishing, writing
from network.i18n.translated import written
from network.permissions import NotThere, Unfit, require
from network.tenancy import Actor


def create_phone(session: Session, actor: Actor, organization: Organization, draft: PhoneDraft) -> Phone:
    """Add a number. Raises :class:`Unfit` ``wider_than_whole`` where the listing itself is for fewer people."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    whole = _whole(session, organization, draft.service_id)
    writing.check_audience(actor, organization.tenant_id, Visibility.TENANT, draft.audience, whole)
    row = Phone(
        tenant_id=organization.tenant_id, organization_id=organization.id, **writing.values_of(draft, None)
    )
    _added(session, actor, organization, row, Action.PHONE_CREATED)
    return row


def change_phone(
    session: Session,
    actor: Actor,
    organization: Organization,
    phone: Phone,
    draft: PhoneDraft,
    *,
    version: int,
) -> bool:
    """Write what differs; False where nothing does. Raises :class:`Stale` for a version that is not the latest."""
    return _change(session, actor, organization, phone, draft, version, Action.PHONE_CHANGED)


def create_contact(
    session: Session, actor: Actor, organization: Organization, draft: ContactDraft
) -> Contact:
    """Add a contact; by default for colleagues alone."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    whole = _whole(session, organization, draft.service_id)
    writing.check_audience(actor, organization.tenant_id, Visibility.TENANT, draft.audience, whole)
    row = Contact(
        tenant_id=organization.tenant_id, organization_id=organization.id, **writing.values_of(draft, None)
    )
    _added(session, actor, organization, row, Action.CONTACT_CREATED)
    return row


def change_contact(
    session: Session,
    actor: Actor,
    organization: Organization,
    contact: Contact,
    draft: ContactDraft,
    *,
    version: int,
) -> bool:
    """Write what differs; False where nothing does. Raises :class:`Stale` for a version that is not the latest."""
    return _change(session, actor, organization, contact, draft, version, Action.CONTACT_CHANGED)


def remove_group(session: Session, actor: Actor, organization: Organization, row: Phone | Contact) -> None:
    """Take a number or contact out of the directory. Its last version stays among the revisions."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    action = Action.PHONE_REMOVED if isinstance(row, Phone) else Action.CONTACT_REMOVED
    public, service_id, ident = row.audience is Visibility.PUBLIC, row.service_id, row.id
    session.delete(row)
    _published(session, organization, service_id, public=public)
    audit.record(session, actor, action, ident)


def create_location(
    session: Session, actor: Actor, organization: Organization, draft: LocationDraft
) -> Location:
    """Add a place of work, its door as a group of its own, and which services are given there.

    The door of a confidential service never goes beyond the tenant: raises :class:`Unfit` ``confidential_address``.
    """
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    keeper = organization.tenant_id
    if where.place(draft.place_id) is None:
        raise Unfit("place_unknown")
    writing.check_audience(actor, keeper, Visibility.TENANT, draft.audience, organization.visibility)
    writing.check_audience(actor, keeper, Visibility.TENANT, draft.address_audience, draft.audience)
    offered = [_own_service(session, organization, service_id) for service_id in draft.service_ids]
    if draft.address_audience is not Visibility.TENANT and any(service.confidential for service in offered):
        raise Unfit("confidential_address")
    row = Location(
        tenant_id=keeper,
        organization_id=organization.id,
        place_id=draft.place_id,
        location_type=draft.location_type,
        name=written(draft.name),
        audience=draft.audience,
    )
    session.add(row)
    session.flush()
    if draft.address_1:
        session.add(
            Address(
                tenant_id=keeper,
                location_id=row.id,
                address_1=draft.address_1,
                postal_code=draft.postal_code,
                audience=draft.address_audience,
            )
        )
    for service in offered:
        session.add(
            ServiceAtLocation(
                tenant_id=keeper,
                service_id=service.id,
                location_id=row.id,
                audience=narrower_of(draft.audience, service.visibility),
            )
        )
    _published(session, organization, None, public=draft.audience is Visibility.PUBLIC)
    audit.record(session, actor, Action.LOCATION_CREATED, row.id)
    return row


def _change(
    session: Session,
    actor: Actor,
    organization: Organization,
    group: Phone | Contact,
    draft: PhoneDraft | ContactDraft,
    version: int,
    action: Action,
) -> bool:
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    row: Phone | Contact = writing.lock(session, group, version)
    whole = _whole(session, organization, draft.service_id)
    writing.check_audience(actor, organization.tenant_id, row.audience, draft.audience, whole)
    was_public = row.audience is Visibility.PUBLIC
    changed = writing.apply(row, writing.values_of(draft, row))
    if not changed:
        return False
    row.last_modified = now()
    writing.keep_revision(session, actor, row)
    _published(session, organization, row.service_id, public=was_public or row.audience is Visibility.PUBLIC)
    audit.record(session, actor, action, row.id, version=row.version, fields=",".join(sorted(changed)))
    return True


def _added(
    session: Session, actor: Actor, organization: Organization, row: Phone | Contact, action: Action
) -> None:
    session.add(row)
    writing.keep_revision(session, actor, row)
    _published(session, organization, row.service_id, public=row.audience is Visibility.PUBLIC)
    audit.record(session, actor, action, row.id, audience=row.audience.value)


def _published(
    session: Session, organization: Organization, service_id: uuid.UUID | None, *, public: bool
) -> None:
    """What everybody may read changed: the listing it stands on is newer for those who follow it."""
    if public:
        organization.last_modified = now()
        if service_id is not None:
            _own_service(session, organization, service_id).last_modified = now()
    publishing.publish(session, organization.id, public=public)


def _whole(session: Session, organization: Organization, service_id: uuid.UUID | None) -> Visibility:
    """The audience of what the group belongs to."""
    if service_id is None:
        return organization.visibility
    return narrower_of(organization.visibility, _own_service(session, organization, service_id).visibility)


def _own_service(session: Session, organization: Organization, service_id: uuid.UUID) -> Service:
    statement = select(Service).where(Service.id == service_id, Service.organization_id == organization.id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotThere
    return found
