"""Kopuro: one place for a network of NGOs. Read ``create_app`` first; it is the table of contents."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from network.config import Settings
    from network.web import Kopuro

FEATURES = ("home", "accounts", "desk", "directory", "events", "digest", "referrals")
"""Every folder with pages. Each has ``views.py`` with ``blueprints``: those it serves, in its own words."""


def create_app(settings: Settings | None = None, *, serving_url: str | None = None) -> Kopuro:
    """Build the application.

    ``settings`` come from the environment unless given; ``serving_url`` is the login of the app role, found by the
    settings unless given (tests give one). Raises :class:`network.config.SettingError` for a malformed setting.
    """
    collecting = gc.isenabled()
    gc.disable()  # What is loaded here stays; to look through it for waste meanwhile finds none.
    try:
        return _built(settings, serving_url)
    finally:
        if collecting:
            gc.enable()


def _built(settings: Settings | None, serving_url: str | None) -> Kopuro:
    from flask_wtf.csrf import CSRFProtect

    from network import commands, compression, face, instance, limits, operate, postgres, web
    from network.config import Settings
    from network.database import Database, load_models, load_rooms
    from network.i18n import prefix
    from network.kept import pages as kept
    from network.keys import DERIVATIONS, Keyring

    settings = settings or Settings.from_environ(os.environ)
    app = web.Kopuro("network", static_folder=None)
    app.settings = settings
    app.keyring = Keyring.load_or_create(
        settings.keyring_file or instance.folder(settings, "keys") / "keyring.json"
    )
    app.config.update(
        SECRET_KEY=settings.secret_key or app.keyring.mac("flask secret key").hex(),
        MAX_CONTENT_LENGTH=2 * 2**20,
        MAX_FORM_MEMORY_SIZE=2**20,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-form" if settings.production else "form",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,  # Long forms outlive an hour; the token is bound to the browser's session.
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent.parent / "translations"),
    )
    load_models()
    for room in ("mails", "jobs"):
        load_rooms(room)
    DERIVATIONS.share(settings.instance / "derivations")
    app.database = Database(serving_url or postgres.serving_url(settings))
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    operate.register(app)
    compression.register(app)
    prefix.register(app)
    kept.register(app)
    face.register(app)
    CSRFProtect(app)
    limits.register(app)
    web.register(app)
    commands.register(app)
    for feature in FEATURES:
        if importlib.util.find_spec(f"network.{feature}.views") is None:
            continue
        views = importlib.import_module(f"network.{feature}.views")
        for blueprint in views.blueprints:
            app.register_blueprint(blueprint)
        if hasattr(views, "register"):
            views.register(app)
    app.check_access_declared()
    return app
