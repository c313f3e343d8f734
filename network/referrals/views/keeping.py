"""How long cases are kept."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts.forms import form_fault
from network.permissions import Role, Stale, require
from network.referrals import labels, policies, queries
from network.referrals.forms import HoldForm, KeepForm
from network.referrals.models import Case
from network.referrals.services import retention
from network.referrals.views.common import bp, case_or_404, desk, desk_only, seen_version

KEEP, HOLD, RELEASE = "keep", "hold", "release"


@bp.get("/cases/kept")
@desk_only
def kept_cases() -> str:
    """What will be erased when, and what is held."""
    return render_template(
        "referrals/kept-cases.html",
        cases=g.db.execute(queries.kept_cases(g.actor)).all(),
        today=retention.today_of(g.db, g.actor.tenant_id),
        labels=labels,
    )


@bp.route("/cases/<uuid:case_id>/keep", methods=["GET", "POST"])
@desk_only
def keep(case_id: uuid.UUID) -> ResponseReturnValue:
    """Until when a case is kept, and the legal hold: its owner's and the supervisors' to say."""
    file = case_or_404(case_id)
    require(policies.can_keep_case(g.actor, file))
    act = request.form.get("act") if request.method == "POST" else None
    keeping = KeepForm(
        request.form if act == KEEP else None, data={"until": file.retention_on, "seen": str(file.version)}
    )
    holding = HoldForm(request.form if act == HOLD else None)
    if act is None:
        return _page(file, keeping, holding)
    if act == RELEASE:
        retention.release(g.db, g.actor, file)
        flash(_("The hold has ended."))
        return redirect(url_for(".keep", case_id=file.id), 303)
    if not (holding if act == HOLD else keeping).validate():
        return _page(file, keeping, holding), 422
    try:
        with g.db.begin_nested():
            if act == HOLD:
                retention.hold(g.db, g.actor, desk(), file, holding.reason.data)
            else:
                retention.keep_until(g.db, g.actor, file, keeping.until.data, seen=seen_version())
    except Stale:
        g.db.refresh(file)
        keeping.seen.data = str(file.version)
        form_fault(keeping, _("Somebody else changed this case meanwhile. Look at it again."), "until")
        return _page(file, keeping, holding), 409
    flash(_("Saved."))
    return redirect(url_for(".keep", case_id=file.id), 303)


def _page(file: Case, keeping: KeepForm, holding: HoldForm) -> str:
    return render_template(
        "referrals/keep.html",
        case=file,
        keeping=keeping,
        holding=holding,
        may_release=g.actor.holds(Role.SUPERVISOR) or not g.db.scalar(queries.has_supervisor()),
        days=retention.REMIND_BEFORE.days,
    )
