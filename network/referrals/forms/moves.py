"""What is asked before a move of a referral."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from network.forms import ChoicesField, Form, Words, length, options, required
from network.referrals import labels, requests
from network.referrals.forms.questions import LONG
from network.referrals.states import Outcome, SurvivorView

WALL_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"]


class MoveForm(Form):
    """A move without a question. ``seen`` is the version that its maker had before her."""

    seen = HiddenField(default="0")


class DeclineForm(MoveForm):
    reason = RadioField(
        _l("Why do you decline?"),
        [required()],
        choices=options(labels.DECLINE_REASONS.items()),
    )


class CancelForm(MoveForm):
    reason = RadioField(
        _l("Why do you cancel?"),
        [required()],
        choices=options(labels.CANCEL_REASONS.items()),
    )


class StopForm(MoveForm):
    ground = RadioField(_l("What did you do?"), [required()], choices=options(labels.STOP_GROUNDS.items()))


class AskForm(MoveForm):
    question = TextAreaField(
        _l("What do you need to know?"),
        [required(), length(max=LONG)],
        description=_l("The clock stands while you wait, once and for 48 hours at most."),
    )


class AnswerForm(MoveForm):
    answer = TextAreaField(
        _l("Your answer"),
        [required(), length(max=LONG)],
        description=_l("Say no more about the person than the consent covers."),
    )
    more = ChoicesField(
        _l("Send more of the case along?"),
        description=_l("Only what the person's consent covers for this organization can be sent."),
    )


class RedirectForm(MoveForm):
    service = RadioField(_l("Who could help instead?"), [required()])
    note = TextAreaField(_l("Why there?"), [length(max=LONG)])


class ScheduleForm(MoveForm):
    when = DateTimeLocalField(
        _l("When?"),
        [required()],
        format=WALL_FORMATS,
        description=_l("On the clock of your own place."),
    )
    place = StringField(_l("Where, or how?"), [required(), length(max=300)])

    def validate_when(self, field: DateTimeLocalField) -> None:
        """Years in which calendars agree."""
        if field.data is not None and not 2000 <= field.data.year <= 2099:
            raise ValidationError(_l("Enter a year from 2000 to 2099."))


class AttemptForm(MoveForm):
    note = TextAreaField(
        _l("What happened?"),
        [length(max=LONG)],
        description=_l("The other organization reads it and makes sure that the person is safe."),
    )


class CloseForm(MoveForm):
    view = RadioField(
        _l("What does the person say of the help?"),
        [required()],
        choices=options(labels.SURVIVOR_VIEWS.items()),
        default=SurvivorView.NOT_ASKED.value,
        description=_l("Ask only where it is safe. Your organization alone reads it."),
    )


class OnwardForm(MoveForm):
    to = StringField(_l("To which organization or office?"), [required(), length(max=300)])
    categories = ChoicesField(_l("What would you pass on?"), validators=[required()])
    why = TextAreaField(
        _l("What for?"),
        [required(), length(max=LONG)],
        description=_l(
            "The organization that referred asks the person. Until it answers, nothing may be passed on."
        ),
    )


class OnwardAnswerForm(MoveForm):
    decision = RadioField(
        _l("What does the person say?"),
        [required()],
        choices=options([("yes", _l("It may be passed on")), ("no", _l("It may not be passed on"))]),
        description=_l("Ask the person. Yes needs a consent that lets this organization pass it on."),
    )
    note = TextAreaField(_l("Anything they must know?"), [length(max=LONG)])


class WhyForm(MoveForm):
    why = TextAreaField(_l("What do you want to say to it?"), [required(), length(max=LONG)])


class OutcomeForm(MoveForm):
    """What became of it; of each service, where several were asked for (:func:`outcome_form`)."""

    def outcomes(self) -> dict[str, Outcome]:
        """By the keys of ``requests.keys``."""
        return {key: Outcome(self[name].data) for name, key in self.keys.items()}

    keys: Mapping[str, str] = {}
    """Name of a field → the requested service."""


def outcome_form(wanted: Mapping[str, Words]) -> type[OutcomeForm]:
    """The form with a question for each requested service, by its key and what people call it."""
    fields: dict[str, Any] = {}
    keys: dict[str, str] = {}
    for number, (key, words) in enumerate(wanted.items()):
        name = "outcome" if key == requests.WHOLE else f"outcome{number}"
        asked = (
            _l("What became of it?")
            if key == requests.WHOLE
            # NOTE: asked for each service, for example "Shelter: what became of it?"
            else _l("%(service)s: what became of it?", service=words)
        )
        fields[name] = RadioField(asked, [required()], choices=options(labels.OUTCOMES.items()))
        keys[name] = key
    return type("OutcomeFormOf", (OutcomeForm,), {**fields, "keys": keys})
