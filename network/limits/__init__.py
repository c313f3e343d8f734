"""How often an address, an account or a person may try something: under a view's ``@allow``,

    @limit("sign-in", per_address="10/minute", per_account="20/hour")

or in the view, where only it knows who is meant: ``spend("recovery", user.id, "5/hour")``. Too many tries become the
429 page with an honest Retry-After. Counts are kept in PostgreSQL, or in Redis where REDIS_URL is set, under HMACs.

``app.config["RATE_LIMITS"]`` replaces single limits by their names (``"sign-in.address"``), ``RATELIMIT_ENABLED``
switches all off; tests and the demonstration use them.
"""

from __future__ import annotations

import functools
import importlib.util
import ipaddress
import time
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from limits import parse
from limits.errors import StorageError
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from network.config import SettingError
from network.limits import storage as _registered  # noqa: F401  # The import tells the library of our storage.
from network.web import Kopuro, error_page

View = TypeVar("View", bound=Callable[..., Any])


def key(purpose: str, subject: str) -> str:
    """What a count is kept under: it does not give away whose it is."""
    return cast(Kopuro, current_app).keyring.mac("rate limit", purpose, subject).hex()


def address() -> str:
    """The visitor's address; of IPv6 the network, because one household has all the addresses of one."""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "nowhere"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def typed_account() -> str:
    """The account that somebody tries to get into, as typed, folded."""
    typed = request.form.get("email", "")
    return unicodedata.normalize("NFKC", typed).strip().casefold()


limiter = Limiter(
    key_func=lambda: key("address", address()), storage_uri="kopuro://", strategy="fixed-window"
)


def limit(
    name: str,
    *,
    per_address: str | None = None,
    per_account: str | None = None,
    account: Callable[[], str] = typed_account,
    per_user: str | None = None,
    methods: tuple[str, ...] = ("POST",),
) -> Callable[[View], View]:
    """Limit a view. Values read like ``"10/minute"`` or ``"5/minute;50/day"``.

    ``per_account`` counts by what ``account`` finds in the request before anybody is identified, ``per_user`` by the
    person who is signed in. Routes that share a ``name`` share the counts.
    """

    def mark(view: View) -> View:
        wrapped: Callable[..., Any] = view
        if per_user is not None:
            wrapped = _per_user(wrapped, name, per_user, methods)
        if per_account is not None:
            wrapped = limiter.shared_limit(
                _limit_named(f"{name}.account", per_account),
                scope=f"{name}.account",
                key_func=lambda: key("account", account()),
                methods=list(methods),
                exempt_when=lambda: not account(),
            )(wrapped)
        if per_address is not None:
            wrapped = limiter.shared_limit(
                _limit_named(f"{name}.address", per_address), scope=f"{name}.address", methods=list(methods)
            )(wrapped)
        return cast(View, wrapped)

    return mark


def spend(name: str, subject: object, allowed: str) -> None:
    """Count one try of ``subject`` (an id). Raises TooManyRequests, the 429 page, where it is one too many."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return
    for item in [parse(part) for part in _limit_named(name, allowed)().split(";")]:
        who = (name, key(name, str(subject)))
        if not limiter.limiter.hit(item, *who):
            g.retry_at = limiter.limiter.get_window_stats(item, *who).reset_time
            raise TooManyRequests


def _per_user(
    view: Callable[..., Any], name: str, allowed: str, methods: tuple[str, ...]
) -> Callable[..., Any]:
    @functools.wraps(view)
    def counted(*args: Any, **kw: Any) -> Any:
        if request.method in methods and g.actor.user_id is not None:
            spend(f"{name}.user", g.actor.user_id, allowed)
        return view(*args, **kw)

    return counted


def _limit_named(name: str, allowed: str) -> Callable[[], str]:
    return lambda: cast(dict[str, str], current_app.config["RATE_LIMITS"]).get(name, allowed)


def _retry_after(response: Response) -> Response:
    if response.status_code == 429:
        breached = limiter.current_limit
        reset = g.get("retry_at") or (breached.reset_at if breached and breached.breached else None)
        if reset is not None:
            response.headers["Retry-After"] = str(max(1, round(reset - time.time())))
    return response


def register(app: Flask) -> None:
    """Count in PostgreSQL, or in Redis where REDIS_URL is set."""
    settings = cast(Kopuro, app).settings
    if settings.redis_url and importlib.util.find_spec("redis") is None:
        raise SettingError("REDIS_URL needs the package redis: install it, or leave REDIS_URL out.")
    app.config.setdefault("RATE_LIMITS", {})
    app.config.setdefault("RATELIMIT_ENABLED", True)
    limiter._storage_uri = settings.redis_url or "kopuro://"
    # Of Redis, failures come as one class; those of PostgreSQL stay what they are everywhere else.
    limiter._storage_options = {"wrap_exceptions": True} if settings.redis_url else {}
    app.register_error_handler(StorageError, _no_counts)
    app.after_request(_retry_after)
    limiter.init_app(app)


def _no_counts(_error: StorageError) -> ResponseReturnValue:
    """Redis is away: whoever could be guessing waits, as with a database that is away."""
    return error_page(ServiceUnavailable())


@limiter.request_filter
def _switched_off() -> bool:
    return not current_app.config.get("RATELIMIT_ENABLED", True)
