"""The form above the directory: one box and filters that may stand in an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    SearchField,
    SelectField,
)

from network.directory import labels, presenting
from network.forms import (
    QueryForm,
    between,
    length,
    optional,
    options,
)
from network.i18n.languages import LANGUAGES


class SearchForm(QueryForm):
    """One box, and filters that may stand in an address."""

    q = SearchField(_l("What or whom do you look for?"), [optional(), length(max=200)])
    term = SelectField(
        _l("Kind of help"), [optional()], choices=options(labels.TERMS.items(), prompt=_l("Any"))
    )
    place = SelectField(_l("Where"), [optional()])
    # NOTE: A tick: show what lies around the chosen place as well.
    near = BooleanField(_l("Around it too"))
    # NOTE: A tick: only what is open at this moment.
    open = BooleanField(_l("Open now"))
    # NOTE: A tick: only what somebody made sure of not long ago.
    verified = BooleanField(_l("Confirmed lately"))
    kind = SelectField(
        _l("Show"), [optional()], choices=options(labels.SUBJECTS.items(), prompt=_l("Everything"))
    )
    speaks = SelectField(
        _l("Language spoken"),
        [optional()],
        choices=options(((code, one.name) for code, one in LANGUAGES.items()), prompt=_l("Any")),
    )
    # NOTE: Who needs help: a woman, a man.
    sex = SelectField(
        _l("For whom"), [optional()], choices=options(labels.SEXES.items(), prompt=_l("Anybody"))
    )
    age = IntegerField(_l("Age"), [optional(), between(0, 120)])

    FIRST = ("q", "term", "place")
    """What is asked at once; the rest waits behind a line to open."""

    KEPT = ("term", "place", "near", "open", "verified", "kind", "speaks", "sex", "age")
    """Filters that go along from page to page; a text never has more than one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Countries and provinces; a district comes here by its name in the search line, and is kept then.
        self.place.choices = options(
            presenting.place_choices(1, besides=self.place.data), prompt=_l("Anywhere")
        )
        if self.age.data is not None and not 0 <= self.age.data <= 120:
            self.age.data = None

    @property
    def opened(self) -> bool:
        """Whether one of the filters that wait is in use."""
        return any(field.data for field in self if field.name not in self.FIRST)


class PreviewForm(QueryForm):
    """With the eyes of which partner a listing is looked at."""

    who = SelectField(_l("One partner"), [optional()])

    def __init__(self, *, partners: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.who.choices = options(partners)
