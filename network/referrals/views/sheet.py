"""The page of one referral, as it stands, for whichever end looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, render_template

from network.database import now
from network.permissions import Role, Unfit
from network.referrals import clocks, labels
from network.referrals.categories import Category
from network.referrals.forms import MessageForm
from network.referrals.models import ReferralEvent
from network.referrals.services import comparing, engaging, following, guards, guests, sheets, talk
from network.referrals.services.sheets import Body
from network.referrals.states import DRAFTING, RELEASED, UNANSWERED, Move, Side, Status
from network.referrals.views.common import desk, to_compare, to_move, to_referral, to_talk
from network.referrals.views.found import Found
from network.referrals.views.moves import VERBS
from network.referrals.views.questions import ASKING, provider_name, requested, suggestions
from network.tenancy import TenantKind

WAITED_FOR = (Move.TAKE_OVER, Move.REFUSE_HANDOVER, Move.ANSWER_ONWARD)
"""Answers that the other end waits for: they come before what else could be done."""


def page(
    found: Found,
    *,
    refusal: str = "",
    stale: bool = False,
    typed: Sequence[tuple[str, str]] = (),
    unfit: Unfit | None = None,
    message: MessageForm | None = None,
) -> str:
    """The page of a referral. ``message`` is one that has to be put right, ``typed`` what was asked and answered with a
    move that came too late: nobody has to think it up a second time."""
    row = found.referral
    body = sheets.open_body(g.db, g.actor, desk(), found.head)
    return render_template(
        "referrals/referral.html",
        referral=row,
        found=found,
        ends=found.head.ends,
        again=found.head.again,
        refusal=refusal,
        unfit=unfit,
        stale=stale,
        typed=typed,
        message=(message or MessageForm(formdata=None)) if talk.may_talk(row) else None,
        **_opened(found, body),
        **_waiting(found, body),
        **_next(found),
        to_referral=to_referral,
        to_move=to_move,
        to_talk=to_talk,
        to_compare=to_compare,
        labels=labels,
        now=now(),
    )


def _opened(found: Found, body: Body) -> dict[str, Any]:
    """What was asked, sent, answered and said."""
    package, versions = body.package, comparing.of_body(found.referral, body)
    return {
        "package": {c: package[c] for c in package if c.value in found.categories},
        "chosen": [Category(c) for c in found.categories],
        "requested": requested(found) if found.envelope.get("services") else {},
        "events": _told(found, body.events),
        "people": body.people,
        "answers": body.answers,
        "said": body.said,
        "versions": versions,
        "renewed": comparing.renewed(versions),
        "outdated": comparing.outdated(found.head, versions),
    }


def _waiting(found: Found, body: Body) -> dict[str, Any]:
    """Where it stands, and what somebody owes."""
    row, origin = found.referral, found.origin
    return {
        "waiting": row.status in UNANSWERED,
        "drafting": row.status in DRAFTING,
        "reading": found.side is Side.REFERRING and row.status in RELEASED,
        "safety_due": origin is not None and engaging.safety_check_due(row, origin.safety_checked_at),
        "attempts_needed": clocks.ATTEMPTS,
        "obligation": body.obligations[0] if body.obligations else None,
        "owed": [Category(c) for o in body.obligations if not o.confirmed_at for c in o.categories],
        "override": found.head.override if origin is not None and origin.consent_id is None else None,
    }


def _next(found: Found) -> dict[str, Any]:
    """What can be done with it now, and by whom."""
    row, ours = found.referral, found.side is Side.REFERRING
    to_guest = ours and found.head.ends[row.receiving_id].kind is TenantKind.GUEST
    second_person = (
        ours
        and row.status in DRAFTING
        and guards.needs_second_person(g.db, row, found.origin, found.head.ends)
    )
    return {
        "offered": _offered(found, second_person, to_guest=to_guest),
        "asking": ASKING,
        "second_person": second_person,
        "alone": second_person
        and row.status is Status.READY
        and found.origin.approved_sha256 is None
        and guards.is_alone(g.db, row),
        "to_guest": to_guest,
        "guest_link": guests.link_of(g.db, row) if to_guest else None,
        "elsewhere": suggestions(found) if following.may_ask_elsewhere(g.actor, row) else [],
        "provider_name": provider_name,
    }


def _told(found: Found, events: Sequence[ReferralEvent]) -> Sequence[ReferralEvent]:
    """The receiving desk reads the story from the sending on: who prepared and approved is the sender's own affair.
    That a colleague of the sender opened the case in need is for its supervisors."""
    if found.side is Side.REFERRING:
        return events
    sent = max(
        (event.number for event in events if event.move in (Move.SEND, Move.SEND_IN_EMERGENCY)), default=0
    )
    told = [event for event in events if event.number >= sent]
    if any(event.move is Move.GLASS for event in told) and not (
        g.actor.holds(Role.SUPERVISOR) or found.head.alone
    ):
        told = [event for event in told if event.move is not Move.GLASS]
    return told


def _offered(found: Found, second_person: bool, *, to_guest: bool) -> list[tuple[Move, str]]:
    """The moves of the page as (move, kind of button): what is waited for and what leads on first, what
    takes away last."""
    approved = found.origin is not None and found.origin.approved_sha256 is not None
    useless = {Move.SUBMIT if not second_person or approved else Move.SEND}
    if to_guest:  # Who has no desk can keep no case.
        useless.add(Move.PROPOSE_HANDOVER)
    moves = [
        (move, labels.MOVE_KINDS.get(move, ""))
        for move in found.moves
        if move in VERBS and move not in useless
    ]
    moves.sort(key=lambda offered: (offered[0] not in WAITED_FOR, ("", "quiet", "danger").index(offered[1])))
    # One button leads; a second of its kind would compete with it.
    return [(move, kind or ("quiet" if place else "")) for place, (move, kind) in enumerate(moves)]
