"""Opening a case that is not one's own: in need, with a reason; seen by supervisors; counted, and the passphrase asked."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate
from network.accounts.forms import PassphraseForm, form_fault
from network.accounts.views.rooms import proven
from network.deeds import pressed
from network.limits import limit
from network.permissions import NotThere, Unfit
from network.referrals import queries
from network.referrals.forms import GlassForm
from network.referrals.services import glass, looks
from network.referrals.views.common import bp, confirm_first, desk, desk_only, people, words_for

ALERTS_SHOWN = 20


@bp.route("/cases/glass", methods=["GET", "POST"])
@desk_only
def break_glass() -> ResponseReturnValue:
    """Open a case of one's own organization by its code, for an hour, with a reason that supervisors read."""
    form = GlassForm()
    desk().private(desk().current_epoch)
    if request.method == "GET" and looks.full(g.db, g.actor):
        confirm_first(url_for(".break_glass"))
    if not form.validate_on_submit():
        return render_template("referrals/glass.html", form=form), 422 if form.errors else 200
    try:
        with g.db.begin_nested():
            case, readable = glass.case_to_open(g.db, g.actor, form.code.data)
            if not readable:
                looks.count(g.db, g.actor, case)

                def act() -> str:
                    glass.break_glass(g.db, g.actor, desk(), case, form.reason.data)
                    return url_for(".case", case_id=case.id)

                pressed(act)
                flash(_("The case is open to you for an hour. Your supervisors have been told."))
    except Unfit as unfit:
        form_fault(form, words_for(unfit), "code")
    except looks.TooMany:
        form_fault(
            form,
            _("You have opened ten cases that are not yours within an hour. Type your passphrase first."),
            "code",
        )
        return render_template("referrals/glass.html", form=form, many=True), 422
    else:
        return redirect(url_for(".case", case_id=case.id), 303)
    return render_template("referrals/glass.html", form=form), 422


@bp.get("/cases/openings")
@desk_only
def openings() -> str:
    """What was opened in need, with the reasons, and who opened many cases: for the supervisors."""
    if not glass.can_look(g.db, g.actor):
        raise NotThere
    found = glass.openings(g.db, g.actor, desk())
    many = g.db.scalars(queries.alerts(g.actor.tenant_id, ALERTS_SHOWN)).all()
    return render_template(
        "referrals/openings.html",
        openings=found,
        alerts=many,
        names=people(
            [*(one.glass.user_id for one in found), *(one.glass.seen_by_id for one in found)]
            + [one.user_id for one in many]
        ),
    )


@bp.post("/cases/openings/<uuid:glass_id>/seen")
@desk_only
def opening_seen(glass_id: uuid.UUID) -> ResponseReturnValue:
    """A supervisor has looked at it."""
    if not glass.can_look(g.db, g.actor):
        raise NotThere
    glass.looked_at(g.db, g.actor, glass_id)
    return redirect(url_for(".openings"), 303)


@bp.route("/confirm", methods=["GET", "POST"])
@desk_only
@limit("step-up", per_address="60/minute", per_user="20/hour")
def confirm() -> ResponseReturnValue:
    """The passphrase once more, after ten cases in an hour that were not one's own."""
    form = PassphraseForm()
    if form.validate_on_submit() and proven(form):
        looks.confirm(g.db, g.actor)
        return redirect(gate.safe_next(request.values.get("next"), url_for(".case_list")), 303)
    return render_template("referrals/confirm.html", form=form), 422 if form.errors else 200
