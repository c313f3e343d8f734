"""A referral on paper, for the desk that received it. Each copy stands in the ledger of the referral."""

from __future__ import annotations

import uuid

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from network.accounts.views.rooms import proven
from network.deeds import pressed
from network.face import network_name
from network.permissions import Unfit
from network.referrals import copies, labels, requests
from network.referrals.forms import CopyForm
from network.referrals.services import copying
from network.referrals.views.common import bp, desk, desk_only, tenants, words_for
from network.referrals.views.found import found_or_404
from network.referrals.views.papers import printed
from network.referrals.views.questions import requested


@bp.route("/<uuid:referral_id>/copy", methods=["GET", "POST"])
@desk_only
def take_copy(referral_id: uuid.UUID) -> ResponseReturnValue:
    """What will stand on paper, and the passphrase; the answer is a PDF in the language of the page."""
    found = found_or_404(referral_id)
    row, form = found.referral, CopyForm()
    try:
        copy = copying.copy_of(g.db, g.actor, desk(), row)
    except Unfit as unfit:
        return render_template("referrals/copy.html", referral=row, copy=None, refusal=words_for(unfit)), 409
    if request.method == "POST" and form.validate_on_submit() and proven(form):
        ends = tenants([row.referring_id, row.receiving_id])
        answer = printed(
            copies.copy_sheet(
                row,
                copy,
                sender=ends[row.referring_id].name,
                receiver=ends[row.receiving_id].name,
                services=[str(words) for key, words in requested(found).items() if key != requests.WHOLE],
                network=network_name(),
            )
        )

        def act() -> str:
            copying.enter(g.db, g.actor, row, copy)
            return url_for(".referral", referral_id=row.id)

        pressed(act)
        return answer
    html = render_template(
        "referrals/copy.html", referral=row, copy=copy, form=form, labels=labels, refusal=""
    )
    return html, 422 if form.errors else 200
