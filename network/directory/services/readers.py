"""Which partners a row with a named audience is for. Adding one shows it to more people: the admin's decision alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.directory.models import (
    AudienceGrant,
    Location,
    Organization,
    Project,
    Service,
    ServiceAtLocation,
    Visibility,
)
from network.directory.policies import can_edit, can_widen
from network.directory.services import audiences, publishing
from network.permissions import Unfit, require
from network.tenancy import Actor, Tenant, TenantKind


def partners(session: Session, keeper: uuid.UUID) -> list[Tenant]:
    """The tenants that can be picked: the other members of the network."""
    statement = select(Tenant).where(Tenant.kind == TenantKind.MEMBER, Tenant.id != keeper)
    return list(session.scalars(statement.where(Tenant.suspended_at.is_(None)).order_by(Tenant.name)))


def readers_of(session: Session, row: Any) -> frozenset[uuid.UUID]:
    """The tenants picked for this row, whether or not its audience is ``named`` today."""
    return frozenset(session.scalars(select(AudienceGrant.reader_id).where(*audiences.about(row))))


def name_readers(
    session: Session, actor: Actor, row: Any, readers: Iterable[uuid.UUID], *, whole: Any = None
) -> bool:
    """Let exactly these tenants read the row while its audience is ``named``; False where they do already.

    Raises :class:`Refused` where somebody is added by whom may not widen, :class:`Unfit` ``reader_unknown`` for what is
    no other member, ``reader_not_of_whole`` where the listing itself is named and not for them.
    """
    require(can_edit(actor, row.tenant_id))
    session.flush()
    wanted, before = frozenset(readers), readers_of(session, row)
    if (
        getattr(row, "audience", None) is not Visibility.NAMED
        and getattr(row, "visibility", None) is not Visibility.NAMED
    ):
        wanted = frozenset()
    added = wanted - before
    require(not added or can_widen(actor, row.tenant_id))
    if added and added - {tenant.id for tenant in partners(session, row.tenant_id)}:
        raise Unfit("reader_unknown")
    if (
        wanted
        and whole is not None
        and whole_audience(whole) is Visibility.NAMED
        and wanted - readers_of(session, whole)
    ):
        # Also where nobody is new: the row may belong to another whole than it did.
        raise Unfit("reader_not_of_whole")
    if wanted == before:
        return False
    session.execute(
        delete(AudienceGrant).where(*audiences.about(row), AudienceGrant.reader_id.in_(before - wanted))
    )
    session.add_all(_grant(row, one) for one in sorted(added))
    audiences.keep_within_readers(session, row)
    tell_where(session, row)
    publishing.publish(session, _organization_of(session, row), public=False)
    audit.record(
        session, actor, Action.AUDIENCE_CHANGED, row.id, added=len(added), removed=len(before - wanted)
    )
    return True


def tell_where(session: Session, row: Any) -> None:
    """That a service is given at a place is read by whoever was picked for each of the two that picks its readers."""
    if not isinstance(row, Service | Location):
        return
    session.flush()
    own = getattr(ServiceAtLocation, f"{row.__tablename__}_id") == row.id
    for link in session.scalars(select(ServiceAtLocation).where(own)):
        ends = (session.get_one(Service, link.service_id), session.get_one(Location, link.location_id))
        picked = [readers_of(session, one) for one in ends if whole_audience(one) is Visibility.NAMED]
        wanted = frozenset.intersection(*picked) if picked else frozenset()
        if link.audience is not Visibility.NAMED:
            wanted = frozenset()
        before = readers_of(session, link)
        if before - wanted:
            session.execute(
                delete(AudienceGrant).where(
                    *audiences.about(link), AudienceGrant.reader_id.in_(before - wanted)
                )
            )
        session.add_all(_grant(link, one) for one in sorted(wanted - before))
    session.flush()


def _grant(row: Any, reader_id: uuid.UUID) -> AudienceGrant:
    return AudienceGrant(
        tenant_id=row.tenant_id, subject_table=row.__tablename__, subject_id=row.id, reader_id=reader_id
    )


def _organization_of(session: Session, row: Any) -> uuid.UUID:
    """Whose search rows say where this row is found."""
    if isinstance(row, Organization):
        return row.id
    for column, model in (("service_id", Service), ("location_id", Location), ("project_id", Project)):
        if getattr(row, column, None) is not None and not hasattr(row, "organization_id"):
            statement = select(model.organization_id).where(model.id == getattr(row, column))
            found: uuid.UUID = session.scalars(statement).one()
            return found
    ident: uuid.UUID = row.organization_id
    return ident


def whole_audience(whole: Any) -> Visibility:
    """Who may read this row, by whichever column says it."""
    audience: Visibility = whole.audience if hasattr(whole, "audience") else whole.visibility
    return audience


def forget_readers(session: Session, row: Any) -> None:
    """Of a row that is taken out nothing stays behind."""
    session.execute(delete(AudienceGrant).where(*audiences.about(row)))
