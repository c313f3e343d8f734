"""Who works on a case, why it is opened in need, why it is stopped."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from network.forms import Form, length, required
from network.referrals.forms.questions import LONG

SHORTEST_REASON = 10


class AssignForm(Form):
    """A colleague who shall work on the case too."""

    person = SelectField(_l("Colleague"), [required()])


class HandOnForm(Form):
    """A colleague to whom the case shall belong."""

    person = SelectField(_l("New owner of the case"), [required()])
    stay = BooleanField(_l("The present owner goes on working on it"), default=True)
    seen = HiddenField(default="0")


class GlassForm(Form):
    """A case of one's own organization, by its code, and why it has to be opened."""

    code = StringField(_l("Code of the case"), [required(), length(max=20)])
    reason = TextAreaField(_l("Why must you open it?"), [required(), length(min=SHORTEST_REASON, max=LONG)])


class FreezeForm(Form):
    """Why a case is stopped for safety, for those who come after."""

    reason = TextAreaField(_l("What has happened?"), [length(max=LONG)])
