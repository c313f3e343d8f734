"""The filters above who does what where; they stand in the address."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from network.directory import labels, presenting
from network.forms import QueryForm, optional, options


class WhoWhereForm(QueryForm):
    """Of which place, which kind of help, by whom."""

    place = SelectField(_l("Where"), [optional()])
    term = SelectField(
        _l("Kind of help"), [optional()], choices=options(labels.TERMS.items(), prompt=_l("Any"))
    )
    kind = SelectField(
        _l("By whom"), [optional()], choices=options(labels.KIND.items(), prompt=_l("All organizations"))
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place.choices = options(presenting.place_choices(1), prompt=_l("The whole valley"))

    def answer(self, name: str) -> str | None:
        """What was chosen, where it is one of the answers offered; nonsense in an address is passed over."""
        field = self[name]
        offered = {str(getattr(choice, "value", choice)) for choice in field.choices}
        return field.data if field.data and str(field.data) in offered else None
