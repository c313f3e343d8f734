"""Asking for consent, one thing a page: who decides, what was said, to whom, what, how; then read it back and record."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.deeds import pressed
from network.forms import Form
from network.i18n.languages import known
from network.permissions import Unfit
from network.referrals import acts, labels, queries
from network.referrals.categories import Category
from network.referrals.consent import DISCLOSING, GivenBy, Purpose
from network.referrals.forms import HowForm, WhoForm, WhomForm, WordsForm, what_form
from network.referrals.models import Case, Consent
from network.referrals.services import cases, consent_drafts, consents, minors
from network.referrals.views import proposing
from network.referrals.views.common import (
    bp,
    case_or_404,
    desk,
    desk_only,
    partner_choices,
    reader_language,
    tenants,
    words_for,
)
from network.referrals.views.proposing import Draft
from network.tenancy import Tenant

STEPS = ("who", "words", "whom", "what", "how", "check")
OF_RECIPIENTS = ("whom", "what")

AT: dict[str, tuple[str, str]] = {
    "minor_needs_guardian": ("who", "given_by"),
    "guardian_of_adult": ("who", "given_by"),
    "guardian_no_authority": ("who", "guardian_authority"),
    "guardian_unsuitable": ("who", "guardian_unsuitable"),
    "assent_not_asked": ("who", "assent"),
    "assent_refused": ("who", "assent"),
    "consent_replaced": ("who", "purpose"),
    "not_informed": ("words", "informed"),
    "no_scope": ("what", ""),
    "scope_not_asked": ("who", "purpose"),
    "witness_missing": ("how", "witness"),
    "given_in_future": ("how", "given_on"),
    "expiry_past": ("how", "expires_on"),
    "expiry_too_late": ("how", "expires_on"),
    "expiry_far_too_late": ("how", "expires_on"),
}
"""On which page, beside which question, a rule's refusal is said."""


@bp.route("/cases/<uuid:case_id>/consent", methods=["GET", "POST"])
@desk_only
def consent(case_id: uuid.UUID) -> ResponseReturnValue:
    """The first page: for what, and who decides. ``?renews=`` begins with what an earlier consent says,
    ``?referral=&purpose=`` with what that referral lacks, ``?to=`` with an organization. An address stays in the
    history of a browser: it holds ids that tell nobody anything, and never what is asked for."""
    file = case_or_404(case_id)
    draft, kept = _begun(file)
    return _step(file, "who", draft, kept=kept)


@bp.route("/cases/<uuid:case_id>/consent/<any(words, whom, what, how, check):name>", methods=["GET", "POST"])
@desk_only
def consent_step(case_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """Each further page. What was typed is kept, sealed, after every one of them."""
    file = case_or_404(case_id)
    draft = consent_drafts.kept_draft(g.db, desk(), file)
    if name not in _steps(draft):
        # Perhaps a second click on the button that recorded it: then it leads to where the first one did.
        first = url_for(".consent", case_id=file.id)
        return redirect(pressed(lambda: first), 303)
    if name == "what" and not _named(file, draft):
        return redirect(_url(file, "whom"), 303)
    return _check(file, draft) if name == "check" else _step(file, name, draft)


@bp.post("/cases/<uuid:case_id>/consent/refuse")
@desk_only
def refuse(case_id: uuid.UUID) -> ResponseReturnValue:
    """The person says no. One press; the organization goes on helping."""
    file = case_or_404(case_id)
    draft = consent_drafts.kept_draft(g.db, desk(), file)

    def act() -> str:
        purpose = proposing.purpose_of(draft)
        given_by = GivenBy.SELF if draft.get("given_by", "self") == "self" else GivenBy.GUARDIAN
        consents.refuse_consent(
            g.db,
            g.actor,
            desk(),
            file,
            purpose=purpose,
            text=proposing.text_of(draft, purpose),
            details=proposing.details_of(draft),
            given_by=given_by,
        )
        consent_drafts.drop_draft(g.db, desk(), file)
        return url_for(".case", case_id=file.id)

    target = pressed(act)
    flash(_("Written down: the person said no. You go on helping all the same."))
    return redirect(target, 303)


@bp.post("/cases/<uuid:case_id>/consent/drop")
@desk_only
def drop_consent(case_id: uuid.UUID) -> ResponseReturnValue:
    """Nothing is asked after all: what was typed is destroyed."""
    file = case_or_404(case_id)
    consent_drafts.drop_draft(g.db, desk(), file)
    flash(_("What you had typed was thrown away."))
    return redirect(url_for(".case", case_id=file.id), 303)


def _begun(file: Case) -> tuple[Draft, bool]:
    """What was kept; or a new one that begins with what the address says, or with an earlier consent. The second says
    whether it was kept."""
    kept = consent_drafts.kept_draft(g.db, desk(), file)
    renews = request.args.get("renews", "")
    if renews and kept.get("renews") != renews:
        former = next((c for c in _consents(file) if str(c.id) == renews), None)
        if former is not None:
            return proposing.again(former, consent_drafts.read_consent(g.db, desk(), former)), False
    purpose = next((p.value for p in Purpose if p.value == request.args.get("purpose")), None)
    other = purpose is not None and kept.get("purpose") != purpose
    receiver, categories = _lacking(file)
    if receiver and (other or kept.get("asked_for") != receiver):
        return {
            **({"purpose": purpose} if purpose else {}),
            "asked_for": receiver,
            "recipients": [receiver],
            "grants": {receiver: {"categories": categories}},
        }, False
    return kept, bool(kept)


def _lacking(file: Case) -> tuple[str, list[str]]:
    """To whom the referral of the address goes, and what of this case it sends along; an organization alone where the
    address names one, and nobody where it names nothing of this case."""
    referral_id = request.args.get("referral", type=uuid.UUID)
    if referral_id is None:
        return request.args.get("to", ""), []
    found = g.db.execute(queries.told_of_case(file.id, referral_id)).one_or_none()
    return (str(found[0].receiving_id), list(found[1].categories)) if found else ("", [])


def _consents(file: Case) -> list[Consent]:
    return list(g.db.scalars(queries.consents_of(file.id)).all())


def _steps(draft: Draft) -> list[str]:
    """The pages that this consent needs; none but the first before anything was said."""
    if not draft:
        return ["who"]
    disclosing = proposing.purpose_of(draft) in DISCLOSING
    return [step for step in STEPS if disclosing or step not in OF_RECIPIENTS]


def _step(file: Case, name: str, draft: Draft, *, kept: bool = False) -> ResponseReturnValue:
    form = FORMS[name](file, draft)
    if request.method == "POST" and form.validate_on_submit():
        draft = {**draft, **_typed(name, form)}
        problem = _problem(file, name, draft)
        if problem is None:
            consent_drafts.keep_draft(g.db, g.actor, desk(), file, draft)
            steps = _steps(draft)
            return redirect(_url(file, steps[steps.index(name) + 1]), 303)
        field = form[AT[problem][1]] if AT[problem][1] else next(f for f in form if f.name.startswith("c"))
        field.errors = [*field.errors, words_for(Unfit(problem))]
    return _page(file, name, draft, form, kept=kept), 422 if form.errors else 200


def _problem(file: Case, name: str, draft: Draft) -> str | None:
    """The rule that this page's answers break, where it can be mended on this page."""
    minor = minors.is_minor(g.db, desk(), file.id)
    if name == "who":
        return acts.of_who(proposing.guardian_of(draft), proposing.assent_of(draft), minor=minor)
    wrong = acts.of_what(proposing.act_of(draft)) if name != "how" else None
    if name == "how":
        wrong = proposing.fault_of(draft, minor=minor)
    return wrong if wrong is not None and AT[wrong][0] == name else None


def _url(file: Case, name: str) -> str:
    if name == "who":
        return url_for(".consent", case_id=file.id)
    return url_for(".consent_step", case_id=file.id, name=name)


def _who(_file: Case, draft: Draft) -> Form:
    return WhoForm(data=draft)


def _words(_file: Case, draft: Draft) -> Form:
    return WordsForm(data={"language": known(reader_language()), **draft})


def _whom(file: Case, draft: Draft) -> Form:
    form = WhomForm(data=draft)
    form.recipients.choices = partner_choices(file)
    return form


def _what(file: Case, draft: Draft) -> Form:
    named = _named(file, draft)
    data: dict[str, Any] = {}
    for ident in named:
        grant = draft.get("grants", {}).get(str(ident), {})
        data[f"c{ident.hex}"] = grant.get("categories", [])
        data[f"r{ident.hex}"] = bool(grant.get("copy"))
        data[f"o{ident.hex}"] = bool(grant.get("onward"))
    return what_form(named)(data=data)


def _how(_file: Case, draft: Draft) -> Form:
    return HowForm(data={**proposing.usual_dates(proposing.purpose_of(draft)), **proposing.with_days(draft)})


FORMS: Mapping[str, Callable[[Case, Draft], Any]] = {
    "who": _who,
    "words": _words,
    "whom": _whom,
    "what": _what,
    "how": _how,
}


def _named(file: Case, draft: Draft) -> dict[uuid.UUID, str]:
    """The chosen organizations that a referral can go to, by name."""
    offered = {str(choice.value): str(choice.label) for choice in partner_choices(file)}
    return {uuid.UUID(r): offered[r] for r in draft.get("recipients", []) if r in offered}


def _typed(name: str, form: Any) -> Draft:
    """What a page says, as the draft keeps it."""
    if name == "what":
        grants: dict[str, Any] = {}
        for field in form:
            if field.name.startswith("c") and len(field.name) == 33:
                ident = uuid.UUID(field.name[1:])
                grants[str(ident)] = {
                    "categories": list(field.data or []),
                    "copy": bool(form[f"r{ident.hex}"].data),
                    "onward": bool(form[f"o{ident.hex}"].data),
                }
        return {"grants": grants}
    said = {field.name: field.data for field in form if field.name != "csrf_token"}
    return proposing.plain(said)


def _page(file: Case, name: str, draft: Draft, form: Any, *, kept: bool = False) -> str:
    purpose = proposing.purpose_of(draft)
    return render_template(
        "referrals/consent.html",
        case=file,
        step=name,
        steps=_steps(draft) if draft else list(STEPS),
        back=_before(file, name, draft),
        form=form,
        draft=draft,
        kept=kept,
        purpose=purpose,
        wordings=proposing.wordings_shown(purpose) if name == "words" else {},
        minor=minors.is_minor(g.db, desk(), file.id) if name == "who" else False,
        asked_for=list(_named(file, draft).values()) if name == "who" else [],
        labels=labels,
    )


def _before(file: Case, name: str, draft: Draft) -> str:
    steps = _steps(draft)
    at = steps.index(name) if name in steps else 0
    return _url(file, steps[at - 1]) if at else url_for(".case", case_id=file.id)


def _check(file: Case, draft: Draft) -> ResponseReturnValue:
    """What the person decided, read back in sentences; one button records it."""
    problem: Unfit | None = None
    if request.method == "POST":
        try:
            target = pressed(lambda: _record(file, draft))
        except Unfit as unfit:
            problem = unfit
        else:
            flash(_("Consent recorded."))
            return redirect(target, 303)
    written = cases.versions(g.db, file)
    asked = {Category(c) for grant in draft.get("grants", {}).values() for c in grant["categories"]}
    page = render_template(
        "referrals/consent-check.html",
        case=file,
        draft=draft,
        purpose=proposing.purpose_of(draft),
        sentences=proposing.sentences(draft, _tenants(draft)),
        rows=proposing.rows(draft),
        empty=[c for c in Category if c in asked - set(written)],
        steps=_steps(draft),
        back=_url(file, "how"),
        edit={step: _url(file, step) for step in _steps(draft)},
        problem=words_for(problem) if problem else "",
        mend=_url(file, AT[problem.code][0]) if problem else "",
        labels=labels,
    )
    return page, 422 if problem else 200


def _tenants(draft: Draft) -> dict[uuid.UUID, Tenant]:
    return tenants(uuid.UUID(r) for r in draft.get("recipients", []))


def _record(file: Case, draft: Draft) -> str:
    purpose = proposing.purpose_of(draft)
    former = next((c for c in _consents(file) if str(c.id) == draft.get("renews")), None)
    offered = {uuid.UUID(str(choice.value)) for choice in partner_choices(file)}
    details = proposing.details_of(draft)
    made = consents.record_act(
        g.db,
        g.actor,
        desk(),
        file,
        proposing.act_of(draft, offered),
        text=proposing.text_of(draft, purpose),
        details=details,
        supersedes=former,
    )
    if draft.get("reporting") and purpose is not Purpose.REPORTING_AGGREGATE:
        counting = {**draft, "purpose": Purpose.REPORTING_AGGREGATE.value, "grants": {}}
        consents.record_act(
            g.db,
            g.actor,
            desk(),
            file,
            proposing.act_of(counting),
            text=proposing.text_of(draft, Purpose.REPORTING_AGGREGATE),
            details=details,
        )
    consent_drafts.drop_draft(g.db, desk(), file)
    return url_for(".case", case_id=made.case_id)
