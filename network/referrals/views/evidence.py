"""Files that show a consent was given."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.deeds import pressed
from network.keys import Tampered
from network.permissions import Unfit
from network.referrals import files
from network.referrals.forms import EvidenceForm
from network.referrals.services import evidence
from network.referrals.views.common import bp, desk, desk_only, words_for
from network.referrals.views.consents import of_case


@bp.route("/cases/<uuid:case_id>/consents/<uuid:consent_id>/evidence", methods=["GET", "POST"])
@desk_only
def add_evidence(case_id: uuid.UUID, consent_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a photograph or a scan of what was signed."""
    file, given = of_case(case_id, consent_id)
    form = EvidenceForm()
    if request.method == "POST" and form.validate_on_submit():
        with form.file.data.stream as came:
            data = came.read(files.LARGEST + 1)

        def act() -> str:
            evidence.add_evidence(g.db, g.actor, desk(), file, given, name=form.file.data.filename, data=data)
            return url_for(".consent_record", case_id=file.id, consent_id=given.id)

        try:
            target = pressed(act)
        except Unfit as unfit:
            form.file.errors = [*form.file.errors, words_for(unfit)]
        else:
            flash(_("The file is kept."))
            return redirect(target, 303)
    page = render_template("referrals/evidence.html", case=file, consent=given, form=form)
    return page, 422 if form.errors else 200


@bp.get("/cases/<uuid:case_id>/consents/<uuid:consent_id>/evidence/<uuid:evidence_id>")
@desk_only
def evidence_file(case_id: uuid.UUID, consent_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    """Take it. The browser never shows it in our name."""
    _file, given = of_case(case_id, consent_id)
    desk().private(desk().current_epoch)  # Who was not let in yet is told so first.
    try:
        told, data = evidence.take_evidence(g.db, g.actor, desk(), given, evidence_id)
    except Tampered:
        flash(_("This file is no longer what was kept: somebody changed it. Tell whoever runs this network."))
        return redirect(url_for(".consent_record", case_id=case_id, consent_id=consent_id), 303)
    response = Response(data, content_type=told["kind"])
    name = "file" + files.ENDINGS[files.Kind(told["kind"])]
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(told['name'], safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
