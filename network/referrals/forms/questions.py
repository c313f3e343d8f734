"""Questions of a case as controls of a page: built from their shapes, filled from what is sealed, read back from it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Optional, ValidationError

from network.forms import ChoicesField, Form, Words, length, options
from network.referrals import labels
from network.referrals.categories import Field, Shape

LONG = 8000
"""Longest free text of a case, in characters."""
MANY_TIMES = 20
"""How often a repeated set of questions may be answered."""
LARGEST = 999

_OPTIONAL = [Optional()]


def _whole(_form: Form, field: StringField) -> None:
    if field.data and not (field.data.isascii() and field.data.isdigit() and int(field.data) <= LARGEST):
        raise ValidationError(_l("Enter a whole number, for example 25."))


def _degrees(_form: Form, field: StringField) -> None:
    if field.data and not (
        re.fullmatch(r"-?\d{1,3}([.,]\d{1,8})?", field.data) and -180 <= _number(field.data) <= 180
    ):
        raise ValidationError(_l("Enter a number of degrees, for example 40.5283."))


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def control(field: Field, words: Words, hint: Words = "") -> UnboundField:
    """The control of one question. ``words`` ask it, ``hint`` stands beside it."""
    if field.shape is Shape.TEXT:
        return TextAreaField(words, [length(max=LONG)], description=hint)
    if field.shape is Shape.DATE:
        return DateField(words, _OPTIONAL, format=["%Y-%m-%d", "%d.%m.%Y"], description=hint)
    known = options((value, labels.CHOICES.get(value, value)) for value in field.choices)
    if field.shape is Shape.CHOICE:
        return SelectField(words, choices=options([], prompt=_l("Not said")) + known, description=hint)
    if field.shape is Shape.MANY:
        return ChoicesField(words, _OPTIONAL, choices=known, description=hint)
    checks = {Shape.NUMBER: [_whole], Shape.DEGREES: [_degrees]}.get(field.shape, [])
    return StringField(words, [length(max=300), *checks], description=hint)


def controls(
    fields: Iterable[Field], words: Mapping[str, Words], hints: Mapping[str, Words], prefix: str = ""
) -> dict[str, Any]:
    """The controls of several questions by name; ``prefix`` tells one answer of many from another."""
    return {f"{prefix}{f.name}": control(f, words[f.name], hints.get(f.name, "")) for f in fields}


def several(value: object) -> list[str]:
    """What was chosen; one answer of an older time is a list of one."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def filled(fields: Iterable[Field], content: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """What is kept, as the controls hold it; a day that cannot be read stays out."""
    values: dict[str, object] = {}
    for field in fields:
        if not (value := content.get(field.name)):
            continue
        if field.shape is Shape.MANY:
            values[prefix + field.name] = several(value)
        elif field.shape is Shape.DATE:
            if day := as_day(value):
                values[prefix + field.name] = day
        else:
            values[prefix + field.name] = "; ".join(several(value))
    return values


def as_day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None


def offer_kept(form: Form, fields: Iterable[Field], content: Mapping[str, Any], prefix: str = "") -> None:
    """Offer what is kept beside the standard's values: what came from elsewhere is not lost when a page is saved."""
    for field in fields:
        if field.shape in (Shape.CHOICE, Shape.MANY):
            held = form[prefix + field.name]
            known = (
                {value for value, *_rest in held.iter_choices()}
                if field.shape is Shape.CHOICE
                else set(field.choices)
            )
            extra = [value for value in several(content.get(field.name)) if value not in known]
            held.choices = [
                *held.choices,
                *options((value, labels.CHOICES.get(value, value)) for value in extra),
            ]


def answers(form: Form, fields: Iterable[Field], prefix: str = "") -> dict[str, Any]:
    """What was answered, by name, as it is kept; what was left empty is not there."""
    found: dict[str, Any] = {}
    for field in fields:
        value = form[prefix + field.name].data
        if isinstance(value, datetime.date):
            value = value.isoformat()
        elif field.shape is Shape.DEGREES and value:
            value = value.replace(",", ".")
        if value:
            found[field.name] = value if isinstance(value, list) else str(value)
    return found
