"""What caseworkers fill in. Nothing is mandatory that a frightened person may not want to say."""

from __future__ import annotations

import datetime
import functools
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Optional, ValidationError

from network.forms import ChoicesField, Form, length, options, required
from network.i18n.languages import LANGUAGES
from network.referrals import labels
from network.referrals.categories import FIELDS, Category, Field, Shape
from network.referrals.consent import DEFAULT_TERM, INFORMED_QUESTIONS

LONG = 8000
"""Longest free text of a case, in characters."""


def _control(field: Field) -> UnboundField:
    label = labels.FIELDS[field.name]
    if field.shape is Shape.TEXT:
        return TextAreaField(label, [length(max=LONG)])
    if field.shape is Shape.DATE:
        return DateField(label, [Optional()], format=["%Y-%m-%d", "%d.%m.%Y"])
    if field.shape is Shape.CHOICE:
        known = [(value, labels.CHOICES[value]) for value in field.choices]
        return SelectField(label, choices=options(known, prompt=_l("Not said")))
    return StringField(label, [length(max=300)])


@functools.cache
def part_form(category: Category) -> type[Form]:
    """The page of one category; its fields are those of the standard, none of them required."""
    fields: dict[str, Any] = {field.name: _control(field) for field in FIELDS[category]}
    fields["seen"] = HiddenField(default="0")
    return type(f"{category.value.title()}Form", (Form,), fields)


def typed(form: Form, category: Category) -> dict[str, str]:
    """What was typed, by field name, dates in ISO form."""
    found: dict[str, str] = {}
    for field in FIELDS[category]:
        value = form[field.name].data
        if isinstance(value, datetime.date):
            value = value.isoformat()
        if value:
            found[field.name] = str(value)
    return found


class RiskForm(Form):
    """HTCDS risk questions, in one page: of the person, of the household, of the place."""

    assessed_on = DateField(_l("Assessed on"), [required()], format=["%Y-%m-%d", "%d.%m.%Y"])
    level = RadioField(
        _l("How great is the danger?"), [required()], choices=options(labels.RISK_LEVELS.items())
    )
    notes = TextAreaField(
        _l("What makes it so: the person, the household, the place, the way"), [length(max=LONG)]
    )

    def validate_assessed_on(self, field: DateField) -> None:
        if field.data and field.data > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(
            days=1
        ):
            raise ValidationError(_l("This day has not come yet."))


class ConsentForm(Form):
    """One act of consent: to whom, what, until when, and how it was given."""

    recipient = RadioField(_l("Which organization may read it?"), [required()])
    categories = ChoicesField(_l("What may it read?"), choices=options(labels.CATEGORIES.items()))
    onward_sharing = BooleanField(_l("It may pass this on to others"))
    expires_on = DateField(_l("Consent ends on"), [required()], format=["%Y-%m-%d", "%d.%m.%Y"])
    language = SelectField(
        _l("Language in which it was read to the person"),
        choices=options((code, tongue.name) for code, tongue in LANGUAGES.items()),
    )
    method = RadioField(_l("How was consent given?"), [required()], choices=options(labels.METHODS.items()))
    interpreter = StringField(_l("Interpreter, by code"), [length(max=60)])
    witness = StringField(_l("Witness"), [length(max=200)])
    safe_contact = TextAreaField(
        _l("How can we reach the person safely about this consent?"), [length(max=1000)]
    )
    informed = ChoicesField(
        _l("What was explained and understood?"),
        choices=options((question, labels.INFORMED[question]) for question in INFORMED_QUESTIONS),
    )

    @staticmethod
    def usual_end() -> datetime.date:
        """90 days from today unless said otherwise."""
        return (datetime.datetime.now(datetime.UTC) + DEFAULT_TERM).date()


class ReferralForm(Form):
    """What is asked of whom, and which of the case's categories go with it."""

    recipient = RadioField(_l("Which organization do you ask?"), [required()])
    requested_service = StringField(_l("What do you ask for?"), [required(), length(max=300)])
    need = TextAreaField(_l("What does the person need, and how soon?"), [length(max=LONG)])
    priority = RadioField(
        _l("How urgent is it?"),
        [required()],
        choices=options(labels.PRIORITIES.items()),
        default="routine",
    )
    categories = ChoicesField(_l("What will the other organization read?"))


class MoveForm(Form):
    """A move without a question. ``seen`` is the version that its maker had before her."""

    seen = HiddenField(default="0")


class DeclineForm(MoveForm):
    reason = RadioField(
        _l("Why do you decline?"),
        [required()],
        choices=options(labels.DECLINE_REASONS.items()),
    )


class OutcomeForm(MoveForm):
    outcome = RadioField(_l("What became of it?"), [required()], choices=options(labels.OUTCOMES.items()))


class CancelForm(MoveForm):
    reason = RadioField(
        _l("Why do you cancel?"),
        [required()],
        choices=options(labels.CANCEL_REASONS.items()),
    )


class StopForm(MoveForm):
    ground = RadioField(_l("What did you do?"), [required()], choices=options(labels.STOP_GROUNDS.items()))
