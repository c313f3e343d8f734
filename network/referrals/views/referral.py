"""The page of one referral that both ends read, and its moves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from network.accounts import gate
from network.database import now
from network.deeds import once
from network.forms import Form
from network.permissions import Refused, Stale, Unfit
from network.referrals import labels, policies, queries
from network.referrals.categories import Category
from network.referrals.forms import CancelForm, DeclineForm, MessageForm, MoveForm, OutcomeForm, StopForm
from network.referrals.models import Referral, ReferralEvent
from network.referrals.services import cases, closing, drafts, guards, guests, receiving, sending, talk
from network.referrals.states import (
    DRAFTING,
    RELEASED,
    UNANSWERED,
    CancelReason,
    DeclineReason,
    Move,
    Outcome,
    Side,
    Status,
    StopGround,
)
from network.referrals.views.common import (
    bp,
    desk,
    desk_only,
    people,
    seen_version,
    tenants,
    to_move,
    to_referral,
    to_talk,
    words_for,
)
from network.referrals.views.found import Found, found_or_404
from network.referrals.views.guest_links import cost, shown_once
from network.tenancy import Tenant, TenantKind
from network.web import get_or_404

ASKING: dict[Move, type[MoveForm]] = {
    Move.DECLINE: DeclineForm,
    Move.REPORT_OUTCOME: OutcomeForm,
    Move.CANCEL: CancelForm,
    Move.CONFIRM_STOP: StopForm,
}
"""Moves that ask for a reason first."""


@bp.get("/<uuid:referral_id>")
@desk_only
def referral(referral_id: uuid.UUID) -> ResponseReturnValue:
    """One referral, as this end may see it. The receiving desk's first look tells the sender."""
    row = get_or_404(Referral, referral_id)
    if row.status is Status.SENT and policies.side_of(g.actor, row) is Side.RECEIVING:
        desk().private(desk().current_epoch)  # Only who can read it opens it.
        receiving.open_referral(g.db, g.actor, referral_id)
    return page(found_or_404(referral_id))


@bp.get(f"/<uuid:referral_id>/<any({', '.join(m.value for m in ASKING)}):name>")
@desk_only
def ask_move(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """The question that goes before a move with a reason."""
    return ask(referral_id, name)


def ask(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """The same for whoever sits at one of the two ends, a guest too."""
    found = found_or_404(referral_id)
    move = Move(name)
    if move not in found.moves:
        raise Stale
    form = ASKING[move](data={"seen": str(found.referral.version)})
    return _question(found, move, form)


@bp.post(f"/<uuid:referral_id>/<any({', '.join(m.value for m in Move)}):name>")
@desk_only
def make_move(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """Move it. Sent twice, a form moves it once; from a stale page nothing moves and the present state is shown."""
    return make(referral_id, name)


def make(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """The same for whoever sits at one of the two ends, a guest too."""
    move = Move(name)
    if move not in VERBS:
        abort(404)
    found = found_or_404(referral_id)
    form = ASKING.get(move, MoveForm)()
    if not form.validate_on_submit():
        return _question(found, move, form), 422

    def act() -> str:
        VERBS[move](referral_id, form, found)
        return to_referral(referral_id)

    try:
        with g.db.begin_nested():
            target = once(g.db, g.actor, request.form.get("idempotency_key"), act)
    except Unfit as unfit:
        return page(found, refusal=words_for(unfit), unfit=unfit), 422
    except Stale:
        g.db.expire_all()
        return page(found_or_404(referral_id), stale=True), 409
    if (issued := g.pop("issued", None)) is not None:
        return shown_once(referral_id, issued)
    flash(str(labels.STORY[move]) + ".")
    return redirect(target, 303)


def page(
    found: Found,
    *,
    refusal: str = "",
    stale: bool = False,
    unfit: Unfit | None = None,
    message: MessageForm | None = None,
) -> str:
    """The page of a referral, for whichever end looks at it; ``message`` is one that has to be put right."""
    row = found.referral
    events = _told(found, g.db.scalars(queries.events_of(row.id)).all())
    package = (
        receiving.read_package(g.db, g.actor, desk(), row)
        if found.side is Side.RECEIVING
        else cases.read_parts(g.db, g.actor, desk(), found.case)
        if found.case is not None
        and row.status in DRAFTING  # Later the case goes on, and this would not be what was sent.
        else {}
    )
    ends = tenants([row.referring_id, row.receiving_id])
    said = talk.said(g.db, g.actor, desk(), row) if row.sent_at else []
    to_guest = found.side is Side.REFERRING and ends[row.receiving_id].kind is TenantKind.GUEST
    second_person = (
        found.side is Side.REFERRING and row.status in DRAFTING and guards.needs_second_person(g.db, row)
    )
    return render_template(
        "referrals/referral.html",
        referral=row,
        found=found,
        package={c: package[c] for c in package if c.value in found.categories},
        chosen=[Category(c) for c in found.categories],
        events=events,
        offered=_offered(found, second_person),
        waiting=row.status in UNANSWERED,
        drafting=row.status in DRAFTING,
        reading=found.side is Side.REFERRING and row.status in RELEASED,
        people=people([e.user_id for e in events] + [s.user_id for s in said] + [row.worker_id]),
        ends=ends,
        answers=receiving.read_answers(g.db, g.actor, desk(), row),
        obligation=g.db.scalars(queries.obligation_of(row.id)).first(),
        again=g.db.scalar(queries.reads_no_more(row.id)),
        second_person=second_person,
        refusal=refusal,
        unfit=unfit,
        stale=stale,
        asking=ASKING,
        to_guest=to_guest,
        guest_link=guests.link_of(g.db, row) if to_guest else None,
        said=said,
        message=(message or MessageForm(formdata=None)) if talk.may_talk(row) else None,
        to_referral=to_referral,
        to_move=to_move,
        to_talk=to_talk,
        labels=labels,
        now=now(),
    )


def _told(found: Found, events: Sequence[ReferralEvent]) -> Sequence[ReferralEvent]:
    """The receiving desk reads the story from the sending on: who prepared and approved is the sender's own affair."""
    if found.side is Side.REFERRING:
        return events
    sent = max((event.number for event in events if event.move is Move.SEND), default=0)
    return [event for event in events if event.number >= sent]


def _offered(found: Found, second_person: bool) -> list[tuple[Move, str]]:
    """The moves of the page as (move, kind of button): what leads on first, what takes away last."""
    approved = found.origin is not None and found.origin.approved_sha256 is not None
    useless = Move.SUBMIT if not second_person or approved else Move.SEND
    moves = [
        (move, labels.MOVE_KINDS.get(move, ""))
        for move in found.moves
        if move in VERBS and move is not useless
    ]
    return sorted(moves, key=lambda offered: ("", "quiet", "danger").index(offered[1]))


def _question(found: Found, move: Move, form: Form) -> str:
    return render_template(
        "referrals/question.html",
        referral=found.referral,
        move=move,
        form=form,
        to_referral=to_referral,
        to_move=to_move,
        labels=labels,
    )


def _prepare(referral_id: uuid.UUID, _form: Form, found: Found) -> None:
    """Take the newest consent that covers this receiver; the service names what none covers."""
    if found.case is None:
        raise Refused
    consents = g.db.scalars(queries.consents_of(found.case.id)).all()
    given = next(
        (
            c
            for c in consents
            if c.withdrawn_at is None and c.terms().categories_for(found.referral.receiving_id)
        ),
        None,
    )
    if given is None:
        raise Unfit("consent_missing", categories=found.categories)
    drafts.prepare_referral(g.db, g.actor, desk(), referral_id, given=given, seen=seen_version())


def _accept(referral_id: uuid.UUID, _form: Form, _found: Found) -> None:
    receiving.accept_referral(g.db, g.actor, referral_id, worker_id=g.actor.user_id, seen=seen_version())


def _decline(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    reason = DeclineReason(form.reason.data)
    receiving.decline_referral(g.db, g.actor, desk(), referral_id, reason=reason, seen=seen_version())


def _outcome(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    outcome = Outcome(form.outcome.data)
    receiving.report_outcome(g.db, g.actor, desk(), referral_id, outcome=outcome, seen=seen_version())


def _cancel(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    sending.cancel_referral(
        g.db, g.actor, referral_id, reason=CancelReason(form.reason.data), seen=seen_version()
    )


def _stop(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    alone = not g.db.scalar(queries.has_supervisor())
    ground = StopGround(form.ground.data)
    receiving.confirm_stop(g.db, g.actor, referral_id, ground=ground, alone=alone, seen=seen_version())


def _plain(verb: Callable[..., object]) -> Callable[[uuid.UUID, Form, Found], None]:
    """A verb that needs the session, the actor and the id alone."""

    def call(referral_id: uuid.UUID, _form: Form, _found: Found) -> None:
        verb(g.db, g.actor, referral_id, seen=seen_version())

    return call


def _send(referral_id: uuid.UUID, _form: Form, found: Found) -> None:
    if g.db.get_one(Tenant, found.referral.receiving_id).kind is not TenantKind.GUEST:
        sending.send_referral(g.db, g.actor, desk(), referral_id, seen=seen_version())
    else:
        g.issued = guests.send_to_guest(
            g.db, g.actor, desk(), gate.app().keyring, cost(), referral_id, seen=seen_version()
        )


VERBS: dict[Move, Callable[[uuid.UUID, Form, Found], None]] = {
    Move.PREPARE: _prepare,
    Move.REOPEN_DRAFT: _plain(drafts.back_to_draft),
    Move.SUBMIT: _plain(drafts.submit_referral),
    Move.APPROVE: _plain(drafts.approve_referral),
    Move.RETURN: _plain(drafts.return_referral),
    Move.SEND: _send,
    Move.RECALL: _plain(sending.recall_referral),
    Move.ACKNOWLEDGE: _plain(receiving.acknowledge_referral),
    Move.ACCEPT: _accept,
    Move.DECLINE: _decline,
    Move.CONFIRM_DECLINE: _plain(closing.confirm_decline),
    Move.START: _plain(receiving.start_service),
    Move.REPORT_OUTCOME: _outcome,
    Move.CLOSE: _plain(closing.close_referral),
    Move.CANCEL: _cancel,
    Move.CONFIRM_STOP: _stop,
}
"""What each move calls. Opening is a look, and withdrawing is asked of the consent, so neither is here; the page
offers these alone."""
