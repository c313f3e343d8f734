"""The front page and the pages about the site itself. Everyone reads them; none sets a cookie."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from network.database import now
from network.digest.presenting import latest
from network.events import presenting, queries
from network.home import demonstration
from network.i18n.prefix import PREFIX, current_language
from network.kept.pages import FIVE_MINUTES, kept
from network.web import EVERYONE, allow

bp = Blueprint("home", __name__, url_prefix=PREFIX)
blueprints = [bp]
register = demonstration.register

PAGES = ("privacy", "translation", "quick-exit")
"""Pages of plain words, each a template of that name under ``pages/``."""

FEW = 3
"""How much of what comes next, and of what was done, the front page shows."""


@bp.get("/")
@allow(EVERYONE)
@kept("events", "digest", seconds=FIVE_MINUTES)
def index() -> str:
    """What the network is, who helps now, what comes next, what was done."""
    return render_template("home.html", events=_next_events(), entries=latest(g.db, current_language(), FEW))


@bp.get(f"/pages/<any({','.join(repr(name) for name in PAGES)}):name>")
@allow(EVERYONE)
@kept()
def page(name: str) -> str:
    """One of the pages of plain words."""
    return render_template(f"pages/{name}.html")


def _next_events() -> list[presenting.Presented]:
    at = now()
    coming = queries.upcoming(queries.announced(), at).limit(FEW)
    return presenting.present(g.db, list(g.db.scalars(coming)), current_language(), at)
