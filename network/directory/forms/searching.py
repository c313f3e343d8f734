"""The form above the directory: one box and filters that may stand in an address."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    SearchField,
    SelectField,
)

from network.directory import labels, presenting
from network.forms import (
    QueryForm,
    length,
    optional,
    options,
)
from network.i18n.languages import LANGUAGES


class SearchForm(QueryForm):
    """One box, and filters that may stand in an address."""

    q = SearchField(_l("What or whom do you look for?"), [optional(), length(max=200)])
    kind = SelectField(
        _l("Show"), [optional()], choices=options(labels.SUBJECTS.items(), prompt=_l("Everything"))
    )
    term = SelectField(
        _l("Kind of help"), [optional()], choices=options(labels.TERMS.items(), prompt=_l("Any"))
    )
    place = SelectField(_l("Where"), [optional()])
    speaks = SelectField(
        _l("Language spoken"),
        [optional()],
        choices=options(((code, one.name) for code, one in LANGUAGES.items()), prompt=_l("Any")),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Countries and provinces; a district comes here by its name in the search line, and is kept then.
        self.place.choices = options(
            presenting.place_choices(1, besides=self.place.data), prompt=_l("Anywhere")
        )
