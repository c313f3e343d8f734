"""The pages of cases and referrals: for the desks of the two organizations concerned, and no one else."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from network.accounts.desk_keys import NoDeskKey
from network.referrals.services.agreements import begin
from network.referrals.views import (
    agreements,
    asking,
    calls,
    cases,
    comparing,
    consents,
    copying,
    drafts,
    evidence,
    glass,
    guest,
    guest_links,
    halted,
    inbox,
    keeping,
    leaving,
    notes,
    overriding,
    packages,
    papers,
    referral,
    safety,
    suspended,
    talk,
    wordings,
    workers,
)
from network.referrals.views.common import bp
from network.web import Kopuro

__all__ = [
    "agreements",
    "asking",
    "blueprints",
    "calls",
    "cases",
    "comparing",
    "consents",
    "copying",
    "drafts",
    "evidence",
    "glass",
    "guest",
    "guest_links",
    "halted",
    "inbox",
    "keeping",
    "leaving",
    "notes",
    "overriding",
    "packages",
    "papers",
    "referral",
    "safety",
    "suspended",
    "talk",
    "wordings",
    "workers",
]

blueprints = [bp, guest.bp, agreements.bp, wordings.bp]


def register(app: Kopuro) -> None:
    """A network begins with an agreement of all its partners."""
    app.extensions.setdefault("at_set_up", []).append(begin)


@bp.errorhandler(NoDeskKey)
def not_let_in(_error: NoDeskKey) -> ResponseReturnValue:
    """A caseworker whom nobody has let in yet learns what to do; nothing of any case is on the page."""
    return render_template("referrals/not-let-in.html"), 403
