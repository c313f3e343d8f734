"""Drafting a referral and changing the draft."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from network.deeds import pressed
from network.directory.models import Service
from network.directory.texts import said
from network.forms import options
from network.permissions import Stale, Unfit
from network.referrals import labels, queries, requests
from network.referrals.categories import Category
from network.referrals.forms import ReferralForm
from network.referrals.models import Case
from network.referrals.services import cases, drafts
from network.referrals.states import (
    Priority,
    Side,
    Status,
)
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    partner_choices,
    reader_language,
    seen_version,
    uuid_or_404,
    words_for,
)
from network.referrals.views.found import found_or_404


@bp.route("/new", methods=["GET", "POST"])
@desk_only
def new() -> ResponseReturnValue:
    """Ask a partner to take on a need. Without ``?case=`` the case is chosen first."""
    if "case" not in request.args:
        return render_template(
            "referrals/choose-case.html", cases=g.db.scalars(queries.cases_of(g.actor)).all(), labels=labels
        )
    file = case_or_404(uuid_or_404(request.args["case"]))
    form = _referral_form(file)
    if request.method == "POST" and form.validate_on_submit():

        def act() -> str:
            made = drafts.draft_referral(
                g.db,
                g.actor,
                desk(),
                file,
                receiving_id=uuid_or_404(form.recipient.data),
                categories=[Category(c) for c in form.categories.data or []],
                content=_asked(form),
                priority=Priority(form.priority.data),
            )
            return url_for(".referral", referral_id=made.id)

        try:
            return redirect(pressed(act), 303)
        except Unfit as unfit:
            form.categories.errors = [*form.categories.errors, words_for(unfit)]
    return render_template("referrals/new.html", case=file, form=form), 422 if form.errors else 200


@bp.route("/<uuid:referral_id>/change", methods=["GET", "POST"])
@desk_only
def change(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Change a draft."""
    found = found_or_404(referral_id)
    if found.side is not Side.REFERRING or found.referral.status is not Status.DRAFT or found.case is None:
        raise Stale
    form = _referral_form(found.case)
    receiver = str(found.referral.receiving_id)
    form.recipient.choices = [choice for choice in form.recipient.choices if choice.value == receiver]
    if request.method == "GET":
        form.recipient.data = receiver
        form.requested_service.data = found.envelope.get("requested_service", "")
        form.services.data = [str(ident) for ident in requests.service_ids(found.envelope)]
        form.kinds.data = requests.terms(found.envelope)
        form.place_id.data = found.envelope.get("place_id", "")
        form.speaks.data = found.envelope.get("speaks", "")
        form.need.data = found.envelope.get("need", "")
        form.priority.data = found.referral.priority.value
        form.categories.data = list(found.categories)
    elif form.validate_on_submit():
        try:
            with g.db.begin_nested():
                drafts.revise_draft(
                    g.db,
                    g.actor,
                    desk(),
                    referral_id,
                    seen=seen_version(),
                    categories=[Category(c) for c in form.categories.data or []],
                    content=_asked(form),
                    priority=Priority(form.priority.data),
                )
        except Unfit as unfit:
            form.categories.errors = [*form.categories.errors, words_for(unfit)]
        else:
            return redirect(url_for(".referral", referral_id=referral_id), 303)
    status = 422 if form.errors else 200
    return render_template("referrals/new.html", case=found.case, form=form, referral=found.referral), status


def _referral_form(file: Case) -> ReferralForm:
    """Only what is written can be sent along, so only that can be chosen."""
    form = ReferralForm()
    form.recipient.choices = partner_choices(file)
    partners = [uuid.UUID(choice.value) for choice in form.recipient.choices]
    services = g.db.scalars(queries.services_of_partners(partners)).all()
    form.services.choices = options((str(one.id), _named(one)) for one in services)
    written = cases.versions(g.db, file)
    form.categories.choices = options((c.value, labels.CATEGORIES[c]) for c in Category if c in written)
    return form


def _named(service: Service) -> str:
    """Whose it is first: services of one organization stand together."""
    language = reader_language()
    return f"{said(service.organization.name, language).text}: {said(service.name, language).text}"


def _asked(form: ReferralForm) -> dict[str, Any]:
    content: dict[str, Any] = {
        "requested_service": form.requested_service.data or "",
        "need": form.need.data or "",
    }
    content["services"] = requests.chosen(
        [*(form.services.data or []), *(f"term:{kind}" for kind in form.kinds.data or [])]
    )
    if form.place_id.data:
        content["place_id"] = form.place_id.data
    if form.speaks.data:
        content["speaks"] = form.speaks.data
    return content
