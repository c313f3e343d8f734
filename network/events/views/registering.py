"""Registering without an account."""

from __future__ import annotations

import uuid

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from network.events import labels
from network.events.forms import RegistrationForm
from network.events.models import ConsentToPublish
from network.events.policies import Closed
from network.events.services import registering
from network.events.views.rooms import bp, event_or_404, keyring, presented
from network.i18n.prefix import current_language
from network.limits import limit
from network.permissions import Unfit
from network.tenancy import Actor, become
from network.web import EVERYONE, allow


@bp.route("/<slug>/register", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("events.register", per_address="300/hour;1000/day")
def register(slug: str) -> ResponseReturnValue:
    """The form; and what it sends. The answer is the same for a first and a second registration of one address."""
    event = event_or_404(slug)
    shown = presented(event)
    form = RegistrationForm()
    closed = shown.closed
    status = 200
    if request.method == "POST":
        status = 400
        if form.validate_on_submit() and closed is None:
            # A person without an account acts on this tenant's offer, and can touch nothing else of it.
            visitor = Actor.visitor(event.tenant_id)
            become(g.db, visitor)
            try:
                waits = registering.register(g.db, visitor, keyring(), event.id, _answers(form))
            except Unfit as refusal:
                closed = Closed(refusal.code)
            else:
                return redirect(url_for(".registered", slug=slug, waiting=1 if waits else None), 303)
    return (
        render_template(
            "events/register.html", shown=shown, event=event, form=form, closed=closed, labels=labels
        ),
        409 if closed and request.method == "POST" else status,
    )


def _answers(form: RegistrationForm) -> registering.Answers:
    return registering.Answers(
        email=form.email.data,
        name=form.name.data,
        organization=form.organization.data or "",
        language=current_language(),
        consent_to_publish=ConsentToPublish(form.consent_to_publish.data),
        submission=_submission(),
    )


def _submission() -> uuid.UUID:
    """The number of this filled-in form; a new one where somebody took it out."""
    try:
        return uuid.UUID(request.form.get("idempotency_key", ""))
    except ValueError:
        return uuid.uuid4()


@bp.get("/<slug>/registered")
@allow(EVERYONE)
def registered(slug: str) -> str:
    """What happens next. Says nothing about any address, so it may be opened by anybody."""
    event = event_or_404(slug)
    return render_template(
        "events/registered.html", shown=presented(event), event=event, waiting="waiting" in request.args
    )
