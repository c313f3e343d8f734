"""Which service is given where, as a list and one by one."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, g

from network.api import machine
from network.directory import hsds, open_queries
from network.directory.models import ServiceAtLocation
from network.directory.open_queries import Asked
from network.directory.views.open_api import asking
from network.directory.views.open_api.answering import Listing, bp, gone, listed, public, told
from network.directory.views.open_api.schemas import (
    AFTER,
    FULL,
    LISTS,
    NARROWING,
    NEAR,
    PAGING,
    WITHDRAWABLE,
    one,
    page_of,
)
from network.web import EVERYONE, allow


@bp.get("/service_at_locations")
@allow(EVERYONE)
@machine(
    "Which service is given where",
    schema=page_of("ServiceAtLocation"),
    parameters=(*PAGING, AFTER, *NARROWING, *NEAR, FULL),
    **LISTS,
)
@public
def service_at_locations() -> Response:
    """A page of places of services."""
    sheet = asking.sheet()
    rows = open_queries.service_at_locations(asking.asked(near=True))
    return listed(Listing(rows, _written), sheet)


def _written(row: Any) -> hsds.Json:
    return hsds.service_of_location(row, row.service)


@bp.get("/service_at_locations/<uuid:ident>")
@allow(EVERYONE)
@machine("One place of one service", schema=one("ServiceAtLocation"), **WITHDRAWABLE)
@public
def service_at_location(ident: uuid.UUID) -> Response:
    """One place of one service."""
    rows = open_queries.service_at_locations(Asked())
    found = rows.found.where(ServiceAtLocation.id == ident).options(*rows.options)
    row = g.db.scalars(found).unique().one_or_none()
    if row is None:
        return gone("service_at_location", ident)
    return told(_written(row))
