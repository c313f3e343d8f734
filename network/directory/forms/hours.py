"""The form of hours: lines of the week, and the days that differ. A blank line is none."""

from __future__ import annotations

import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TimeField
from wtforms import DateField as AnyDateField
from wtforms.validators import ValidationError

from network.directory import labels
from network.directory.drafts import Exceptional, Hours, Opening
from network.forms import ChoicesField, Form, length, optional, options
from network.i18n.prefix import current_language
from network.i18n.translated import pick
from network.places.clocks import TIMEZONES

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M"]
WEEKLY, DIFFERENT = 4, 4
"""Lines that are offered; two more than there are, where there are many."""

CLOCKS = [
    (zone, _l("Osh") if code == "KG" else _l("Andijan") if code == "UZ" else _l("Khujand"))
    for code, zone in TIMEZONES.items()
]


class DateField(AnyDateField):  # type: ignore[misc]  # WTForms is untyped.
    """A day within years in which calendars agree."""

    def pre_validate(self, form: object) -> None:
        if self.data is not None and not 2000 <= self.data.year <= 2099:
            raise ValidationError(_l("Enter a year from 2000 to 2099."))
        super().pre_validate(form)


class HoursForm(Form):
    """When something is open. Made by :func:`hours_form`, with as many lines as are needed."""

    weeks: int
    others: int

    version = HiddenField()
    always = BooleanField(_l("Open round the clock, every day"))
    clock = SelectField(_l("By the clock of"), [optional()], choices=options(CLOCKS), default=TIMEZONES["KG"])

    def lines(self) -> list[dict[str, Field]]:
        """The lines of the week, by the part of the line."""
        return [
            {part: self[f"{part}_{n}"] for part in ("days", "opens", "closes", "since", "until")}
            for n in range(self.weeks)
        ]

    def days_that_differ(self) -> list[dict[str, Field]]:
        return [
            {part: self[f"{part}_{n}"] for part in ("on", "to", "closed", "from", "till", "why")}
            for n in range(self.others)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for line in self.lines():
            told = bool(line["opens"].data), bool(line["closes"].data)
            if any(told) and not all(told):
                valid = _wrong(line["closes" if told[0] else "opens"], _l("Say from when until when."))
            if any(told) and not line["days"].data:
                valid = _wrong(line["days"], _l("Choose the days."))
        for line in self.days_that_differ():
            told = bool(line["from"].data), bool(line["till"].data)
            if line["on"].data is None and any((*told, line["why"].data, line["to"].data)):
                valid = _wrong(line["on"], _l("Say on which day."))
            elif line["on"].data and not line["closed"].data and not all(told):
                valid = _wrong(line["from"], _l("Say that it is closed, or from when until when it is open."))
            if line["on"].data and line["to"].data and line["to"].data < line["on"].data:
                valid = _wrong(line["to"], _l("The last day comes before the first."))
        return valid

    def hours(self) -> Hours:
        """What was typed."""
        zone, weekly = self.clock.data or TIMEZONES["KG"], []
        if self.always.data:
            weekly.append(Opening(always=True, timezone=zone))
        for line in [] if self.always.data else self.lines():
            if line["days"].data:
                weekly.append(
                    Opening(
                        byday=",".join(day for day in labels.DAYS if day in line["days"].data),
                        opens_at=line["opens"].data,
                        closes_at=line["closes"].data,
                        timezone=zone,
                        valid_from=line["since"].data,
                        valid_to=line["until"].data,
                    )
                )
        different = [_different(line) for line in self.days_that_differ() if line["on"].data]
        return Hours(weekly=tuple(weekly), different=tuple(different))

    @staticmethod
    def filled(hours: Hours, version: int) -> dict[str, Any]:
        shown: dict[str, Any] = {"version": version, "always": any(one.always for one in hours.weekly)}
        if hours.weekly:
            shown["clock"] = hours.weekly[0].timezone
        for n, one in enumerate(one for one in hours.weekly if not one.always):
            shown |= {
                f"days_{n}": one.byday.split(",") if one.byday else [],
                f"opens_{n}": one.opens_at,
                f"closes_{n}": one.closes_at,
                f"since_{n}": one.valid_from,
                f"until_{n}": one.valid_to,
            }
        for n, day in enumerate(hours.different):
            shown |= {
                f"on_{n}": day.on,
                f"to_{n}": day.until,
                f"closed_{n}": day.closed,
                f"from_{n}": day.opens_at,
                f"till_{n}": day.closes_at,
                f"why_{n}": pick(day.notes, current_language())[0],
            }
        return shown


def hours_form(hours: Hours) -> type[HoursForm]:
    """A form with room for these hours and some more."""
    weeks = max(WEEKLY, len(hours.weekly) + 2)
    others = max(DIFFERENT, len(hours.different) + 2)
    fields: dict[str, Any] = {"weeks": weeks, "others": others}
    for n in range(weeks):
        fields |= {
            f"days_{n}": ChoicesField(_l("Days"), [optional()], choices=options(labels.DAYS.items())),
            f"opens_{n}": TimeField(_l("Opens at"), [optional()], format=TIME_FORMATS),
            f"closes_{n}": TimeField(_l("Closes at"), [optional()], format=TIME_FORMATS),
            f"since_{n}": DateField(_l("From the day"), [optional()], format=DATE_FORMATS),
            f"until_{n}": DateField(_l("Until the day"), [optional()], format=DATE_FORMATS),
        }
    for n in range(others):
        fields |= {
            f"on_{n}": DateField(_l("Day"), [optional()], format=DATE_FORMATS),
            f"to_{n}": DateField(_l("Last day, if there are several"), [optional()], format=DATE_FORMATS),
            f"closed_{n}": BooleanField(_l("Closed all day")),
            f"from_{n}": TimeField(_l("Opens at"), [optional()], format=TIME_FORMATS),
            f"till_{n}": TimeField(_l("Closes at"), [optional()], format=TIME_FORMATS),
            f"why_{n}": StringField(_l("Why, such as a feast"), [optional(), length(max=100)]),
        }
    return type("HoursForm", (HoursForm,), fields)


def _wrong(field: Field, words: Any) -> bool:
    field.errors = [*field.errors, words]
    return False


def _different(line: dict[str, Field]) -> Exceptional:
    closed, last = bool(line["closed"].data), line["to"].data
    first: datetime.date = line["on"].data
    return Exceptional(
        on=first,
        until=last if last and last > first else None,
        closed=closed,
        opens_at=None if closed else line["from"].data,
        closes_at=None if closed else line["till"].data,
        notes={current_language(): line["why"].data} if line["why"].data else {},
    )
