"""The key ceremony: letting a colleague in, printing the recovery sheet, opening the desk with it."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate, policies, queries
from network.accounts.desk_keys import NoDeskKey
from network.accounts.forms import LetInForm, PassphraseForm, UseSheetForm, form_fault
from network.accounts.models import SheetKey, UserKey
from network.accounts.services import desk as desks
from network.accounts.services import recovery as services
from network.accounts.services import travel
from network.accounts.services.sign_in import Wrong
from network.accounts.views.members import member_of, own_tenant
from network.accounts.views.rooms import admin, page, proven
from network.i18n.prefix import current_language
from network.keys import PublicKey
from network.limits import limit
from network.permissions import NotThere, Role, Unfit, require
from network.web import allow

DESK = (Role.CASEWORKER, Role.SUPERVISOR)


@admin.get("/let-in")
@allow(*DESK)
def newcomers() -> ResponseReturnValue:
    """Colleagues who read cases and do not hold the desk's key yet."""
    tenant = own_tenant()
    holders = desks.holders(g.db, tenant.id)
    rows = g.db.scalars(queries.members(tenant.id)).all()
    waiting = [m for m in rows if m.active and policies.reads_cases(m.held) and m.user_id not in holders]
    travellers = [m for m in rows if m.active and m.travelling_since is not None]
    return page(
        "admin/let-in.html",
        waiting=waiting,
        holds=g.actor.user_id in holders,
        travellers=travellers,
        liftable={m.id for m in travellers if travel.can_lift(g.db, g.actor, m)},
        myself=g.actor.user_id,
        sheet=g.db.scalars(queries.sheet(tenant.id)).one_or_none(),
    )


@admin.route("/let-in/<uuid:membership_id>", methods=["GET", "POST"])
@allow(*DESK)
@limit("step-up", per_address="60/minute", per_user="40/hour")
def let_in(membership_id: uuid.UUID) -> ResponseReturnValue:
    """Compare six words by phone, then hand over the key of the desk."""
    newcomer = member_of(membership_id)
    require(policies.can_let_in(g.actor, newcomer))
    key = g.db.get(UserKey, newcomer.user_id)
    if key is None:
        raise NotThere
    public = PublicKey.from_bytes(key.public_key)
    form = LetInForm(data={"fingerprint": public.fingerprint()})
    desk = gate.desk_keys()
    if not desk.let_in:
        raise NoDeskKey
    if form.validate_on_submit() and proven(form):
        desks.let_in(g.db, g.actor, desk, newcomer, form.fingerprint.data)
        flash(_("%(name)s can open the desk's cases now.", name=newcomer.user.name))
        return redirect(url_for("admin.newcomers"), 303)
    return page(
        "admin/let-in-one.html", form, newcomer=newcomer, six_words=public.six_words(current_language())
    )


@admin.post("/let-in/<uuid:membership_id>/back")
@allow(*DESK)
def lift_travel(membership_id: uuid.UUID) -> ResponseReturnValue:
    """A colleague is back from her journey: her account shows cases again."""
    traveller = member_of(membership_id)
    if traveller.travelling_since is not None:
        travel.lift(g.db, g.actor, traveller)
        flash(_("%(name)s sees cases again.", name=traveller.user.name))
    return redirect(url_for("admin.newcomers"), 303)


@admin.route("/recovery-sheet", methods=["GET", "POST"])
@allow(*DESK)
@limit("step-up", per_address="60/minute", per_user="40/hour")
def recovery_sheet() -> ResponseReturnValue:
    """The organization's last resort, on paper in the safe."""
    tenant = own_tenant()
    sheet: SheetKey | None = g.db.scalars(queries.sheet(tenant.id)).one_or_none()
    desk = gate.desk_keys()
    form = PassphraseForm()
    if form.validate_on_submit() and proven(form):
        printed, code = services.print_sheet(g.db, g.actor, desk)
        fingerprint = PublicKey.from_bytes(printed.public_key).fingerprint()
        return page(
            "admin/recovery-sheet-paper.html",
            tenant=tenant,
            code=code,
            sheet=printed,
            fingerprint=fingerprint,
        )
    return page("admin/recovery-sheet.html", form, sheet=sheet, holds=desk.let_in)


@admin.route("/recovery-sheet/use", methods=["GET", "POST"])
@allow(*DESK)
@limit("sheet", per_address="20/minute", per_user="10/hour")
def use_recovery_sheet() -> ResponseReturnValue:
    """Open the desk with the code from the safe, when nobody can let one in."""
    form = UseSheetForm()
    if form.validate_on_submit():
        try:
            services.use_sheet(g.db, g.actor, gate.user_key(), form.code.data)
        except Wrong:
            form_fault(form, _("This is the code of an older sheet, or of another organization."), "code")
        except NotThere:
            form_fault(form, _("No recovery sheet was printed, or it was replaced."), "code")
        except Unfit:
            form_fault(form, _("This sheet opens nothing."), "code")
        else:
            flash(_("You can open the desk's cases now. Please print a new sheet: this code has been seen."))
            return redirect(url_for("admin.recovery_sheet"), 303)
    return page("admin/recovery-sheet-use.html", form)
