"""Asking for consent, and taking it back in under a minute."""

from __future__ import annotations

import datetime
import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.database import now
from network.deeds import once
from network.i18n.languages import known
from network.permissions import Unfit
from network.referrals import labels, queries, wordings
from network.referrals.categories import Category
from network.referrals.consent import INFORMED_QUESTIONS, LONGEST_TERM
from network.referrals.forms import ConsentForm, MoveForm
from network.referrals.models import Case, Consent, ConsentText
from network.referrals.services import consents
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    partner_choices,
    reader_language,
    tenants,
    uuid_or_404,
    words_for,
)

AT_FIELD = {
    "no_scope": "categories",
    "expiry_past": "expires_on",
    "expiry_too_late": "expires_on",
    "not_informed": "informed",
}
"""Beside which field a rule's refusal is said."""


@bp.route("/cases/<uuid:case_id>/consent", methods=["GET", "POST"])
@desk_only
def consent(case_id: uuid.UUID) -> ResponseReturnValue:
    """Read the wording aloud, choose with the person, record how consent was given."""
    file = case_or_404(case_id)
    form = _form(file)
    if request.method == "POST" and form.validate_on_submit():
        try:
            with g.db.begin_nested():
                target = once(g.db, g.actor, request.form.get("idempotency_key"), lambda: _record(file, form))
        except Unfit as unfit:
            field = form[AT_FIELD.get(unfit.code, "categories")]
            field.errors = [*field.errors, words_for(unfit)]
        else:
            flash(_("Consent recorded."))
            return redirect(target, 303)
    return _page(file, form), 422 if form.errors else 200


@bp.get("/cases/<uuid:case_id>/consents/<uuid:consent_id>/withdraw")
@desk_only
def ask_withdraw(case_id: uuid.UUID, consent_id: uuid.UUID) -> str:
    """What a withdrawal does, in two sentences, and one button."""
    file, given = _of_case(case_id, consent_id)
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
    file, given = _of_case(case_id, consent_id)
    consents.withdraw_consent(g.db, g.actor, given)
    flash(_("Consent withdrawn. No other organization can read this any more."))
    return redirect(url_for(".case", case_id=file.id), 303)


def _of_case(case_id: uuid.UUID, consent_id: uuid.UUID) -> tuple[Case, Consent]:
    file = case_or_404(case_id)
    given: Consent | None = next(
        (c for c in g.db.scalars(queries.consents_of(file.id)) if c.id == consent_id), None
    )
    if given is None:
        abort(404)
    return file, given


def _form(file: Case) -> ConsentForm:
    form = ConsentForm()
    form.recipient.choices = partner_choices(file)
    if request.method == "GET":
        form.expires_on.data = ConsentForm.usual_end()
        form.language.data = known(reader_language())
        if request.args.get("to"):
            form.recipient.data = request.args["to"]
        asked = request.args.getlist("for")
        form.categories.data = [c.value for c in Category if c.value in asked]
    return form


def _record(file: Case, form: ConsentForm) -> str:
    recipient = uuid_or_404(form.recipient.data)
    chosen = frozenset(Category(c) for c in form.categories.data or [])
    told = set(form.informed.data or [])
    consents.give_consent(
        g.db,
        g.actor,
        desk(),
        file,
        text=_wording(form.language.data),
        scopes={recipient: chosen},
        details={
            "method": form.method.data,
            "language": form.language.data,
            "interpreter": form.interpreter.data or "",
            "witness": form.witness.data or "",
            "safe_contact": form.safe_contact.data or "",
            "informed": {question: question in told for question in INFORMED_QUESTIONS},
        },
        expires_at=_end_of(form.expires_on.data),
        onward=frozenset({recipient}) if form.onward_sharing.data else frozenset(),
    )
    return url_for(".case", case_id=file.id)


def _end_of(day: datetime.date) -> datetime.datetime:
    """Consent "until the 5th" holds through the 5th in all three countries, and ends with its UTC day. A term of
    exactly 12 months is not refused for the hours between now and midnight."""
    end = datetime.datetime.combine(day, datetime.time.max, datetime.UTC)
    longest = now() + LONGEST_TERM
    return longest if longest < end < longest + datetime.timedelta(days=1) else end


def _wording(language: str) -> ConsentText:
    text: ConsentText | None = g.db.scalars(queries.consent_text(wordings.REFERRAL, language)).one_or_none()
    if text is None:
        wordings.ensure(g.db)
        text = g.db.scalars(queries.consent_text(wordings.REFERRAL, language)).one()
    return text


def _page(file: Case, form: ConsentForm) -> str:
    languages = {code: wordings.TEXTS[code] for code in wordings.TEXTS}
    return render_template("referrals/consent.html", case=file, form=form, wordings=languages, labels=labels)
