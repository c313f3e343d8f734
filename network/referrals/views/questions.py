"""What is asked or shown before a move of a referral: its form, its choices, and what it answers."""

from __future__ import annotations

from flask import g, render_template
from wtforms import Field

from network.directory import labels as directory_labels
from network.directory.texts import said
from network.forms import Form, Words, options
from network.referrals import labels, queries, requests
from network.referrals.categories import Category
from network.referrals.forms import (
    AnswerForm,
    AskForm,
    AttemptForm,
    CancelForm,
    CloseForm,
    DeclineForm,
    MoveForm,
    OnwardAnswerForm,
    OnwardForm,
    OutcomeForm,
    RedirectForm,
    ScheduleForm,
    StopForm,
    WhyForm,
    outcome_form,
)
from network.referrals.services import (
    cases,
    handover,
    providers,
    receiving,
)
from network.referrals.services.sealing import Content
from network.referrals.states import Move
from network.referrals.views.common import (
    desk,
    reader_language,
    to_move,
    to_referral,
)
from network.referrals.views.found import Found

ANSWERS = {
    Move.ANSWER: Move.ASK,
    Move.RETURN_DECLINE: Move.DECLINE,
    Move.DISPUTE: Move.REPORT_OUTCOME,
    Move.CLOSE: Move.REPORT_OUTCOME,
    Move.ANSWER_ONWARD: Move.ASK_ONWARD,
}
"""Which move of the other end each answers."""


ASKING: dict[Move, type[MoveForm]] = {
    Move.DECLINE: DeclineForm,
    Move.REPORT_OUTCOME: OutcomeForm,
    Move.CANCEL: CancelForm,
    Move.CONFIRM_STOP: StopForm,
    Move.ASK: AskForm,
    Move.ANSWER: AnswerForm,
    Move.SUGGEST_REDIRECT: RedirectForm,
    Move.RETURN_DECLINE: WhyForm,
    Move.SCHEDULE: ScheduleForm,
    Move.NO_SHOW: AttemptForm,
    Move.UNREACHABLE: AttemptForm,
    Move.DISPUTE: WhyForm,
    Move.CLOSE: CloseForm,
    Move.ASK_ONWARD: OnwardForm,
    Move.ANSWER_ONWARD: OnwardAnswerForm,
    Move.PROPOSE_HANDOVER: MoveForm,
}
"""Moves that ask something first, or say first what will go along."""


def form_for(move: Move, found: Found, *, fresh: bool = False) -> MoveForm:
    """The form before a move, with the answers that this referral offers. ``fresh``: not from what was sent."""
    kind = outcome_form(requested(found)) if move is Move.REPORT_OUTCOME else ASKING.get(move, MoveForm)
    form = kind(data={"seen": str(found.referral.version)}) if fresh else kind()
    if isinstance(form, AnswerForm):
        written = cases.versions(g.db, found.case) if found.case else {}
        left = [c for c in Category if c in written and c.value not in found.categories]
        form.more.choices = options((c.value, labels.CATEGORIES[c]) for c in left)
        if not left:
            del form.more
    if isinstance(form, OnwardForm):
        form.categories.choices = options((c, labels.CATEGORIES[Category(c)]) for c in found.categories)
    if isinstance(form, RedirectForm):
        form.service.choices = options((str(p.service.id), provider_name(p)) for p in suggestions(found))
    return form


def refused_at(move: Move, form: MoveForm) -> Field | None:
    """The field beside which a refusal of this move is said, so that what was typed is not lost; None for the page."""
    if isinstance(form, AnswerForm):
        return form.more if "more" in form and form.more.data else form.answer
    if isinstance(form, OnwardForm):
        return form.categories
    if isinstance(form, OnwardAnswerForm):
        return form.decision
    if isinstance(form, WhyForm):
        return form.why
    return form.service if move is Move.SUGGEST_REDIRECT else None


def requested(found: Found) -> dict[str, Words]:
    """What is asked for, by the keys of ``requests.keys``, as people call it."""
    rows = g.db.execute(queries.service_names(requests.service_ids(found.envelope))).all()
    names = {str(ident): said(name, reader_language()).text for ident, name in rows}
    wanted: dict[str, Words] = {}
    for key in requests.keys(found.envelope):
        if key == requests.WHOLE:
            wanted[key] = found.envelope.get("requested_service", "")
        else:
            wanted[key] = names.get(key) or directory_labels.TERMS.get(key.removeprefix("term:"), key)
    return wanted


def suggestions(found: Found) -> list[providers.Provider]:
    """Who else may help, as this reader's directory has it."""
    return providers.next_providers(g.db, found.referral, found.told(), reader_language())


def provider_name(provider: providers.Provider) -> str:
    """The service and whose it is."""
    language = reader_language()
    service = provider.service
    return f"{said(service.name, language).text} — {said(service.organization.name, language).text}"


def question(found: Found, move: Move, form: Form) -> str:
    """The page before a move."""
    return render_template(
        "referrals/question.html",
        referral=found.referral,
        move=move,
        form=form,
        found=found,
        heard=_heard(found, move),
        brings=_brings(found, move),
        requested=requested(found) if found.envelope.get("services") else {},
        to_referral=to_referral,
        to_move=to_move,
        labels=labels,
    )


def _brings(found: Found, move: Move) -> list[Category] | None:
    """What the other end can read by an offer of the case, so that nobody gives it away unseen; None for other moves."""
    if move is not Move.PROPOSE_HANDOVER or found.origin is None:
        return None
    return handover.would_bring(g.db, found.referral, found.origin.case_id)


def _heard(found: Found, move: Move) -> list[tuple[Move, Content]]:
    """What the other end said last, that this move answers: nobody has to keep it in mind."""
    if move not in ANSWERS:
        return []
    answers = receiving.read_answers(g.db, g.actor, desk(), found.referral)
    return [(kind, content) for kind, content in answers if kind is ANSWERS[move]][-1:]
