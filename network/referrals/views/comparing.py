"""What changed between two versions of what was sent, for either end."""

from __future__ import annotations

import uuid

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from network.referrals import labels
from network.referrals.services import comparing
from network.referrals.services.comparing import Version
from network.referrals.states import Side
from network.referrals.views.common import bp, desk, desk_only, to_compare, to_referral
from network.referrals.views.found import found_or_404


@bp.get("/<uuid:referral_id>/compare")
@desk_only
def compare(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The two versions that were asked for, the newest and the one before it where nothing was."""
    return compared(referral_id)


def compared(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The same for whoever sits at one of the two ends, a guest too."""
    found = found_or_404(referral_id)
    known = comparing.versions_of(g.db, desk(), found.head)
    versions = known.all
    if not versions:
        abort(404)
    newer = _asked("to", versions[1:]) or versions[-1]
    older = _asked("from", versions[: newer.number - 1]) or versions[max(newer.number - 2, 0)]
    comparison = None
    if older.number < newer.number:
        comparison = comparing.compare(g.db, g.actor, desk(), found.head, known, older=older, newer=newer)
    return render_template(
        "referrals/compare.html",
        referral=found.referral,
        ours=found.side is Side.REFERRING,
        other=found.head.ends[found.referral.other_end(g.actor.tenant_id)],
        versions=versions,
        comparison=comparison,
        to_referral=to_referral,
        to_compare=to_compare,
        labels=labels,
    )


def _asked(name: str, versions: list[Version]) -> Version | None:
    """The version that the address names, if it is one of these; a made-up number is none."""
    return next((one for one in versions if str(one.number) == request.args.get(name, "")), None)
