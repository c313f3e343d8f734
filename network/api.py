"""The OpenAPI description of every machine address, built from what each says of itself.

A view is described where it is written::

    @bp.get("/services")
    @allow(EVERYONE)
    @machine("Services that everyone may read", parameters=[...], schema=page_of("Service"))
    def services() -> Response: ...

``/api/openapi.json`` walks the routes and gathers the descriptions, so that none outlives its address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, current_app, jsonify

from network.limits import limit
from network.web import EVERYONE, Kopuro, allow

Schema = dict[str, Any]
View = TypeVar("View", bound=Callable[..., Any])

VERSION = "1.0.0"
"""Of the machine addresses together. Adding raises the middle number, breaking the first."""

bp = Blueprint("api", __name__, url_prefix="/api")

PACE = "600/minute"
"""How many answers an address may have made for it: programs that copy all of 50,000 records ask 250 times. Answers
that are at hand, or that the program has already, cost nearly nothing and are not counted."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What an address says of itself: English, for those who write programs."""

    summary: str
    tag: str
    media: tuple[str, ...]
    schema: Schema | None
    parameters: tuple[Schema, ...]
    statuses: tuple[int, ...]


def machine(
    summary: str,
    *,
    tag: str,
    media: Sequence[str] = ("application/json",),
    schema: Schema | None = None,
    parameters: Sequence[Schema] = (),
    statuses: Sequence[int] = (304,),
) -> Callable[[View], View]:
    """Describe a view for ``/api/openapi.json``. ``statuses``: those besides 200."""

    def mark(view: View) -> View:
        cast(Any, view).machine = Machine(
            summary, tag, tuple(media), schema, tuple(parameters), tuple(statuses)
        )
        return view

    return mark


def query(name: str, description: str, **schema: Any) -> Schema:
    """A parameter of the query; ``schema`` is its JSON Schema."""
    return {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}


_WHAT = {
    200: "What was asked for",
    304: "Nothing changed since the version named in If-None-Match or If-Modified-Since",
    400: "A parameter does not make sense; the body says which",
    403: "Not for this caller",
    404: "No such thing, or none that everyone may read",
    410: "It was there for everyone and was withdrawn; a Link header says where it went, if anywhere",
    429: "Too many questions in a short time; Retry-After says when to come back",
    503: "Not ready to serve",
}

_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<choices>[^)]*)\))?:)?(?P<name>\w+)>")


def _variables(rule: str) -> list[Schema]:
    """The parameters in the path of a route, typed by their converters."""
    found = []
    for match in _VARIABLE.finditer(rule):
        schema: Schema = {"type": "string"}
        if match["kind"] == "uuid":
            schema["format"] = "uuid"
        if match["kind"] == "int":
            schema = {"type": "integer"}
        if match["kind"] == "any":
            schema["enum"] = [choice.strip(" '\"") for choice in match["choices"].split(",")]
        found.append({"name": match["name"], "in": "path", "required": True, "schema": schema})
    return found


def _operation(endpoint: str, rule: str, told: Machine) -> Schema:
    content = {media: {"schema": told.schema or {}} if "json" in media else {} for media in told.media}
    responses: Schema = {"200": {"description": _WHAT[200], "content": content}}
    responses |= {str(status): {"description": _WHAT[status]} for status in told.statuses}
    for status in ("400", "404", "410", "429"):
        if status in responses:
            responses[status]["content"] = {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
    return {
        "operationId": endpoint.replace(".", "_"),
        "summary": told.summary,
        "tags": [told.tag],
        "parameters": [*_variables(rule), *told.parameters],
        "responses": responses,
    }


PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}

COMPONENTS: Schema = {"Problem": PROBLEM}
"""Schemas by name; a feature adds its own when it is imported."""


def document(app: Kopuro) -> Schema:
    """The description as OpenAPI 3.1."""
    paths: Schema = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: str(rule.rule)):
        told = getattr(app.view_functions[rule.endpoint], "machine", None)
        if isinstance(told, Machine):
            path = _VARIABLE.sub(lambda match: "{" + match["name"] + "}", str(rule.rule))
            paths[path] = {"get": _operation(rule.endpoint, str(rule.rule), told)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{app.settings.network_name}: machine addresses",
            "version": VERSION,
            "description": "Public data only: nothing here ever tells of a case or of a person who was helped.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": (app.settings.base_url or "/").rstrip("/") or "/"}],
        "paths": paths,
        "components": {"schemas": COMPONENTS},
    }


def problem(status: int, detail: str) -> Response:
    """An error as programs read it (RFC 9457)."""
    titles = {400: "Bad request", 404: "Not found", 410: "Gone", 429: "Too many requests"}
    answer = jsonify(
        {"type": "about:blank", "title": titles.get(status, "Error"), "status": status, "detail": detail}
    )
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def too_many(_error: Exception) -> Response:
    """Whoever asks too often is told so as programs read it; ``network.limits`` says when to come back."""
    answer = problem(429, "Too many questions in a short time. Retry-After says when to come back.")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    answer.headers["Cache-Control"] = "no-store"
    return answer


bp.register_error_handler(429, too_many)


@bp.get("/openapi.json")
@allow(EVERYONE)
@machine("This description", tag="About", statuses=(304, 429), schema={"type": "object"})
@limit("api", per_address=PACE, methods=("GET", "HEAD"))
def openapi() -> Response:
    """Every machine address, for programs that write programs."""
    from flask import request

    answer = jsonify(document(cast(Kopuro, current_app)))
    answer.add_etag(weak=True)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return cast(Response, answer.make_conditional(request))
