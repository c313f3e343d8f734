"""Organizations and their services: listing them and changing them."""

from __future__ import annotations

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory import slugs, taxonomy, where
from network.directory.drafts import OrganizationDraft, Reach, ServiceDraft
from network.directory.models import (
    Organization,
    Schedule,
    Service,
    ServiceArea,
    Visibility,
)
from network.directory.policies import can_create, can_edit, can_widen
from network.directory.services import audiences, places, publishing, writing
from network.i18n.languages import CODES
from network.i18n.translated import pick, written
from network.keys import Keyring
from network.permissions import Unfit, require
from network.tenancy import Actor


def create_organization(
    session: Session, actor: Actor, draft: OrganizationDraft, *, slug: str | None = None
) -> Organization:
    """List an organization, kept by the actor's tenant.

    Raises :class:`Unfit` ``place_unknown``; :class:`Refused` where it should be shown wider than the actor may.
    """
    require(can_create(actor))
    assert actor.tenant_id is not None  # noqa: S101  # can_create() admits nobody without a tenant.
    writing.check_audience(actor, actor.tenant_id, Visibility.TENANT, draft.visibility, None)
    _check_place(draft.place_id)
    row = Organization(tenant_id=actor.tenant_id, **writing.values_of(draft, None))
    row.slug = slug or slugs.slug_of(pick(row.name, "en")[0], otherwise="organization")
    _add_with_free_slug(session, row)
    _created(session, actor, row, Action.ORGANIZATION_CREATED)
    publishing.publish(session, row.id, public=row.visibility is Visibility.PUBLIC)
    return row


def change_organization(
    session: Session, actor: Actor, organization: Organization, draft: OrganizationDraft, *, version: int
) -> bool:
    """Write what differs; False where nothing does. Raises :class:`Stale` for a version that is not the latest.

    A listing that is narrowed takes its services and field groups with it; widening it again does not widen them.
    """
    require(can_edit(actor, organization.tenant_id))
    row = writing.lock(session, organization, version)
    writing.check_audience(actor, row.tenant_id, row.visibility, draft.visibility, None)
    _check_place(draft.place_id)
    was_public = row.visibility is Visibility.PUBLIC
    changed = writing.apply(row, writing.values_of(draft, row))
    if not changed:
        return False
    if "visibility" in changed:
        audiences.narrow_organization(session, row)
    _changed(session, actor, row, Action.ORGANIZATION_CHANGED, changed)
    publishing.publish(session, row.id, public=was_public or row.visibility is Visibility.PUBLIC)
    return True


def create_service(
    session: Session,
    actor: Actor,
    organization: Organization,
    draft: ServiceDraft,
    reach: Reach,
    *,
    slug: str | None = None,
) -> Service:
    """List a service of an organization that the actor's tenant keeps."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    writing.check_audience(
        actor, organization.tenant_id, Visibility.TENANT, draft.visibility, organization.visibility
    )
    _check_service(draft, reach)
    row = Service(
        tenant_id=organization.tenant_id, organization_id=organization.id, **writing.values_of(draft, None)
    )
    row.slug = slug or slugs.slug_of(pick(row.name, "en")[0], otherwise="service")
    _add_with_free_slug(session, row)
    _write_reach(session, row, reach)
    _created(session, actor, row, Action.SERVICE_CREATED)
    publishing.publish(session, organization.id, public=row.visibility is Visibility.PUBLIC)
    return row


def change_service(
    session: Session,
    actor: Actor,
    service: Service,
    draft: ServiceDraft,
    reach: Reach,
    *,
    version: int,
    keyring: Keyring | None = None,
) -> bool:
    """Write what differs, hours and areas too; False where nothing does. Raises :class:`Stale` as above.

    A service that becomes confidential has the doors known of it sealed with ``keyring``; :class:`Unfit`
    ``confidential_address`` where there is a door and no keyring. One that is confidential stays so until an admin says
    otherwise: ``only_admin_opens``.
    """
    require(can_edit(actor, service.tenant_id))
    writing.hold(session, service.organization_id)
    row = writing.lock(session, service, version)
    whole = session.scalars(_organization_of(row)).one()
    writing.check_audience(actor, row.tenant_id, row.visibility, draft.visibility, whole.visibility)
    if row.confidential and not draft.confidential and not can_widen(actor, row.tenant_id):
        raise Unfit("only_admin_opens")
    _check_service(draft, reach)
    was_public = row.visibility is Visibility.PUBLIC
    changed = writing.apply(row, writing.values_of(draft, row))
    if "visibility" in changed:
        audiences.narrow_service(session, row)
    if "confidential" in changed and row.confidential:
        places.close_doors(session, row, keyring)
    if _write_reach(session, row, reach) or "visibility" in changed:
        row.version += not changed
        changed = [*changed, "reach"]
    if not changed:
        return False
    _changed(session, actor, row, Action.SERVICE_CHANGED, changed)
    publishing.publish(session, row.organization_id, public=was_public or row.visibility is Visibility.PUBLIC)
    return True


def _organization_of(service: Service) -> Select[Organization]:
    return select(Organization).where(Organization.id == service.organization_id)


def _check_place(place_id: str | None) -> None:
    if place_id and where.place(place_id) is None:
        raise Unfit("place_unknown")


def _check_service(draft: ServiceDraft, reach: Reach) -> None:
    for place_id in reach.areas:
        _check_place(place_id)
    if any(term not in taxonomy.TERMS for term in draft.terms):
        raise Unfit("term_unknown")
    if draft.source not in CODES:
        raise Unfit("language_unknown")


def _write_reach(session: Session, service: Service, reach: Reach) -> bool:
    """Hours and areas are written whole; they are read by whoever reads the service."""
    schedules = session.scalars(select(Schedule).where(Schedule.service_id == service.id)).all()
    areas = session.scalars(select(ServiceArea).where(ServiceArea.service_id == service.id)).all()
    wanted = _schedule(service, reach)
    same_hours = reach.keep_hours or [_hours(row) for row in schedules] == (
        [_hours(wanted)] if wanted else []
    )
    if same_hours and {area.place_id for area in areas} == set(reach.areas):
        return False
    if not reach.keep_hours:
        session.execute(delete(Schedule).where(Schedule.service_id == service.id))
    session.execute(delete(ServiceArea).where(ServiceArea.service_id == service.id))
    if wanted is not None and not reach.keep_hours:
        session.add(wanted)
    for place_id in dict.fromkeys(reach.areas):
        session.add(
            ServiceArea(
                tenant_id=service.tenant_id,
                service_id=service.id,
                place_id=place_id,
                audience=service.visibility,
            )
        )
    return True


def _schedule(service: Service, reach: Reach) -> Schedule | None:
    opening = reach.opening
    if opening is None:
        return None
    return Schedule(
        tenant_id=service.tenant_id,
        service_id=service.id,
        always=opening.always,
        byday="" if opening.always else opening.byday,
        opens_at=None if opening.always else opening.opens_at,
        closes_at=None if opening.always else opening.closes_at,
        timezone=opening.timezone,
        notes=written(opening.notes),
        audience=service.visibility,
    )


def _hours(row: Schedule) -> tuple[object, ...]:
    return (row.always, row.byday, row.opens_at, row.closes_at, row.timezone, row.notes)


def _add_with_free_slug(session: Session, row: Organization | Service) -> None:
    """A slug may be taken by a listing the actor must not learn of: then this one gets an ending, without a word."""
    wish = row.slug
    for _attempt in range(5):
        try:
            with session.begin_nested():
                session.add(row)
            return
        except IntegrityError:
            row.slug = slugs.another(wish)
    raise Unfit("slug_taken")


def _created(session: Session, actor: Actor, row: Organization | Service, action: Action) -> None:
    writing.keep_revision(session, actor, row)
    audit.record(session, actor, action, row.id, visibility=row.visibility.value)


def _changed(
    session: Session, actor: Actor, row: Organization | Service, action: Action, changed: list[str]
) -> None:
    row.last_modified = now()
    writing.keep_revision(session, actor, row)
    audit.record(session, actor, action, row.id, version=row.version, fields=",".join(sorted(changed)))
