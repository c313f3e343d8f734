"""What desks write and hand to each other on a referral."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField
from wtforms.validators import ValidationError

from network.forms import Form, length, required
from network.referrals.forms.questions import LONG


class MessageForm(Form):
    """One note to the other organization."""

    text = TextAreaField(_l("Message"), [required(), length(max=LONG)])


class AttachmentForm(Form):
    """One file, under the kind of information that it holds."""

    category = RadioField(_l("What does it hold?"), [required()])
    file = FileField(_l("File"))

    def validate_file(self, field: FileField) -> None:
        """A file was chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(_l("Choose a file."))
