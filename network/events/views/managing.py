"""One's own registration, by the signed link of the mail and without an account."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.events import labels, people, queries
from network.events.forms import PersonForm
from network.events.models import ConsentToPublish, Registration, RegistrationState
from network.events.services import registering
from network.events.views.rooms import bp, keyring, presented
from network.limits import limit
from network.permissions import Stale
from network.tenancy import Actor, become
from network.web import EVERYONE, allow


def _visit(token: str) -> tuple[Actor, Registration]:
    """Who holds the link acts as a visitor of that tenant, for this one registration. A forged link leads nowhere."""
    known = people.read_token(keyring(), token)
    if known is None:
        abort(404)
    tenant_id, registration_id = known
    visitor = Actor.visitor(tenant_id)
    become(g.db, visitor)
    registration = g.db.scalars(queries.registration_with_event(registration_id)).one_or_none()
    if registration is None:
        abort(404)
    return visitor, registration


@bp.route("/manage/<token>", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("events.manage", per_address="120/hour")
def manage(token: str) -> ResponseReturnValue:
    """See how one's registration stands, correct what one said of oneself."""
    visitor, registration = _visit(token)
    form = PersonForm(obj=registration)
    if request.method == "GET":
        form.consent_to_publish.data = registration.consent_to_publish.value
    status = 200
    if request.method == "POST":
        status = 400
        if form.validate_on_submit():
            try:
                registering.change_registration(
                    g.db,
                    visitor,
                    registration.id,
                    name=form.name.data,
                    organization=form.organization.data or "",
                    consent_to_publish=ConsentToPublish(form.consent_to_publish.data),
                )
            except Stale:
                flash(_("This registration was withdrawn, so nothing was changed."), "attention")
            else:
                flash(_("Your changes were saved."))
            return redirect(url_for(".manage", token=token), 303)
    ahead = None
    if registration.state is RegistrationState.WAITLISTED:
        ahead = g.db.scalar(queries.ahead_of(registration))
    page = render_template(
        "events/manage.html",
        registration=registration,
        event=registration.event,
        shown=presented(registration.event),
        form=form,
        token=token,
        ahead=ahead,
        participants=_others(registration),
        email=people.email_of(keyring(), registration),
        labels=labels,
    )
    return page, status


def _others(registration: Registration) -> list[tuple[str, str]]:
    """For who has a seat: the others who come and let participants know of it."""
    if registration.state is not RegistrationState.COMPLETE:
        return []
    told = {ConsentToPublish.PARTICIPANTS, ConsentToPublish.ALL}
    named = g.db.execute(queries.participants(registration.event_id, told)).all()
    return [(name, organization) for name, organization in named]


@bp.post("/manage/<token>/withdraw")
@allow(EVERYONE)
@limit("events.manage", per_address="120/hour")
def withdraw(token: str) -> ResponseReturnValue:
    """Give the seat back. Only by a button: programs that look into mails follow links."""
    visitor, registration = _visit(token)
    registering.withdraw(g.db, visitor, registration.id)
    flash(_("You have withdrawn. Thank you for making room for somebody else."))
    return redirect(url_for(".manage", token=token), 303)
