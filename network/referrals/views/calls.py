"""Calls to the hotline: the list of the desk, the page while somebody calls, what becomes of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts.forms import form_fault
from network.compression import let_pack
from network.database import now
from network.deeds import pressed
from network.permissions import NotThere, Stale
from network.places.clocks import timezone_of
from network.referrals import labels
from network.referrals.forms import CallForm
from network.referrals.models import HotlineCall
from network.referrals.services import calls
from network.referrals.views.cases import to_case_or_alike
from network.referrals.views.common import bp, desk, desk_only, people, seen_version
from network.web import get_or_404

SAID = ("call_type", "caller", "danger", "call_language", "call_country", "about", "advice", "callback_safe")


@bp.get("/calls/")
@desk_only
def call_list() -> str:
    """The desk's calls, those to be called back first."""
    let_pack()
    found = calls.calls(g.db, g.actor, desk())
    return render_template(
        "referrals/calls.html",
        calls=found,
        names=people(person for one in found for person in (one.row.taken_by_id, one.row.worker_id)),
        labels=labels,
        now=now(),
    )


@bp.route("/calls/new", methods=["GET", "POST"])
@desk_only
def new_call() -> ResponseReturnValue:
    """Somebody calls. A double click takes it down once."""
    desk().private(desk().current_epoch)
    form = CallForm(timezone_of(g.actor.country))
    if not form.validate_on_submit():
        return _page(form, None), 422 if form.errors else 200

    def act() -> str:
        call = calls.take_call(
            g.db, g.actor, desk(), _said(form), number=form.number.data or "", callback_at=form.callback_at
        )
        return url_for(".call", call_id=call.id)

    target = pressed(act)
    flash(_("The call is written down."))
    return redirect(target, 303)


@bp.route("/calls/<uuid:call_id>", methods=["GET", "POST"])
@desk_only
def call(call_id: uuid.UUID) -> ResponseReturnValue:
    """One call, to read and to write anew."""
    row = get_or_404(HotlineCall, call_id)
    content, number = calls.read_call(g.db, g.actor, desk(), row)
    zone = timezone_of(g.actor.country)
    held: dict[str, Any] = {**content, "seen": str(row.version)}
    if row.callback_at is not None:
        local = row.callback_at.astimezone(zone)
        held |= {"callback_on": local.date(), "callback_time": local.time()}
    form = CallForm(zone, has_number=bool(number), data=held)
    form.kept_at = row.callback_at
    if not form.validate_on_submit():
        return _page(form, row, number), 422 if form.errors else 200
    try:
        with g.db.begin_nested():
            calls.write_call(
                g.db,
                g.actor,
                desk(),
                row,
                _said(form),
                number=form.number.data or "",
                callback_at=form.callback_at,
                seen=seen_version(),
            )
    except Stale:
        g.db.refresh(row)
        theirs, number = calls.read_call(g.db, g.actor, desk(), row)
        form.seen.data = str(row.version)
        form_fault(
            form, _("Somebody else wrote here meanwhile. Both texts are below; send it again as it shall be.")
        )
        return _page(form, row, number, theirs), 409
    flash(_("Saved."))
    return redirect(url_for(".call", call_id=row.id), 303)


@bp.post("/calls/<uuid:call_id>/<any('take-over','called-back','forget-number','open-case'):name>")
@desk_only
def move_call(call_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """Take it over, tick the call back off, destroy the number now, or open a case from it. Twice is once."""
    row = get_or_404(HotlineCall, call_id)
    back = url_for(".call", call_id=row.id)
    if name == "take-over":
        calls.take_over(g.db, g.actor, row)
    elif not calls.can_read(g.db, g.actor, row):
        raise NotThere
    elif name == "called-back":
        calls.called_back(g.db, g.actor, row)
        flash(_("Ticked off."))
    elif name == "forget-number":
        calls.forget_number(g.db, g.actor, row)
        flash(_("The number is destroyed."))
    elif row.case_id is None:
        back = to_case_or_alike(calls.open_case(g.db, g.actor, desk(), row))
    else:
        back = url_for(".case", case_id=row.case_id)
    return redirect(back, 303)


def _said(form: CallForm) -> dict[str, Any]:
    return {name: form[name].data for name in SAID}


def _page(
    form: CallForm, row: HotlineCall | None, number: str = "", theirs: dict[str, Any] | None = None
) -> str:
    return render_template(
        "referrals/call.html",
        form=form,
        call=row,
        number=number,
        theirs=theirs,
        names=people([row.taken_by_id, row.worker_id]) if row else {},
        labels=labels,
        now=now(),
    )
