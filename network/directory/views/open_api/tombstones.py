"""What was withdrawn: ids alone, so that copies elsewhere forget what nobody should read any more."""

from __future__ import annotations

from flask import Response, g, request
from sqlalchemy import func

from network.api import machine, query
from network.directory import hsds, open_queries
from network.directory.models import DirectoryTombstone
from network.directory.views.open_api import asking
from network.directory.views.open_api.answering import bp, paged, public
from network.directory.views.open_api.asking import Senseless
from network.directory.views.open_api.schemas import LISTS, MODIFIED_AFTER, PAGING, page_of
from network.web import EVERYONE, allow

KINDS = ("organization", "service", "service_at_location")


@bp.get("/tombstones")
@allow(EVERYONE)
@machine(
    "What was withdrawn since a moment, for those who keep copies",
    schema=page_of("Tombstone"),
    parameters=(
        *PAGING[1:],
        MODIFIED_AFTER,
        query("type", "Only of this kind", type="string", enum=list(KINDS)),
    ),
    **LISTS,
)
@public
def tombstones() -> Response:
    """A page of what was withdrawn, oldest first; new ones come at the end, so a copy reads on where it stopped."""
    sheet = asking.sheet()
    kind = request.args.get("type") or None
    if kind is not None and kind not in KINDS:
        raise Senseless(f"type must be one of {', '.join(KINDS)}")
    found = open_queries.tombstones(asking.since(), kind)
    total = g.db.scalar(found.with_only_columns(func.count(DirectoryTombstone.id)).order_by(None)) or 0
    if not sheet.whole:
        found = found.limit(sheet.size).offset((sheet.number - 1) * sheet.size)
    told = [_written(stone) for stone in g.db.scalars(found)]
    return paged(told, total, total, sheet, more=sheet.number * sheet.size < total)


def _written(stone: DirectoryTombstone) -> hsds.Json:
    told = {"id": str(stone.id), "type": stone.kind, "withdrawn_at": hsds.moment(stone.gone_at)}
    return told | ({"replaced_by": str(stone.replaced_by)} if stone.replaced_by else {})
