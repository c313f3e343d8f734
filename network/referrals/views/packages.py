"""A referral on its way that holds less than before, or more: confirming a deletion, sending along what was allowed since."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.deeds import once
from network.forms import options
from network.permissions import Stale, Unfit
from network.referrals import labels, queries
from network.referrals.categories import Category
from network.referrals.forms import MoreForm, StopForm
from network.referrals.services import deletions, widening
from network.referrals.states import RELEASED, UNANSWERED, Side, StopGround
from network.referrals.views.common import bp, desk, desk_only, seen_version, words_for
from network.referrals.views.found import found_or_404


@bp.route("/<uuid:referral_id>/deletion", methods=["GET", "POST"])
@desk_only
def deletion(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The receiving desk confirms that what was taken back is deleted."""
    found = found_or_404(referral_id)
    if found.side is not Side.RECEIVING:
        abort(404)
    waiting = deletions.owed(g.db, found.referral)
    if not waiting:
        raise Stale
    form = StopForm(data={"seen": str(found.referral.version)})
    if request.method == "POST" and form.validate_on_submit():
        alone = not g.db.scalar(queries.has_supervisor())
        ground = StopGround(form.ground.data)
        deletions.confirm_deletion(g.db, g.actor, referral_id, ground=ground, alone=alone)
        flash(_("Confirmed. The other organization is told."))
        return redirect(url_for(".referral", referral_id=referral_id), 303)
    page = render_template(
        "referrals/deletion.html",
        referral=found.referral,
        form=form,
        categories=[Category(c) for obligation in waiting for c in obligation.categories],
        due_at=min(obligation.due_at for obligation in waiting),
        labels=labels,
    )
    return page, 422 if form.errors else 200


@bp.route("/<uuid:referral_id>/more", methods=["GET", "POST"])
@desk_only
def more(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Send along what the person consented to since; nothing else can be chosen."""
    found = found_or_404(referral_id)
    if found.side is not Side.REFERRING or found.case is None:
        abort(404)
    if found.referral.status not in UNANSWERED | RELEASED:
        raise Stale
    addable = widening.could_add(g.db, found.referral, found.origin)
    form = MoreForm(data={"seen": str(found.referral.version)})
    form.categories.choices = options((c.value, labels.CATEGORIES[c]) for c in addable)
    if request.method == "POST" and form.validate_on_submit():
        chosen = frozenset(Category(c) for c in form.categories.data or [])

        def act() -> str:
            widening.send_more(g.db, g.actor, desk(), referral_id, categories=chosen, seen=seen_version())
            return url_for(".referral", referral_id=referral_id)

        try:
            with g.db.begin_nested():
                target = once(g.db, g.actor, request.form.get("idempotency_key"), act)
        except Unfit as unfit:
            form.categories.errors = [*form.categories.errors, words_for(unfit)]
        else:
            flash(_("Sent along."))
            return redirect(target, 303)
    page = render_template(
        "referrals/more.html", referral=found.referral, case=found.case, form=form, origin=found.origin
    )
    return page, 422 if form.errors else 200
