"""The forms of the parts of a listing: one small page each, all made alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, HiddenField, IntegerField, SelectField, StringField, URLField

from network.directory import labels
from network.directory.forms.texts import PickedForm, TextsForm, audience_field, flat
from network.directory.models import (
    Accessibility,
    CapacityUnit,
    CostOption,
    OrganizationIdentifier,
    Part,
    ProjectDocument,
    ProjectResult,
    ReferralMethod,
    ReferralRoute,
    RequiredDocument,
    ServiceCapacity,
    Visibility,
)
from network.forms import ChoicesField, between, length, optional, options, required, web_address
from network.i18n.languages import LANGUAGES

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
CURRENCIES = ("KGS", "UZS", "TJS", "USD", "EUR", "RUB")


class NamedForm(PickedForm, TextsForm):
    """A form that also asks who may read, and which partners where they are picked one by one."""

    version = HiddenField()
    audience = audience_field(_l("Who may see this"))

    ASIDE: ClassVar[tuple[str, ...]] = ("audience", "visibility", "named", "address_audience", "door_named")
    """Fields that do not stand in the order of the others."""

    def __init__(
        self, *, choices: list[tuple[str, Any]], partners: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name in ("audience", "visibility", "address_audience"):
            if name in self:
                self[name].choices = options(choices)
        for name in ("named", "door_named"):
            if name in self:
                self[name].choices = options(partners)

    def plain(self) -> list[Any]:
        """The fields that stand once, in their order."""
        several = {f"{name}_{code}" for name in self.TEXTS for code in LANGUAGES}
        hidden = (HiddenField,)
        return [
            field
            for field in self
            if field.name not in several
            and field.name not in self.ASIDE
            and field.name != "csrf_token"
            and not isinstance(field, hidden)
        ]


class PartForm(NamedForm):
    """A form whose fields are columns of a part."""

    MODEL: ClassVar[type[Part]]

    def values(self) -> dict[str, Any]:
        """Columns and what was typed for them."""
        found: dict[str, Any] = {name: self.texts(name) for name in self.TEXTS}
        empty = {StringField: "", URLField: "", SelectField: "", ChoicesField: []}
        for field in self.plain():
            blank = empty.get(type(field))
            found[field.name] = field.data if field.data not in (None, "") else blank
        return found

    @classmethod
    def filled(cls, row: Part) -> dict[str, Any]:
        shown: dict[str, Any] = {"version": row.version, "audience": row.audience.value}
        columns = [name for name in dir(cls) if name in row.__mapper__.column_attrs]
        for name in columns:
            value = getattr(row, name)
            shown.setdefault(name, getattr(value, "value", value))
        for name in cls.TEXTS:
            shown |= flat(getattr(row, name), name)
        return shown


class IdentifierForm(PartForm):
    MODEL = OrganizationIdentifier
    identifier_scheme = SelectField(
        _l("Name of the register"), [required()], choices=options(labels.SCHEMES.items(), prompt=_l("Choose"))
    )
    identifier = StringField(_l("Number in the register"), [required(), length(max=200)])


class ReferralRouteForm(PartForm):
    MODEL = ReferralRoute
    TEXTS = {
        "next_step": (_l("What happens next"), True, 1000),
        "documents": (_l("Papers that are needed"), True, 1000),
        "complaints": (_l("Where to turn if something goes wrong"), True, 1000),
    }
    method = SelectField(
        _l("The way in"), [required()], choices=options((k.value, w) for k, w in labels.METHODS.items())
    )
    contact = StringField(_l("Whom to call or write to"), [optional(), length(max=300)])
    response_hours = IntegerField(_l("Somebody answers within so many hours"), [optional(), between(0, 2000)])

    def values(self) -> dict[str, Any]:
        return super().values() | {"method": ReferralMethod(self.method.data)}


class CapacityForm(PartForm):
    MODEL = ServiceCapacity
    TEXTS = {"description": (_l("What to know about it"), False, 300)}
    unit = SelectField(
        _l("What is counted"), [required()], choices=options((k.value, w) for k, w in labels.UNITS.items())
    )
    available = IntegerField(_l("Free now"), [optional(), between(0, 100_000)])
    maximum = IntegerField(_l("In all"), [optional(), between(0, 100_000)])

    def values(self) -> dict[str, Any]:
        return super().values() | {"unit": CapacityUnit(self.unit.data)}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        free, in_all = self.available.data, self.maximum.data
        if valid and free is not None and in_all is not None and free > in_all:
            self.available.errors = [_l("More cannot be free than there are in all.")]
            return False
        return valid


class DocumentForm(PartForm):
    MODEL = RequiredDocument
    NEEDED = ("document",)
    TEXTS = {"document": (_l("What to bring"), False, 300)}
    uri = URLField(_l("Where it can be had"), [optional(), length(max=300), web_address()])


class CostForm(PartForm):
    MODEL = CostOption
    TEXTS = {
        "option": (_l("For whom"), False, 300),
        "amount_description": (_l("What to know about it"), False, 300),
    }
    amount = DecimalField(_l("What it costs"), [optional(), between(0, 999_999_999)], places=None)
    currency = SelectField(
        _l("Currency"), [optional()], choices=options(((code, code) for code in CURRENCIES), prompt="")
    )
    valid_from = DateField(_l("Valid from"), [optional()], format=DATE_FORMATS)
    valid_to = DateField(_l("Until"), [optional()], format=DATE_FORMATS)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and self.amount.data and not self.currency.data:
            self.currency.errors = [_l("Choose the currency.")]
            return False
        return valid


class AccessibilityForm(PartForm):
    MODEL = Accessibility
    TEXTS = {"description": (_l("What to know about it"), True, 1000)}
    features = ChoicesField(_l("What there is"), [optional()], choices=options(labels.ACCESS.items()))


class ProjectDocumentForm(PartForm):
    MODEL = ProjectDocument
    NEEDED = ("title",)
    TEXTS = {"title": (_l("Title"), False, 300)}
    url = URLField(_l("Where it stands on the web"), [required(), length(max=300), web_address()])
    language = SelectField(
        _l("Language"),
        [optional()],
        choices=options(((code, one.name) for code, one in LANGUAGES.items()), prompt=""),
    )


class ProjectResultForm(PartForm):
    MODEL = ProjectResult
    NEEDED = ("title",)
    TEXTS = {
        "title": (_l("What the project wanted to reach"), False, 300),
        "description": (_l("What came of it"), True, 2000),
    }
    target = StringField(_l("Aim, such as “200 people”"), [optional(), length(max=100)])
    achieved = StringField(_l("Reached"), [optional(), length(max=100)])
    on = StringField(_l("Counted in"), [optional(), length(max=10)])


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part: its form, what it is called, and what it is a part of."""

    form: type[PartForm]
    whole: str
    """Table of what it is a part of."""
    add: Any
    change: Any
    default: Visibility = Visibility.TENANT
    """The audience that an admin is offered first."""


KINDS: dict[str, Kind] = {
    "identifier": Kind(
        IdentifierForm, "organization", _l("Add a register number"), _l("Change the register number")
    ),
    "way-in": Kind(
        ReferralRouteForm,
        "service",
        _l("Add a way in for partners"),
        _l("Change the way in"),
        Visibility.PARTNERS,
    ),
    "capacity": Kind(
        CapacityForm,
        "service",
        _l("Say how much room there is"),
        _l("Change how much room there is"),
        Visibility.PARTNERS,
    ),
    "document": Kind(
        DocumentForm,
        "service",
        _l("Add a paper to bring"),
        _l("Change the paper to bring"),
        Visibility.PUBLIC,
    ),
    "cost": Kind(CostForm, "service", _l("Add what it costs"), _l("Change what it costs"), Visibility.PUBLIC),
    "access": Kind(
        AccessibilityForm,
        "location",
        _l("Say who can get in and about"),
        _l("Change who can get in and about"),
        Visibility.PUBLIC,
    ),
    "project-document": Kind(
        ProjectDocumentForm, "project", _l("Add a document"), _l("Change the document"), Visibility.PUBLIC
    ),
    "result": Kind(
        ProjectResultForm, "project", _l("Add a result"), _l("Change the result"), Visibility.PUBLIC
    ),
}
"""By the word in the address."""

KIND_OF = {kind.form.MODEL: word for word, kind in KINDS.items()}
