"""Recipients without accounts, for the desk that sends: naming one, its link and code, closing the link."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate
from network.compression import keep_plain
from network.deeds import pressed
from network.directory import texts
from network.directory.models import Organization
from network.keys import Cost
from network.places.models import Place
from network.referrals import queries
from network.referrals.forms import GuestSearchForm
from network.referrals.services import guests
from network.referrals.services.guest_links import Issued
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    reader_language,
    seen_version,
    to_referral,
    uuid_or_404,
)
from network.web import get_or_404


def cost() -> Cost:
    """What deriving a key costs here."""
    settings = gate.app().settings
    return Cost(settings.kdf_memory_kib, settings.kdf_passes)


@bp.get("/cases/<uuid:case_id>/guest")
@desk_only
def name_guest(case_id: uuid.UUID) -> str:
    """Find an organization of the directory that has no account: a state body, a hospital."""
    file = case_or_404(case_id)
    form = GuestSearchForm()
    found = g.db.scalars(queries.listings_without_account(form.q.data or "" if form.validate() else "")).all()
    return render_template(
        "referrals/guest-name.html",
        case=file,
        form=form,
        found=[(one, texts.said(one.name, reader_language())) for one in found],
        many=len(found) == queries.AT_ONCE,
    )


@bp.post("/cases/<uuid:case_id>/guest")
@desk_only
def add_guest(case_id: uuid.UUID) -> ResponseReturnValue:
    """Name it for this case; next, the person is asked. Naming it twice changes nothing."""
    file = case_or_404(case_id)
    listing = get_or_404(Organization, uuid_or_404(request.form.get("organization")))
    place = g.db.get(Place, listing.place_id) if listing.place_id else None
    guest = guests.name_guest(
        g.db,
        g.actor,
        file,
        listing,
        name=texts.said(listing.name, reader_language()).text,
        country=place.country if place else None,
    )
    flash(_("You can now ask the person for consent and prepare the referral."))
    return redirect(url_for(".consent", case_id=file.id, to=guest.id), 303)


@bp.post("/<uuid:referral_id>/guest/issue")
@desk_only
def issue_link(referral_id: uuid.UUID) -> ResponseReturnValue:
    """A new link and a new code; the former open nothing any more."""
    issued: list[Issued] = []

    def act() -> str:
        keyring = gate.app().keyring
        issued.append(
            guests.issue_again(g.db, g.actor, desk(), keyring, cost(), referral_id, seen=seen_version())
        )
        return to_referral(referral_id)

    target = pressed(act)
    return shown_once(referral_id, issued[0]) if issued else redirect(target, 303)


@bp.post("/<uuid:referral_id>/guest/close")
@desk_only
def close_link(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Take the link back now."""
    guests.close_link(g.db, g.actor, referral_id, seen=seen_version())
    flash(_("The link is closed. It opens nothing any more."))
    return redirect(to_referral(referral_id), 303)


def shown_once(referral_id: uuid.UUID, issued: Issued) -> str:
    """Link and code on a page that is not an address: a reload or a second press shows the referral instead."""
    keep_plain()
    path = url_for("guest.door", token=issued.token)
    return render_template(
        "referrals/guest-issued.html",
        address=gate.app().settings.base_url.rstrip("/") + path,
        code=issued.code,
        expires_at=issued.expires_at,
        back=to_referral(referral_id),
    )
