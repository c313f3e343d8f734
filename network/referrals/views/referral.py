"""The page of one referral that both ends read, and its moves."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import DateTimeLocalField, HiddenField, StringField

from network.deeds import pressed
from network.forms import Form
from network.permissions import Stale, Unfit
from network.referrals import labels
from network.referrals.services import (
    engaging,
    following,
    receiving,
)
from network.referrals.states import (
    Move,
    Side,
    Status,
)
from network.referrals.views.common import (
    bp,
    desk,
    desk_only,
    seen_version,
    to_referral,
    words_for,
)
from network.referrals.views.found import found_or_404
from network.referrals.views.guest_links import shown_once
from network.referrals.views.moves import VERBS
from network.referrals.views.questions import ASKING, form_for, question, refused_at, suggestions
from network.referrals.views.sheet import page


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
    return question(found, move, form_for(move, found, fresh=True))


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
        return question(found, move, form), 422

    def act() -> str:
        return VERBS[move](referral_id, form, found) or to_referral(referral_id)

    try:
        target = pressed(act)
    except Unfit as unfit:
        if (field := refused_at(move, form)) is None:
            return page(found, refusal=words_for(unfit), unfit=unfit), 422
        field.errors = [*field.errors, words_for(unfit)]
        return question(found, move, form), 422
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
        target = pressed(act)
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


def _typed(form: Form) -> list[tuple[str, str]]:
    """Question and answer of each field that takes words or a time, where something was written."""
    return [
        (str(field.label.text), str(field._value()))
        for field in form
        if isinstance(field, StringField | DateTimeLocalField)
        and not isinstance(field, HiddenField)
        and field._value()
    ]
