"""Services, as a list and one by one."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from flask import Response, g

from network.api import machine
from network.database import now
from network.directory import hsds, open_queries
from network.directory.models import Service
from network.directory.open_queries import Asked
from network.directory.views.open_api import asking
from network.directory.views.open_api.answering import Listing, bp, gone, listed, public, told
from network.directory.views.open_api.schemas import (
    AFTER,
    FULL,
    LISTS,
    MINIMAL,
    NARROWING,
    PAGING,
    WITHDRAWABLE,
    one,
    page_of,
)
from network.web import EVERYONE, allow


@bp.get("/services")
@allow(EVERYONE)
@machine(
    "Services that everyone may read",
    schema=page_of("Service"),
    parameters=(*PAGING, AFTER, *NARROWING, MINIMAL, FULL),
    **LISTS,
)
@public
def services() -> Response:
    """A page of services."""
    sheet = asking.sheet()
    rows = open_queries.services(asking.asked(), full=sheet.full and not sheet.minimal)
    return listed(Listing(rows, functools.partial(_written, minimal=sheet.minimal, full=sheet.full)), sheet)


def _written(row: Any, *, minimal: bool, full: bool) -> hsds.Json:
    if minimal:
        whole = hsds.service(row)
        return {name: whole[name] for name in ("id", "name", "status", "last_modified")}
    return hsds.service(row, full=full, at=now())


@bp.get("/services/<uuid:service_id>")
@allow(EVERYONE)
@machine("One service with all that belongs to it", schema=one("Service"), **WITHDRAWABLE)
@public
def service(service_id: uuid.UUID) -> Response:
    """One service."""
    rows = open_queries.services(Asked(), full=True)
    row = (
        g.db.scalars(rows.found.where(Service.id == service_id).options(*rows.options)).unique().one_or_none()
    )
    if row is None:
        return gone("service", service_id)
    return told(hsds.service(row, full=True, at=now()))
