"""What caseworkers fill in about a case. Nothing is mandatory that a frightened person may not want to say."""

from __future__ import annotations

import datetime
import functools
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Optional, ValidationError

from network.forms import Form, length, options, required
from network.referrals import labels
from network.referrals.categories import FIELDS, Category, Field, Shape

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
