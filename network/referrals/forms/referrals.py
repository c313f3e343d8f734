"""What is asked about a referral."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from network.directory.labels import TERMS
from network.directory.presenting import place_choices
from network.forms import ChoicesField, Form, length, options, required
from network.i18n.languages import LANGUAGES
from network.referrals import labels
from network.referrals.forms.questions import LONG
from network.referrals.states import Priority

DISTRICTS = 3
"""How deep the list of places goes."""


class _InWordsOrChosen:
    """Words are needed where neither a service nor a kind of help was chosen."""

    field_flags: dict[str, Any] = {}

    def __call__(self, form: ReferralForm, field: StringField) -> None:
        if not (form.services.data or form.kinds.data):
            required()(form, field)


class ReferralForm(Form):
    """What is asked of whom, and which of the case's categories go with it."""

    recipient = RadioField(_l("Which organization do you ask?"), [required()])
    requested_service = StringField(_l("What do you ask for?"), [_InWordsOrChosen(), length(max=300)])
    kinds = ChoicesField(_l("Which kinds of help?"), choices=options(TERMS.items()))
    services = ChoicesField(_l("Which services of this organization, as the directory names them?"))
    need = TextAreaField(_l("What does the person need, and how soon?"), [length(max=LONG)])
    place_id = SelectField(_l("Where is help needed?"), [Optional()])
    speaks = SelectField(
        _l("In which language?"),
        [Optional()],
        choices=options(((code, one.name) for code, one in LANGUAGES.items()), prompt=_l("Any")),
    )
    priority = RadioField(
        _l("How urgent is it?"),
        [required()],
        choices=options(
            (priority.value, labels.PRIORITIES[priority]) for priority in (Priority.URGENT, Priority.ROUTINE)
        ),
        default="routine",
    )
    categories = ChoicesField(_l("What will the other organization read?"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place_id.choices = options(place_choices(DISTRICTS), prompt=_l("Anywhere"))
