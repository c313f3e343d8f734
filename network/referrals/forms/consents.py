"""What is asked about an act of consent, one thing a page."""

from __future__ import annotations

import datetime
import functools
import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from network.forms import ChoicesField, Form, Words, length, options, required
from network.i18n.languages import LANGUAGES
from network.referrals import labels
from network.referrals.categories import CHANNELS, Category
from network.referrals.consent import INFORMED_QUESTIONS

DATES = ["%Y-%m-%d", "%d.%m.%Y"]


class WhoForm(Form):
    """For what, and who says yes."""

    purpose = RadioField(
        _l("What do you ask consent for?"),
        [required()],
        choices=options(labels.PURPOSES.items()),
        default="referral",
    )
    given_by = RadioField(
        _l("Who decides?"), [required()], choices=options(labels.GUARDIANS.items()), default="self"
    )
    guardian_name = StringField(_l("Name of the guardian"), [length(max=200)])
    guardian_relation = StringField(_l("Who the guardian is to the person"), [length(max=200)])
    guardian_authority = StringField(
        _l("Paper that shows it: a birth certificate, a decision of a court"), [length(max=300)]
    )
    guardian_unsuitable = BooleanField(
        _l("Something speaks against this guardian: may have harmed, sold or used the child")
    )
    assent = RadioField(_l("What does the child say?"), [Optional()], choices=options(labels.ASSENTS.items()))
    capacity_note = TextAreaField(
        _l("Anything that made it hard to decide: pain, fear, medicine, somebody in the room"),
        [length(max=1000)],
    )


class WordsForm(Form):
    """What was read to the person, and understood."""

    language = SelectField(
        _l("Language in which it was read to the person"),
        choices=options((code, tongue.name) for code, tongue in LANGUAGES.items()),
    )
    read_aloud = BooleanField(_l("It was read aloud"))
    interpreter = StringField(_l("Interpreter, by code"), [length(max=60)])
    informed = ChoicesField(
        _l("What was explained and understood?"),
        choices=options((question, labels.INFORMED[question]) for question in INFORMED_QUESTIONS),
    )


class WhomForm(Form):
    """To which organizations."""

    recipients = ChoicesField(_l("Which organizations may read something?"), [required()])


class HowForm(Form):
    """How it was given, until when, and how the person is reached safely about it."""

    method = RadioField(_l("How was consent given?"), [required()], choices=options(labels.METHODS.items()))
    witness = StringField(_l("Witness"), [length(max=200)])
    given_on = DateField(_l("Consent given on"), [required()], format=DATES)
    expires_on = DateField(_l("Consent ends on"), [required()], format=DATES)
    safe_channel = SelectField(
        _l("Safe way to reach the person about it"),
        choices=options(((c, labels.CHOICES[c]) for c in CHANNELS), prompt=_l("Not said")),
    )
    safe_contact = TextAreaField(
        _l("How can we reach the person safely about this consent?"), [length(max=1000)]
    )
    safe_hours = StringField(_l("Safe hours"), [length(max=200)])
    safe_message = BooleanField(_l("A message may be left"))
    code_word = StringField(_l("Code word by which we know each other"), [length(max=100)])
    if_missing = TextAreaField(
        _l("What does the person wish, should they go missing or die?"), [length(max=1000)]
    )
    withheld = TextAreaField(_l("What does the person want nobody to know, and why?"), [length(max=1000)])
    reporting = BooleanField(
        _l("The person also agrees to be counted in reports, without any name. It may be withdrawn apart.")
    )


class MoreForm(Form):
    """What of the case is sent along later."""

    seen = HiddenField(default="0")
    categories = ChoicesField(_l("What is sent along?"))


class NewerForm(MoreForm):
    """Of what was sent: what goes again as it is now."""

    categories = ChoicesField(_l("What is sent in its newer version?"))


class EvidenceForm(Form):
    file = FileField(_l("File"))

    def validate_file(self, field: FileField) -> None:
        """A file was chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(_l("Choose a file."))


class UnsuitableForm(Form):
    reason = TextAreaField(_l("What was found?"), [length(max=2000)])


@functools.cache
def wording_form() -> type[Form]:
    """One wording, in each language."""
    fields: dict[str, Any] = {
        code: TextAreaField(tongue.name, [required(), length(max=4000)]) for code, tongue in LANGUAGES.items()
    }
    fields["change"] = RadioField(
        _l("What changed?"),
        [required()],
        choices=options(
            [
                ("minor", _l("The words only: it says the same, better")),
                ("major", _l("The meaning: whoever renews a consent is asked with the new one")),
            ]
        ),
    )
    fields["checked"] = BooleanField(
        _l("Somebody who grew up with each of these languages has read it aloud"), [required()]
    )
    fields["seen"] = HiddenField()
    return type("WordingForm", (Form,), fields)


def what_form(recipients: Mapping[uuid.UUID, str], kept: Mapping[uuid.UUID, Any] | None = None) -> type[Form]:
    """What each of these organizations (id → name) may read. With ``kept`` (id → categories) only those are asked,
    to be taken back."""
    fields: dict[str, Any] = {}
    for ident, name in recipients.items():
        asked = [c for c in Category if kept is None or c in kept[ident]]
        # NOTE: Above boxes to tick. %(organization)s is the name of an organization.
        question: Words = _l("What may %(organization)s read?", organization=name)
        if kept is not None:
            question = _l("What may %(organization)s no longer read?", organization=name)
        fields[f"c{ident.hex}"] = ChoicesField(
            question, choices=options((c.value, labels.CATEGORIES[c]) for c in asked)
        )
        if kept is None:
            fields[f"r{ident.hex}"] = BooleanField(
                _l("%(organization)s may be given it on paper or as a file", organization=name)
            )
            fields[f"o{ident.hex}"] = BooleanField(
                _l("%(organization)s may pass it on to others", organization=name)
            )
    return type("WhatForm", (Form,), fields)


def day_or_none(text: object) -> datetime.date | None:
    """A day as a draft keeps it."""
    try:
        return datetime.date.fromisoformat(str(text))
    except ValueError:
        return None
