"""Field groups: numbers and contacts, each with the audience it is for."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory.drafts import ContactDraft, PhoneDraft
from network.directory.models import (
    Contact,
    Organization,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    Visibility,
    narrower_of,
)
from network.directory.policies import can_edit
from network.directory.services import audiences, publishing, readers, writing
from network.permissions import NotThere, require
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
    writing.keep_last(session, actor, row)
    readers.forget_readers(session, row)
    for model in (Schedule, ScheduleException):
        session.execute(delete(model).where(model.phone_id == ident))
    session.delete(row)
    _published(session, organization, service_id, public=public)
    audit.record(session, actor, action, ident)


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
    if isinstance(row, Phone) and "audience" in changed:
        audiences.follow(session, "phone_id", row.id, row.audience)
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
