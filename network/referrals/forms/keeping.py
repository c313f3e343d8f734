"""Until when a case is kept, and why it must be kept longer."""

from __future__ import annotations

import datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import Optional, ValidationError

from network.database import now
from network.forms import Form, length, required
from network.referrals.forms.questions import LONG

LONGEST = datetime.timedelta(days=365 * 30 + 8)


class KeepForm(Form):
    """The last day on which a case is kept."""

    until = DateField(_l("Keep it until"), [Optional()], format=["%Y-%m-%d", "%d.%m.%Y"])
    seen = HiddenField(default="0")

    def validate_until(self, field: DateField) -> None:
        if field.data is None:
            return
        if field.data <= now().date():
            raise ValidationError(_l("This day has passed already."))
        if field.data - now().date() > LONGEST:
            raise ValidationError(_l("Thirty years at most."))


class HoldForm(Form):
    """Why nothing may be erased."""

    reason = TextAreaField(_l("Who may ask for it, and why?"), [required(), length(max=LONG)])
