"""A referral on its way that holds less than before, or more: confirming a deletion, sending along what was allowed since."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.deeds import pressed
from network.forms import options
from network.permissions import Stale, Unfit
from network.referrals import labels, queries
from network.referrals.categories import Category
from network.referrals.forms import MoreForm, NewerForm, StopForm
from network.referrals.services import deletions, renewing, widening
from network.referrals.states import RELEASED, UNANSWERED, Side, StopGround
from network.referrals.views.common import bp, desk, desk_only, seen_version, words_for
from network.referrals.views.found import Found, found_or_404


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

        target = _sent_or_refused(act, form)
        if target is not None:
            flash(_("Sent along."))
            return redirect(target, 303)
    page = render_template(
        "referrals/more.html",
        referral=found.referral,
        case=found.case,
        form=form,
        origin=found.origin,
        withheld=_withheld(found, form),
    )
    return page, 422 if form.errors else 200


@bp.route("/<uuid:referral_id>/newer", methods=["GET", "POST"])
@desk_only
def newer(referral_id: uuid.UUID) -> ResponseReturnValue:
    """What the case says otherwise by now than was sent, question by question; one press sends it."""
    found = found_or_404(referral_id)
    if found.side is not Side.REFERRING or found.case is None:
        abort(404)
    if found.referral.status not in UNANSWERED | RELEASED:
        raise Stale
    known = renewing.newer_of(g.db, found.referral, found.origin)
    changes = renewing.changes_of(g.db, g.actor, desk(), found.case, known)
    if request.method == "POST" and not changes:  # The first of two presses sent it.
        return redirect(url_for(".referral", referral_id=referral_id), 303)
    form = NewerForm(data={"seen": str(found.referral.version), "categories": [c.value for c in changes]})
    form.categories.choices = options((c.value, labels.CATEGORIES[c]) for c in changes)
    if request.method == "POST" and form.validate_on_submit():
        chosen = frozenset(Category(c) for c in form.categories.data or [])

        def act() -> str:
            renewing.send_newer(g.db, g.actor, desk(), referral_id, categories=chosen, seen=seen_version())
            return url_for(".referral", referral_id=referral_id)

        target = _sent_or_refused(act, form)
        if target is not None:
            flash(_("The newer version was sent."))
            return redirect(target, 303)
    page = render_template(
        "referrals/newer.html",
        referral=found.referral,
        other=found.head.ends[found.referral.receiving_id],
        changes=changes,
        form=form,
        withheld=_withheld(found, form),
        labels=labels,
    )
    return page, 422 if form.errors else 200


def _withheld(found: Found, form: MoreForm) -> str:
    """Why this person cannot send it, said before anything is chosen; after a press it stands beside the field."""
    if form.errors or widening.may_send(g.db, g.actor, found.referral, found.origin):
        return ""
    return words_for(Unfit("more_needs_supervisor"))


def _sent_or_refused(act: Callable[[], str], form: MoreForm) -> str | None:
    """Send once, however often it is pressed; None where a rule refuses, which is said beside what was chosen."""
    try:
        return pressed(act)
    except Unfit as unfit:
        form.categories.errors = [*form.categories.errors, words_for(unfit)]
        return None
