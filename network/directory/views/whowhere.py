"""Who does what where: a matrix, a map, the gaps, and the same as a table for programs (HXL)."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Response, current_app, g, render_template, stream_with_context, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from network.database import Database
from network.directory import hxl, labels, presenting, taxonomy, valley, where, whowhere
from network.directory.forms.whowhere import WhoWhereForm
from network.directory.models import (
    Organization,
    OrganizationKind,
    ParticipantRole,
    Project,
    ProjectParticipant,
    Service,
    ServiceAtLocation,
    Status,
    Visibility,
)
from network.directory.paper import queries as contents
from network.directory.views.rooms import bp
from network.directory.whowhere import DISTRICT, PROVINCE, Matrix
from network.i18n.folding import without_kind
from network.i18n.prefix import current_language
from network.kept.pages import kept
from network.limits import limit
from network.places.data import PlaceFact
from network.tenancy import Actor, become
from network.web import EVERYONE, Kopuro, allow

BATCH = 500
NEEDED = ("shelter", "legal", "psychosocial", "health", "reintegration")
"""Kinds of help whose gaps are told first: a hotline reaches everybody, a lawyer does not."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One province on the map."""

    x: int
    y: int
    size: int
    n: int
    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of help, and the districts for which nobody is listed."""

    term: str
    missing: list[PlaceFact]
    of: int
    nationwide: int


Read = tuple[list[whowhere.Offer], list[whowhere.Running]]
"""What works at this moment: services, and projects."""


def register(app: Kopuro) -> None:
    """What was read of the listings is kept by the number of their state."""
    known: dict[object, Read] = {}
    app.extensions["offers"] = known
    app.extensions.setdefault("forget", []).append(known.clear)


def _read() -> Read:
    known = cast(dict[object, Read], current_app.extensions["offers"])
    state = g.db.scalars(contents.state()).one_or_none()
    number = (state.number, state.changed_at) if state else None
    found = known.get(number)
    if found is None:
        found = whowhere.offers(g.db), whowhere.running(g.db)
        known.clear()
        known[number] = found
    return found


@bp.get("/who-does-what-where/")
@allow(EVERYONE)
@kept()
def who_where() -> str:
    """Organizations by place and kind of help, as everybody may count them."""
    become(g.db, Actor.anonymous())
    form = WhoWhereForm()
    place_id, term, kind = form.answer("place"), form.answer("term"), form.answer("kind")
    of_kind = OrganizationKind(kind) if kind else None
    offers, running = _read()
    counted = whowhere.matrix(offers, of_kind)
    chosen = where.place(place_id)
    level = DISTRICT if chosen is not None and chosen.level == PROVINCE else PROVINCE
    return render_template(
        "directory/who-where.html",
        form=form,
        matrix=counted,
        running=whowhere.by_place(running, of_kind),
        rows=_rows(level, chosen),
        terms=[term] if term else list(taxonomy.TERMS),
        chosen=chosen,
        drill=level == PROVINCE,
        gaps=_gaps(counted, place_id, term),
        bubbles=_bubbles(counted, place_id, term),
        valley=valley,
        filters={
            name: value for name, value in (("place", place_id), ("term", term), ("kind", kind)) if value
        },
    )


def _rows(level: int, chosen: PlaceFact | None) -> list[PlaceFact]:
    """The places of the table; districts below the province that they are of, which counts who helps all of it too."""
    found = _sorted(whowhere.units(level, chosen.id if chosen else None))
    if level == DISTRICT and chosen is not None and chosen not in found:
        return [chosen, *found]
    return found


def _sorted(facts: Sequence[PlaceFact]) -> list[PlaceFact]:
    order = {code: number for number, code in enumerate(("KG", "UZ", "TJ"))}
    language = current_language()
    return sorted(facts, key=lambda fact: (order.get(fact.country, 9), where.sort_key(fact.id, language)))


def _gaps(counted: Matrix, place_id: str | None, term: str | None) -> list[Gap]:
    districts = whowhere.units(DISTRICT, place_id)
    countries = sorted({fact.country for fact in districts})
    return [
        Gap(
            one,
            _sorted(counted.gaps(districts, one)),
            len(districts),
            counted.nationwide(one, countries),
        )
        for one in ((term,) if term else NEEDED)
    ]


def _bubbles(counted: Matrix, place_id: str | None, term: str | None) -> list[Bubble]:
    """A circle for each province of the choice, its area as the number in it."""
    language = current_language()
    found: list[Bubble] = []
    for ident, (latitude, longitude) in valley.ANCHORS.items():
        if place_id is not None and place_id not in where.line(ident):
            continue
        n = counted.count(ident, term) if term else counted.total(ident)
        x, y = valley.point(latitude, longitude)
        whole = str(where.name(ident, language))
        # A city and its province may bear one name: then the province keeps the word that tells them apart.
        bare = without_kind(whole)
        name = whole if bare in (one.name for one in found) else bare
        found.append(Bubble(x, y, min(34, round(13 + 5 * math.sqrt(n))), n, name))
    return found


# As a table for programs -------------------------------------------------------------------------------------------


@bp.get("/who-does-what-where.csv")
@allow(EVERYONE)
@limit("whowhere", per_address="120/hour", methods=("GET",))
def who_where_csv() -> Response:
    """The same rows one by one, with the dates of projects. Read in pieces: no connection waits for a slow reader."""
    form = WhoWhereForm()
    app = cast(Kopuro, current_app)
    wanted = Wanted(form.answer("place"), form.answer("term"), form.answer("kind"), app.settings.base_url)
    answer = Response(stream_with_context(_table(app.database, wanted)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="who-does-what-where.csv"'
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a table."""

    place_id: str | None
    term: str | None
    kind: str | None
    base_url: str

    def places(self, named: Sequence[str | None]) -> list[str]:
        """Of the places named those that were asked for, each once; of settlements the district."""
        found = dict.fromkeys(_down_to_district(one) for one in named if one)
        return [one for one in found if self.place_id is None or self.place_id in where.line(one)]


def _down_to_district(place_id: str) -> str:
    line = where.line(place_id)
    return next((one for one in line if cast(PlaceFact, where.place(one)).level <= DISTRICT), place_id)


Piece = tuple[list[list[str]], uuid.UUID | None]
"""Some rows of the table, and behind which id to read on; None at the end."""


def _table(database: Database, wanted: Wanted) -> Iterator[str]:
    yield hxl.head()
    for read in (_services, *([] if wanted.term else [_projects])):
        after: uuid.UUID | None = uuid.UUID(int=0)
        while after is not None:
            with database.unit_of_work(Actor.anonymous()) as session:
                rows, after = read(session, wanted, after)
            yield hxl.lines(rows)


def _services(session: Session, wanted: Wanted, after: uuid.UUID) -> Piece:
    statement = (
        select(Service)
        .join(Organization, Organization.id == Service.organization_id)
        .where(
            Service.id > after,
            Service.visibility == Visibility.PUBLIC,
            Service.status != Status.DEFUNCT,
            Organization.visibility == Visibility.PUBLIC,
            Organization.merged_into_id.is_(None),
            *([Service.terms.contains([wanted.term])] if wanted.term else []),
            *([Organization.kind == OrganizationKind(wanted.kind)] if wanted.kind else []),
        )
        .options(
            joinedload(Service.organization),
            selectinload(Service.areas),
            selectinload(Service.at_locations).joinedload(ServiceAtLocation.location),
        )
        .order_by(Service.id)
        .limit(BATCH)
    )
    found = session.scalars(statement).unique().all()
    return [row for one in found for row in _service_rows(one, wanted)], _next(found)


def _projects(session: Session, wanted: Wanted, after: uuid.UUID) -> Piece:
    statement = (
        select(Project, Organization)
        .join(Organization, Organization.id == Project.organization_id)
        .where(
            Project.id > after,
            Project.visibility == Visibility.PUBLIC,
            Organization.visibility == Visibility.PUBLIC,
            *([Organization.kind == OrganizationKind(wanted.kind)] if wanted.kind else []),
        )
        .options(selectinload(Project.participants).joinedload(ProjectParticipant.organization))
        .order_by(Project.id)
        .limit(BATCH)
    )
    found = session.execute(statement).unique().all()
    rows = [row for project, whose in found for row in _project_rows(project, whose, wanted)]
    return rows, _next([project for project, _whose in found])


def _next(found: Sequence[Service | Project]) -> uuid.UUID | None:
    return found[-1].id if len(found) == BATCH else None


def _service_rows(row: Service, wanted: Wanted) -> Iterator[list[str]]:
    named = [area.place_id for area in row.areas]
    named += [at.location.place_id for at in row.at_locations if at.location is not None]
    terms = [term for term in row.terms if term in taxonomy.TERMS]
    for place_id in wanted.places(named or [row.organization.place_id]):
        yield [
            *_whose(row.organization),
            "service",
            presenting.shown(row.name).text,
            ", ".join(str(labels.TERMS[term]) for term in terms),
            " ".join(terms),
            "",
            *_where(place_id),
            "",
            "",
            row.status.value,
            row.last_modified.date().isoformat(),
            wanted.base_url + url_for("directory.service", slug=row.slug),
        ]


def _project_rows(row: Project, organization: Organization, wanted: Wanted) -> Iterator[list[str]]:
    funders = [
        presenting.shown(one.organization.name if one.organization else one.name).text
        for one in row.participants
        if one.role == ParticipantRole.FUNDING
    ]
    for place_id in wanted.places(row.places or [organization.place_id]):
        yield [
            *_whose(organization),
            "project",
            presenting.shown(row.title).text,
            "",
            " ".join(row.sectors),
            ", ".join(filter(None, funders)),
            *_where(place_id),
            row.start_on,
            row.end_on,
            row.status.value,
            row.last_modified.date().isoformat(),
            wanted.base_url + url_for("directory.project", project_id=row.id),
        ]


def _whose(row: Organization) -> tuple[str, str]:
    return presenting.shown(row.name).text, str(labels.KIND[row.kind])


def _where(place_id: str) -> list[str]:
    """Name and code of country, province and district, empty below what was named."""
    by_level = {fact.level: fact for fact in map(where.place, where.line(place_id)) if fact}
    cells: list[str] = []
    for level in range(3):
        fact = by_level.get(level)
        name = str(where.name(fact.id, current_language())) if fact else ""
        cells += [name, (fact.pcode or fact.id) if fact else ""]
    return cells
