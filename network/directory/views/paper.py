"""Paper for everyone: the hotline poster and card, and the printed directory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import cast

from flask import Response, abort, current_app, g, render_template, request

from network import dates
from network.database import now
from network.directory import queries
from network.directory.paper import hotlines as sheets
from network.directory.paper.press import Jammed, Press, Shelf
from network.directory.views.rooms import bp
from network.face import network_name
from network.i18n.prefix import current_language
from network.limits import limit
from network.tenancy import Actor, become
from network.web import EVERYONE, Kopuro, allow

FORM = "1"
"""Grows when the same rows are set otherwise: kept copies are old then."""


def register(app: Kopuro) -> None:
    """One press and one shelf for each process; both forget between tests."""
    press, shelf = Press(), Shelf()
    app.extensions["press"], app.extensions["shelf"] = press, shelf
    app.extensions.setdefault("forget", []).extend([press.close, shelf.clear])


def the_press() -> Press:
    return cast(Press, current_app.extensions["press"])


def home_country() -> str | None:
    """Where the reader probably calls from: the member's country, else that of the language, else unknown."""
    country: str | None = g.actor.country
    if country in sheets.COUNTRIES:
        return country
    return sheets.AT_HOME.get(current_language())


def asked_country() -> str | None:
    """The country in the address; nonsense and nothing mean the reader's own, ``all`` every country."""
    typed = request.args.get("country", "")
    if typed == "all":
        return None
    return typed if typed in sheets.COUNTRIES else home_country()


def printed(name: tuple[object, ...], filename: str, make: Callable[[], bytes]) -> Response:
    """A PDF that is kept by what it was made from; 304 for who has it already. Raises what the press raises."""
    answer = Response(mimetype="application/pdf")
    told = "|".join(str(part) for part in (FORM, *name))
    answer.set_etag(hashlib.sha256(told.encode()).hexdigest()[:24])
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    answer.make_conditional(request)
    if answer.status_code != 304:
        answer.set_data(cast(Shelf, current_app.extensions["shelf"]).get((FORM, *name), make))
    return answer


def stranger() -> int:
    """Read on as anybody would, whoever asks. Returns the number of the directory's state."""
    become(g.db, Actor.anonymous())
    state = g.db.scalars(queries.state()).one_or_none()
    return state.number if state else 0


@bp.get("/print/")
@allow(EVERYONE)
def paper() -> str:
    """What can be printed, in which languages."""
    return paper_page()


def paper_page(problem: str = "") -> str:
    return render_template(
        "directory/paper.html",
        chosen=asked_country(),
        countries=sheets.COUNTRIES,
        problem=problem,
    )


@bp.get("/print/<any(poster, card):name>.pdf")
@allow(EVERYONE)
@limit("print", per_address="240/hour", methods=("GET",))
def hotline_sheet(name: str) -> Response:
    """The hotlines of one country, or some of each, to hang up or to carry."""
    country, language = asked_country(), current_language()
    state, day = stranger(), now().date()
    network, base_url = network_name(), cast(Kopuro, current_app).settings.base_url
    lines = sheets.choose(g.db.execute(queries.hotlines()), name, country, language)
    if not lines:
        abort(404)

    def make() -> bytes:
        data = sheets.sheet_data(
            name,
            lines,
            language,
            network=network,
            base_url=base_url,
            day=dates.long_date(day, language),
        )
        return the_press().pdf(name, data, at=int(now().timestamp()))

    try:
        return printed(
            (name, country, language, state, day, network, base_url),
            f"{name}-{(country or 'all').lower()}-{language}.pdf",
            make,
        )
    except Jammed:
        abort(503)
