"""What is written down while somebody calls the hotline. Only what the call is about must be said."""

from __future__ import annotations

import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import Optional, Regexp

from network.database import now
from network.forms import Form, length, options, required
from network.referrals import labels
from network.referrals.calls import NUMBER_KEPT
from network.referrals.categories.values import COUNTRIES, LANGUAGES
from network.referrals.forms.questions import LONG


class CallForm(Form):
    """One call, and when it is safe to call back. Times are on the wall clock of the organization."""

    call_type = RadioField(
        _l("What is the call about?"), [required()], choices=options(labels.CALL_TYPES.items())
    )
    caller = RadioField(
        _l("Who calls?"), [Optional()], choices=options(labels.CALLERS.items()), default="unknown"
    )
    danger = RadioField(
        _l("Is somebody in danger now?"), [Optional()], choices=options(labels.DANGER.items())
    )
    call_language = SelectField(_l("Language"), [Optional()])
    call_country = SelectField(_l("Calls from"), [Optional()])
    about = TextAreaField(_l("What was said"), [length(max=LONG)])
    advice = TextAreaField(_l("What you answered, whom you named"), [length(max=LONG)])
    number = StringField(
        _l("Number"),
        [length(max=40), Optional(), Regexp(r"^[0-9+() .\-/]{3,40}$", message=_l("Enter a phone number."))],
    )
    callback_on = DateField(_l("Call back on"), [Optional()], format=["%Y-%m-%d", "%d.%m.%Y"])
    callback_time = TimeField(_l("Time"), [Optional()], format=["%H:%M", "%H:%M:%S", "%H.%M"])
    callback_safe = TextAreaField(_l("How to call back safely"), [length(max=LONG)])
    seen = HiddenField(default="0")

    def __init__(self, zone: datetime.tzinfo, *, has_number: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone, self.has_number = zone, has_number
        self.call_language.choices = _known(LANGUAGES)
        self.call_country.choices = _known(COUNTRIES)

    @property
    def callback_at(self) -> datetime.datetime | None:
        """The moment to call back, UTC."""
        day, time = self.callback_on.data, self.callback_time.data
        if day is None or time is None or not 2000 <= day.year <= 2099:
            return None
        return datetime.datetime.combine(day, time, tzinfo=self.zone).astimezone(datetime.UTC)

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        if not right:
            return False
        if bool(self.callback_on.data) != bool(self.callback_time.data):
            field = self.callback_time if self.callback_on.data else self.callback_on
            field.errors = [_l("Say the day and the hour.")]
        elif self.callback_on.data and self.callback_at is None:
            self.callback_on.errors = [_l("Enter a year from 2000 to 2099.")]
        elif self.callback_at is not None:
            ahead = self.callback_at - now()
            if not (self.number.data or self.has_number):
                self.number.errors = [_l("To call back, a number is needed.")]
            if self.callback_at != self.kept_at and ahead < datetime.timedelta():
                self.callback_time.errors = [_l("This moment has passed already.")]
            elif ahead > NUMBER_KEPT:
                self.callback_on.errors = [
                    _l("The number is destroyed before that day. Choose an earlier one.")
                ]
        return not self.errors

    kept_at: datetime.datetime | None = None
    """The moment that stands already: it may have passed while the call is being written anew."""


def _known(values: tuple[str, ...]) -> list[Any]:
    return options(((v, labels.CHOICES.get(v, v)) for v in values), prompt=_l("Not said"))
