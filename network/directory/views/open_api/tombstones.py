"""What was withdrawn: ids alone, so that copies elsewhere forget what nobody should read any more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import cast

from flask import Response, current_app, g, request
from sqlalchemy import Select, func, literal, tuple_
from sqlalchemy.orm import Session

from network.api import machine, query
from network.directory import hsds, open_queries
from network.directory.models import DirectoryTombstone
from network.directory.views.open_api import asking
from network.directory.views.open_api.answering import LINES_AT_ONCE, bp, paged, public, whole
from network.directory.views.open_api.asking import Senseless
from network.directory.views.open_api.schemas import LISTS, MODIFIED_AFTER, PAGING, page_of
from network.tenancy import Actor
from network.web import EVERYONE, Kopuro, allow

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
    if sheet.whole:
        return whole(_lines(found))
    total = g.db.scalar(found.with_only_columns(func.count(DirectoryTombstone.id)).order_by(None)) or 0
    stones = g.db.scalars(found.limit(sheet.size).offset((sheet.number - 1) * sheet.size)).all()
    told = _written(g.db, stones)
    return paged(told, total, total, sheet, more=sheet.number * sheet.size < total)


def _lines(found: Select[DirectoryTombstone]) -> Iterator[str]:
    """Every tombstone, a line each, read in steps with transactions of their own, so memory stays flat."""
    database = cast(Kopuro, current_app).database
    place = tuple_(DirectoryTombstone.gone_at, DirectoryTombstone.id)

    def lines() -> Iterator[str]:
        step: Select[DirectoryTombstone] | None = found
        while step is not None:
            with database.unit_of_work(Actor.anonymous()) as session:
                stones = session.scalars(step.limit(LINES_AT_ONCE)).all()
                text = "".join(json.dumps(one) + "\n" for one in _written(session, stones))
                behind = tuple_(literal(stones[-1].gone_at), literal(stones[-1].id)) if stones else None
            yield text
            step = found.where(place > behind) if len(stones) == LINES_AT_ONCE else None

    return lines()


def _written(session: Session, stones: Sequence[DirectoryTombstone]) -> list[hsds.Json]:
    """Where a record went is told as far as everybody may go there."""
    successors = {stone.replaced_by for stone in stones if stone.replaced_by}
    known = set(session.scalars(open_queries.strangers(successors))) if successors else set()
    return [
        {"id": str(stone.id), "type": stone.kind, "withdrawn_at": hsds.moment(stone.gone_at)}
        | ({"replaced_by": str(stone.replaced_by)} if stone.replaced_by in known else {})
        for stone in stones
    ]
