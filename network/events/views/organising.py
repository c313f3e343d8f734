"""The organiser's list of who registered."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network import audit
from network.audit import Action
from network.events import exports, labels, people, queries
from network.events.forms import RejectForm
from network.events.models import Event, Registration, RegistrationState
from network.events.services import registering
from network.events.views.rooms import bp, keyring, own_event_or_404, presented
from network.permissions import Role, Stale
from network.web import allow, get_or_404


@bp.get("/<slug>/registrations")
@allow(Role.ORGANISER, hidden=True)
def registrations(slug: str) -> str:
    """Everybody in the order of the queue, narrowed by ``?state=``."""
    event = own_event_or_404(slug)
    chosen = request.args.get("state")
    states = {RegistrationState(chosen)} if chosen in set(RegistrationState) else None
    rows = list(g.db.scalars(queries.registrations(event.id, states)))
    counts = dict(g.db.execute(queries.state_counts(event.id)).all())
    return render_template(
        "events/registrations.html",
        event=event,
        shown=presented(event),
        rows=[(row, people.email_of(keyring(), row)) for row in rows],
        counts=counts,
        chosen=chosen if states else None,
        labels=labels,
        states=list(RegistrationState),
    )


@bp.get("/<slug>/registrations.csv")
@allow(Role.ORGANISER, hidden=True)
def export(slug: str) -> Response:
    """The list for a spreadsheet. Taking it out of the house is noted."""
    event = own_event_or_404(slug)
    rows = list(g.db.scalars(queries.registrations(event.id)))
    table = exports.registrations_csv((row, people.email_of(keyring(), row)) for row in rows)
    audit.record(g.db, g.actor, Action.REGISTRATIONS_EXPORTED, event.id, rows=len(rows))
    answer = Response(table, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.csv"'
    return answer


def _of(event: Event, registration_id: uuid.UUID) -> Registration:
    found = get_or_404(Registration, registration_id)
    if found.event_id != event.id:
        abort(404)
    return found


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for(".registrations", slug=slug), 303)


@bp.post("/<slug>/registrations/<uuid:registration_id>/approve")
@allow(Role.ORGANISER, hidden=True)
def approve(slug: str, registration_id: uuid.UUID) -> ResponseReturnValue:
    registration = _of(own_event_or_404(slug), registration_id)
    try:
        registering.approve(g.db, g.actor, registration.id)
    except Stale:
        flash(_("This registration does not wait for your answer any more."), "attention")
    else:
        flash(_("Accepted. The person gets a mail."))
    return _back(slug)


@bp.post("/<slug>/registrations/<uuid:registration_id>/withdraw")
@allow(Role.ORGANISER, hidden=True)
def withdraw_for(slug: str, registration_id: uuid.UUID) -> ResponseReturnValue:
    """For somebody who telephoned."""
    registration = _of(own_event_or_404(slug), registration_id)
    registering.withdraw(g.db, g.actor, registration.id)
    flash(_("The registration is withdrawn. The person gets a mail, and so does who moves up."))
    return _back(slug)


@bp.route("/<slug>/registrations/<uuid:registration_id>/reject", methods=["GET", "POST"])
@allow(Role.ORGANISER, hidden=True)
def reject(slug: str, registration_id: uuid.UUID) -> ResponseReturnValue:
    event = own_event_or_404(slug)
    registration = _of(event, registration_id)
    form = RejectForm()
    if request.method == "POST" and form.validate_on_submit():
        registering.reject(g.db, g.actor, registration.id, reason=form.reason.data)
        flash(_("The registration is not accepted. The person gets a mail with your reason."))
        return _back(slug)
    page = render_template(
        "events/reject.html", event=event, shown=presented(event), registration=registration, form=form
    )
    return page, 200 if request.method == "GET" else 400
