"""The root of the API and its profile."""

from __future__ import annotations

import json
from typing import Any, cast

from flask import Response, current_app

from network.api import machine
from network.directory import hsds
from network.directory.views.open_api import schemas
from network.directory.views.open_api.answering import bp, not_there, public, told
from network.web import EVERYONE, Kopuro, allow

PATCH = "application/merge-patch+json"


@bp.get("/")
@allow(EVERYONE)
@machine("Version and profile of this API", tag=schemas.TAG, schema={"type": "object"}, statuses=(304, 429))
@public
def base() -> Response:
    """What HSDS asks of the root."""
    root = cast(Kopuro, current_app).settings.base_url.rstrip("/")
    return told(
        {
            "version": hsds.VERSION,
            "profile": f"{root}/hsds/profile",
            "openapi_url": f"{root}/api/openapi.json",
            "tombstones": f"{root}/hsds/tombstones",
        }
    )


@bp.get("/profile")
@allow(EVERYONE)
@machine(
    "Our HSDS profile: what we add to each file of the standard",
    tag=schemas.TAG,
    media=(PATCH,),
    statuses=(304, 429),
)
@public
def profile() -> Response:
    """Merge patches (RFC 7386) by the file of the standard each is for; only added fields, nothing taken away."""
    return Response(json.dumps(_patches(), ensure_ascii=False), mimetype=PATCH)


@bp.get("/profile/<any(service, organization, openapi):name>.json")
@allow(EVERYONE)
@machine("Our merge patch of one file of the standard", tag=schemas.TAG, media=(PATCH,), statuses=(304, 429))
@public
def profile_of(name: str) -> Response:
    """The merge patch (RFC 7386) of ``schema/NAME.json``."""
    return Response(json.dumps(_patches()[f"{name}.json"], ensure_ascii=False), mimetype=PATCH)


def _patches() -> dict[str, Any]:
    added = {f"{name}.json": {"properties": fields} for name, fields in schemas.OURS.items()}
    tombstones = {
        "get": {
            "summary": "What was withdrawn, for those who keep copies",
            "responses": {
                "200": {
                    "description": "A page of tombstones",
                    "content": {"application/json": {"schema": schemas.PAGE}},
                }
            },
        }
    }
    openapi = {
        "paths": {"/tombstones": tombstones},
        "components": {"parameters": {"after": schemas.AFTER | {"required": False}}},
    }
    return added | {"openapi.json": openapi}


@bp.get("/<path:rest>")
@allow(EVERYONE)
@public
def nothing(rest: str) -> Response:
    """Any other address: programs get a problem, not a page."""
    del rest
    return not_there()
