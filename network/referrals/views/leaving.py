"""A case taken away as a file of the standard, and files of cases brought in: looked at first, then taken."""

from __future__ import annotations

import uuid

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from network.accounts.views.rooms import proven
from network.deeds import pressed
from network.forms import options
from network.permissions import Stale, Unfit
from network.referrals import labels
from network.referrals.categories import Category
from network.referrals.forms import ConfirmImportForm, ExportForm, ImportForm
from network.referrals.models import Case, CaseImport, FileForm
from network.referrals.services import cases, exporting, importing
from network.referrals.services.exporting import Wish
from network.referrals.services.importing import Row
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    people,
    uuid_or_404,
    words_for,
)

KINDS = {FileForm.JSON: "application/json", FileForm.CSV: "text/csv; charset=utf-8"}
SHOWN = 100
"""Rows of a report that are shown at once: first those that want a look."""


@bp.route("/cases/<uuid:case_id>/export", methods=["GET", "POST"])
@desk_only
def export(case_id: uuid.UUID) -> ResponseReturnValue:
    """What is in the file, for whom, and the passphrase; the answer is the file. Every file stands in the ledger."""
    file = case_or_404(case_id)
    form = ExportForm()
    written = cases.versions(g.db, file)
    form.categories.choices = options((c.value, labels.CATEGORIES[c]) for c in Category if c in written)
    if request.method == "POST" and form.validate_on_submit() and proven(form):
        wish = Wish(
            FileForm(form.kind.data),
            frozenset(Category(c) for c in form.categories.data or []),
            document_number=form.document_number.data,
            notes=form.notes.data,
        )
        try:
            made = exporting.file_of(g.db, g.actor, desk(), file, wish)
        except Unfit:
            form.categories.errors = [_("Choose at least one kind of information.")]
        else:
            return _taken_away(file, wish, form.told_to.data, made)
    ledger = exporting.ledger(g.db, g.actor, desk(), file)
    html = render_template(
        "referrals/export.html",
        case=file,
        form=form,
        ledger=ledger,
        people=people([entry.author_id for entry, _said in ledger]),
        labels=labels,
    )
    return html, 422 if form.errors else 200


def _taken_away(file: Case, wish: Wish, told_to: str, made: bytes) -> Response:
    """The file, and its line in the ledger: one, however often the button was pressed."""

    def act() -> str:
        exporting.enter(g.db, g.actor, desk(), file, wish, told_to=told_to)
        return url_for(".export", case_id=file.id)

    pressed(act)
    answer = Response(made, content_type=KINDS[wish.form])
    answer.headers["Content-Disposition"] = f'attachment; filename="case.{wish.form.value}"'
    return answer


@bp.route("/cases/import", methods=["GET", "POST"])
@desk_only
def bring() -> ResponseReturnValue:
    """Bring a file: a report of every row, and nothing is made a case before somebody looked at it."""
    form = ImportForm()
    refusal = ""
    if request.method == "POST" and form.validate_on_submit():
        sent = request.files.get("file")
        try:
            with g.db.begin_nested():
                importing.bring(g.db, g.actor, desk(), sent.read() if sent else b"")
        except Unfit as unfit:
            refusal = words_for(unfit)
        else:
            return redirect(url_for(".bring"), 303)
    brought = importing.own_import(g.db, g.actor)
    rows = importing.rows_of(g.db, desk(), brought) if brought else []
    states = [_state(row, brought) for row in rows]
    told = sorted(zip(rows, states, strict=True), key=_first)
    html = render_template(
        "referrals/import.html",
        form=form,
        refusal=refusal,
        brought=brought,
        rows=told[:SHOWN],
        more=max(0, len(told) - SHOWN),
        counts={state: states.count(state) for state in labels.ROW_STATES if state in states},
        confirm=ConfirmImportForm(data={"brought": str(brought.id)} if brought else None, formdata=None),
        labels=labels,
    )
    return html, 422 if refusal or form.errors else 200


@bp.post("/cases/import/take")
@desk_only
def take() -> ResponseReturnValue:
    """Make cases of the right rows. A second press makes nothing twice."""
    form = ConfirmImportForm()
    form.validate_on_submit()
    brought = uuid_or_404(form.brought.data)
    if request.form.get("what") == "forget":
        importing.forget(g.db, g.actor, brought)
        flash(_("The file is forgotten. The cases that were made of it stay."))
        return redirect(url_for(".bring"), 303)
    try:
        made = importing.confirm(g.db, g.actor, desk(), brought)
    except Stale:
        flash(_("This file was replaced meanwhile. Please look at the newer one."))
    else:
        flash(ngettext("%(num)s case was made.", "%(num)s cases were made.", made))
    return redirect(url_for(".bring"), 303)


def _state(row: Row, brought: CaseImport | None) -> str:
    if row.taken.wrong:
        return "wrong"
    if row.case is None:
        return "waits"
    return "made" if brought and row.case.import_id == brought.id else "before"


def _first(told: tuple[Row, str]) -> tuple[bool, bool, int]:
    """What is wrong before what has remarks, and that before the rest; each in the order of the file."""
    row, state = told
    return state != "wrong", not row.taken.remarks, row.number
