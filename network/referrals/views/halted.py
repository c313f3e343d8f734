"""What becomes of a form about a case that was stopped for safety while it was being filled in."""

from __future__ import annotations

import re
import uuid
from typing import Any, cast

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from network.accounts import gate
from network.permissions import NotThere, Refused
from network.referrals import labels, queries
from network.referrals.models import Case
from network.referrals.services import cases
from network.referrals.views.common import bp
from network.web import error_page

NEVER_SHOWN = {"csrf_token", "idempotency_key", "seen", "act", "skip", "passphrase", "password"}
"""What a form carries that nobody typed, and what is shown to nobody."""
_OF_A_SET = re.compile(r"^.*\d-")
"""Questions that are answered several times over have their number in front."""


@bp.errorhandler(Refused)
@bp.errorhandler(NotThere)
def stopped_meanwhile(error: Exception) -> ResponseReturnValue:
    """Whoever could write this before learns that the case was stopped, and what she sent is hers to copy: of the
    case nothing else is on the page. To anybody else the answer stays what it was."""
    if request.method != "POST" or not g.actor.signed_in:
        return error_page(error)
    with gate.app().database.unit_of_work(g.actor) as session:
        case = _case(session)
        if case is None or not cases.only_the_stop_is_in_the_way(session, g.actor, case):
            return error_page(error)
        page = render_template("referrals/stopped.html", typed=typed(), labels=labels)
    return page, 409


def typed() -> list[tuple[str, Any]]:
    """What was sent, by the name of its question: one value, or the list of those that were ticked."""
    sent: list[tuple[str, Any]] = []
    for name, values in request.form.lists():
        said = [value for value in values if value.strip()]
        if said and name not in NEVER_SHOWN:
            name = _OF_A_SET.sub("", name)
            sent.append((name, said if len(said) > 1 else said[0]))
    return sent


def _case(session: Session) -> Case | None:
    """The case that this address is about, one's own organization's alone."""
    where = request.view_args or {}
    ident: uuid.UUID | None = where.get("case_id")
    if "referral_id" in where:
        origin = session.scalars(queries.origin_of(where["referral_id"])).one_or_none()
        ident = origin.case_id if origin else None
    return cast("Case | None", session.get(Case, ident)) if ident else None
