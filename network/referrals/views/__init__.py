"""The pages of cases and referrals: for the desks of the two organizations concerned, and no one else."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from network.accounts.desk_keys import NoDeskKey
from network.referrals.views import (
    cases,
    consents,
    drafts,
    guest,
    guest_links,
    inbox,
    leaving,
    notes,
    referral,
    suspended,
    talk,
)
from network.referrals.views.common import bp

__all__ = [
    "blueprints",
    "cases",
    "consents",
    "drafts",
    "guest",
    "guest_links",
    "inbox",
    "leaving",
    "notes",
    "referral",
    "suspended",
    "talk",
]

blueprints = [bp, guest.bp]


@bp.errorhandler(NoDeskKey)
def not_let_in(_error: NoDeskKey) -> ResponseReturnValue:
    """A caseworker whom nobody has let in yet learns what to do; nothing of any case is on the page."""
    return render_template("referrals/not-let-in.html"), 403
