"""An act of consent as it was recorded; taking it back, whole or in part, in under a minute."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network import audit
from network.audit import Action
from network.database import now
from network.permissions import Unfit
from network.referrals import labels, policies, queries
from network.referrals.categories import Category
from network.referrals.consent import GivenBy
from network.referrals.forms import MoveForm, UnsuitableForm, what_form
from network.referrals.models import Case, Consent, ConsentScope
from network.referrals.services import consent_drafts, consents, narrowing, overriding
from network.referrals.services.cases import workers_of
from network.referrals.services.evidence import told_of
from network.referrals.views.common import bp, case_or_404, desk, desk_only, people, tenants, words_for
from network.referrals.views.proposing import may_read
from network.tenancy import Tenant
from network.web import get_or_404


@bp.get("/cases/<uuid:case_id>/consents/<uuid:consent_id>")
@desk_only
def consent_record(case_id: uuid.UUID, consent_id: uuid.UUID) -> str:
    """One act of consent: what was decided, how it was given, what became of it."""
    file, given = of_case(case_id, consent_id)
    said = consent_drafts.read_consent(g.db, desk(), given)
    story = g.db.scalars(queries.story_of_consent(given.id)).all()
    text = g.db.scalars(queries.text_by_id(given.text_id)).one()
    audit.record(g.db, g.actor, Action.CONSENT_READ, given.id)
    return render_template(
        "referrals/consent-record.html",
        case=file,
        consent=given,
        said=said,
        text=text,
        story=story,
        people=people(event.user_id for event in story),
        sentences=sentences_of(given, tenants(s.recipient_id for s in given.scopes)),
        live=given.active(now()),
        guarded=given.given_by is GivenBy.GUARDIAN,
        evidence=told_of(g.db, desk(), given),
        labels=labels,
    )


@bp.route("/cases/<uuid:case_id>/consents/<uuid:consent_id>/narrow", methods=["GET", "POST"])
@desk_only
def narrow(case_id: uuid.UUID, consent_id: uuid.UUID) -> ResponseReturnValue:
    """Take a part back: exactly the keys to it are destroyed, at once."""
    file, given = of_case(case_id, consent_id)
    allowed = narrowing.present_scopes(g.db, given.id)
    named = {t.id: t.name for t in tenants(allowed).values()}
    form = what_form(named, allowed)()
    if request.method == "POST" and form.validate_on_submit():
        removals = {
            ident: frozenset(Category(c) for c in form[f"c{ident.hex}"].data or []) for ident in allowed
        }
        try:
            with g.db.begin_nested():
                narrowing.narrow_consent(g.db, g.actor, desk(), given, removals)
        except Unfit as unfit:
            field = next((f for f in form if f.name.startswith("c")), None)
            if field is not None:
                field.errors = [*field.errors, words_for(unfit)]
        else:
            flash(_("Taken back. It can no longer be read."))
            return redirect(url_for(".consent_record", case_id=file.id, consent_id=given.id), 303)
    page = render_template("referrals/narrow.html", case=file, consent=given, form=form, names=named)
    return page, 422 if form.errors else 200


@bp.route("/cases/<uuid:case_id>/consents/<uuid:consent_id>/unsuitable", methods=["GET", "POST"])
@desk_only
def unsuitable(case_id: uuid.UUID, consent_id: uuid.UUID) -> ResponseReturnValue:
    """The guardian should never have spoken for the child: what they agreed to ends at once."""
    file, given = of_case(case_id, consent_id)
    if given.given_by is not GivenBy.GUARDIAN:
        return redirect(url_for(".consent_record", case_id=file.id, consent_id=given.id), 303)
    form = UnsuitableForm()
    if request.method == "POST" and form.validate_on_submit():
        words = {"why": "guardian_unsuitable", "reason": form.reason.data or ""}
        consents.withdraw_consent(g.db, g.actor, given, desk=desk(), words=words)
        flash(
            _("The guardian's consent has ended. No other organization can read anything under it any more.")
        )
        return redirect(url_for(".case", case_id=file.id), 303)
    page = render_template("referrals/unsuitable.html", case=file, consent=given, form=form)
    return page, 422 if form.errors else 200


@bp.get("/cases/<uuid:case_id>/consents/<uuid:consent_id>/withdraw")
@desk_only
def ask_withdraw(case_id: uuid.UUID, consent_id: uuid.UUID) -> str:
    """What a withdrawal does, in two sentences, and one button."""
    file, given = of_case(case_id, consent_id)
    open_referrals = g.db.scalars(queries.referrals_under(given.id)).all()
    return render_template(
        "referrals/withdraw.html",
        case=file,
        consent=given,
        tenants=tenants(r.receiving_id for r in open_referrals),
        referrals=open_referrals,
        form=MoveForm(),
    )


@bp.post("/cases/<uuid:case_id>/consents/<uuid:consent_id>/withdraw")
@desk_only
def withdraw(case_id: uuid.UUID, consent_id: uuid.UUID) -> ResponseReturnValue:
    """Close every recipient's access now. Nothing is asked and nothing can refuse."""
    given = get_or_404(Consent, consent_id)
    if given.case_id != case_id:
        abort(404)
    consents.withdraw_consent(g.db, g.actor, given)
    flash(_("Consent withdrawn. No other organization can read this any more."))
    return redirect(_after(get_or_404(Case, case_id)), 303)


@bp.route("/withdraw", methods=["GET", "POST"])
@desk_only
def by_phone() -> str:
    """Somebody calls and says the code of the case: found, and stopped with one press. The code travels in the form, so
    no address, history or log has it."""
    code = request.form.get("code", "")[:40]
    found = g.db.scalars(queries.case_of_caller(code)).one_or_none() if code.strip() else None
    holding = g.db.scalars(queries.holding_consents(found.id)).all() if found else []
    overridden = g.db.scalars(queries.overrides_of_case(found.id)).all() if found else []
    return render_template(
        "referrals/by-phone.html",
        code=code,
        found=found,
        consents=holding,
        overrides=overridden,
        labels=labels,
    )


@bp.post("/cases/<uuid:case_id>/withdraw")
@desk_only
def withdraw_all(case_id: uuid.UUID) -> ResponseReturnValue:
    """Everything the person of this case ever agreed to ends now, and what left without it too. Any worker of the desk
    may write it down: who answers the telephone is not always who works on the case."""
    file = get_or_404(Case, case_id)
    for given in g.db.scalars(queries.holding_consents(file.id)).all():
        consents.withdraw_consent(g.db, g.actor, given)
    for override in g.db.scalars(queries.overrides_of_case(file.id)).all():
        overriding.end_override(g.db, g.actor, override.referral_id)
    flash(_("Everything is withdrawn. No other organization can read anything any more."))
    return redirect(url_for(".by_phone"), 303)


def sentences_of(given: Consent, named: dict[uuid.UUID, Tenant]) -> list[str]:
    """What it allows now, one sentence for each recipient."""
    rows: dict[uuid.UUID, list[ConsentScope]] = {}
    for scope in given.scopes:
        if scope.removed_at is None:
            rows.setdefault(scope.recipient_id, []).append(scope)
    return [
        may_read(
            named[recipient].name,
            [scope.category for scope in scopes],
            scopes[0].access,
            any(scope.onward_sharing for scope in scopes),
        )
        for recipient, scopes in rows.items()
        if recipient in named
    ]


def _after(file: Case) -> str:
    """Back to the case, for who may read it; else to where the code is typed."""
    if policies.can_read_case(g.actor, file, workers_of(g.db, g.actor, file)):
        return url_for(".case", case_id=file.id)
    return url_for(".by_phone")


def of_case(case_id: uuid.UUID, consent_id: uuid.UUID) -> tuple[Case, Consent]:
    """The consent with its case; 404 for any other pair."""
    file = case_or_404(case_id)
    given: Consent | None = next(
        (c for c in g.db.scalars(queries.consents_of(file.id)) if c.id == consent_id), None
    )
    if given is None:
        abort(404)
    return file, given
