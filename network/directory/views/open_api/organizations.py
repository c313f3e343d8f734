"""Organizations, as a list and one by one."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from flask import Response, g

from network.api import machine
from network.database import now
from network.directory import hsds, open_queries
from network.directory.models import Organization
from network.directory.open_queries import Asked
from network.directory.views.open_api import asking
from network.directory.views.open_api.answering import Listing, bp, gone, listed, public, told
from network.directory.views.open_api.schemas import (
    AFTER,
    FULL,
    FULL_SERVICE,
    LISTS,
    MINIMAL,
    MODIFIED_AFTER,
    PAGING,
    WITHDRAWABLE,
    one,
    page_of,
)
from network.web import EVERYONE, allow


@bp.get("/organizations")
@allow(EVERYONE)
@machine(
    "Organizations that everyone may read",
    schema=page_of("Organization"),
    parameters=(*PAGING, AFTER, MODIFIED_AFTER, MINIMAL, FULL, FULL_SERVICE),
    **LISTS,
)
@public
def organizations() -> Response:
    """A page of organizations."""
    sheet = asking.sheet()
    with_services = asking.yes("full_service") and not sheet.minimal
    full = sheet.full and not sheet.minimal
    rows = open_queries.organizations(asking.asked(), full=full, with_services=with_services)
    write = functools.partial(_written, minimal=sheet.minimal, full=full, with_services=with_services)
    return listed(Listing(rows, write), sheet)


def _written(row: Any, *, minimal: bool, full: bool, with_services: bool) -> hsds.Json:
    if minimal:
        whole = hsds.organization(row)
        return {name: whole[name] for name in ("id", "name", "description")}
    return hsds.organization(row, full=full, with_services=with_services, at=now())


@bp.get("/organizations/<uuid:organization_id>")
@allow(EVERYONE)
@machine("One organization", schema=one("Organization"), parameters=(FULL_SERVICE,), **WITHDRAWABLE)
@public
def organization(organization_id: uuid.UUID) -> Response:
    """One organization."""
    with_services = asking.yes("full_service")
    rows = open_queries.organizations(Asked(), full=True, with_services=with_services)
    found = rows.found.where(Organization.id == organization_id).options(*rows.options)
    row = g.db.scalars(found).unique().one_or_none()
    if row is None:
        return gone("organization", organization_id)
    return told(hsds.organization(row, full=True, with_services=with_services, at=now()))
