"""The forms by which listings are kept right."""

from __future__ import annotations

import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField

from network.database import now
from network.dates import local
from network.directory.forms.listings import DATE_FORMATS
from network.directory.models import Method
from network.directory.upkeep import labels
from network.directory.upkeep.verification import PARTS
from network.forms import ChoicesField, Form, optional, options, required


class ConfirmationForm(Form):
    """How somebody made sure, of what, and when."""

    method = RadioField(
        _l("How did you make sure?"),
        [required()],
        choices=options((one.value, words) for one, words in labels.METHOD.items()),
        default=Method.KNOWN.value,
    )
    parts = ChoicesField(_l("What did you check?"), [optional()])
    on = DateField(_l("When?"), [optional()], format=DATE_FORMATS)

    def __init__(self, table: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts.choices = options((part, labels.PART[part]) for part in PARTS[table])

    @property
    def moment(self) -> datetime.datetime | None:
        """The moment meant by the day; none for today."""
        day: datetime.date | None = self.on.data
        if day is None or day == local(now()).date():
            return None
        return datetime.datetime.combine(day, datetime.time(6), datetime.UTC)
