"""Letting a partner that was suspended, and is back, read again."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.deeds import pressed
from network.permissions import Unfit
from network.referrals.services import suspended
from network.referrals.views.common import bp, desk, desk_only, seen_version, to_referral, words_for
from network.referrals.views.found import found_or_404
from network.referrals.views.sheet import page


@bp.post("/<uuid:referral_id>/seal-again")
@desk_only
def seal_again(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Seal to the partner what it could read before it was suspended, as far as consent still covers it."""
    found = found_or_404(referral_id)

    def act() -> str:
        suspended.seal_again(g.db, g.actor, desk(), referral_id, seen=seen_version())
        return to_referral(referral_id)

    try:
        target = pressed(act)
    except Unfit as unfit:
        return page(found, refusal=words_for(unfit), unfit=unfit), 422
    flash(_("The partner can read it again."))
    return redirect(target, 303)
