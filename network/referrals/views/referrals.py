"""Referrals: the organization's inbox, drafting, checking, sending, and the page both ends read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from network.compression import let_pack
from network.database import now
from network.deeds import once
from network.forms import Form, options
from network.permissions import Stale, Unfit
from network.referrals import labels, policies, queries
from network.referrals.categories import Category
from network.referrals.forms import CancelForm, DeclineForm, MoveForm, OutcomeForm, ReferralForm, StopForm
from network.referrals.models import Case, Referral, ReferralEvent
from network.referrals.services import cases, receiving, referrals
from network.referrals.states import (
    DRAFTING,
    RELEASED,
    UNANSWERED,
    CancelReason,
    DeclineReason,
    Move,
    Outcome,
    Priority,
    Side,
    Status,
    StopGround,
)
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    partner_choices,
    people,
    seen_version,
    tenants,
    uuid_or_404,
    words_for,
)
from network.web import get_or_404

ASKING: dict[Move, type[MoveForm]] = {
    Move.DECLINE: DeclineForm,
    Move.REPORT_OUTCOME: OutcomeForm,
    Move.CANCEL: CancelForm,
    Move.CONFIRM_STOP: StopForm,
}
"""Moves that ask for a reason first."""


@bp.get("/")
@desk_only
def inbox() -> str:
    """What came to the organization, the most urgent first, and what it sent."""
    let_pack()
    received = g.db.scalars(queries.inbox(g.actor.tenant_id)).all()
    sent = g.db.scalars(queries.outbox(g.actor)).all()
    return render_template(
        "referrals/inbox.html",
        received=received,
        sent=sent,
        tenants=tenants([r.referring_id for r in received] + [r.receiving_id for r in sent]),
        labels=labels,
        now=now(),
    )


@bp.route("/new", methods=["GET", "POST"])
@desk_only
def new() -> ResponseReturnValue:
    """Ask a partner to take on a need. Without ``?case=`` the case is chosen first."""
    if "case" not in request.args:
        return render_template(
            "referrals/choose-case.html", cases=g.db.scalars(queries.cases_of(g.actor)).all(), labels=labels
        )
    file = case_or_404(uuid_or_404(request.args["case"]))
    form = _referral_form(file)
    if request.method == "POST" and form.validate_on_submit():

        def act() -> str:
            made = referrals.draft_referral(
                g.db,
                g.actor,
                desk(),
                file,
                receiving_id=uuid_or_404(form.recipient.data),
                categories=[Category(c) for c in form.categories.data or []],
                content=_asked(form),
                priority=Priority(form.priority.data),
            )
            return url_for(".referral", referral_id=made.id)

        try:
            with g.db.begin_nested():
                return redirect(once(g.db, g.actor, request.form.get("idempotency_key"), act), 303)
        except Unfit as unfit:
            form.categories.errors = [*form.categories.errors, words_for(unfit)]
    return render_template("referrals/new.html", case=file, form=form), 422 if form.errors else 200


@bp.route("/<uuid:referral_id>/change", methods=["GET", "POST"])
@desk_only
def change(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Change a draft."""
    found = _found(referral_id)
    if found.side is not Side.REFERRING or found.referral.status is not Status.DRAFT or found.case is None:
        raise Stale
    form = _referral_form(found.case)
    receiver = str(found.referral.receiving_id)
    form.recipient.choices = [choice for choice in form.recipient.choices if choice.value == receiver]
    if request.method == "GET":
        form.recipient.data = receiver
        form.requested_service.data = found.envelope.get("requested_service", "")
        form.need.data = found.envelope.get("need", "")
        form.priority.data = found.referral.priority.value
        form.categories.data = list(found.categories)
    elif form.validate_on_submit():
        try:
            with g.db.begin_nested():
                referrals.revise_draft(
                    g.db,
                    g.actor,
                    desk(),
                    referral_id,
                    seen=seen_version(),
                    categories=[Category(c) for c in form.categories.data or []],
                    content=_asked(form),
                    priority=Priority(form.priority.data),
                )
        except Unfit as unfit:
            form.categories.errors = [*form.categories.errors, words_for(unfit)]
        else:
            return redirect(url_for(".referral", referral_id=referral_id), 303)
    status = 422 if form.errors else 200
    return render_template("referrals/new.html", case=found.case, form=form, referral=found.referral), status


@bp.get("/<uuid:referral_id>")
@desk_only
def referral(referral_id: uuid.UUID) -> ResponseReturnValue:
    """One referral, as this end may see it. The receiving desk's first look tells the sender."""
    row = get_or_404(Referral, referral_id)
    if row.status is Status.SENT and policies.side_of(g.actor, row) is Side.RECEIVING:
        desk().private(desk().current_epoch)  # Only who can read it opens it.
        receiving.open_referral(g.db, g.actor, referral_id)
    return _page(_found(referral_id))


@bp.get(f"/<uuid:referral_id>/<any({', '.join(m.value for m in ASKING)}):name>")
@desk_only
def ask_move(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """The question that goes before a move with a reason."""
    found = _found(referral_id)
    move = Move(name)
    if move not in found.moves:
        raise Stale
    form = ASKING[move](data={"seen": str(found.referral.version)})
    return _question(found, move, form)


@bp.post(f"/<uuid:referral_id>/<any({', '.join(m.value for m in Move)}):name>")
@desk_only
def make_move(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """Move it. Sent twice, a form moves it once; from a stale page nothing moves and the present state is shown."""
    move = Move(name)
    if move not in VERBS:
        abort(404)
    found = _found(referral_id)
    form = ASKING.get(move, MoveForm)()
    if not form.validate_on_submit():
        return _question(found, move, form), 422

    def act() -> str:
        VERBS[move](referral_id, form, found)
        return url_for(".referral", referral_id=referral_id)

    try:
        with g.db.begin_nested():
            target = once(g.db, g.actor, request.form.get("idempotency_key"), act)
    except Unfit as unfit:
        return _page(found, refusal=words_for(unfit), unfit=unfit), 422
    except Stale:
        g.db.expire_all()
        return _page(_found(referral_id), stale=True), 409
    flash(str(labels.STORY[move]) + ".")
    return redirect(target, 303)


@dataclass
class Found:
    """A referral with what this end knows of it."""

    referral: Referral
    side: Side
    moves: list[Move]
    envelope: dict[str, Any]
    readable: bool
    case: Case | None = None
    categories: list[str] = field(default_factory=list)
    origin: Any = None


def _found(referral_id: uuid.UUID) -> Found:
    row = get_or_404(Referral, referral_id)
    side = policies.side_of(g.actor, row)
    if side is None:
        abort(404)
    envelope = receiving.read_envelope(g.db, g.actor, desk(), row)
    alone = side is Side.RECEIVING and not g.db.scalar(queries.has_supervisor())
    moves = policies.moves_for(g.actor, row, alone=alone)
    found = Found(row, side, moves, envelope or {}, envelope is not None)
    if side is Side.REFERRING:
        found.origin = g.db.scalars(queries.origin_of(row.id)).one()
        found.case = case_or_404(found.origin.case_id)
        found.categories = list(found.origin.categories)
    else:
        found.categories = list(found.envelope.get("consent", {}).get("categories", []))
    return found


def _page(found: Found, *, refusal: str = "", stale: bool = False, unfit: Unfit | None = None) -> str:
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
    second_person = policies.needs_second_person(
        *(ends[i].country for i in (row.referring_id, row.receiving_id))
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
        people=people([e.user_id for e in events] + [row.worker_id]),
        ends=ends,
        answers=receiving.read_answers(g.db, g.actor, desk(), row),
        obligation=g.db.scalars(queries.obligation_of(row.id)).first(),
        second_person=second_person,
        refusal=refusal,
        unfit=unfit,
        stale=stale,
        asking=ASKING,
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
    useless = {Move.SUBMIT if not second_person or approved else Move.SEND, Move.OPEN, Move.WITHDRAW}
    moves = [(move, labels.MOVE_KINDS.get(move, "")) for move in found.moves if move not in useless]
    return sorted(moves, key=lambda offered: ("", "quiet", "danger").index(offered[1]))


def _question(found: Found, move: Move, form: Form) -> str:
    return render_template(
        "referrals/question.html", referral=found.referral, move=move, form=form, labels=labels
    )


def _referral_form(file: Case) -> ReferralForm:
    """Only what is written can be sent along, so only that can be chosen."""
    form = ReferralForm()
    form.recipient.choices = partner_choices(file)
    written = cases.versions(g.db, file)
    form.categories.choices = options((c.value, labels.CATEGORIES[c]) for c in Category if c in written)
    return form


def _asked(form: ReferralForm) -> dict[str, Any]:
    return {"requested_service": form.requested_service.data, "need": form.need.data or ""}


def _prepare(referral_id: uuid.UUID, _form: Form, found: Found) -> None:
    """Take the newest consent that covers this receiver; the service names what none covers."""
    assert found.case is not None  # noqa: S101  # Only the referring side comes here; the service judges.
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
    referrals.prepare_referral(g.db, g.actor, desk(), referral_id, given=given, seen=seen_version())


def _accept(referral_id: uuid.UUID, _form: Form, _found: Found) -> None:
    receiving.accept_referral(g.db, g.actor, referral_id, worker_id=g.actor.user_id, seen=seen_version())


def _decline(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    reason = DeclineReason(form.reason.data)
    receiving.decline_referral(g.db, g.actor, desk(), referral_id, reason=reason, seen=seen_version())


def _outcome(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    outcome = Outcome(form.outcome.data)
    receiving.report_outcome(g.db, g.actor, desk(), referral_id, outcome=outcome, seen=seen_version())


def _cancel(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    referrals.cancel_referral(
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


def _send(referral_id: uuid.UUID, _form: Form, _found: Found) -> None:
    referrals.send_referral(g.db, g.actor, desk(), referral_id, seen=seen_version())


VERBS: dict[Move, Callable[[uuid.UUID, Form, Found], None]] = {
    Move.PREPARE: _prepare,
    Move.REOPEN_DRAFT: _plain(referrals.back_to_draft),
    Move.SUBMIT: _plain(referrals.submit_referral),
    Move.APPROVE: _plain(referrals.approve_referral),
    Move.RETURN: _plain(referrals.return_referral),
    Move.SEND: _send,
    Move.RECALL: _plain(referrals.recall_referral),
    Move.ACKNOWLEDGE: _plain(receiving.acknowledge_referral),
    Move.ACCEPT: _accept,
    Move.DECLINE: _decline,
    Move.CONFIRM_DECLINE: _plain(referrals.confirm_decline),
    Move.START: _plain(receiving.start_service),
    Move.REPORT_OUTCOME: _outcome,
    Move.CLOSE: _plain(referrals.close_referral),
    Move.CANCEL: _cancel,
    Move.CONFIRM_STOP: _stop,
}
"""What each move calls. Opening is a look, and withdrawing is asked of the consent, so neither is here."""
