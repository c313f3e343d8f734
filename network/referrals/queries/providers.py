"""What is asked of SQL about services of the directory that a referral may name."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload

from network.directory.models import Organization, Service, Status


def services_named(ids: Collection[uuid.UUID]) -> Select[Service]:
    """These services, as far as the reader may see them and they work, with what speaks for each."""
    return (
        select(Service)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(list(ids)), *_at_work())
        .options(
            joinedload(Service.organization),
            selectinload(Service.capacities),
            selectinload(Service.referral_routes),
            selectinload(Service.areas),
        )
    )


def service_names(ids: Collection[uuid.UUID]) -> Select[uuid.UUID, dict[str, Any]]:
    """What these services are called, by language."""
    return select(Service.id, Service.name).where(Service.id.in_(list(ids)))


def services_of_partners(tenants: Collection[uuid.UUID]) -> Select[Service]:
    """What these organizations offer, for the form that asks for it."""
    return (
        select(Service)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.tenant_id.in_(list(tenants)), *_at_work())
        .options(joinedload(Service.organization))
        .order_by(Service.tenant_id, Service.created_at, Service.id)
    )


def _at_work() -> tuple[ColumnElement[bool], ...]:
    return (
        Service.status == Status.ACTIVE,
        Organization.status == Status.ACTIVE,
        Organization.merged_into_id.is_(None),
    )
