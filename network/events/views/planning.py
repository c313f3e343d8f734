"""Planning an event: writing, changing, publishing, postponing, cancelling."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.database import now
from network.events import labels, queries
from network.events.forms import EventForm, of_event
from network.events.models import Event
from network.events.presenting import place_choices
from network.events.services import planning
from network.events.views.rooms import bp, own_event_or_404, presented
from network.i18n.prefix import current_language, own_first
from network.permissions import Role, Stale, Unfit
from network.places.clocks import timezone_of
from network.web import allow


@dataclass(frozen=True)
class Difference:
    """One field in which what was typed and what was saved meanwhile differ."""

    label: str
    saved: str
    field: str


def _form(event: Event | None = None) -> EventForm:
    places = place_choices(g.db, current_language())
    if event is not None:
        return EventForm(places, data=of_event(event, event.seats.registration_limit))
    country = g.db.scalar(queries.tenant_country(g.actor.tenant_id))
    return EventForm(places, data={"timezone": timezone_of(country).key, "visibility": "public"})


def _say(form: EventForm, refusal: Unfit) -> None:
    """A rule of the field, at its field."""
    name, words = labels.RULES[refusal.code]
    if refusal.code == "title_missing":  # The writer's own language stands first.
        name = f"title_{current_language()}"
    form[name].errors = [*form[name].errors, str(words) % refusal.detail if refusal.detail else str(words)]


def _page(form: EventForm, event: Event | None, differences: list[Difference] | None = None) -> str:
    return render_template(
        "events/edit.html",
        form=form,
        event=event,
        shown=presented(event) if event is not None else None,
        tongues=own_first(),
        differences=differences or [],
        labels=labels,
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def new() -> ResponseReturnValue:
    """Write an event down. It stays a draft until it is published."""
    form = _form()
    if request.method == "GET":
        return _page(form, None)
    if form.validate_on_submit():
        try:
            event = planning.create_event(g.db, g.actor, form.plan())
        except Unfit as refusal:
            _say(form, refusal)
        else:
            flash(
                _("The event is saved as a draft. Only you and your colleagues see it until you publish it.")
            )
            return redirect(url_for(".page", slug=event.slug), 303)
    return _page(form, None), 400


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, hidden=True)
def edit(slug: str) -> ResponseReturnValue:
    """Change what an event says. Where a colleague was faster, both texts are shown and nothing is lost."""
    event = own_event_or_404(slug)
    form = _form(event)
    if request.method == "GET":
        return _page(form, event)
    if not form.validate_on_submit():
        return _page(form, event), 400
    try:
        planning.change_event(g.db, g.actor, event.id, form.plan(), version=_version(form.version.data))
    except Unfit as refusal:
        _say(form, refusal)
        return _page(form, event), 400
    except Stale:
        event = own_event_or_404(slug)
        return _page(form, event, _differences(form, event)), 409
    flash(_("Your changes were saved."))
    return redirect(url_for(".page", slug=slug), 303)


def _version(typed: str | None) -> int:
    try:
        return int(typed or "")
    except ValueError:
        return 0  # No event has this version, so the form counts as an old one.


def _differences(form: EventForm, event: Event) -> list[Difference]:
    """What a colleague saved meanwhile. The form takes the new version: sending it again is meant."""
    saved = EventForm([], formdata=None, data=of_event(event, event.seats.registration_limit))
    saved.place_code.choices = form.place_code.choices
    found = []
    for field in form:
        if field.name in ("csrf_token", "version"):
            continue
        theirs = saved[field.name]
        if (field.data or None) != (theirs.data or None):
            found.append(Difference(str(field.label.text), _readable(theirs), field.id))
    form.version.data = str(event.version)
    form.version.raw_data = None
    return found


def _readable(field: object) -> str:
    """What a field holds, in words."""
    for _value, label, chosen, *_rest in getattr(field, "iter_choices", list)():
        if chosen:
            return str(label)
    held = getattr(field, "data", None)
    if isinstance(held, bool):
        return str(_("yes") if held else _("no"))
    return f"{held:%d.%m.%Y %H:%M}" if isinstance(held, datetime.datetime) else str(held or "")


Deed = Callable[..., Event]


def _deed(slug: str, act: Deed, done: str) -> ResponseReturnValue:
    event = own_event_or_404(slug)
    try:
        act(g.db, g.actor, event.id)
    except Unfit as refusal:
        flash(str(labels.RULES[refusal.code][1]), "attention")
        return redirect(url_for(".edit", slug=slug), 303)
    flash(done)
    return redirect(url_for(".page", slug=slug), 303)


@bp.post("/<slug>/publish")
@allow(Role.ORGANISER, hidden=True)
def publish(slug: str) -> ResponseReturnValue:
    return _deed(slug, planning.publish_event, _("The event is published."))


@bp.post("/<slug>/postpone")
@allow(Role.ORGANISER, hidden=True)
def postpone(slug: str) -> ResponseReturnValue:
    return _deed(
        slug, planning.postpone_event, _("The event is postponed. Everybody who registered gets a mail.")
    )


@bp.route("/<slug>/cancel", methods=["GET", "POST"])
@allow(Role.ORGANISER, hidden=True)
def cancel(slug: str) -> ResponseReturnValue:
    """Asks once more, because mails cannot be called back."""
    event = own_event_or_404(slug)
    if request.method == "GET":
        if not event.announced or event.end_at <= now():
            abort(404)
        return render_template("events/cancel.html", event=event, shown=presented(event))
    return _deed(
        slug, planning.cancel_event, _("The event is cancelled. Everybody who registered gets a mail.")
    )
