"""The coordinator's pages of agreements between partners. They name organizations and countries, and never a case."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.database import now
from network.deeds import pressed
from network.forms import options
from network.i18n.prefix import PREFIX
from network.permissions import Role, Stale, Unfit
from network.referrals import labels, queries
from network.referrals.agreements import COUNTRIES, Rules, written
from network.referrals.categories import Category
from network.referrals.forms import AgreementForm
from network.referrals.models import Agreement
from network.referrals.services import agreements
from network.tenancy import Tenant
from network.web import allow, get_or_404

bp = Blueprint("agreements", __name__, url_prefix=f"{PREFIX}/admin/agreements")
AT_FIELD = {
    "pair_same": "second",
    "pair_unknown": "second",
    "pair_exists": "second",
    "dates_order": "valid_until",
}
EVERYBODY = _l("All partners")


@bp.get("/")
@allow(Role.COORDINATOR)
def index() -> str:
    """Every agreement, and whether it holds today."""
    found = g.db.scalars(queries.agreements()).all()
    ends = {end for one in found for end in (one.first_id, one.second_id)}
    names = {t.id: t.name for t in g.db.scalars(select(Tenant).where(Tenant.id.in_(ends)))}
    return render_template(
        "referrals/agreements.html",
        found=found,
        names=names,
        today=now().date(),
        default=any(one.first_id is None for one in found),
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """An agreement of two partners, or of all."""
    form = _with_partners(AgreementForm())
    if request.method == "GET":
        form.valid_from.data = now().date()
    elif form.validate_on_submit():

        def act() -> str:
            agreements.agree(
                g.db,
                g.actor,
                first_id=_end(form.first.data),
                second_id=_end(form.second.data),
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                rules=_rules(form),
            )
            return url_for(".index")

        try:
            target = pressed(act)
        except Unfit as unfit:
            _say(form, unfit)
        else:
            flash(_("The agreement is in the book."))
            return redirect(target, 303)
    return render_template("referrals/agreement.html", form=form, agreement=None), 422 if form.errors else 200


@bp.route("/<uuid:agreement_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def one(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Change when it holds and what countries add. Two coordinators at once: the second sees what stands now."""
    agreement = get_or_404(Agreement, agreement_id)
    form = AgreementForm() if request.method == "POST" else AgreementForm(data=_shown(agreement))
    del form.first, form.second
    status, changed = 200, False
    if request.method == "POST" and form.validate_on_submit():
        try:
            with g.db.begin_nested():
                agreements.change_agreement(
                    g.db,
                    g.actor,
                    agreement_id,
                    valid_from=form.valid_from.data,
                    valid_until=form.valid_until.data,
                    rules=_rules(form),
                    seen=form.seen.data or "",
                )
        except Unfit as unfit:
            _say(form, unfit)
        except Stale:
            status, changed = 409, True
            form.seen.data = agreements.mark(agreement)
        else:
            flash(_("The agreement is in the book."))
            return redirect(url_for(".index"), 303)
    return (
        render_template(
            "referrals/agreement.html",
            form=form,
            agreement=agreement,
            changed=changed,
            ends=[g.db.get_one(Tenant, end).name for end in (agreement.first_id, agreement.second_id) if end],
        ),
        422 if form.errors else status,
    )


def _with_partners(form: AgreementForm) -> AgreementForm:
    partners = [(str(t.id), t.name) for t in g.db.scalars(queries.members())]
    form.first.choices = form.second.choices = options(partners, prompt=EVERYBODY)
    return form


def _end(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _rules(form: AgreementForm) -> Rules:
    return written(
        {c: [Category(v) for v in form[f"withheld_{c.lower()}"].data or []] for c in COUNTRIES},
        [c for c in COUNTRIES if form[f"approval_{c.lower()}"].data],
    )


def _shown(agreement: Agreement) -> dict[str, object]:
    values: dict[str, object] = {
        "seen": agreements.mark(agreement),
        "valid_from": agreement.valid_from,
        "valid_until": agreement.valid_until,
    }
    for country, rule in agreement.rules.items():
        code = country.lower()
        values |= {f"withheld_{code}": rule["withheld"], f"approval_{code}": rule["approval"]}
    return values


def _say(form: AgreementForm, unfit: Unfit) -> None:
    field = form[AT_FIELD[unfit.code]]
    field.errors = [*field.errors, labels.UNFIT[unfit.code]]


__all__ = ["bp"]
