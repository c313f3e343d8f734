"""The coordinator's page: the network's partners, their first key holders, and pausing one."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate, queries
from network.accounts.forms import FounderForm, PartnerForm, PassphraseForm, form_fault
from network.accounts.labels import refusal
from network.accounts.services import partners as services
from network.accounts.views.rooms import admin, page, proven
from network.forms import options
from network.i18n.countries import country_name
from network.i18n.folding import fold
from network.i18n.prefix import current_language
from network.limits import limit
from network.permissions import Role, Unfit
from network.tenancy import Tenant
from network.web import allow, get_or_404

COUNTRIES = ("KG", "UZ", "TJ", "KZ", "RU", "TM")
AT_FIELD = {"slug_taken": "name", "code_taken": "code", "code_shape": "code"}


@admin.get("/network")
@allow(Role.COORDINATOR)
def network() -> ResponseReturnValue:
    """Every partner, and whether it has a desk yet."""
    rows = g.db.scalars(queries.partners()).all()
    with_desk = set(g.db.scalars(queries.tenants_with_desk()))
    language = current_language()
    return page(
        "admin/network.html",
        rows=[(t, country_name(t.country, language) if t.country else "", t.id in with_desk) for t in rows],
    )


@admin.route("/network/invite", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
@limit("invite", per_address="60/minute", per_user="60/hour")
def invite_partner() -> ResponseReturnValue:
    """A new partner, and the letter to the person who will make its keys."""
    form = PartnerForm(data={"language": current_language()})
    form.country.choices = options([(c, country_name(c, current_language())) for c in COUNTRIES])
    if form.validate_on_submit() and proven(form):
        try:
            services.add_partner(
                g.db,
                g.actor,
                gate.app().keyring,
                name=form.name.data,
                slug=slug_of(form.name.data),
                code=form.code.data.upper(),
                country=form.country.data,
                email=form.email.data,
                person=form.person.data,
                language=form.language.data,
            )
        except Unfit as error:
            form_fault(form, refusal(error), AT_FIELD.get(error.code))
        else:
            flash(_("The invitation is on its way. Its link works once, for three days."))
            return redirect(url_for("admin.network"), 303)
    return page("admin/invite-partner.html", form)


def slug_of(name: str) -> str:
    """The short name for addresses: Latin letters, digits and hyphens."""
    return "-".join(fold(name).split())[:80].strip("-") or str(uuid.uuid4())[:8]


@admin.route("/network/<uuid:tenant_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
@limit("invite", per_address="60/minute", per_user="60/hour")
def partner(tenant_id: uuid.UUID) -> ResponseReturnValue:
    """One partner: its first key holder to invite anew, its access to pause."""
    tenant = get_or_404(Tenant, tenant_id)
    form = FounderForm(data={"language": current_language()})
    if form.validate_on_submit() and proven(form):
        try:
            services.invite_founder(
                g.db,
                g.actor,
                gate.app().keyring,
                tenant,
                email=form.email.data,
                name=form.person.data,
                language=form.language.data,
            )
        except Unfit as error:
            form_fault(form, refusal(error))
        else:
            flash(_("The invitation is on its way. Its link works once, for three days."))
            return redirect(url_for("admin.network"), 303)
    return _partner_page(tenant, form, PassphraseForm(prefix="end", formdata=None))


def _partner_page(tenant: Tenant, form: FounderForm, ending: PassphraseForm) -> ResponseReturnValue:
    has_desk = g.db.scalars(queries.first_epoch(tenant.id)).first()
    return page("admin/partner.html", form, tenant=tenant, has_desk=has_desk, ending=ending)


@admin.post("/network/<uuid:tenant_id>/suspend")
@allow(Role.COORDINATOR)
@limit("step-up", per_address="60/minute", per_user="40/hour")
def suspend_partner(tenant_id: uuid.UUID) -> ResponseReturnValue:
    return _change(tenant_id, pause=True)


@admin.post("/network/<uuid:tenant_id>/restore")
@allow(Role.COORDINATOR)
@limit("step-up", per_address="60/minute", per_user="40/hour")
def restore_partner(tenant_id: uuid.UUID) -> ResponseReturnValue:
    return _change(tenant_id, pause=False)


def _change(tenant_id: uuid.UUID, *, pause: bool) -> ResponseReturnValue:
    tenant = get_or_404(Tenant, tenant_id)
    ending = PassphraseForm(prefix="end")
    if not ending.validate_on_submit() or not proven(ending):
        return _partner_page(tenant, FounderForm(formdata=None), ending)
    if pause:
        services.suspend_partner(g.db, g.actor, tenant)
        flash(_("Access of this partner is paused."))
    else:
        services.restore_partner(g.db, g.actor, tenant)
        flash(_("This partner has access again."))
    return redirect(url_for("admin.network"), 303)
