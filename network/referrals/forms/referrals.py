"""What is asked about a referral and before a move of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from network.forms import ChoicesField, Form, length, options, required
from network.referrals import labels
from network.referrals.forms.questions import LONG
from network.referrals.states import Priority


class ReferralForm(Form):
    """What is asked of whom, and which of the case's categories go with it."""

    recipient = RadioField(_l("Which organization do you ask?"), [required()])
    requested_service = StringField(_l("What do you ask for?"), [required(), length(max=300)])
    need = TextAreaField(_l("What does the person need, and how soon?"), [length(max=LONG)])
    priority = RadioField(
        _l("How urgent is it?"),
        [required()],
        choices=options(
            (priority.value, labels.PRIORITIES[priority]) for priority in (Priority.URGENT, Priority.ROUTINE)
        ),
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
