"""Projects: the list, one project, which grants pay for a service, and which come to their end."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.database import now
from network.directory import grants, policies, presenting, services
from network.directory.forms.projects import FundingForm, ProjectsForm
from network.directory.models import Organization, Project
from network.directory.views.rooms import EDITORS, bp, own_service
from network.kept.pages import kept
from network.web import EVERYONE, allow

PAGE = 25

bp.context_processor(
    lambda: {"sector": presenting.sector, "partial": presenting.partial, "amount": presenting.amount}
)


@bp.get("/projects/")
@allow(EVERYONE)
@kept()
def projects() -> str:
    """What is done, by whom, where, and who pays for it."""
    known = {code for row in g.db.scalars(grants.sectors()) for code in row}
    form = ProjectsForm(known)
    statement = grants.projects(form.asked())
    after = _after()
    if after:
        statement = grants.behind(statement, *after)
    rows = g.db.execute(statement.limit(PAGE + 1)).all()
    last: Project | None = rows[PAGE - 1][0] if len(rows) > PAGE else None
    filters: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("place", "sector", "when")
    }
    return render_template(
        "directory/projects.html",
        form=form,
        rows=rows[:PAGE],
        filters=filters,
        older=url_for(".projects", **filters, after=f"{last.start_on}~{last.id}") if last else None,
        keeps=g.actor.signed_in and policies.can_create(g.actor),
    )


def _after() -> tuple[str, uuid.UUID] | None:
    """The project behind which the page begins; nonsense begins at the beginning."""
    day, _tilde, ident = request.args.get("after", "").rpartition("~")
    try:
        return (day, uuid.UUID(ident)) if day.isascii() and len(day) <= 10 and "\0" not in day else None
    except ValueError:
        return None


@bp.get("/projects/<uuid:project_id>")
@allow(EVERYONE)
@kept()
def project(project_id: uuid.UUID) -> str:
    """One project: what, when, where, who pays and who does it."""
    found = g.db.execute(grants.project_page(project_id)).unique().one_or_none()
    if found is None:
        abort(404)
    row: Project = found[0]
    organization: Organization = found[1]
    return render_template(
        "directory/project.html",
        project=row,
        organization=organization,
        paid=g.db.scalars(grants.paid_by(row.id)).all(),
    )


@bp.get("/projects/ending")
@allow(*EDITORS)
def ending_grants() -> str:
    """The services of one's organization whose grant comes to its end, the next one first."""
    today = now().date()
    rows = g.db.execute(grants.ending(g.actor.tenant_id, today)).all()
    return render_template("directory/ending-grants.html", rows=rows, today=today.isoformat())


@bp.route("/services/<slug>/funding", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def service_funding(slug: str) -> ResponseReturnValue:
    """Say which of one's own projects pay for a service."""
    row = own_service(slug)
    choices = list(g.db.scalars(grants.kept_projects(row.tenant_id)))
    paying = [str(ident) for ident in g.db.scalars(grants.pays_for(row.id))]
    form = FundingForm(choices, data={"projects": paying})
    if form.validate_on_submit():
        chosen = set(form.projects.data or [])
        wanted = [one for one in choices if str(one.id) in chosen]
        services.fund(g.db, g.actor, row, wanted, offered=choices)
        flash(_("Saved."))
        return redirect(url_for(".service", slug=row.slug), 303)
    status = 400 if form.errors else 200
    return render_template("directory/service-funding.html", form=form, service=row, some=choices), status
