"""``/hsds/``: the directory for programs, as HSDS 3.0 demands. Whoever asks, the answer is what a stranger may read."""

from __future__ import annotations

import datetime
import functools
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, g, request
from sqlalchemy import Select, func

from network.api import COMPONENTS, Schema, machine, problem, query
from network.database import now
from network.directory import hsds, queries, taxonomy
from network.directory.models import Organization, Service, ServiceAtLocation
from network.directory.queries import Asked
from network.kept.pages import changed_at, kept
from network.tenancy import Actor, become
from network.web import EVERYONE, Kopuro, allow

bp = Blueprint("hsds", __name__, url_prefix="/hsds")

PER_PAGE, MOST_PER_PAGE, LAST_PAGE = 50, 200, 1_000_000


class Senseless(Exception):
    """A parameter that cannot be meant; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which page of a list, how large, how much of each thing, written how."""

    number: int
    size: int
    minimal: bool
    full: bool
    lines: bool


def public(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer as to a stranger; 304 in one question where nothing public changed."""
    asked = kept("directory", frame=False)(_told(view))

    @functools.wraps(view)
    def answered(**values: Any) -> Response:
        g.actor = Actor.anonymous()
        become(g.db, g.actor)
        answer: Response = current_app.make_response(asked(**values))
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    return answered


def _told(view: Callable[..., Response]) -> Callable[..., Response]:
    """The answer with the moment of the last change, or what is wrong with the question."""

    def told(**values: Any) -> Response:
        try:
            answer = view(**values)
        except Senseless as nonsense:
            return problem(400, str(nonsense))
        answer.last_modified = changed_at("directory")
        return answer

    return told


# What may be asked ------------------------------------------------------------------------------------------------


def _number(name: str, otherwise: int, most: int) -> int:
    typed = request.args.get(name, "")
    if not typed:
        return otherwise
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:12]) <= most):
        raise Senseless(f"{name} must be a whole number from 1 to {most}")
    return int(typed)


def _yes(name: str) -> bool:
    typed = request.args.get(name, "").lower()
    if typed not in ("", "true", "false", "1", "0"):
        raise Senseless(f"{name} must be true or false")
    return typed in ("true", "1")


def _id(name: str) -> uuid.UUID | None:
    typed = request.args.get(name, "")
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        raise Senseless(f"{name} must be a UUID") from None


def _since() -> datetime.datetime | None:
    typed = request.args.get("modified_after", "")
    if not typed:
        return None
    try:
        # A plus sign in an address is a blank for whoever forgot to write %2B.
        moment = datetime.datetime.fromisoformat(typed.replace(" 0", "+0"))
    except ValueError:
        raise Senseless("modified_after must be a date or moment of ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _term() -> str | None:
    """The code of the term asked for; an empty text, which no service has, where it is none of ours."""
    whole, one = _id("taxonomy_id"), _id("taxonomy_term_id")
    if whole is not None and whole != taxonomy.TAXONOMY_ID:
        return ""
    if one is None:
        return None
    return next((term.code for term in taxonomy.TERMS.values() if term.id == one), "")


def _asked() -> Asked:
    search = request.args.get("search", "")[:200].replace("\0", " ")
    return Asked(
        search=search,
        organization_id=_id("organization_id"),
        taxonomy_term=_term(),
        modified_after=_since(),
    )


def _sheet() -> Sheet:
    form = request.args.get("format", "json")
    if form not in ("json", "ndjson"):
        raise Senseless("format must be json or ndjson")
    return Sheet(
        _number("page", 1, LAST_PAGE),
        _number("per_page", PER_PAGE, MOST_PER_PAGE),
        _yes("minimal"),
        _yes("full"),
        form == "ndjson",
    )


# Answers ----------------------------------------------------------------------------------------------------------


def _json(told: Any) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")


def _listed(told: list[hsds.Json], total: int, sheet: Sheet) -> Response:
    if sheet.lines:
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
        return Response(lines, mimetype="application/x-ndjson")
    return _json(hsds.page(told, total=total, number=sheet.number, size=sheet.size))


def _rows(found: Select[Any], sheet: Sheet, options: Iterable[Any] = ()) -> tuple[list[Any], int]:
    """One page of a list, and how many there are in all."""
    counting = found.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = g.db.scalar(counting) or 0
    wanted = found.options(*options).limit(sheet.size).offset((sheet.number - 1) * sheet.size)
    return list(g.db.scalars(wanted).unique()), total


def _few(told: list[hsds.Json], sheet: Sheet) -> Response:
    """A page of what is no table."""
    words = request.args.get("search", "").casefold()
    told = [one for one in told if words in f"{one['name']} {one['description']}".casefold()]
    first = (sheet.number - 1) * sheet.size
    return _listed(told[first : first + sheet.size], len(told), sheet)


PAGE: Schema = {
    "type": "object",
    "required": [
        "total_items",
        "total_pages",
        "page_number",
        "size",
        "first_page",
        "last_page",
        "empty",
        "contents",
    ],
    "properties": {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
        "contents": {"type": "array"},
    },
}


def _thing(name: str, *demanded: str) -> Schema:
    return {
        "type": "object",
        "description": f"As `{name}.json` of HSDS 3.0.",
        "externalDocs": {
            "url": f"https://raw.githubusercontent.com/openreferral/specification/3.0/schema/{name}.json"
        },
        "required": list(demanded),
        "properties": {name: {"type": "string"} for name in demanded},
    }


COMPONENTS |= {
    "Page": PAGE,
    "Service": _thing("service", "id", "name", "status"),
    "Organization": _thing("organization", "id", "name", "description"),
    "ServiceAtLocation": _thing("service_at_location", "id"),
    "Taxonomy": _thing("taxonomy", "id", "name", "description"),
    "TaxonomyTerm": _thing("taxonomy_term", "id", "name", "description"),
}


def _one(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _page_of(name: str) -> Schema:
    return {
        "allOf": [
            _one("Page"),
            {"type": "object", "properties": {"contents": {"type": "array", "items": _one(name)}}},
        ]
    }


_TRUTH = {"type": "boolean"}
PAGING = (
    query("search", "Words in any of our languages and scripts"),
    query("page", "Which page, from 1", type="integer", minimum=1, maximum=LAST_PAGE),
    query(
        "per_page", "How many on a page", type="integer", minimum=1, maximum=MOST_PER_PAGE, default=PER_PAGE
    ),
    query("format", "One document, or a line for each thing", type="string", enum=["json", "ndjson"]),
)
NARROWING = (
    query("organization_id", "Only of this organization", type="string", format="uuid"),
    query("taxonomy_term_id", "Only of this kind", type="string", format="uuid"),
    query("taxonomy_id", "Only with terms of this taxonomy", type="string", format="uuid"),
    query("modified_after", "Only what changed at or after this moment", type="string"),
)
MINIMAL = query("minimal", "Ids and names alone", **_TRUTH)
FULL = query("full", "With all that belongs to each", **_TRUTH)
LISTS: dict[str, Any] = {
    "tag": "HSDS 3.0",
    "media": ("application/json", "application/x-ndjson"),
    "statuses": (304, 400),
}
ITEMS: dict[str, Any] = {"tag": "HSDS 3.0", "statuses": (304, 404)}


@bp.get("/")
@allow(EVERYONE)
@machine("Version and profile of this API", tag="HSDS 3.0", schema={"type": "object"})
@public
def base() -> Response:
    """What HSDS asks of the root."""
    root = cast(Kopuro, current_app).settings.base_url.rstrip("/")
    return _json(
        {
            "version": hsds.VERSION,
            "profile": f"{root}/hsds/profile",
            "openapi_url": f"{root}/api/openapi.json",
        }
    )


@bp.get("/profile")
@allow(EVERYONE)
@machine(
    "Our HSDS profile: the standard without change", tag="HSDS 3.0", media=("application/merge-patch+json",)
)
@public
def profile() -> Response:
    """A profile is a merge patch of the schemas (RFC 7386); ours changes nothing."""
    return Response("{}", mimetype="application/merge-patch+json")


@bp.get("/services")
@allow(EVERYONE)
@machine(
    "Services that everyone may read",
    schema=_page_of("Service"),
    parameters=(*PAGING, *NARROWING, MINIMAL, FULL),
    **LISTS,
)
@public
def services() -> Response:
    """A page of services."""
    sheet = _sheet()
    options = queries.whole_service() if sheet.full else ()
    rows, total = _rows(queries.public_services(_asked()), sheet, options)
    if sheet.minimal:
        told = [{name: one[name] for name in ("id", "name", "status")} for one in map(hsds.service, rows)]
    else:
        told = [hsds.service(row, full=sheet.full, at=now()) for row in rows]
    return _listed(told, total, sheet)


@bp.get("/services/<uuid:service_id>")
@allow(EVERYONE)
@machine("One service with all that belongs to it", schema=_one("Service"), **ITEMS)
@public
def service(service_id: uuid.UUID) -> Response:
    """One service."""
    found = queries.public_services(Asked()).where(Service.id == service_id).options(*queries.whole_service())
    row: Service | None = g.db.scalars(found).unique().one_or_none()
    if row is None:
        abort(404)
    return _json(hsds.service(row, full=True, at=now()))


@bp.get("/organizations")
@allow(EVERYONE)
@machine(
    "Organizations that everyone may read",
    schema=_page_of("Organization"),
    parameters=(*PAGING, NARROWING[3], MINIMAL, FULL),
    **LISTS,
)
@public
def organizations() -> Response:
    """A page of organizations."""
    sheet = _sheet()
    options = queries.whole_organization() if sheet.full else ()
    rows, total = _rows(queries.public_organizations(_asked()), sheet, options)
    if sheet.minimal:
        told = [
            {name: one[name] for name in ("id", "name", "description")}
            for one in map(hsds.organization, rows)
        ]
    else:
        told = [hsds.organization(row, full=sheet.full) for row in rows]
    return _listed(told, total, sheet)


@bp.get("/organizations/<uuid:organization_id>")
@allow(EVERYONE)
@machine("One organization", schema=_one("Organization"), **ITEMS)
@public
def organization(organization_id: uuid.UUID) -> Response:
    """One organization."""
    found = queries.public_organizations(Asked()).where(Organization.id == organization_id)
    row: Organization | None = (
        g.db.scalars(found.options(*queries.whole_organization())).unique().one_or_none()
    )
    if row is None:
        abort(404)
    return _json(hsds.organization(row, full=True))


@bp.get("/service_at_locations")
@allow(EVERYONE)
@machine(
    "Which service is given where",
    schema=_page_of("ServiceAtLocation"),
    parameters=(*PAGING, *NARROWING, FULL),
    **LISTS,
)
@public
def service_at_locations() -> Response:
    """A page of places of services."""
    sheet = _sheet()
    found = queries.public_service_at_locations(_asked())
    rows, total = _rows(found, sheet, queries.whole_service_at_location())
    return _listed([_at_location(row) for row in rows], total, sheet)


@bp.get("/service_at_locations/<uuid:ident>")
@allow(EVERYONE)
@machine("One place of one service", schema=_one("ServiceAtLocation"), **ITEMS)
@public
def service_at_location(ident: uuid.UUID) -> Response:
    """One place of one service."""
    found = queries.public_service_at_locations(Asked()).where(ServiceAtLocation.id == ident)
    row: ServiceAtLocation | None = (
        g.db.scalars(found.options(*queries.whole_service_at_location())).unique().one_or_none()
    )
    if row is None:
        abort(404)
    return _json(_at_location(row))


def _at_location(row: ServiceAtLocation) -> hsds.Json:
    return hsds.service_of_location(row, row.service)


@bp.get("/taxonomies")
@allow(EVERYONE)
@machine("Taxonomies: we have one", schema=_page_of("Taxonomy"), parameters=PAGING, **LISTS)
@public
def taxonomies() -> Response:
    """Our one taxonomy."""
    return _few([hsds.the_taxonomy()], _sheet())


@bp.get("/taxonomies/<uuid:ident>")
@allow(EVERYONE)
@machine("One taxonomy", schema=_one("Taxonomy"), **ITEMS)
@public
def one_taxonomy(ident: uuid.UUID) -> Response:
    """Our one taxonomy, by its id."""
    if ident != taxonomy.TAXONOMY_ID:
        abort(404)
    return _json(hsds.the_taxonomy())


@bp.get("/taxonomy_terms")
@allow(EVERYONE)
@machine(
    "Kinds of help",
    schema=_page_of("TaxonomyTerm"),
    parameters=(*PAGING, NARROWING[2], query("top_only", "Only terms without a parent", **_TRUTH)),
    **LISTS,
)
@public
def taxonomy_terms() -> Response:
    """Kinds of help; ours have no parents."""
    ours = _id("taxonomy_id") in (None, taxonomy.TAXONOMY_ID) and _id("parent_id") is None
    return _few([hsds.taxonomy_term(term) for term in taxonomy.TERMS.values() if ours], _sheet())


@bp.get("/taxonomy_terms/<uuid:ident>")
@allow(EVERYONE)
@machine("One kind of help", schema=_one("TaxonomyTerm"), **ITEMS)
@public
def one_taxonomy_term(ident: uuid.UUID) -> Response:
    """One kind of help."""
    found = next((term for term in taxonomy.TERMS.values() if term.id == ident), None)
    if found is None:
        abort(404)
    return _json(hsds.taxonomy_term(found))


@bp.errorhandler(404)
def not_found(_error: Exception) -> Response:
    """The same words whether there is no such thing or none for everyone."""
    return problem(404, "There is no such thing here, or none that everyone may read.")
