"""``@kept("events")`` under a view's ``@allow(EVERYONE)``: made once for all strangers, until something on it changes.

What a page depends on is in its tag: the numbers of its areas (read before the page is made, so that it is never older
than its numbers), the address, the language, the release, and the clock where the page shows it. So a browser that has the page already is
answered after one question, and any process may keep what it made without asking the others.

What is written while it is read has the same tag, but is not kept: what changes before its end moves the numbers, so
that its tag is asked for in vain.

Whoever sends the cookie of a session is answered as if nothing were kept: neither from the store nor into it.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, has_app_context, has_request_context, request, session

from network.face import policy_for
from network.i18n.prefix import current_language
from network.kept.store import Kept, Store
from network.web import Kopuro

View = TypeVar("View", bound=Callable[..., Any])
ROOT = Path(__file__).parent.parent.parent

QUESTION = "SELECT jsonb_object_agg(area, number || '@' || extract(epoch FROM changed_at)) FROM public_state"
FIVE_MINUTES, HOUR, DAY = 300, 3600, 86400
"""For pages that show the clock: what is over or closed leaves them after so many seconds at the latest."""

FRAME = ("directory", "network")
"""What stands around every page: hotlines in its foot, and whether this is the demonstration."""

LONGEST_QUERY = 200
SOUGHT = {"q", "search"}
"""Longer questions in an address, and words that somebody looks for, are answered, but the answers not kept: hardly
anybody asks the same, and what people look for is nobody's business."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Of what a kept view is made, beside its address and language."""

    areas: tuple[str, ...]
    seconds: int | None
    headers: dict[str, str]


def kept(
    *areas: str, seconds: int | None = None, frame: bool = True, headers: dict[str, str] | None = None
) -> Callable[[View], View]:
    """Keep what this view answers to strangers while the numbers of ``areas`` stand.

    ``seconds``: at most so long, because the page shows the clock. ``frame=False`` for what has no frame: feeds,
    calendars, programs. ``headers`` go with every answer, 304 too.
    """
    keeping = Keeping(tuple(sorted({*areas, *(FRAME if frame else ())})), seconds, headers or {})

    def mark(view: View) -> View:
        @functools.wraps(view)
        def made(*args: Any, **values: Any) -> Any:
            if "kept_tag" not in g:
                return view(*args, **values)
            response = current_app.make_response(view(*args, **values))
            if not _same_for_all(response):
                return response
            tag = g.kept_tag
            if response.is_streamed:
                return _finished(response, tag, keeping)
            page = Kept.of(
                response.get_data(), tuple(response.headers.items()), _app().extensions["face"].sheet
            )
            if len(request.query_string) <= LONGEST_QUERY and SOUGHT.isdisjoint(request.args):
                cast("Store[Kept]", current_app.extensions["kept"]).keep(tag, page)
            if _takes("gzip"):
                response.set_data(page.packed)
                response.headers["Content-Encoding"] = "gzip"
            return _finished(response, tag, keeping)

        cast(Any, made).keeping = keeping
        return cast(View, made)

    return mark


def at_hand() -> Response | None:
    """Before anything else of a request: the answer that a stranger has already, or that is kept here."""
    rule = request.url_rule
    view = current_app.view_functions[rule.endpoint] if rule is not None else None
    keeping: Keeping | None = getattr(view, "keeping", None)
    if keeping is None or not _stranger():
        return None
    g.public_state = _app().database.ask(QUESTION) or {}
    tag = g.kept_tag = _tag(keeping)
    if not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
        return _finished(Response(status=304), tag, keeping)
    page = cast("Store[Kept]", current_app.extensions["kept"]).find(tag)
    if page is None:
        return None
    return _finished(_again(page), tag, keeping)


def state_of(area: str) -> str | None:
    """The number of an area as this request read it; None where it did not ask."""
    told: Mapping[str, str] | None = g.get("public_state") if has_app_context() else None
    return None if told is None else told.get(area, "")


def changed_at(area: str) -> datetime.datetime | None:
    """When something of an area was changed last, as far as this request knows."""
    _number, _at, seconds = (state_of(area) or "").partition("@")
    return datetime.datetime.fromtimestamp(float(seconds), datetime.UTC) if seconds else None


def keep_nothing() -> None:
    """This answer shows something that may be older than its numbers: it is for this reader alone."""
    if has_request_context():
        g.keep_nothing = True


def _stranger() -> bool:
    """Nobody's session, not even one that ended, and no word left from the page before."""
    return (
        request.method in ("GET", "HEAD")
        and _app().session_cookie not in request.cookies
        and (_app().config["SESSION_COOKIE_NAME"] not in request.cookies or "_flashes" not in session)
    )


def _same_for_all(response: Response) -> bool:
    """Whether the next stranger may be given what this answer says."""
    return (
        response.status_code == 200
        and "csrf_token" not in g
        and "keep_nothing" not in g
        and "Set-Cookie" not in response.headers
        and "no-store" not in response.headers.get("Cache-Control", "")
        and not session.modified
        and not response.direct_passthrough
    )


def _tag(keeping: Keeping) -> str:
    told = [
        current_app.extensions["release"],
        request.root_url,
        request.full_path,
        current_language(),
        *(f"{area}={g.public_state.get(area, '')}" for area in keeping.areas),
        str(int(time.time()) // keeping.seconds) if keeping.seconds else "",
    ]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]


def _takes(coding: str) -> bool:
    return request.accept_encodings.quality(coding) > 0


def _again(page: Kept) -> Response:
    """The kept answer, compressed for whoever takes that."""
    if _takes("br"):
        response = _packed(page, "br", page.smallest)
        if page.style_source is not None:
            response.headers["Content-Security-Policy"] = policy_for(page.style_source)
        return response
    if _takes("gzip"):
        return _packed(page, "gzip", page.packed)
    return Response(page.body, headers=list(page.headers))


def _packed(page: Kept, coding: str, body: bytes) -> Response:
    response = Response(body, headers=list(page.headers))
    response.headers["Content-Encoding"] = coding
    response.headers["Content-Length"] = str(len(body))
    return response


def _finished(response: Response, tag: str, keeping: Keeping) -> Response:
    """With its tag: weak, because the same page goes out compressed and not."""
    response.headers.update(keeping.headers)
    response.set_etag(tag, weak=True)
    response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.add("Accept-Encoding")
    # Nobody counts the letters of what is still being written: for its length all of it would be read into memory.
    response.automatically_set_content_length = not response.is_streamed
    response.make_conditional(request)
    return response


def _app() -> Kopuro:
    return cast(Kopuro, current_app)


def release(app: Kopuro) -> str:
    """Of what pages are made: program, templates, words, style and script, places, settings. Another release makes
    other pages."""
    mark = hashlib.sha256(repr(app.settings).encode())
    folders = (
        ("network", "*.py"),
        ("network", "*.html"),
        ("network", "*.csv"),
        ("network/static", "*.*"),
        ("translations", "*.mo"),
    )
    for folder, pattern in folders:
        for path in sorted((ROOT / folder).rglob(pattern)):
            mark.update(path.read_bytes())
    return app.keyring.mac("pages", mark.hexdigest()).hex()[:16]


def register(app: Kopuro) -> None:
    """One store for each process, asked before all else; tests and ``flask demo load`` empty it as they do every memory of the process."""
    store = app.extensions["kept"] = Store[Kept]()
    app.extensions["release"] = release(app)
    app.extensions.setdefault("forget", []).append(store.forget)
    app.before_request(at_hand)
