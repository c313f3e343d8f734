"""The filters above the projects, and the form that says which grants pay for a service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from network.directory import labels, presenting
from network.directory.grants import Asked, When
from network.directory.models import Project
from network.forms import ChoicesField, Form, QueryForm, optional, options


class ProjectsForm(QueryForm):
    """Which projects; the answers stand in the address."""

    place = SelectField(_l("Where"), [optional()])
    sector = SelectField(_l("About"), [optional()])
    when = SelectField(
        _l("When"), [optional()], choices=options(labels.WHEN.items(), prompt=_l("At any time"))
    )

    def __init__(self, sectors: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Countries and provinces; a district comes here from the table of who does what where.
        self.place.choices = options(
            presenting.place_choices(1, besides=self.place.data), prompt=_l("Anywhere")
        )
        known = [(code, presenting.sector(code)) for code in sectors]
        self.sector.choices = options(sorted(known, key=lambda one: one[1]), prompt=_l("Everything"))

    def asked(self) -> Asked:
        """What was asked, as far as it makes sense; nonsense in an address is passed over."""
        when = self._answer("when")
        return Asked(
            place_id=self._answer("place"), sector=self._answer("sector"), when=When(when) if when else None
        )

    def _answer(self, name: str) -> str | None:
        field = self[name]
        return field.data if field.data and field.data in {c.value for c in field.choices} else None


class FundingForm(Form):
    """Which of one's own projects pay for a service."""

    projects = ChoicesField(_l("Paid by"), [optional()])

    def __init__(self, projects: list[Project], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.projects.choices = [
            (
                str(one.id),
                " · ".join(filter(None, (presenting.shown(one.title).text, presenting.period(one)))),
            )
            for one in projects
        ]
