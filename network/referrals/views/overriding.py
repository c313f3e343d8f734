"""Sending without consent: the emergency on one page, the two listed grounds, the second person, the review."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.deeds import pressed
from network.forms import options
from network.permissions import Stale, Unfit
from network.referrals import labels, queries
from network.referrals.categories import Category
from network.referrals.forms import EMERGENCY_FIELDS, AloneForm, EmergencyForm, OverrideForm, ReviewForm
from network.referrals.models import Case, ConsentOverride, Referral
from network.referrals.overrides import Ground, Review
from network.referrals.services import cases, grounds, overriding, sending
from network.referrals.services.guards import is_alone
from network.referrals.states import OPEN, Side, Status
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    people,
    seen_version,
    tenants,
    uuid_or_404,
    words_for,
)
from network.referrals.views.found import Found, found_or_404
from network.web import get_or_404

NEW = "new"
AT_EMERGENCY = {
    "recipient_unknown": "recipient",
    "recipient_suspended": "recipient",
    "no_agreement": "recipient",
}


@bp.route("/emergency", methods=["GET", "POST"])
@desk_only
def emergency() -> ResponseReturnValue:
    """A life is in danger: one page, the minimum, sent now. ``?case=`` chooses the case."""
    form = _emergency_form()
    if request.method == "POST" and form.validate_on_submit():
        desk().private(desk().current_epoch)
        try:
            target = pressed(lambda: _send_now(form))
        except Unfit as unfit:
            field = form[
                AT_EMERGENCY.get(unfit.code, "case" if unfit.code == "case_closed" else "categories")
            ]
            field.errors = [*field.errors, words_for(unfit)]
        else:
            flash(_("Sent. Call the other organization as well: a call is faster than a notice."))
            return redirect(target, 303)
    return render_template("referrals/emergency.html", form=form), 422 if form.errors else 200


@bp.route("/<uuid:referral_id>/override", methods=["GET", "POST"])
@desk_only
def override(referral_id: uuid.UUID) -> ResponseReturnValue:
    """What was, or may be, sent without consent: ask for it while it is a draft; agree, review or stop afterwards."""
    found = _ours(referral_id)
    standing = g.db.scalars(queries.override_of(referral_id)).one_or_none()
    if found.referral.status is not Status.DRAFT:
        if standing is None:
            abort(404)
        return _record_page(found, standing)
    form = OverrideForm(data={"seen": str(found.referral.version)})
    if request.method == "POST" and form.validate_on_submit():
        try:
            with g.db.begin_nested():
                overriding.ask_override(
                    g.db,
                    g.actor,
                    desk(),
                    referral_id,
                    ground=Ground(form.ground.data),
                    reason=form.reason.data,
                    seen=seen_version(),
                )
        except Unfit as unfit:
            form.ground.errors = [*form.ground.errors, words_for(unfit)]
        else:
            flash(_("Written down. Make the referral ready and ask a supervisor to approve it."))
            return redirect(url_for(".referral", referral_id=referral_id), 303)
    page = render_template(
        "referrals/override-ask.html", referral=found.referral, form=form, standing=standing
    )
    return page, 422 if form.errors else 200


@bp.post("/<uuid:referral_id>/override/approve")
@desk_only
def approve_override(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The second person agrees."""
    overriding.approve_override(g.db, g.actor, _ours(referral_id).referral.id)
    flash(_("You agreed. It goes on."))
    return redirect(url_for(".override", referral_id=referral_id), 303)


@bp.post("/<uuid:referral_id>/override/review")
@desk_only
def review_override(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody looked again."""
    found = _ours(referral_id)
    form = ReviewForm()
    if not form.validate_on_submit():
        standing = g.db.scalars(queries.override_of(referral_id)).one_or_none()
        if standing is None:
            abort(404)
        return _record_page(found, standing, form)
    review = Review(form.review.data)
    overriding.review_override(g.db, g.actor, found.referral.id, review, informed=form.informed.data)
    flash(_("The review is written down."))
    return redirect(url_for(".override", referral_id=referral_id), 303)


@bp.post("/<uuid:referral_id>/override/end")
@desk_only
def end_override(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Stop it now. Nobody of the desk can be refused this, whoever works on the case."""
    referral = get_or_404(Referral, referral_id)
    overriding.end_override(g.db, g.actor, referral.id)
    flash(_("Stopped. The other organization can read nothing any more."))
    return redirect(url_for(".inbox"), 303)


@bp.route("/<uuid:referral_id>/send-alone", methods=["GET", "POST"])
@desk_only
def send_alone(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Who holds the key of her organization alone types a ground in place of the second person."""
    found = _ours(referral_id)
    if found.referral.status is not Status.READY or not is_alone(g.db, found.referral):
        raise Stale
    form = AloneForm(data={"seen": str(found.referral.version)})
    if request.method == "POST" and form.validate_on_submit():

        def act() -> str:
            sending.send_referral(
                g.db, g.actor, desk(), referral_id, seen=seen_version(), alone=form.alone.data
            )
            return url_for(".referral", referral_id=referral_id)

        try:
            target = pressed(act)
        except Unfit as unfit:
            form.alone.errors = [*form.alone.errors, words_for(unfit)]
        else:
            flash(_("Sent."))
            return redirect(target, 303)
    page = render_template("referrals/send-alone.html", referral=found.referral, form=form)
    return page, 422 if form.errors else 200


def _ours(referral_id: uuid.UUID) -> Found:
    found = found_or_404(referral_id)
    if found.side is not Side.REFERRING:
        abort(404)
    return found


def _emergency_form() -> EmergencyForm:
    form = EmergencyForm()
    mine = g.db.scalars(queries.cases_of(g.actor).limit(200)).all()
    # NOTE: The first line of a list of cases.
    form.case.choices = options([(NEW, _l("A new case")), *((str(c.id), c.code) for c in mine)])
    form.recipient.choices = options(
        (str(t.id), t.name) for t in g.db.scalars(queries.partners(g.actor.tenant_id))
    )
    if request.method == "GET" and request.args.get("case"):
        form.case.data = request.args["case"]
    return form


def _send_now(form: Any) -> str:
    if form.case.data == NEW:
        file: Case = cases.open_case(g.db, g.actor)
    else:
        file = case_or_404(uuid_or_404(form.case.data))
    typed = {
        category: {name: form[field].data or "" for name, field in names.items()}
        for category, names in EMERGENCY_FIELDS.items()
    }
    sent = overriding.send_emergency(
        g.db,
        g.actor,
        desk(),
        file,
        receiving_id=uuid_or_404(form.recipient.data),
        categories=frozenset(Category(c) for c in form.categories.data or []),
        typed=typed,
        content={"requested_service": form.requested_service.data, "need": form.requested_service.data},
        reason=form.reason.data,
    )
    return url_for(".referral", referral_id=sent.id)


def _record_page(
    found: Found, standing: ConsentOverride, form: ReviewForm | None = None
) -> ResponseReturnValue:
    may = overriding.may_look_second(g.db, g.actor, standing)
    names = people([standing.requested_by_id, standing.approved_by_id, standing.reviewed_by_id])
    page = render_template(
        "referrals/override.html",
        referral=found.referral,
        override=standing,
        words=grounds.words_of(g.db, desk(), standing),
        categories=[Category(c) for c in found.categories],
        receiver=tenants([found.referral.receiving_id])[found.referral.receiving_id],
        people=names,
        open=found.referral.status in OPEN and standing.ended_at is None,
        may_approve=may and not standing.approved_at and g.actor.user_id != standing.requested_by_id,
        may_review=may and not standing.reviewed_at,
        form=form or ReviewForm(),
        labels=labels,
    )
    return page, 422 if form is not None else 200
