"""The moves of a referral as the page makes them: what each calls."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from flask import g, url_for

from network.accounts import gate
from network.database import now
from network.permissions import Refused, Unfit
from network.places.clocks import timezone_of
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.consent import Purpose
from network.referrals.models import Consent
from network.referrals.services import (
    asking,
    closing,
    drafts,
    engaging,
    following,
    guests,
    handover,
    onward,
    receiving,
    sending,
)
from network.referrals.states import CancelReason, DeclineReason, Move, StopGround, SurvivorView
from network.referrals.views.common import desk, seen_version
from network.referrals.views.found import Found
from network.referrals.views.guest_links import cost
from network.tenancy import Tenant, TenantKind

Verb = Callable[[uuid.UUID, Any, Found], "str | None"]
"""Makes a move; the address to go to where that is not the referral itself."""


def _prepare(referral_id: uuid.UUID, _form: Any, found: Found) -> None:
    """Take the newest consent that covers this receiver; the service names what none covers."""
    if found.case is None:  # The receiving side has no case to take it from.
        raise Refused
    override = g.db.scalars(queries.override_of(referral_id)).one_or_none()
    given = None
    if override is None or override.ended_at is not None:
        given = _carrying(found)
        if given is None:
            raise Unfit("consent_missing", categories=found.categories)
    drafts.prepare_referral(g.db, g.actor, desk(), referral_id, given=given, seen=seen_version())


def _carrying(found: Found) -> Consent | None:
    """The consent that covers most of what is chosen, the newest of several; none where nothing is covered."""
    assert found.case is not None  # noqa: S101  # Asked before.
    wanted = {Category(c) for c in found.categories}

    def covers(given: Consent) -> int:
        return len(wanted & given.terms().categories_for(found.referral.receiving_id))

    holding = [
        c
        for c in g.db.scalars(queries.consents_of(found.case.id)).all()
        if c.purpose is Purpose.REFERRAL and c.active(now())
    ]
    given = max(holding, key=covers, default=None)
    return given if given is not None and covers(given) else None


def _send(referral_id: uuid.UUID, _form: Any, found: Found) -> None:
    if g.db.get_one(Tenant, found.referral.receiving_id).kind is not TenantKind.GUEST:
        sending.send_referral(g.db, g.actor, desk(), referral_id, seen=seen_version())
    else:
        g.issued = guests.send_to_guest(
            g.db, g.actor, desk(), gate.app().keyring, cost(), referral_id, seen=seen_version()
        )


def _accept(referral_id: uuid.UUID, _form: Any, _found: Found) -> None:
    receiving.accept_referral(g.db, g.actor, referral_id, worker_id=g.actor.user_id, seen=seen_version())


def _decline(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    reason = DeclineReason(form.reason.data)
    receiving.decline_referral(g.db, g.actor, desk(), referral_id, reason=reason, seen=seen_version())


def _outcome(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    receiving.report_outcome(
        g.db, g.actor, desk(), referral_id, outcomes=form.outcomes(), seen=seen_version()
    )


def _cancel(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    sending.cancel_referral(
        g.db, g.actor, referral_id, reason=CancelReason(form.reason.data), seen=seen_version()
    )


def _stop(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    ground = StopGround(form.ground.data)
    receiving.confirm_stop(g.db, g.actor, referral_id, ground=ground, alone=_alone(), seen=seen_version())


def _close(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    view = SurvivorView(form.view.data)
    closing.close_referral(g.db, g.actor, referral_id, view=view, desk=desk(), seen=seen_version())


def _ask(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    asking.ask_question(g.db, g.actor, desk(), referral_id, question=form.question.data, seen=seen_version())


def _answer(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    more = [Category(c) for c in (form.more.data or [])] if "more" in form else []
    asking.answer_question(
        g.db, g.actor, desk(), referral_id, answer=form.answer.data, more=more, seen=seen_version()
    )


def _suggest(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    asking.suggest_redirect(
        g.db,
        g.actor,
        desk(),
        referral_id,
        service_id=uuid.UUID(form.service.data),
        note=form.note.data or "",
        seen=seen_version(),
    )


def _accept_redirect(referral_id: uuid.UUID, _form: Any, _found: Found) -> str | None:
    made = asking.accept_redirect(g.db, g.actor, desk(), referral_id, seen=seen_version())
    return url_for("referrals.referral", referral_id=made.id) if made is not None else None


def _schedule(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    here = g.db.get_one(Tenant, g.actor.tenant_id).country
    local = form.when.data.replace(tzinfo=timezone_of(here))
    engaging.make_appointment(
        g.db,
        g.actor,
        desk(),
        referral_id,
        when=local.astimezone(datetime.UTC),
        place=form.place.data,
        seen=seen_version(),
    )


def _attempt(move: Move) -> Verb:
    def call(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
        engaging.note_attempt(
            g.db, g.actor, desk(), referral_id, move, note=form.note.data or "", seen=seen_version()
        )

    return call


def _ask_onward(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    onward.ask_onward(
        g.db,
        g.actor,
        desk(),
        referral_id,
        to=form.to.data,
        why=form.why.data,
        categories=[Category(c) for c in form.categories.data],
        seen=seen_version(),
    )


def _answer_onward(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
    allowed = form.decision.data == "yes"
    onward.answer_onward(
        g.db, g.actor, desk(), referral_id, allowed=allowed, note=form.note.data or "", seen=seen_version()
    )


def _reopen(referral_id: uuid.UUID, _form: Any, _found: Found) -> str:
    made = following.reopen_referral(g.db, g.actor, desk(), referral_id, seen=seen_version())
    return url_for("referrals.referral", referral_id=made.id)


def _take_over(referral_id: uuid.UUID, _form: Any, _found: Found) -> str:
    made = handover.take_over(g.db, g.actor, desk(), referral_id, alone=_alone(), seen=seen_version())
    return url_for("referrals.case", case_id=made.id)


def _refuse_handover(referral_id: uuid.UUID, _form: Any, _found: Found) -> None:
    handover.refuse_handover(g.db, g.actor, referral_id, alone=_alone(), seen=seen_version())


def _alone() -> bool:
    """Whether this desk has no supervisor, so that its caseworkers act as one."""
    return not g.db.scalar(queries.has_supervisor())


def _plain(verb: Callable[..., object]) -> Verb:
    """A verb that needs the session, the actor and the id alone."""

    def call(referral_id: uuid.UUID, _form: Any, _found: Found) -> None:
        verb(g.db, g.actor, referral_id, seen=seen_version())

    return call


def _sealed(verb: Callable[..., object]) -> Verb:
    """A verb that needs the desk's keys besides."""

    def call(referral_id: uuid.UUID, _form: Any, _found: Found) -> None:
        verb(g.db, g.actor, desk(), referral_id, seen=seen_version())

    return call


def _saying(verb: Callable[..., object]) -> Verb:
    """A verb that says why."""

    def call(referral_id: uuid.UUID, form: Any, _found: Found) -> None:
        verb(g.db, g.actor, desk(), referral_id, why=form.why.data, seen=seen_version())

    return call


VERBS: dict[Move, Verb] = {
    Move.PREPARE: _prepare,
    Move.REOPEN_DRAFT: _plain(drafts.back_to_draft),
    Move.SUBMIT: _plain(drafts.submit_referral),
    Move.APPROVE: _plain(drafts.approve_referral),
    Move.RETURN: _plain(drafts.return_referral),
    Move.SEND: _send,
    Move.RECALL: _plain(sending.recall_referral),
    Move.ACKNOWLEDGE: _plain(receiving.acknowledge_referral),
    Move.ACCEPT: _accept,
    Move.ASK: _ask,
    Move.ANSWER: _answer,
    Move.SUGGEST_REDIRECT: _suggest,
    Move.ACCEPT_REDIRECT: _accept_redirect,
    Move.REFUSE_REDIRECT: _plain(asking.refuse_redirect),
    Move.DECLINE: _decline,
    Move.CONFIRM_DECLINE: _plain(closing.confirm_decline),
    Move.RETURN_DECLINE: _saying(closing.return_decline),
    Move.START: _plain(receiving.start_service),
    Move.SCHEDULE: _schedule,
    Move.NO_SHOW: _attempt(Move.NO_SHOW),
    Move.UNREACHABLE: _attempt(Move.UNREACHABLE),
    Move.REACHED: _plain(engaging.note_reached),
    Move.GIVE_UP: _sealed(engaging.give_up),
    Move.REPORT_OUTCOME: _outcome,
    Move.CLOSE: _close,
    Move.DISPUTE: _saying(closing.dispute_outcome),
    Move.PROPOSE_HANDOVER: _sealed(handover.propose_handover),
    Move.TAKE_OVER: _take_over,
    Move.REFUSE_HANDOVER: _refuse_handover,
    Move.REOPEN: _reopen,
    Move.ASK_ONWARD: _ask_onward,
    Move.ANSWER_ONWARD: _answer_onward,
    Move.CANCEL: _cancel,
    Move.CONFIRM_STOP: _stop,
}
"""What each move calls. Opening is a look, and withdrawing is asked of the consent, so neither is here; the page
offers these alone."""
