"""Case files: the list, the task list of one, a page for each category, the risk."""

from __future__ import annotations

import datetime
import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.compression import let_pack
from network.deeds import pressed
from network.forms import Form
from network.permissions import Stale
from network.referrals import labels, queries
from network.referrals.alike import MARKED
from network.referrals.categories import PAGES, Category, Page
from network.referrals.forms import MANY_TIMES, FindForm, RiskForm, answers, page_form, prefixes, written
from network.referrals.models import Case
from network.referrals.notes import OFTEN, ONCE, SHEETS
from network.referrals.risk import QUESTIONS, SECTIONS
from network.referrals.services import cases, dossier, finding, likeness, sealing
from network.referrals.views.common import bp, case_or_404, counted, desk, desk_only, people, seen_version
from network.referrals.views.waiting import work_off


@bp.get("/cases/")
@desk_only
def case_list() -> str:
    """The files this person works on."""
    let_pack()
    work_off()
    found = g.db.scalars(queries.cases_of(g.actor)).all()
    return render_template(
        "referrals/cases.html", cases=found, owners=people(c.owner_id for c in found), labels=labels
    )


@bp.route("/cases/find", methods=["GET", "POST"])
@desk_only
def find() -> ResponseReturnValue:
    """Search one's own open cases. What was typed travels in the form, so no address, history or log has it."""
    form = FindForm()
    found = None
    if form.validate_on_submit():
        skip = (
            form.skip.data
            if form.skip.data and form.skip.data.isascii() and form.skip.data.isdigit()
            else "0"
        )
        found = finding.find_cases(g.db, g.actor, desk(), form.words.data, skip=int(skip[:6]))
        form.skip.data = str(int(skip[:6]) + found.looked)
    owners = people(c.owner_id for c in found.cases) if found else {}
    page = render_template("referrals/find.html", form=form, found=found, owners=owners, labels=labels)
    return page, 422 if form.errors else 200


@bp.post("/cases/")
@desk_only
def new_case() -> ResponseReturnValue:
    """Open a file. A double click opens one."""

    def act() -> str:
        return url_for(".case", case_id=cases.open_case(g.db, g.actor).id)

    desk().private(desk().current_epoch)
    return redirect(pressed(act), 303)


@bp.get("/cases/<uuid:case_id>")
@desk_only
def case(case_id: uuid.UUID) -> str:
    """One file as a task list: what is written, whether the risk is known, what consent says, what was sent. And its
    story, from both sides."""
    file = dossier.open_file(g.db, g.actor, desk(), case_id)
    counted(file.case)
    return render_template(
        "referrals/case.html",
        case=file.case,
        written=file.written,
        risk=file.risk,
        consents=file.consents,
        referrals=file.referrals,
        tenants=file.tenants,
        owner=file.owner,
        story=file.story,
        pages=PAGES,
        notes=file.notes,
        sheets=SHEETS,
        once=ONCE,
        often=OFTEN,
        today=datetime.datetime.now(datetime.UTC),
        labels=labels,
    )


@bp.route(f"/cases/<uuid:case_id>/<any({', '.join(PAGES)}):name>", methods=["GET", "POST"])
@desk_only
def part(case_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """One page of a case. Of two people who write the same at once, the second sees both texts and decides."""
    file, page = case_or_404(case_id), PAGES[name]
    newest, present = cases.read_part(g.db, g.actor, desk(), file, page.category)
    form = page_form(page, present, newest, request.form)
    if request.method == "GET":
        return _part_page(file, page, form, newest)
    if not form.validate_on_submit():
        return _part_page(file, page, form, newest), 422
    try:
        with g.db.begin_nested():
            cases.write_part(
                g.db,
                g.actor,
                desk(),
                file,
                page.category,
                written(form, page),
                seen=seen_version(),
                page=page,
            )
    except Stale:
        # Read again: who writes at the same moment was not done yet when this page was looked up.
        newest, present = cases.read_part(g.db, g.actor, desk(), file, page.category)
        form.seen.data = str(newest)
        mine = written(form, page)
        theirs = {n: present.get(n, "") for n in page.names() if present.get(n, "") != mine.get(n, "")}
        return _part_page(file, page, form, newest, theirs), 409
    flash(_("Saved."))
    if page.category in MARKED:
        return redirect(to_case_or_alike(file), 303)
    return redirect(url_for(".case", case_id=file.id), 303)


@bp.get("/cases/<uuid:case_id>/alike")
@desk_only
def alike(case_id: uuid.UUID) -> str:
    """Which other cases of the desk may be of the same person; which one learns only who may read it."""
    file = case_or_404(case_id)
    return _alike_page(file, likeness.others(g.db, g.actor, desk(), file))


@bp.get(f"/cases/<uuid:case_id>/versions/<any({', '.join(c.value for c in Category)}):name>")
@desk_only
def versions(case_id: uuid.UUID, name: str) -> str:
    """Who wrote what when in one category: every version, and the one that was asked for beside the present."""
    file, category = case_or_404(case_id), Category(name)
    entries = g.db.scalars(queries.versions_of(file.id, category)).all()
    asked = request.args.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    then = cases.read_version(g.db, g.actor, desk(), file, category, number) if number else None
    now = cases.read_part(g.db, g.actor, desk(), file, category)[1] if number else {}
    return render_template(
        "referrals/versions.html",
        case=file,
        category=category,
        entries=entries,
        number=number,
        then=then,
        changed=[key for key in {**(then or {}), **now} if (then or {}).get(key) != now.get(key)],
        now=now,
        authors=people(entry.author_id for entry in entries),
        labels=labels,
    )


@bp.route("/cases/<uuid:case_id>/risk", methods=["GET", "POST"])
@desk_only
def risk(case_id: uuid.UUID) -> ResponseReturnValue:
    """Assess the risk; a referral across a border needs this to be at most 14 days old."""
    file = case_or_404(case_id)
    form = RiskForm()
    if request.method == "GET":
        form.assessed_on.data = datetime.datetime.now(datetime.UTC).date()
    elif form.validate_on_submit():

        def act() -> str:
            cases.assess_risk(
                g.db,
                g.actor,
                desk(),
                file,
                on=form.assessed_on.data,
                level=form.level.data,
                notes=form.notes.data or "",
                answers=answers(form, QUESTIONS),
            )
            return url_for(".case", case_id=file.id)

        target = pressed(act)
        flash(_("Risk assessment saved."))
        return redirect(target, 303)
    status = 422 if form.errors else 200
    return (
        render_template(
            "referrals/risk.html",
            case=file,
            form=form,
            sections=SECTIONS,
            plan=QUESTIONS[-1:],
            earlier=cases.read_risks(g.db, g.actor, desk(), file),
            labels=labels,
        ),
        status,
    )


def to_case_or_alike(file: Case) -> str:
    """Where somebody goes on who has just written who the person is: to the case, or first to those it looks like."""
    if not likeness.others(g.db, g.actor, desk(), file):
        return url_for("referrals.case", case_id=file.id)
    flash(_("Another case of your organization may be of the same person."), "attention")
    return url_for("referrals.alike", case_id=file.id)


def _alike_page(file: Case, found: likeness.Alike) -> str:
    return render_template(
        "referrals/alike.html",
        case=file,
        found=found,
        owners=people(one.owner_id for one in found.known),
        labels=labels,
    )


def _part_page(file: Case, page: Page, form: Form, newest: int, theirs: sealing.Content | None = None) -> str:
    return render_template(
        "referrals/part.html",
        case=file,
        page=page,
        form=form,
        newest=newest,
        theirs=theirs,
        prefixes=[
            prefix for prefix in prefixes(page, MANY_TIMES) if f"{prefix}{page.fields[0].name}" in form
        ],
        labels=labels,
    )
