"""The page of one referral that both ends read, and its moves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import DateTimeLocalField, HiddenField, StringField

from network.database import now
from network.deeds import once
from network.forms import Form
from network.permissions import Role, Stale, Unfit
from network.referrals import clocks, labels
from network.referrals.categories import Category
from network.referrals.forms import MessageForm
from network.referrals.models import ReferralEvent
from network.referrals.services import (
    comparing,
    engaging,
    following,
    guards,
    guests,
    receiving,
    sheets,
    talk,
)
from network.referrals.states import (
    DRAFTING,
    RELEASED,
    UNANSWERED,
    Move,
    Side,
    Status,
)
from network.referrals.views.common import (
    bp,
    desk,
    desk_only,
    seen_version,
    to_compare,
    to_move,
    to_referral,
    to_talk,
    words_for,
)
from network.referrals.views.found import Found, found_or_404
from network.referrals.views.guest_links import shown_once
from network.referrals.views.moves import (
    ASKING,
    VERBS,
    form_for,
    provider_name,
    refused_at,
    requested,
    suggestions,
)
from network.tenancy import TenantKind


@bp.get("/<uuid:referral_id>")
@desk_only
def referral(referral_id: uuid.UUID) -> ResponseReturnValue:
    """One referral, as this end may see it. The receiving desk's first look tells the sender."""
    found = found_or_404(referral_id)
    if found.referral.status is Status.SENT and found.side is Side.RECEIVING:
        desk().private(desk().current_epoch)  # Only who can read it opens it.
        receiving.open_referral(g.db, g.actor, referral_id)
        found = found_or_404(referral_id)
    return page(found)


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
    return _question(found, move, form_for(move, found, fresh=True))


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
    form = form_for(move, found)
    if not form.validate_on_submit():
        return _question(found, move, form), 422

    def act() -> str:
        return VERBS[move](referral_id, form, found) or to_referral(referral_id)

    try:
        with g.db.begin_nested():
            target = once(g.db, g.actor, request.form.get("idempotency_key"), act)
    except Unfit as unfit:
        if (field := refused_at(move, form)) is None:
            return page(found, refusal=words_for(unfit), unfit=unfit), 422
        field.errors = [*field.errors, words_for(unfit)]
        return _question(found, move, form), 422
    except Stale:
        g.db.expire_all()
        return page(found_or_404(referral_id), stale=True, typed=_typed(form)), 409
    if (issued := g.pop("issued", None)) is not None:
        return shown_once(referral_id, issued)
    flash(str(labels.STORY[move]) + ".")
    return redirect(target, 303)


@bp.post("/<uuid:referral_id>/elsewhere")
@desk_only
def ask_elsewhere(referral_id: uuid.UUID) -> ResponseReturnValue:
    """A new draft for the next provider, in one press. Nothing is sent: the person consents to the new recipient first."""
    found = found_or_404(referral_id)
    wanted = request.form.get("service", "")
    provider = next((p for p in suggestions(found) if str(p.service.id) == wanted and p.partner), None)

    def act() -> str:
        if provider is None:
            raise Unfit("provider_unknown")
        made = following.reopen_referral(
            g.db,
            g.actor,
            desk(),
            referral_id,
            receiving_id=provider.service.tenant_id,
            service_id=provider.service.id,
            seen=seen_version(),
        )
        return url_for(".referral", referral_id=made.id)

    try:
        with g.db.begin_nested():
            target = once(g.db, g.actor, request.form.get("idempotency_key"), act)
    except Unfit as unfit:
        return page(found, refusal=words_for(unfit), unfit=unfit), 422
    except Stale:
        g.db.expire_all()
        return page(found_or_404(referral_id), stale=True), 409
    flash(_("A new draft was started. Nothing is sent yet."))
    return redirect(target, 303)


@bp.post("/<uuid:referral_id>/safety")
@desk_only
def safety_checked(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The sender made sure that the person is safe, after she was not reached."""
    found_or_404(referral_id)
    engaging.note_safety_check(g.db, g.actor, referral_id)
    flash(_("It is noted that you made sure."))
    return redirect(url_for(".referral", referral_id=referral_id), 303)


def page(
    found: Found,
    *,
    refusal: str = "",
    stale: bool = False,
    typed: Sequence[tuple[str, str]] = (),
    unfit: Unfit | None = None,
    message: MessageForm | None = None,
) -> str:
    """The page of a referral, for whichever end looks at it; ``message`` is one that has to be put right, ``typed`` what
    was asked and answered with a move that came too late: nobody has to think it up a second time."""
    row = found.referral
    body = sheets.open_body(g.db, g.actor, desk(), found.head)
    events = _told(found, body.events)
    package = body.package
    ends = found.head.ends
    to_guest = found.side is Side.REFERRING and ends[row.receiving_id].kind is TenantKind.GUEST
    second_person = (
        found.side is Side.REFERRING
        and row.status in DRAFTING
        and guards.needs_second_person(g.db, row, found.origin, ends)
    )
    versions = comparing.of_body(row, body)
    return render_template(
        "referrals/referral.html",
        referral=row,
        found=found,
        package={c: package[c] for c in package if c.value in found.categories},
        chosen=[Category(c) for c in found.categories],
        events=events,
        offered=_offered(found, second_person, to_guest=to_guest),
        waiting=row.status in UNANSWERED,
        drafting=row.status in DRAFTING,
        reading=found.side is Side.REFERRING and row.status in RELEASED,
        people=body.people,
        ends=ends,
        answers=body.answers,
        requested=requested(found) if found.envelope.get("services") else {},
        elsewhere=suggestions(found) if following.may_ask_elsewhere(g.actor, row) else [],
        provider_name=provider_name,
        safety_due=found.origin is not None
        and engaging.safety_check_due(row, found.origin.safety_checked_at),
        attempts_needed=clocks.ATTEMPTS,
        obligation=body.obligations[0] if body.obligations else None,
        owed=[Category(c) for o in body.obligations if not o.confirmed_at for c in o.categories],
        override=found.head.override
        if found.origin is not None and found.origin.consent_id is None
        else None,
        alone=second_person
        and row.status is Status.READY
        and found.origin.approved_sha256 is None
        and guards.is_alone(g.db, row),
        again=found.head.again,
        second_person=second_person,
        refusal=refusal,
        unfit=unfit,
        stale=stale,
        typed=typed,
        asking=ASKING,
        to_guest=to_guest,
        guest_link=guests.link_of(g.db, row) if to_guest else None,
        said=body.said,
        message=(message or MessageForm(formdata=None)) if talk.may_talk(row) else None,
        to_referral=to_referral,
        to_move=to_move,
        to_talk=to_talk,
        to_compare=to_compare,
        versions=versions,
        renewed=comparing.renewed(versions),
        outdated=comparing.outdated(found.head, versions),
        labels=labels,
        now=now(),
    )


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
    """The moves of the page as (move, kind of button): what leads on first, what takes away last."""
    approved = found.origin is not None and found.origin.approved_sha256 is not None
    useless = {Move.SUBMIT if not second_person or approved else Move.SEND}
    if to_guest:  # Who has no desk can keep no case.
        useless.add(Move.PROPOSE_HANDOVER)
    moves = [
        (move, labels.MOVE_KINDS.get(move, ""))
        for move in found.moves
        if move in VERBS and move not in useless
    ]
    moves.sort(key=lambda offered: ("", "quiet", "danger").index(offered[1]))
    # One button leads; a second of its kind would compete with it.
    return [(move, kind or ("quiet" if place else "")) for place, (move, kind) in enumerate(moves)]


def _typed(form: Form) -> list[tuple[str, str]]:
    """Question and answer of each field that takes words or a time, where something was written."""
    return [
        (str(field.label.text), str(field._value()))
        for field in form
        if isinstance(field, StringField | DateTimeLocalField)
        and not isinstance(field, HiddenField)
        and field._value()
    ]


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
