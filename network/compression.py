"""Text goes over the line compressed, except where its length could tell on what it holds.

A page that shows words of a case is sent as it is: compressed together with anything an attacker can choose, its
length would give the words away (BREACH). Tokens are masked anew in every answer, so pages with forms may be packed.
"""

from __future__ import annotations

import gzip
from typing import Any, cast

from flask import Flask, Response, current_app, g, request

PACKED = (
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
    "image/svg+xml",
)
"""What gains from it: kinds by how they begin; any kind ``+json`` or ``+xml`` gains too."""

LEAST = 600
"""Bytes below which the answer fits one packet either way."""


def keep_plain() -> None:
    """Send this answer uncompressed: for every page that shows words of a case. Hidden routes are so by themselves."""
    g.keep_plain = True


def let_pack() -> None:
    """This answer of a hidden route shows codes and states alone, no words of a case: it may be compressed."""
    g.keep_plain = False


def pack(response: Response) -> Response:
    """The answer compressed, where its reader takes that and its content allows it."""
    if not _gains(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") <= 0 or _secret():
        return response
    response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag and not weak:
        response.set_etag(etag, weak=True)  # The same content, but not the same bytes as unpacked.
    return response


def _gains(response: Response) -> bool:
    kind = response.mimetype or ""
    return (
        response.status_code not in (204, 206, 304)
        and "Content-Encoding" not in response.headers
        and not response.is_streamed
        and not response.direct_passthrough
        and (kind.startswith(PACKED) or kind.endswith(("+json", "+xml")))
        and (response.content_length or 0) >= LEAST
    )


def _secret() -> bool:
    """Whether this answer may hold words of a case: its view said so, or its route is hidden from other desks."""
    if "keep_plain" in g:
        return bool(g.keep_plain)
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(cast(Any, getattr(view, "access", None)), "hidden", False))


def register(app: Flask) -> None:
    """Compress what leaves. Registered first, so that it runs after everything else that shapes an answer."""
    app.after_request(pack)
