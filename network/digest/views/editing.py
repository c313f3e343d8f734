"""Telling what was done: writing, changing, publishing, withdrawing. For writers of the own organization alone."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network import deeds
from network.digest import labels
from network.digest.forms import ActivityForm, PublishForm, of_activity
from network.digest.models import Activity, ActivityState
from network.digest.presenting import Presented, place_choices
from network.digest.services import activities
from network.digest.views.reading import activity_page
from network.digest.views.rooms import Difference, bp, differences, own_or_404, presented, version
from network.i18n.prefix import current_language, own_first
from network.permissions import Role, Stale, Unfit
from network.places.clocks import timezone_of
from network.web import allow

WRITERS = (Role.EDITOR, Role.ORGANISER, Role.ADMIN, Role.COORDINATOR)


def _form(activity: Activity | None = None) -> ActivityForm:
    data = of_activity(activity) if activity is not None else None
    return ActivityForm(place_choices(g.db, current_language()), data=data)


def _say(form: ActivityForm, refusal: Unfit) -> None:
    """A rule of the field, at its field."""
    name, words = labels.RULES[refusal.code]
    if refusal.code == "title_missing":  # The writer's own language stands first.
        name = f"title_{current_language()}"
    said = str(words) % refusal.detail if refusal.detail else str(words)
    form[name].errors = [*form[name].errors, said]


def _page(form: ActivityForm, shown: Presented | None, different: list[Difference] | None = None) -> str:
    return render_template(
        "digest/edit.html",
        form=form,
        shown=shown,
        tongues=own_first(),
        differences=different or [],
        labels=labels,
    )


def _typed() -> bytes:
    """What was typed, so that a form which was changed and sent again is a deed of its own."""
    left_out = ("csrf_token", "idempotency_key")
    return repr(sorted((k, v) for k, v in request.form.items(multi=True) if k not in left_out)).encode()


@bp.route("/activities/new", methods=["GET", "POST"])
@allow(*WRITERS)
def new() -> ResponseReturnValue:
    """Write an activity down. It stays a draft until it is published."""
    form = _form()
    if request.method == "GET":
        return _page(form, None)

    def act() -> str:
        made = activities.create_activity(g.db, g.actor, form.draft())
        return url_for(".activity", slug=made.slug)

    if form.validate_on_submit():
        try:
            to = deeds.pressed(act, content=_typed())
        except Unfit as refusal:
            _say(form, refusal)
        else:
            flash(_("Saved as a draft. Only you and your colleagues see it until you publish it."))
            return redirect(to, 303)
    return _page(form, None), 400


@bp.route("/activities/<slug>/edit", methods=["GET", "POST"])
@allow(*WRITERS, hidden=True)
def edit(slug: str) -> ResponseReturnValue:
    """Change what an activity says. Where a colleague was faster, both texts are shown and nothing is lost."""
    found = own_or_404(slug)
    activity = found[0]
    form = _form(activity)
    if request.method == "GET":
        return _page(form, presented(found))
    if not form.validate_on_submit():
        return _page(form, presented(found)), 400
    read_at, draft = version(form.version.data), form.draft(activity)

    def act() -> str:
        activities.change_activity(g.db, g.actor, activity.id, draft, version=read_at)
        return url_for(".activity", slug=slug)

    try:
        to = deeds.pressed(act, content=_typed())
    except Unfit as refusal:
        _say(form, refusal)
        return _page(form, presented(own_or_404(slug))), 400
    except Stale:
        return _both(form, slug), 409
    flash(_("Your changes were saved."))
    return redirect(to, 303)


def _both(form: ActivityForm, slug: str) -> str:
    """What was typed, beside what a colleague saved. The form takes the new version: sending it again is meant."""
    found = own_or_404(slug)
    saved = ActivityForm(place_choices(g.db, current_language()), formdata=None, data=of_activity(found[0]))
    form.version.data, form.version.raw_data = str(found[0].version), None
    return _page(form, presented(found), differences(form, saved))


@bp.post("/activities/<slug>/publish")
@allow(*WRITERS, hidden=True)
def publish(slug: str) -> ResponseReturnValue:
    """Now, or by itself at the moment that was filled in."""
    found = own_or_404(slug)
    form = PublishForm(timezone_of(g.actor.country))
    if not form.validate_on_submit():
        return activity_page(presented(found), form), 400
    activity = activities.publish_activity(g.db, g.actor, found[0].id, at=form.moment)
    flash(
        _("It is published.")
        if activity.state is ActivityState.PUBLISHED
        else _("It will be published by itself at the time you chose.")
    )
    return redirect(url_for(".activity", slug=slug), 303)


@bp.route("/activities/<slug>/withdraw", methods=["GET", "POST"])
@allow(*WRITERS, hidden=True)
def withdraw(slug: str) -> ResponseReturnValue:
    """Asks once more, because readers who have it are told to forget it."""
    found = own_or_404(slug)
    if request.method == "GET":
        return render_template("digest/withdraw.html", shown=presented(found), activity=found[0])
    activity = activities.withdraw_activity(g.db, g.actor, found[0].id)
    if activity.state is ActivityState.DRAFT:
        flash(_("It is a draft again and will not be published by itself."))
    else:
        flash(_("It is withdrawn. Pages and feeds no longer show it."))
    return redirect(url_for(".activity", slug=slug), 303)
