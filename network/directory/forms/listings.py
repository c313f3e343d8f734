"""The forms of organizations and services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TimeField,
    URLField,
)

from network.directory import labels, presenting
from network.directory.drafts import (
    Opening,
    OrganizationDraft,
    Reach,
    ServiceDraft,
)
from network.directory.forms.texts import PickedForm, TextsForm, audience_field, flat
from network.directory.models import (
    Organization,
    OrganizationKind,
    Service,
    Status,
    Visibility,
)
from network.forms import (
    ChoicesField,
    between,
    email,
    length,
    optional,
    options,
    required,
    web_address,
)
from network.i18n.languages import LANGUAGES
from network.places.clocks import TIMEZONES

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M"]


class OrganizationForm(PickedForm, TextsForm):
    """An organization."""

    TEXTS = {
        "name": (_l("Name of the organization"), False, 200),
        "alternate_name": (_l("Other names, short forms"), False, 200),
        "description": (_l("What it does"), True, 4000),
    }
    NEEDED = ("name",)
    version = HiddenField()
    kind = SelectField(
        _l("Kind"), [required()], choices=options((k.value, w) for k, w in labels.KIND.items())
    )
    status = SelectField(
        _l("How it stands"), [required()], choices=options((s.value, w) for s, w in labels.STATUS.items())
    )
    visibility = audience_field(_l("Who may read this listing"))
    place_id = SelectField(_l("Seat"), [optional()])
    website = URLField(_l("Website"), [optional(), length(max=300), web_address()])
    email = EmailField(
        _l("Email for everyone who reads this listing"), [optional(), length(max=254), email()]
    )
    registered_on = DateField(_l("Registered on"), [optional()], format=DATE_FORMATS)
    year_incorporated = IntegerField(_l("Founded in the year"), [optional(), between(1800, 2100)])
    legal_status = StringField(_l("Legal form"), [optional(), length(max=100)])

    def __init__(
        self, *, choices: list[tuple[str, Any]], partners: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.offer(partners)
        self.visibility.choices = options(choices)
        self.place_id.choices = options(presenting.place_choices(3), prompt=_l("Not in the valley"))

    def draft(self, before: Organization | None) -> OrganizationDraft:
        return OrganizationDraft(
            kind=OrganizationKind(self.kind.data),
            status=Status(self.status.data),
            visibility=Visibility(self.visibility.data),
            member=before.member if before else False,
            source=before.source if before else self.source,
            name=self.texts("name"),
            alternate_name=self.texts("alternate_name"),
            description=self.texts("description"),
            website=self.website.data or None,
            email=self.email.data or None,
            registered_on=self.registered_on.data,
            year_incorporated=self.year_incorporated.data,
            legal_status=self.legal_status.data or None,
            place_id=self.place_id.data or None,
        )

    @staticmethod
    def filled(row: Organization) -> dict[str, Any]:
        return {
            "version": row.version,
            "kind": row.kind.value,
            "status": row.status.value,
            "visibility": row.visibility.value,
            "place_id": row.place_id or "",
            "website": row.website,
            "email": row.email,
            "registered_on": row.registered_on,
            "year_incorporated": row.year_incorporated,
            "legal_status": row.legal_status,
            **{k: v for name in OrganizationForm.TEXTS for k, v in flat(getattr(row, name), name).items()},
        }


class ServiceForm(PickedForm, TextsForm):
    """A service: what, for whom, how, when, where."""

    TEXTS = {
        "name": (_l("Name of the service"), False, 200),
        "alternate_name": (_l("Other names, short forms"), False, 200),
        "description": (_l("What is done"), True, 4000),
        "eligibility_description": (_l("Who may come"), True, 1000),
        "application_process": (_l("How to get it"), True, 1000),
        "fees_description": (_l("What it costs"), False, 300),
    }
    NEEDED = ("name",)
    version = HiddenField()
    terms = ChoicesField(_l("Kind of help"), [optional()], choices=options(labels.TERMS.items()))
    visibility = audience_field(_l("Who may read about this service"))
    status = SelectField(
        _l("How it stands"), [required()], choices=options((s.value, w) for s, w in labels.STATUS.items())
    )
    url = URLField(_l("Website"), [optional(), length(max=300), web_address()])
    email = EmailField(
        _l("Email for everyone who reads this listing"), [optional(), length(max=254), email()]
    )
    emergency = BooleanField(_l("Helps at once, without an appointment"))
    confidential = BooleanField(_l("Where it is must not be known"))
    languages = ChoicesField(
        _l("Languages spoken"), [optional()], choices=options((c, one.name) for c, one in LANGUAGES.items())
    )
    always = BooleanField(_l("Open round the clock, every day"))
    days = ChoicesField(_l("Open on"), [optional()], choices=options(labels.DAYS.items()))
    opens_at = TimeField(_l("Opens at"), [optional()], format=TIME_FORMATS)
    closes_at = TimeField(_l("Closes at"), [optional()], format=TIME_FORMATS)
    clock = SelectField(
        _l("By the clock of"),
        [optional()],
        choices=options(
            (
                (zone, _l("Osh") if code == "KG" else _l("Andijan") if code == "UZ" else _l("Khujand"))
                for code, zone in TIMEZONES.items()
            )
        ),
        default=TIMEZONES["KG"],
    )
    areas = ChoicesField(_l("For people of"), [optional()])

    keep_hours = False
    """Whether the hours say more than these fields can: then they are changed on a page of their own."""

    def __init__(
        self,
        *,
        choices: list[tuple[str, Any]],
        partners: Iterable[tuple[str, str]] = (),
        keep_hours: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.offer(partners)
        self.keep_hours = keep_hours
        if keep_hours:
            for name in ("always", "days", "opens_at", "closes_at", "clock"):
                delattr(self, name)
        self.visibility.choices = options(choices)
        self.areas.choices = options(presenting.place_choices(2))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if not self.keep_hours and bool(self.opens_at.data) != bool(self.closes_at.data):
            empty = self.closes_at if self.opens_at.data else self.opens_at
            if not empty.errors:
                empty.errors = [_l("Say from when and until when, or leave both empty.")]
                valid = False
        return valid

    def draft(self, before: Service | None) -> ServiceDraft:
        return ServiceDraft(
            name=self.texts("name"),
            alternate_name=self.texts("alternate_name"),
            url=self.url.data or None,
            email=self.email.data or None,
            description=self.texts("description"),
            eligibility_description=self.texts("eligibility_description"),
            application_process=self.texts("application_process"),
            fees_description=self.texts("fees_description"),
            status=Status(self.status.data),
            source=before.source if before else self.source,
            visibility=Visibility(self.visibility.data),
            terms=list(self.terms.data or []),
            languages=list(self.languages.data or []),
            emergency=bool(self.emergency.data),
            confidential=bool(self.confidential.data),
        )

    def reach(self) -> Reach:
        opening = None
        if not self.keep_hours and (self.always.data or self.days.data):
            opening = Opening(
                always=bool(self.always.data),
                byday=",".join(day for day in labels.DAYS if day in (self.days.data or [])),
                opens_at=self.opens_at.data,
                closes_at=self.closes_at.data,
                timezone=self.clock.data or TIMEZONES["KG"],
            )
        return Reach(areas=tuple(self.areas.data or []), opening=opening, keep_hours=self.keep_hours)

    @staticmethod
    def filled(row: Service) -> dict[str, Any]:
        hours = row.schedules[0] if row.schedules else None
        return {
            "version": row.version,
            "terms": row.terms,
            "url": row.url,
            "email": row.email,
            "visibility": row.visibility.value,
            "status": row.status.value,
            "emergency": row.emergency,
            "confidential": row.confidential,
            "languages": row.languages,
            "always": bool(hours and hours.always),
            "days": hours.byday.split(",") if hours and hours.byday else [],
            "opens_at": hours.opens_at if hours else None,
            "closes_at": hours.closes_at if hours else None,
            "clock": hours.timezone if hours else TIMEZONES["KG"],
            "areas": [area.place_id for area in row.areas],
            **{k: v for name in ServiceForm.TEXTS for k, v in flat(getattr(row, name), name).items()},
        }
