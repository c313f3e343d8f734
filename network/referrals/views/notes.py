"""What a desk notes about a case for itself: the stage, the signs, legal matters with their days, plans, reminders."""

from __future__ import annotations

import datetime
import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.database import now
from network.deeds import pressed
from network.forms import Form
from network.permissions import Stale, Unfit
from network.referrals import labels
from network.referrals.forms import MANY_TIMES, StatusForm, page_form, prefixes, written
from network.referrals.models import Case
from network.referrals.models.cases import CaseStatus
from network.referrals.notes import ELEMENTS, OFTEN, ONCE, SHEETS, NoteKind, Sheet, element_of, was_child
from network.referrals.services import cases, notes
from network.referrals.services.notes import Note
from network.referrals.views.common import bp, case_or_404, desk, desk_only, people, seen_version, words_for

AHEAD = datetime.timedelta(days=14)
"""How far the page of reminders looks ahead."""


@bp.route("/cases/<uuid:case_id>/status", methods=["GET", "POST"])
@desk_only
def status(case_id: uuid.UUID) -> ResponseReturnValue:
    """Say where a case stands; closing it, say why. The reason is sealed."""
    file = case_or_404(case_id)
    found = notes.single(notes.read_notes(g.db, g.actor, desk(), file), NoteKind.CLOSING)
    reason = str(found.content.get("cas_ReasonForCaseClosure", "")) if found else ""
    form = StatusForm(data={"status": file.status.value, "reason": reason, "seen": str(file.version)})
    answer = 200
    if request.method == "POST" and form.validate_on_submit():
        try:
            with g.db.begin_nested():
                cases.change_status(g.db, g.actor, file, CaseStatus(form.status.data), seen=seen_version())
                if (form.reason.data or "") != reason:
                    notes.write_note(
                        g.db,
                        g.actor,
                        desk(),
                        file,
                        NoteKind.CLOSING,
                        {"cas_ReasonForCaseClosure": form.reason.data},
                        seen=found.row.number if found else 0,
                    )
            flash(_("Saved."))
            return redirect(url_for(".case", case_id=file.id), 303)
        except Unfit as unfit:
            form.status.errors = [words_for(unfit)]
            answer = 422
        except Stale:
            g.db.refresh(file)
            form.seen.data = str(file.version)
            form.status.errors = [
                _(
                    "Somebody else changed this while you were writing. Now it says: %(state)s.",
                    state=labels.CASE_STATUSES[file.status],
                )
            ]
            answer = 409
    elif form.errors:
        answer = 422
    return render_template("referrals/status.html", case=file, form=form, labels=labels), answer


@bp.route(f"/cases/<uuid:case_id>/<any({', '.join(ONCE)}):name>", methods=["GET", "POST"])
@desk_only
def sheet(case_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """A sheet of which a case has one."""
    file, kind = case_or_404(case_id), NoteKind(name)
    found = notes.single(notes.read_notes(g.db, g.actor, desk(), file), kind)
    earlier = (
        notes.read_versions(g.db, g.actor, desk(), file, found.row.thread_id)
        if found and request.method == "GET"
        else []
    )
    return _write(file, kind, found, earlier)


@bp.route(f"/cases/<uuid:case_id>/notes/<any({', '.join(OFTEN)}):name>", methods=["GET", "POST"])
@desk_only
def new_note(case_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """One more of those of which a case may have any number."""
    return _write(case_or_404(case_id), NoteKind(name), None, [])


@bp.route("/cases/<uuid:case_id>/notes/<uuid:thread_id>", methods=["GET", "POST"])
@desk_only
def note(case_id: uuid.UUID, thread_id: uuid.UUID) -> ResponseReturnValue:
    """One of them: to read, with every earlier version, and to write anew."""
    file = case_or_404(case_id)
    found = notes.read_versions(g.db, g.actor, desk(), file, thread_id)
    return _write(file, found[0].kind, found[0], found)


@bp.post("/cases/<uuid:case_id>/notes/<uuid:thread_id>/remove")
@desk_only
def remove_note(case_id: uuid.UUID, thread_id: uuid.UUID) -> ResponseReturnValue:
    """Take a note away, or only its reminder. Its versions stay until the case is erased."""
    file = case_or_404(case_id)
    newest = notes.read_versions(g.db, g.actor, desk(), file, thread_id)[0]
    reminder = request.form.get("what") == "reminder"
    try:
        with g.db.begin_nested():
            if reminder:
                notes.forget_reminder(g.db, g.actor, desk(), file, thread_id, seen=seen_version())
            else:
                notes.write_note(
                    g.db,
                    g.actor,
                    desk(),
                    file,
                    newest.kind,
                    newest.content,
                    thread_id=thread_id,
                    seen=seen_version(),
                    gone=True,
                )
    except Stale:
        flash(_("Somebody else changed this meanwhile. Please look at it again."))
        return redirect(url_for(".note", case_id=file.id, thread_id=thread_id), 303)
    flash(_("The reminder is done.") if reminder else _("Taken away."))
    return redirect(url_for(".reminders") if reminder else url_for(".case", case_id=file.id), 303)


@bp.get("/cases/reminders")
@desk_only
def reminders() -> str:
    """What has to be thought of now and in the next two weeks, in the cases this person works on."""
    today = now().date()
    found = notes.due_reminders(g.db, g.actor, desk(), today + AHEAD)
    return render_template("referrals/reminders.html", found=found, today=today, labels=labels)


def _write(file: Case, kind: NoteKind, found: Note | None, earlier: list[Note]) -> ResponseReturnValue:
    """The page of one sheet, and its saving."""
    asked, present = SHEETS[kind], found.content if found else {}
    newest = found.row.number if found else 0
    form = page_form(asked, present, newest, request.form)
    if request.method == "GET":
        return _sheet_page(file, asked, form, found, earlier)
    if not form.validate_on_submit():
        return _sheet_page(file, asked, form, found, earlier), 422
    thread = found.row.thread_id if found else None
    back = url_for(".case", case_id=file.id)

    def act() -> str:
        notes.write_note(
            g.db, g.actor, desk(), file, kind, written(form, asked), thread_id=thread, seen=seen_version()
        )
        return back

    try:
        with g.db.begin_nested():
            # A new note sent twice is one note; a present one has its number to tell.
            target = act() if found else pressed(act)
    except Stale:
        # Read again: who writes at the same moment was not done yet when this page was looked up.
        if thread is not None:
            found = notes.read_versions(g.db, g.actor, desk(), file, thread)[0]
        else:
            found = notes.single(notes.read_notes(g.db, g.actor, desk(), file), kind)
        form.seen.data = str(found.row.number if found else 0)
        return _sheet_page(file, asked, form, found, earlier, stale=True), 409
    flash(_("Saved."))
    return redirect(target, 303)


def _sheet_page(
    file: Case, asked: Sheet, form: Form, found: Note | None, earlier: list[Note], *, stale: bool = False
) -> str:
    child = asked.kind is NoteKind.INDICATORS and was_child(
        cases.read_parts(g.db, g.actor, desk(), file).values(), now().date()
    )
    said = found.content.get("indicators", []) if found and asked.kind is NoteKind.INDICATORS else []
    signs = {
        element: [one for one in said if element_of(one.get("indicator", "")) == element]
        for element in ELEMENTS
    }
    return render_template(
        "referrals/sheet.html",
        signs=signs if said else None,
        case=file,
        sheet=asked,
        form=form,
        found=found,
        theirs=found.content if found and stale else None,
        earlier=earlier,
        authors=people(one.row.author_id for one in earlier),
        child=child,
        prefixes=[
            prefix for prefix in prefixes(asked, MANY_TIMES) if f"{prefix}{asked.fields[0].name}" in form
        ],
        labels=labels,
    )
