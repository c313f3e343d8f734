"""What every page shares: who asks, whether they may, one transaction, the headers, and pages for when it fails."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, Response, abort, g, redirect, render_template, request, url_for
from flask import session as form_session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc as sql
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, ServiceUnavailable
from werkzeug.routing import Rule

from network.config import Settings
from network.database import Database
from network.keys import Busy, Keyring
from network.permissions import NotThere, Refused, Role, Stale, Unfit
from network.tenancy import Actor

log = logging.getLogger("kopuro")
View = TypeVar("View", bound=Callable[..., Any])
Row = TypeVar("Row")


class Audience(StrEnum):
    """Who may call a route, where it is not a matter of roles."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    OPERATOR = "operator"  # Loopback, or the metrics token.


EVERYONE, SIGNED_IN, OPERATOR = Audience.EVERYONE, Audience.SIGNED_IN, Audience.OPERATOR


@dataclass(frozen=True, slots=True)
class Access:
    """The permission row of a route. ``hidden``: who may not, sees the same 404 as for no such page."""

    who: frozenset[Audience | Role]
    hidden: bool = False

    def admits(self, actor: Actor) -> bool:
        if Audience.EVERYONE in self.who or (Audience.SIGNED_IN in self.who and actor.signed_in):
            return True
        return actor.signed_in and actor.holds(*(w for w in self.who if isinstance(w, Role)))


def allow(*who: Audience | Role, hidden: bool = False) -> Callable[[View], View]:
    """Say who may call this route. A route without it stops the start (``tests/house/test_routes``)."""

    def mark(view: View) -> View:
        cast(Any, view).access = Access(frozenset(who), hidden)
        return view

    return mark


class Route(Rule):
    """A rule whose builder of addresses is compiled when the first is built: all together cost a tenth of the start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        whole = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(whole(append_unknown).__get__(rule, None))
            return compiled[0](**values)

        return build


class FormSessions(SecureCookieSessionInterface):
    """The signed cookie of forms and of words for the next page. Most readers have none, and are asked nothing of it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified:
            super().save_session(app, session, response)


class InMemory(Request):
    """A request whose files never touch a disk, however large they may be: some of them hold cases."""

    def _get_file_stream(self, *_told: object, **_more: object) -> IO[bytes]:
        return BytesIO()


class Kopuro(Flask):
    """The application: identifies who asks, judges the route, and runs each view in one unit of work."""

    request_class = InMemory
    url_rule_class = Route
    session_interface = FormSessions()
    settings: Settings
    keyring: Keyring
    database: Database
    identify: Callable[[Session], Actor]
    """From the request's cookie to an actor, by ``accounts.gate``; anonymous where there is none."""
    session_cookie: str
    """The name of the cookie by which ``identify`` knows somebody."""
    too_late: Callable[[Session], Response | None]
    """What becomes of a form whose session ended while it was filled in, by ``accounts.gate``."""

    def access_of(self, endpoint: str) -> Access:
        access = getattr(self.view_functions[endpoint], "access", None)
        if not isinstance(access, Access):
            raise RuntimeError(f"{endpoint} does not say who may call it")
        return access

    def check_access_declared(self) -> None:
        """Every route says who may call it, or the application does not start."""
        for endpoint in self.view_functions:
            if endpoint != "static":
                self.access_of(endpoint)

    def dispatch_request(self) -> ResponseReturnValue:
        rule = request.url_rule
        if request.routing_exception is not None or rule is None or rule.endpoint == "static":
            return super().dispatch_request()
        access = self.access_of(rule.endpoint)
        with self.database.unit_of_work(Actor.anonymous()) as session:
            g.db = session
            try:
                g.actor = self.identify(session)
                if not access.admits(g.actor):
                    return self._turn_away(access, session)
                # The view's answer is rendered here, before the commit: a failed commit becomes an error page.
                return self.make_response(super().dispatch_request())
            finally:
                g.pop("db", None)

    def _turn_away(self, access: Access, session: Session) -> ResponseReturnValue:
        if Audience.OPERATOR in access.who:
            if may_operate(self.settings):
                return self.make_response(super().dispatch_request())
            raise NotFound
        if g.actor.signed_in:
            raise NotFound if access.hidden else Refused
        kept = self.too_late(session) if request.method == "POST" else None
        return kept or redirect(url_for("accounts.login", next=here()), 303)


def here() -> str:
    """This page's own path, to come back to after signing in."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def may_operate(settings: Settings) -> bool:
    """``/metrics`` and ``/readyz``: by token where one is set, else from this machine alone."""
    if settings.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        import hmac

        return hmac.compare_digest(given, settings.metrics_token.encode())
    return request.remote_addr in ("127.0.0.1", "::1")


def get_or_404(model: type[Row], ident: uuid.UUID) -> Row:
    """The row, if this actor may see it. Another tenant's row and no row look the same."""
    row = g.db.get(model, ident)
    if row is None:
        abort(404)
    return cast(Row, row)


BY_SQLSTATE = {"40": 409, "55": 409, "53": 503, "57": 503, "58": 503}
"""Classes of PostgreSQL's errors: two at once or a lock that is held, and a server that cannot go on."""


def neutral_error(error: Exception) -> HTTPException:
    """Which page a failure becomes. Never carries the driver's text: PostgreSQL's detail holds row values."""
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, NotThere):
        return NotFound()
    table: list[tuple[type[Exception] | tuple[type[Exception], ...], int]] = [
        (Refused, 403),
        ((Stale, sql.IntegrityError), 409),
        ((Unfit, sql.DataError), 400),
        ((sql.OperationalError, sql.InterfaceError, sql.TimeoutError, Busy), 503),
    ]
    for kinds, status in table:
        if isinstance(error, kinds):
            return _http(status)
    if isinstance(error, sql.DBAPIError):
        known = BY_SQLSTATE.get((getattr(error.orig, "sqlstate", None) or "")[:2])
        if known is not None:
            return _http(known)
    return InternalServerError()


def _http(status: int) -> HTTPException:
    try:
        abort(status)
    except HTTPException as made:
        return made
    raise AssertionError


ERROR_PAGES = (400, 403, 404, 409, 413, 429, 500, 503)


def error_page(error: Exception) -> ResponseReturnValue:
    """One quiet page for each kind of failure, in the reader's language, with the way to help still on it."""
    shown = neutral_error(error)
    status = shown.code or 500
    if status < 400 or (isinstance(shown, HTTPException) and shown.response is not None):
        return shown  # A redirect that werkzeug raises, such as for a missing slash.
    if not isinstance(error, HTTPException) and status >= 500:
        sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
        log.error("failed: %s %s", type(error).__name__, sqlstate or "", extra={"endpoint": request.endpoint})
        if status == 500 and (request.environ.get("kopuro.debug") or log.isEnabledFor(logging.DEBUG)):
            log.debug("traceback", exc_info=error)
    if "actor" not in g:
        g.actor = Actor.anonymous()
    page = status if status in ERROR_PAGES else (400 if status < 500 else 500)
    response = Response(
        render_template(f"errors/{page}.html", failure=(isinstance(error, CSRFError) and "form") or ""),
        status,
    )
    for name, value in shown.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    if isinstance(shown, ServiceUnavailable) or status in (429, 503):
        response.headers.setdefault("Retry-After", "5")
    response.headers["Cache-Control"] = "no-store"
    return response


LISTEN = 64 * 2**20
"""How much of what nobody asked for is still read."""


def _drain() -> None:
    """Read what the client still sends: closing at once would reset the connection and hide the page."""
    stream = request.environ.get("wsgi.input")
    left = min(request.content_length or 0, LISTEN)
    ends = request.environ.get("wsgi.input_terminated")
    if request.content_length is None and ends:
        left = LISTEN  # In chunks: the server says where it ends.
    if not ends and "stream" in vars(request._get_current_object()):  # type: ignore[attr-defined]
        stream = request.stream  # A plainer server would wait for more; what has been read is known here.
    while stream is not None and left > 0:
        try:
            chunk = stream.read(min(left, 65536))
        except HTTPException:
            return  # Whoever sent this has gone.
        if not chunk:
            return
        left -= len(chunk)


def secure(response: Response) -> Response:
    """The headers of every answer. A page to a signed-in reader, or with a form, is never stored."""
    app = cast(Kopuro, _current())
    if request.method not in ("GET", "HEAD"):
        _drain()
    headers = response.headers
    if response.status_code == 304:
        # The same page goes out with all of its style or with what it uses of it, and whoever has it already takes
        # the headers of this answer over those it came with: a policy here would refuse the other's style.
        headers.pop("Content-Security-Policy", None)
    else:
        headers.setdefault("Content-Security-Policy", app.extensions["face"].policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
    if app.settings.production:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    actor = g.get("actor")
    if (actor is not None and actor.signed_in) or "csrf_token" in g or _cookies(response):
        headers["Cache-Control"] = "no-store"
    elif request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-cache")
    if request.endpoint != "static":
        response.vary.add("Cookie")
    return response


def _cookies(response: Response) -> bool:
    """Whether a cookie goes with it; that of the form is written only after this. Files have none."""
    return "Set-Cookie" in response.headers or (request.endpoint != "static" and form_session.modified)


def _current() -> Flask:
    from flask import current_app

    return cast(Flask, cast(Any, current_app)._get_current_object())


def register(app: Kopuro) -> None:
    """Errors and headers of the whole application."""
    for kind in (HTTPException, Exception):
        app.register_error_handler(kind, error_page)
    app.after_request(secure)
