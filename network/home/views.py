"""The front page and the pages about the site itself. Everyone reads them; none sets a cookie."""

from __future__ import annotations

from flask import Blueprint, render_template

from network.i18n.prefix import PREFIX
from network.web import EVERYONE, allow

bp = Blueprint("home", __name__, url_prefix=PREFIX)
blueprints = [bp]

PAGES = ("privacy", "translation", "quick-exit")
"""Pages of plain words, each a template of that name under ``pages/``."""


@bp.get("/")
@allow(EVERYONE)
def index() -> str:
    """What the network is, who helps now, what comes next, what was done."""
    return render_template("home.html")


@bp.get(f"/pages/<any({','.join(repr(name) for name in PAGES)}):name>")
@allow(EVERYONE)
def page(name: str) -> str:
    """One of the pages of plain words."""
    return render_template(f"pages/{name}.html")
