"""What caseworkers fill in about a case. Nothing is mandatory that a frightened person may not want to say."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from network.forms import Form, length, options, required
from network.referrals import labels
from network.referrals.categories import Questions
from network.referrals.forms.questions import LONG, MANY_TIMES, answers, controls, filled, offer_kept
from network.referrals.models.cases import CaseStatus
from network.referrals.notes import PERIODS
from network.referrals.risk import QUESTIONS


class CaseForm(Form):
    """Questions about a case: periods end after they begin."""

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        for last, first in PERIODS.items():
            if last in self and self[first].data and self[last].data and self[last].data < self[first].data:
                self[last].errors = [*self[last].errors, _l("This day comes before the one above.")]
                right = False
        return right


@functools.cache
def _page_form(page: Questions, times: int) -> type[Form]:
    fields: dict[str, Any] = {}
    for prefix in prefixes(page, times):
        fields |= controls(page.fields, labels.FIELDS, labels.GUIDANCE, prefix)
    fields["seen"] = HiddenField(default="0")
    return type(f"{page.name.title()}Form", (CaseForm,), fields)


def prefixes(page: Questions, times: int) -> list[str]:
    """Before the name of each control: empty, or for repeated questions the number of the answer."""
    return [f"{number}-" for number in range(times)] if page.repeats else [""]


def times_asked(page: Questions, content: Mapping[str, Any], posted: Iterable[str]) -> int:
    """How often to ask: once more than was answered, and as often as the page that was sent asked."""
    sent = [int(found[1]) + 1 for name in posted if (found := re.match(r"(\d{1,2})-", name))]
    return min(MANY_TIMES, max([len(content.get(page.repeats) or []) + 1, *sent])) if page.repeats else 1


def page_form(page: Questions, content: Mapping[str, Any], seen: int, posted: Iterable[str] = ()) -> Form:
    """The form of a page: as it was sent, or else filled with what is kept. None of its questions is required."""
    times = times_asked(page, content, posted)
    held: dict[str, object] = {"seen": str(seen)}
    kept = content.get(page.repeats) or [] if page.repeats else [content]
    for prefix, one in zip(prefixes(page, times), kept, strict=False):
        held |= filled(page.fields, one, prefix)
    form = _page_form(page, times)(data=held)
    for prefix, one in zip(prefixes(page, times), kept, strict=False):
        offer_kept(form, page.fields, one, prefix)
    return form


def written(form: Form, page: Questions) -> dict[str, Any]:
    """What was answered on a page, as it is kept: of repeated questions, those answers that say something."""
    if not page.repeats:
        return answers(form, page.fields)
    times = [prefix for prefix in prefixes(page, MANY_TIMES) if f"{prefix}{page.fields[0].name}" in form]
    lines = [answers(form, page.fields, prefix) for prefix in times]
    kept = [line for line in lines if line]
    return {page.repeats: kept} if kept else {}


class RiskForm(Form):
    """HTCDS risk questions, in one page: of the person, of the household, of the place."""

    assessed_on = DateField(_l("Assessed on"), [required()], format=["%Y-%m-%d", "%d.%m.%Y"])
    level = RadioField(
        _l("How great is the danger?"), [required()], choices=options(labels.RISK_LEVELS.items())
    )
    notes = TextAreaField(_l("Who could harm the person, or somebody close to them?"), [length(max=LONG)])

    def validate_assessed_on(self, field: DateField) -> None:
        if field.data and field.data > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(
            days=1
        ):
            raise ValidationError(_l("This day has not come yet."))


for _name, _control in controls(QUESTIONS, labels.FIELDS, {}).items():
    setattr(RiskForm, _name, _control)


class StatusForm(Form):
    """Where a case stands. Handed over is said by the handing over, never here."""

    status = RadioField(
        _l("Where does this case stand?"),
        [required()],
        choices=options(
            (status.value, labels.CASE_STATUSES[status])
            for status in CaseStatus
            if status is not CaseStatus.CLOSED_REFERRED
        ),
    )
    reason = TextAreaField(_l("Why is the case closed?"), [length(max=LONG)])
    seen = HiddenField(default="0")


class FindForm(Form):
    """A search among one's own open cases: sent in a form, never in an address."""

    words = StringField(_l("Name, phone or word"), [required(), length(max=100)])
    skip = HiddenField(default="0")
