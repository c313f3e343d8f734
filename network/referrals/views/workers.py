"""Who works on a case: a page of the case, and the supervisor's view of the whole desk."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts.forms import form_fault
from network.accounts.models import Membership
from network.forms import options
from network.permissions import Role, Stale, Unfit, require
from network.referrals import labels, policies, queries
from network.referrals.forms import AssignForm, HandOnForm
from network.referrals.models import Case
from network.referrals.services import workers
from network.referrals.views.common import bp, case_or_404, desk_only, people, uuid_or_404, words_for
from network.web import allow

ASSIGN, HAND_ON, TAKE_OFF = "assign", "hand-on", "take-off"


@bp.route("/cases/<uuid:case_id>/people", methods=["GET", "POST"])
@desk_only
def workers_page(case_id: uuid.UUID) -> ResponseReturnValue:
    """Whose case it is and who else works on it; its owner and supervisors change that here."""
    file = case_or_404(case_id)
    can = policies.can_keep_case(g.actor, file)
    colleagues = workers.keepers(g.db, file.tenant_id)
    assign, hand_on = _forms(file, colleagues)
    if request.method == "GET":
        return _page(file, colleagues, assign, hand_on, can)
    require(can)
    act = request.form.get("act")
    if act == TAKE_OFF:
        workers.take_off(g.db, g.actor, file, uuid_or_404(request.form.get("person")))
        flash(_("Taken off the case."))
        return redirect(url_for(".workers_page", case_id=file.id), 303)
    form = hand_on if act == HAND_ON else assign
    if not form.validate():
        return _page(file, colleagues, assign, hand_on, can), 422
    person = uuid_or_404(form.person.data)
    try:
        with g.db.begin_nested():
            if act == HAND_ON:
                workers.hand_on(g.db, g.actor, file, person, stay=form.stay.data, seen=_seen(form.seen.data))
            else:
                workers.assign(g.db, g.actor, file, person)
    except Unfit as unfit:
        form_fault(form, words_for(unfit), "person")
        return _page(file, colleagues, assign, hand_on, can), 422
    except Stale:
        g.db.refresh(file)
        form.seen.data = str(file.version)
        form_fault(form, _("Somebody else changed this case meanwhile. Look again at whose it is."), "person")
        return _page(file, colleagues, assign, hand_on, can), 409
    flash(_("The case has a new owner.") if act == HAND_ON else _("Assigned."))
    if act == HAND_ON and not (form.stay.data or g.actor.holds(Role.SUPERVISOR)):
        return redirect(url_for(".case_list"), 303)  # It is not hers any more.
    return redirect(url_for(".workers_page", case_id=file.id), 303)


@bp.get("/cases/people")
@allow(Role.SUPERVISOR, hidden=True)
def desk_people() -> str:
    """Everybody of the desk with the open cases they carry, and cases that nobody carries any more."""
    orphans = workers.orphans(g.db, g.actor)
    return render_template(
        "referrals/desk-people.html",
        loads=workers.loads(g.db, g.actor),
        orphans=orphans,
        owners=people(one.owner_id for one in orphans),
        labels=labels,
    )


def _forms(file: Case, colleagues: list[Membership]) -> tuple[AssignForm, HandOnForm]:
    there = {one.user_id for one in g.db.scalars(queries.assigned_to(file.id))} | {file.owner_id}
    act = request.form.get("act") if request.method == "POST" else None
    assign = AssignForm(request.form if act == ASSIGN else None)
    hand_on = HandOnForm(
        request.form if act == HAND_ON else None, prefix="owner-", data={"seen": str(file.version)}
    )
    assign.person.choices = options(
        ((str(m.user_id), m.user.name) for m in colleagues if m.user_id not in there), prompt=_("Choose")
    )
    hand_on.person.choices = options(
        ((str(m.user_id), m.user.name) for m in colleagues if m.user_id != file.owner_id), prompt=_("Choose")
    )
    return assign, hand_on


def _seen(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1


def _page(
    file: Case, colleagues: list[Membership], assign: AssignForm, hand_on: HandOnForm, can: bool
) -> str:
    there = g.db.scalars(queries.assigned_to(file.id)).all()
    return render_template(
        "referrals/people.html",
        case=file,
        workers=there,
        names=people([file.owner_id, *(one.user_id for one in there)]),
        holders={m.user_id for m in colleagues},
        assign=assign,
        hand_on=hand_on,
        can=can,
        labels=labels,
    )
