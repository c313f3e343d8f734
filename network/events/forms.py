"""The forms of events: planning one, registering for one, handling registrations."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields import DateTimeLocalField
from wtforms.validators import ValidationError

from network.events import labels
from network.events.models import ConsentToPublish, Event, EventKind, EventVisibility
from network.events.services.planning import TEXTS, Plan
from network.events.zones import ZONES, moment, wall
from network.forms import Form, QueryForm, between, email, length, optional, options, required, web_address
from network.i18n.countries import country_name
from network.i18n.languages import CODES, LANGUAGES

COUNTRIES = ("KG", "UZ", "TJ")
WALL_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"]
MOST_SEATS = 100_000


class WallField(DateTimeLocalField):  # type: ignore[misc]  # WTForms is untyped.
    """A day and time on the wall clock of the event, within years in which calendars agree."""

    def __init__(self, label: object, validators: list[object], **kwargs: object) -> None:
        super().__init__(label, validators, format=WALL_FORMATS, **kwargs)

    def pre_validate(self, form: object) -> None:
        value = self.data
        if isinstance(value, datetime.datetime) and not 2000 <= value.year <= 2099:
            raise ValidationError(_l("Enter a year from 2000 to 2099."))
        super().pre_validate(form)


class EventForm(Form):
    """Everything about an event that its organiser decides; texts once for each language."""

    version = HiddenField()
    kind = RadioField(_l("Kind"), [required()], choices=options((k.value, w) for k, w in labels.KIND.items()))
    visibility = RadioField(
        _l("Who may read about it and register"),
        [required()],
        choices=options((k.value, w) for k, w in labels.VISIBILITY.items()),
        default=EventVisibility.PUBLIC.value,
    )
    start_at = WallField(_l("Begins"), [required()])
    end_at = WallField(_l("Ends"), [required()])
    timezone = SelectField(
        _l("Times are on the clock of"), [required()], choices=options((z, labels.ZONE[z]) for z in ZONES)
    )
    place_code = SelectField(_l("Town or district"), [optional()])
    venue = StringField(_l("Building and address"), [optional(), length(max=300)])
    online_url = URLField(_l("Link for joining online"), [optional(), length(max=500), web_address()])
    registration_limit = IntegerField(_l("Seats"), [optional(), between(1, MOST_SEATS)])
    approval = BooleanField(_l("I say yes or no to each registration myself"))
    opens_at = WallField(_l("Registration opens"), [optional()])
    closes_at = WallField(_l("Registration closes"), [optional()])

    def __init__(self, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place_code.choices = options(places, prompt=_l("Nowhere: people join online"))

    def texts(self, name: str) -> dict[str, str]:
        return {code: self[f"{name}_{code}"].data or "" for code in CODES}

    def plan(self) -> Plan:
        """What was filled in, once it is valid."""
        zone = str(self.timezone.data)

        def at(field: WallField) -> datetime.datetime | None:
            return None if field.data is None else moment(field.data, zone)

        return Plan(
            kind=EventKind(self.kind.data),
            visibility=EventVisibility(self.visibility.data),
            title=self.texts("title"),
            summary=self.texts("summary"),
            programme=self.texts("programme"),
            start_at=moment(self.start_at.data, zone),
            end_at=moment(self.end_at.data, zone),
            timezone=zone,
            place_code=self.place_code.data or None,
            venue=self.venue.data or "",
            online_url=self.online_url.data or None,
            registration_limit=self.registration_limit.data,
            approval=bool(self.approval.data),
            opens_at=at(self.opens_at),
            closes_at=at(self.closes_at),
        )


def _text_fields() -> None:
    """A title, a summary and a programme for each language; the language's own name stands above the three."""
    for code in CODES:
        tag = {"lang": LANGUAGES[code].tag}
        setattr(
            EventForm, f"title_{code}", StringField(_l("Title"), [optional(), length(max=200)], render_kw=tag)
        )
        setattr(
            EventForm,
            f"summary_{code}",
            TextAreaField(_l("In two or three sentences"), [optional(), length(max=1000)], render_kw=tag),
        )
        setattr(
            EventForm,
            f"programme_{code}",
            TextAreaField(_l("Programme"), [optional(), length(max=10_000)], render_kw=tag),
        )


_text_fields()


def _countries() -> list[tuple[str, str]]:
    from network.i18n.prefix import current_language

    return [(code, country_name(code, current_language())) for code in COUNTRIES]


def of_event(event: Event, limit: int | None) -> dict[str, Any]:
    """What the form of this event holds before anybody types."""

    def shown(at: datetime.datetime | None) -> datetime.datetime | None:
        return None if at is None else wall(at, event.timezone)

    held: dict[str, Any] = {
        "version": str(event.version),
        "kind": event.kind.value,
        "visibility": event.visibility.value,
        "start_at": shown(event.start_at),
        "end_at": shown(event.end_at),
        "timezone": event.timezone,
        "place_code": event.place_code or "",
        "venue": event.venue,
        "online_url": event.online_url or "",
        "registration_limit": limit,
        "approval": event.approval,
        "opens_at": shown(event.opens_at),
        "closes_at": shown(event.closes_at),
    }
    for name in TEXTS:
        texts: Mapping[str, Any] = getattr(event, name)
        held |= {f"{name}_{code}": (texts.get(code) or {}).get("text", "") for code in CODES}
    return held


_EMAIL = EmailField(_l("Email address"), [required(), length(max=254), email()])
# Fields stand in the order in which they are made: the address comes before the name, on the page and among errors.


class PersonForm(Form):
    """What a registrant may correct later."""

    name = StringField(_l("Your name"), [required(), length(max=200)])
    organization = StringField(_l("Organization"), [optional(), length(max=200)])
    consent_to_publish = RadioField(
        _l("Who may read your name in the list of participants?"),
        [required()],
        choices=options((k.value, w) for k, w in labels.CONSENT.items()),
        default=ConsentToPublish.NOBODY.value,
    )


class RegistrationForm(PersonForm):
    """Registering without an account."""

    email = _EMAIL


class RejectForm(Form):
    """The organiser says no, and why."""

    reason = TextAreaField(_l("Why not? The person reads this."), [required(), length(max=500)])


class EventFilter(QueryForm):
    """Narrowing the list by its address."""

    kind = SelectField(
        _l("Kind"),
        [optional()],
        choices=options(((k.value, w) for k, w in labels.KIND.items()), prompt=_l("All kinds")),
    )
    country = SelectField(_l("Country"), [optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.country.choices = options(_countries(), prompt=_l("All countries"))

    @property
    def chosen_kind(self) -> EventKind | None:
        return EventKind(self.kind.data) if self.kind.data in set(EventKind) else None

    @property
    def chosen_country(self) -> str | None:
        return self.country.data if self.country.data in COUNTRIES else None
