"""The forms of numbers, contacts and places."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.validators import ValidationError

from network.directory import labels, numbers, presenting
from network.directory.doors import Door
from network.directory.drafts import (
    ContactDraft,
    LocationDraft,
    PhoneDraft,
)
from network.directory.forms.parts import NamedForm
from network.directory.forms.texts import PickedForm, TextsForm, audience_field, flat
from network.directory.models import (
    Address,
    Contact,
    Known,
    Location,
    Phone,
    Service,
    Visibility,
)
from network.forms import (
    ChoicesField,
    Form,
    email,
    length,
    optional,
    options,
    required,
)
from network.i18n.languages import LANGUAGES

COUNTRIES = ("KG", "UZ", "TJ")


class NumberField(TelField):  # type: ignore[misc]  # WTForms is untyped.
    """A telephone number, kept in one way of writing; the form's ``country`` says whose short numbers count."""

    data: str | None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        typed: str = self.data or ""
        if validation_stopped or not typed:
            return
        try:
            self.data = numbers.parse(typed, form.country.data or COUNTRIES[0])
        except numbers.NoNumber:
            raise ValidationError(
                _l("Enter a telephone number with its country code, or a short number.")
            ) from None


def _whose(services: Iterable[Service]) -> list[Any]:
    pairs = [(str(service.id), presenting.shown(service.name).text) for service in services]
    return options(pairs, prompt=_l("The organization as a whole"))


def _country_field() -> SelectField:
    return SelectField(_l("Country"), [required()])


class _OfListing(PickedForm):
    """What belongs to an organization or to one of its services, in a country."""

    audience: RadioField
    country: SelectField
    service_id: SelectField

    def __init__(
        self,
        *,
        choices: list[tuple[str, Any]],
        services: Iterable[Service],
        partners: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.offer(partners)
        self.audience.choices = options(choices)
        self.country.choices = options((code, presenting.country(code)) for code in COUNTRIES)
        self.service_id.choices = _whose(services)


class PhoneForm(_OfListing, TextsForm):
    """A number to call."""

    TEXTS = {
        "description": (_l("Whose number this is"), False, 200),
        "hours": (_l("When somebody answers"), False, 200),
    }
    version = HiddenField()
    country = _country_field()
    number = NumberField(_l("Number"), [required(), length(max=40)])
    audience = audience_field(_l("Who may see this number"))
    hotline = BooleanField(_l("A hotline: somebody in need may call"))
    toll_free = BooleanField(_l("The call costs nothing"))
    toll_free_from = ChoicesField(_l("It costs nothing from"), [optional()])
    safe_to_leave_message = RadioField(
        _l("Is it safe to leave a message there?"),
        [optional()],
        choices=options([("yes", _l("Yes")), ("no", _l("No")), ("unknown", _l("Not known"))]),
        default="unknown",
    )
    channels = ChoicesField(_l("How to reach it"), [optional()], choices=options(labels.CHANNELS.items()))
    languages = ChoicesField(
        _l("Languages spoken"), [optional()], choices=options((c, one.name) for c, one in LANGUAGES.items())
    )
    service_id = SelectField(_l("Belongs to"), [optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.toll_free_from.choices = self.country.choices

    def draft(self, before: Phone | None = None) -> PhoneDraft:
        return PhoneDraft(
            number=self.number.data or "",
            country=self.country.data,
            hotline=bool(self.hotline.data),
            extension=before.extension if before else "",
            toll_free=bool(self.toll_free.data),
            toll_free_from=list(self.toll_free_from.data or []),
            safe_to_leave_message=Known(self.safe_to_leave_message.data or Known.UNKNOWN),
            channels=list(self.channels.data or ["voice"]),
            languages=list(self.languages.data or []),
            description=self.texts("description"),
            hours=self.texts("hours"),
            audience=Visibility(self.audience.data),
            service_id=uuid.UUID(self.service_id.data) if self.service_id.data else None,
            position=before.position if before else 0,
        )

    @staticmethod
    def filled(row: Phone) -> dict[str, Any]:
        return {
            "version": row.version,
            "country": row.country,
            "number": row.number,
            "audience": row.audience.value,
            "hotline": row.hotline,
            "toll_free": row.toll_free,
            "toll_free_from": row.toll_free_from,
            "safe_to_leave_message": row.safe_to_leave_message.value,
            "channels": row.channels,
            "languages": row.languages,
            "service_id": str(row.service_id or ""),
            **{k: v for name in PhoneForm.TEXTS for k, v in flat(getattr(row, name), name).items()},
        }


class ContactForm(_OfListing, Form):
    """A person or desk to turn to."""

    version = HiddenField()
    name = StringField(_l("Name of the person or desk"), [required(), length(max=200)])
    title = StringField(_l("Function"), [optional(), length(max=200)])
    email = EmailField(_l("Email"), [optional(), length(max=254), email()])
    country = _country_field()
    telephone = NumberField(_l("Telephone"), [optional(), length(max=40)])
    audience = audience_field(_l("Who may see this contact"))
    service_id = SelectField(_l("Belongs to"), [optional()])

    def draft(self) -> ContactDraft:
        return ContactDraft(
            name=self.name.data,
            title=self.title.data or "",
            email=self.email.data or None,
            telephone=self.telephone.data or None,
            audience=Visibility(self.audience.data),
            service_id=uuid.UUID(self.service_id.data) if self.service_id.data else None,
        )

    @staticmethod
    def filled(row: Contact) -> dict[str, Any]:
        return {
            "version": row.version,
            "name": row.name,
            "title": row.title,
            "email": row.email,
            "country": COUNTRIES[0],
            "telephone": row.telephone,
            "audience": row.audience.value,
            "service_id": str(row.service_id or ""),
        }


class LocationForm(NamedForm):
    """A place of work: the district for many, the door for few."""

    TEXTS = {
        "name": (_l("Name of the place, such as “main office”"), False, 200),
        "transportation": (_l("How to get there"), True, 1000),
    }
    place_id = SelectField(_l("Town or district"), [required()])
    audience = audience_field(_l("Who may know the town or district"))
    services = ChoicesField(_l("Services given there"), [optional()])
    address_1 = StringField(_l("Street and house"), [optional(), length(max=300)])
    postal_code = StringField(_l("Postal code"), [optional(), length(max=12)])
    address_audience = audience_field(_l("Who may know the street and house"))
    door_named = ChoicesField(_l("Which partners"), [optional()])

    def __init__(self, *, services: Iterable[Service], place_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place_id.choices = options(presenting.place_choices(3, besides=place_id), prompt=_l("Choose"))
        self.services.choices = _whose(services)[1:]

    def draft(self, before: Door | None = None) -> LocationDraft:
        """``before`` is the door as it stands: its point stays while the street does."""
        same = before if before and before.address_1 == (self.address_1.data or "") else None
        return LocationDraft(
            place_id=self.place_id.data,
            name=self.texts("name"),
            transportation=self.texts("transportation"),
            audience=Visibility(self.audience.data),
            address_1=self.address_1.data or "",
            postal_code=self.postal_code.data or "",
            latitude=same.latitude if same else None,
            longitude=same.longitude if same else None,
            address_audience=Visibility(self.address_audience.data),
            service_ids=tuple(uuid.UUID(one) for one in self.services.data or []),
        )

    @staticmethod
    def filled(
        row: Location, address: Address | None, door: Door, given: Iterable[uuid.UUID]
    ) -> dict[str, Any]:
        return {
            "version": row.version,
            "place_id": row.place_id,
            "audience": row.audience.value,
            "address_1": door.address_1,
            "postal_code": door.postal_code,
            "address_audience": (address.audience if address else Visibility.TENANT).value,
            "services": [str(one) for one in given],
            **{k: v for name in LocationForm.TEXTS for k, v in flat(getattr(row, name), name).items()},
        }
