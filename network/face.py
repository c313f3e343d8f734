"""How every page looks: its one style sheet inside it, its one optional script, and the words templates may call.

Nothing of any feature lives here. The style sheet stands in each page, because on a slow line a second file costs
two seconds before anything is seen; the browser accepts it by its hash, which :class:`Face` puts into the
Content-Security-Policy. What is fetched apart (script, icon) carries the hash of its content in its name and may be
kept for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask import Flask, Response, abort, current_app, g, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from network import dates, forms
from network.config import Settings
from network.i18n.languages import LANGUAGES, language_of
from network.i18n.prefix import current_language
from network.kept import pieces
from network.kept.style import Sheet, source
from network.places.clocks import timezone_of

STATIC = Path(__file__).parent / "static"
QUICK_EXIT = "https://www.wikipedia.org/"
"""Where quick exit leads: light, in many languages, and nothing that anyone need explain."""


@dataclass(frozen=True)
class StaticFile:
    """One file as it is served: its bytes, the same bytes compressed, and its type."""

    body: bytes
    packed: bytes
    mimetype: str


def compact(css: str) -> str:
    """The style sheet without comments and layout. Readable source costs the reader's line nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{};,])\s*|(:)\s+", r"\1\2", css).replace(";}", "}").strip()


def policy_for(style_source: str) -> str:
    """The Content-Security-Policy of a page with the style that this names, and no other."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {style_source}",
            "script-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class Face:
    """What is read once when the application starts: style sheet, policy, names of static files."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.style = compact((folder / "network.css").read_text("utf-8"))
        self.sheet = Sheet(self.style)
        self.policy = policy_for(source(self.style))
        self.names: dict[str, str] = {}
        self.files: dict[str, StaticFile] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "network.css":
                self._add(path.relative_to(folder).as_posix(), path.read_bytes())

    def _add(self, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}{dot}{ending}"
        kind = (
            "text/javascript"
            if ending == "js"
            else mimetypes.guess_type(name)[0] or "application/octet-stream"
        )
        self.names[name] = hashed
        self.files[hashed] = StaticFile(body, gzip.compress(body, 9, mtime=0), kind)

    def url(self, name: str) -> str:
        """The address of a static file, different whenever its content is."""
        return f"/static/{self.names[name]}"


def serve_static(filename: str) -> Response:
    """A static file under its far-future name; the plain name and old names are 404, so nobody keeps a wrong copy."""
    found = _face().files.get(filename)
    if found is None:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0 and len(found.packed) < len(found.body)
    response = Response(found.packed if packed else found.body, mimetype=found.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _face() -> Face:
    face = current_app.extensions["face"]
    assert isinstance(face, Face)  # noqa: S101 - put there by register() below.
    return face


def network_name() -> str:
    """The network's own name, as its operator set it; the valley's in the reader's language where none was set."""
    name = str(getattr(getattr(current_app, "settings", None), "network_name", "") or "Kopuro")
    # NOTE: The network's own name, in the head of every page and in the title of its tab.
    return _("Ferghana Valley Network") if name == Settings.network_name else name


def link(path: str = "") -> str:
    """An address of the contract in the page's language: ``link('events/')`` is ``/ky/events/``."""
    return f"/{current_language()}/{path}"


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    url: str
    label: str
    current: bool


def navigation() -> list[Place]:
    """Where one can go from any page; for members also what they may use."""
    entries = [("directory/", _("Directory")), ("events/", _("Events")), ("digest/", _("Digest"))]
    return [_place(path, label) for path, label in entries]


def member_navigation() -> list[Place]:
    """The member's own places, by what they hold. Nobody is shown a door that would not open."""
    actor = g.get("actor")
    if actor is None or not actor.signed_in:
        return []
    held = {role.value for role in actor.roles}
    entries = [("desk/", _("Desk"))]
    if actor.reads_cases:
        entries.append(("referrals/", _("Referrals")))
    if held & {"admin", "coordinator"}:
        entries.append(("admin/", _("Members")))
    entries.append(("account/", _("My account")))
    return [_place(path, label) for path, label in entries]


def _place(path: str, label: str) -> Place:
    url = link(path)
    return Place(url, label, request.path.startswith(url))


def idempotency_key() -> str:
    """One key for one filled-in form: kept when the form comes back with errors, new otherwise."""
    posted = request.form.get("idempotency_key", "") if request.method == "POST" else ""
    try:
        return str(uuid.UUID(posted))
    except ValueError:
        return str(uuid.uuid4())


def long_date(value: date | datetime) -> str:
    """The day as a sentence says it, in the page's language."""
    return dates.long_date(value, current_language())


def weekday(value: date | datetime) -> str:
    """The day of the week in the page's language."""
    return dates.weekday(value, current_language())


def month(value: date | datetime) -> str:
    """The short name of the month in the page's language, for a leaf of the calendar."""
    return dates.month(value, current_language())


def own_timezone() -> str:
    """The clock on the wall where the reader works; Osh's for who has no place of her own."""
    return timezone_of(g.actor.country if "actor" in g else None).key


def lang_of(code: str | None) -> Markup:
    """``lang="ru"`` for content that is not in the page's language, nothing for content that is."""
    if not code or code == current_language():
        return Markup("")
    return Markup(' lang="{}"').format(language_of(code).tag)


def register(app: Flask) -> None:
    """Give the application its face: static files, and what templates may call."""
    face = app.extensions["face"] = Face()
    if "static" not in app.view_functions:
        app.add_url_rule("/static/<path:filename>", "static", serve_static)
    app.view_functions["static"] = serve_static
    env = app.jinja_env
    env.add_extension("jinja2.ext.do")
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        inline_css=Markup(face.style),  # noqa: S704 - our own file, and nothing else may stand in <style>.
        static_url=face.url,
        languages=LANGUAGES,
        quick_exit_to=QUICK_EXIT,
        network_name=network_name,
        link=link,
        navigation=navigation,
        member_navigation=member_navigation,
        idempotency_key=idempotency_key,
        lang_of=lang_of,
        field_anchor=forms.anchor,
        clocks=dates.clocks,
        local=dates.local,
        own_timezone=own_timezone,
    )
    env.globals.setdefault("csrf_token", generate_csrf)
    pieces.register(app)
    env.filters.update(long_date=long_date, short_date=dates.short_date, weekday=weekday, month=month)
