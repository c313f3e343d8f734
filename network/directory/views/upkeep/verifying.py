"""Making sure of listings: one tap for "still right", one page for how and what, one list of all that wait."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network import deeds
from network.accounts import queries as accounts
from network.database import now
from network.directory import policies
from network.directory.forms.upkeep import ConfirmationForm
from network.directory.models import Method, Organization, Service
from network.directory.services import verifying
from network.directory.upkeep import labels, queries
from network.directory.upkeep.queries import Confirmed
from network.directory.upkeep.verification import risk_of, standing
from network.directory.views.rooms import EDITORS, bp
from network.permissions import Unfit
from network.web import allow

SHOWN = 50
"""Of each kind; who confirmed these sees the next."""

bp.context_processor(lambda: {"badge": labels.badge})


def kept_listing(ident: uuid.UUID) -> Confirmed:
    """A listing that one's own tenant keeps, of whatever kind. Another's looks like none."""
    found: Confirmed | None = None
    for model in queries.MODELS.values():
        found = found or g.db.scalars(queries.kept(model, ident, g.actor.tenant_id)).one_or_none()
    if found is None or not policies.can_edit(g.actor, found.tenant_id):
        abort(404)
    return found


def page_of(listing: Confirmed) -> str:
    """Where a listing is read."""
    if isinstance(listing, Service):
        return url_for("directory.service", slug=listing.slug)
    if isinstance(listing, Organization):
        return url_for("directory.organization", slug=listing.slug)
    whole = g.db.scalars(queries.kept(Organization, listing.organization_id, listing.tenant_id)).one()
    return url_for("directory.organization", slug=whole.slug)


def name_of(listing: Confirmed) -> dict[str, object]:
    """Its name or title, by language."""
    found: dict[str, object] = listing.name if isinstance(listing, Organization | Service) else listing.title
    return found


@bp.get("/confirm/")
@allow(*EDITORS, hidden=True)
def to_confirm() -> str:
    """Everything of one's own tenant that waits to be confirmed, the longest waiting first."""
    at = now()
    rows = []
    for model in queries.MODELS.values():
        for listing, hotline in g.db.execute(queries.waiting(model, g.actor.tenant_id, at).limit(SHOWN)):
            found = standing(
                risk_of(listing.__tablename__, hotline=hotline),
                listing.verified_at,
                listing.created_at,
                at,
                listing.verified_how,
            )
            rows.append((listing, name_of(listing), found))
    rows.sort(key=lambda row: row[2].due_at)
    return render_template("directory/to-confirm.html", rows=rows, said=labels.said)


@bp.route("/confirm/<uuid:listing_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def confirm(listing_id: uuid.UUID) -> ResponseReturnValue:
    """Say that a listing is right. A bare POST is the one tap: all of it, known by whoever taps."""
    listing = kept_listing(listing_id)
    tapped = request.method == "POST" and "method" not in request.form
    form = ConfirmationForm(listing.__tablename__)
    status = 200

    def act() -> str:
        verifying.confirm(
            g.db,
            g.actor,
            listing,
            method=Method.KNOWN if tapped else Method(form.method.data),
            parts=[] if tapped else form.parts.data or [],
            at=None if tapped else form.moment,
        )
        return page_of(listing)

    if tapped or form.validate_on_submit():
        try:
            to = deeds.pressed(act)
        except Unfit as refusal:
            form.on.errors = [*form.on.errors, str(labels.UNFIT[refusal.code])]
            status = 400
        else:
            flash(_("Confirmed. Thank you."))
            return redirect(url_for(".to_confirm") if "list" in request.form else to, 303)
    elif request.method == "POST":
        status = 400
    said = list(g.db.scalars(queries.verifications(listing.id)))
    people = {
        one.id: one.name for one in g.db.scalars(accounts.users({v.user_id for v in said if v.user_id}))
    }
    hotline = bool(g.db.scalar(queries.has_hotline(listing)))
    page = render_template(
        "directory/confirm.html",
        listing=listing,
        name=name_of(listing),
        back=page_of(listing),
        form=form,
        verifications=said,
        people=people,
        methods=labels.METHOD,
        called=labels.PART,
        badge_now=labels.said(
            standing(
                risk_of(listing.__tablename__, hotline=hotline),
                listing.verified_at,
                listing.created_at,
                now(),
                listing.verified_how,
            )
        ),
        due=standing(
            risk_of(listing.__tablename__, hotline=hotline), listing.verified_at, listing.created_at, now()
        ).due_at,
    )
    return page, status
