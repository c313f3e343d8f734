"""How the open API answers: as to a stranger, with validators, page by page or line by line."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, request, url_for
from sqlalchemy.orm import Session

from network.api import PACE, problem, too_many
from network.directory import hsds, open_pages, open_queries
from network.directory.views.open_api.asking import Senseless, Sheet, words
from network.kept.pages import changed_at, kept
from network.limits import address, limit, spend
from network.tenancy import Actor, become
from network.web import Kopuro

bp = Blueprint("hsds", __name__, url_prefix="/hsds")
bp.register_error_handler(429, too_many)

LINES_AT_ONCE = 200

WHOLE = "120/hour"
"""How many whole lists an address may have: each of them keeps a thread busy for as long as it is read."""


SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
}
"""Programs in other sites' pages may read every answer."""


def public(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer as to a stranger, whoever asks; kept until something public changes. Made so often for an address."""

    @functools.wraps(view)
    def answered(**values: Any) -> Response:
        g.actor = Actor.anonymous()
        become(g.db, g.actor)
        answer = _answer(view, values)
        answer.headers.update(SHARED)
        return answer

    paced = limit("hsds", per_address=PACE, methods=("GET", "HEAD"))
    return paced(kept("directory", frame=False, headers=SHARED)(answered))


def _answer(view: Callable[..., Response], values: dict[str, Any]) -> Response:
    """The answer with the moment of the last change, or what is wrong with the question."""
    try:
        made = view(**values)
    except Senseless as nonsense:
        return problem(400, str(nonsense))
    made.last_modified = changed_at("directory") if made.status_code == 200 else None
    return made


def told(content: Any) -> Response:
    """One document."""
    return Response(json.dumps(content, ensure_ascii=False), mimetype="application/json")


def gone(kind: str, ident: object) -> Response:
    """410 for what was public once, 404 for all else: whether it never was or is hidden looks the same."""
    stone = g.db.scalars(open_queries.tombstone(kind, ident)).one_or_none()
    if stone is None:
        return not_there()
    answer = problem(410, f"This {kind} was withdrawn on {hsds.moment(stone.gone_at)}.")
    if stone.replaced_by and g.db.scalars(open_queries.strangers([stone.replaced_by])).one_or_none():
        answer.headers["Link"] = (
            f'<{url_for("hsds.organization", organization_id=stone.replaced_by)}>; rel="successor-version"'
        )
    return answer


def not_there() -> Response:
    return problem(404, "There is no such thing here, or none that everyone may read.")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the API: its rows and how each is written."""

    rows: open_pages.Rows
    write: Callable[[Any], hsds.Json]


def listed(listing: Listing, sheet: Sheet) -> Response:
    """A page of the list, or all of it as lines."""
    if sheet.whole:
        return whole(_lines(listing))
    page = open_pages.page(
        g.db, listing.rows, number=sheet.number, size=sheet.size, after=_behind(listing, sheet)
    )
    written = [listing.write(row) for row in page.rows]
    answer = paged(written, page.total, page.places, sheet, more=page.more)
    if page.more and page.last is not None:
        onward = request.args.to_dict() | {"page": str(sheet.number + 1), "after": str(page.last)}
        here = url_for(cast(str, request.endpoint), **cast(dict[str, Any], onward))
        answer.headers["Link"] = f'<{here}>; rel="next"'
    if listing.rows.since is not None:
        stones = url_for("hsds.tombstones", modified_after=hsds.moment(listing.rows.since))
        answer.headers.add("Link", f'<{stones}>; rel="tombstones"')
    return answer


def whole(lines: Iterator[str]) -> Response:
    """All of a list, a line for each thing, written while it is read."""
    spend("hsds.whole", address(), WHOLE)
    return Response(lines, mimetype="application/x-ndjson")


def _behind(listing: Listing, sheet: Sheet) -> open_pages.Position | None:
    if sheet.after is None:
        return None
    found = open_pages.position(g.db, listing.rows, sheet.after)
    if found is None:
        raise Senseless("after must be the id of a record of this list")
    return found


def _lines(listing: Listing) -> Iterator[str]:
    """Every record of the list, a line each. Read in steps with transactions of their own, so memory stays flat."""
    database = cast(Kopuro, current_app).database
    step: Callable[[Session], open_pages.Page] | None = functools.partial(
        open_pages.page, rows=listing.rows, number=1, size=LINES_AT_ONCE, count=False
    )

    def lines() -> Iterator[str]:
        behind: open_pages.Position | None = None
        while step is not None:
            with database.unit_of_work(Actor.anonymous()) as session:
                page = step(session, after=behind)  # type: ignore[call-arg]
                text = "".join(json.dumps(listing.write(row), ensure_ascii=False) + "\n" for row in page.rows)
            yield text
            if not page.more:
                return
            behind = page.behind

    return lines()


def paged(written: list[hsds.Json], total: int, places: int, sheet: Sheet, *, more: bool) -> Response:
    if sheet.lines:
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in written)
        return Response(lines, mimetype="application/x-ndjson")
    envelope = hsds.page(written, total=total, places=places, number=sheet.number, size=sheet.size)
    if sheet.after is not None:
        envelope["last_page"] = not more
    return told(envelope)


def few(things: list[hsds.Json], sheet: Sheet) -> Response:
    """A page of what is no table."""
    wanted = words().casefold()
    things = [one for one in things if wanted in f"{one['name']} {one['description']}".casefold()]
    first = 0 if sheet.whole else (sheet.number - 1) * sheet.size
    last = len(things) if sheet.whole else first + sheet.size
    return paged(things[first:last], len(things), len(things), sheet, more=last < len(things))


@bp.errorhandler(404)
def not_found(_error: Exception) -> Response:
    """The same words whether there is no such thing or none for everyone."""
    return not_there()
