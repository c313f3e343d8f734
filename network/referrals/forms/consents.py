"""What is asked about an act of consent."""

from __future__ import annotations

import datetime

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField

from network.forms import ChoicesField, Form, length, options, required
from network.i18n.languages import LANGUAGES
from network.referrals import labels
from network.referrals.consent import DEFAULT_TERM, INFORMED_QUESTIONS


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
