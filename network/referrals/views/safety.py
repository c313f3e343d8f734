"""The safety stop of a case."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.permissions import Role, require
from network.referrals import policies, queries
from network.referrals.forms import FreezeForm
from network.referrals.notes import NoteKind
from network.referrals.services import freezing, notes
from network.referrals.views.common import bp, case_or_404, desk, desk_only


@bp.route("/cases/<uuid:case_id>/stop", methods=["GET", "POST"])
@desk_only
def stop(case_id: uuid.UUID) -> ResponseReturnValue:
    """Stop a case for safety, or let it go on."""
    file = case_or_404(case_id)
    require(policies.can_keep_case(g.actor, file))
    form = FreezeForm()
    alone = not g.db.scalar(queries.has_supervisor())
    if not form.validate_on_submit():
        page = render_template("referrals/stop.html", case=file, form=form, alone=alone)
        return page, 422 if form.errors else 200
    if request.form.get("act") == "go-on":
        freezing.lift_freeze(g.db, g.actor, file)
        flash(_("The case goes on. Its clocks run from where they stood."))
        return redirect(url_for(".case", case_id=file.id), 303)
    if form.reason.data and file.frozen_at is None:
        written = {"cco_CaseComment": form.reason.data}
        notes.write_note(g.db, g.actor, desk(), file, NoteKind.COMMENT, written)
    freezing.freeze_case(g.db, g.actor, file)
    flash(_("The case is stopped. Nobody but the supervisors can open it now."))
    mine = g.actor.holds(Role.SUPERVISOR) or alone
    return redirect(url_for(".case", case_id=file.id) if mine else url_for(".case_list"), 303)
