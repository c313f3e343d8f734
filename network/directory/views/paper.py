"""Paper for everyone: the hotline poster and card, and the printed directory."""

from __future__ import annotations

import atexit
import hashlib
from collections.abc import Callable
from typing import cast

from flask import Response, abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from network import dates
from network.database import now
from network.directory import presenting, queries, where
from network.directory.paper import book as books
from network.directory.paper import hotlines as sheets
from network.directory.paper import queries as contents
from network.directory.paper.press import Jammed, Press, Shelf, TooLong
from network.directory.paper.queries import Readers
from network.directory.views.rooms import bp
from network.face import network_name
from network.i18n.prefix import current_language
from network.kept.pages import kept
from network.limits import limit, spend
from network.tenancy import Actor, become
from network.web import EVERYONE, Kopuro, allow

FORM = "1"
"""Grows when the same rows are set otherwise: kept copies are old then."""
MOST = 800
"""Organizations of one book: some three hundred pages, and a quarter of a minute on an old machine."""
BOOK_SECONDS = 30.0


def register(app: Kopuro) -> None:
    """One press and one shelf for each process."""
    press, shelf = Press(), Shelf()
    atexit.register(press.close)
    app.extensions["press"], app.extensions["shelf"] = press, shelf
    app.extensions.setdefault("forget", []).append(shelf.clear)


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


def stranger() -> tuple[object, ...]:
    """Read on as anybody would, whoever asks. Returns the state of what is public in the directory."""
    become(g.db, Actor.anonymous())
    state = g.db.scalars(contents.state()).one_or_none()
    return (state.number, state.changed_at) if state else ()


# NOTE: Three printed directories, by who may read them.
BOOKS = {
    Readers.EVERYONE: _l("For everyone"),
    Readers.PARTNERS: _l("For partners of the network"),
    Readers.COLLEAGUES: _l("For colleagues of your organization"),
}


def offered() -> list[Readers]:
    """The books this reader may print: nobody prints more than they may read themselves."""
    may = [Readers.EVERYONE]
    if g.actor.is_partner:
        may.append(Readers.PARTNERS)
    if g.actor.signed_in and g.actor.tenant_id is not None:
        may.append(Readers.COLLEAGUES)
    return may


@bp.get("/print/")
@allow(EVERYONE)
@kept()
def paper() -> str:
    """What can be printed, in which languages."""
    return paper_page()


def paper_page(problem: str = "") -> str:
    return render_template(
        "directory/paper.html",
        chosen=asked_country(),
        countries=sheets.COUNTRIES,
        problem=problem,
        books=[(one, BOOKS[one]) for one in offered()],
        places=presenting.place_choices(1),
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


@bp.get("/print/directory.pdf")
@allow(EVERYONE)
@limit("book", per_address="60/hour", methods=("GET",))
def book() -> ResponseReturnValue:
    """The directory as a book: for everyone, or for members with what is meant for them."""
    readers = _readers()
    place_id = request.args.get("place") or None
    if place_id is not None and where.place(place_id) is None:
        abort(404)
    tenant = str(current_user.tenant_name) if readers is Readers.COLLEAGUES else ""
    if g.actor.user_id is not None:
        spend("book.user", g.actor.user_id, "30/hour")
    state = stranger() if readers is Readers.EVERYONE else ()
    if len(g.db.scalars(contents.listed(readers, place_id).limit(MOST + 1)).all()) > MOST:
        return too_much()
    day, language, network = now().date(), current_language(), network_name()
    base_url = cast(Kopuro, current_app).settings.base_url

    def make() -> bytes:
        data = books.book_data(
            g.db.scalars(contents.book(readers, place_id)).all(),
            readers,
            place_id,
            network=network,
            tenant=tenant,
            address=base_url + url_for("directory.index"),
            day=day,
        )
        return the_press().pdf("book", data, at=int(now().timestamp()), seconds=BOOK_SECONDS)

    filename = f"directory-{readers.value}-{language}.pdf"
    try:
        if readers is Readers.EVERYONE:
            return printed(("book", place_id, language, state, day, network, base_url), filename, make)
        answer = Response(make(), mimetype="application/pdf")
    except TooLong:
        return too_much()
    except Jammed:
        abort(503)
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer


def _readers() -> Readers:
    """For whom, from the address. What one may not print looks like what there is not."""
    typed = request.args.get("for", Readers.EVERYONE.value)
    found = next((one for one in offered() if one.value == typed), None)
    if found is None:
        abort(404)
    return found


def too_much() -> ResponseReturnValue:
    """Say what to do instead of letting people wait for a book nobody carries."""
    words = _("That is too much for one book. Please choose a province, or a smaller place.")
    return paper_page(words), 422
