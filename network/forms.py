"""The form that every feature's forms inherit: our words, clean text, bounded length, errors that can be listed.

WTForms ships no Kyrgyz, Uzbek or Tajik messages, so every message it can utter is said again here in our own words
and goes through our catalogues. Text is normalised before anyone sees it, so that what PostgreSQL or a feed cannot
hold (NUL, control characters, half of a surrogate pair) becomes a message at its field and never reaches the driver.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, FieldList, FormField
from wtforms.fields import (
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import (
    AnyOf,
    DataRequired,
    Email,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget, Select

Words: TypeAlias = LazyString | str

LINE = 300
"""Longest one-line answer, in characters, where a field names no limit of its own."""
TEXT = 10_000
"""Longest free text, in characters, where a field names no limit of its own."""

_AGAIN = _l("This page was open for a long time. What you typed is still here: please send it again.")
_CHOOSE = _l("Choose one of the answers offered.")
_SEVERAL = _l("Choose from the answers offered.")
_NUMBER = _l("Enter a number, for example 12.5.")
_UNCHANGED = _l("This cannot be changed here.")

MESSAGES: Mapping[str, Words] = {
    "This field is required.": _l("Fill this in."),
    "Invalid input.": _l("This does not look right. Please check it."),
    "Invalid email address.": _l("Enter an email address like name@example.org."),
    "Invalid URL.": _l("Enter a full web address that starts with https://"),
    "Not a valid choice.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Invalid UUID.": _CHOOSE,
    "Invalid value, must be one of: %(values)s.": _CHOOSE,
    "Choices cannot be None.": _SEVERAL,
    "Invalid choice(s): one or more data inputs could not be coerced.": _SEVERAL,
    "'%(value)s' is not a valid choice for this field.": _SEVERAL,
    "'%(value)s' are not valid choices for this field.": _SEVERAL,
    "Invalid value, can't be any of: %(values)s.": _l("This one cannot be used here."),
    "Not a valid integer value.": _l("Enter a whole number, for example 25."),
    "Not a valid decimal value.": _NUMBER,
    "Not a valid float value.": _NUMBER,
    "Not a valid date value.": _l("Enter a real date, for example 24.04.2007."),
    "Not a valid datetime value.": _l("Enter a real date and time, for example 24.04.2007 14:30."),
    "Not a valid time value.": _l("Enter a time, for example 14:30."),
    "Not a valid week value.": _l("Choose a week."),
    "This field cannot be edited.": _UNCHANGED,
    "This field is disabled and cannot have a value.": _UNCHANGED,
    "File does not have an approved extension.": _l("This kind of file cannot be taken."),
    "CSRF token missing.": _AGAIN,
    "CSRF token expired.": _AGAIN,
    "CSRF failed.": _AGAIN,
    "Invalid CSRF Token.": _AGAIN,
    "The CSRF token is missing.": _AGAIN,
    "The CSRF session token is missing.": _AGAIN,
    "The CSRF token has expired.": _AGAIN,
    "The CSRF token is invalid.": _AGAIN,
    "The CSRF tokens do not match.": _AGAIN,
}
"""What WTForms and Flask-WTF can say in the fields and validators that we use, and how we say it. Keys are their ids."""

_WRONG = _l("Some characters here cannot be kept. Please type it again, or paste it as plain text.")
_INVISIBLE = dict.fromkeys([0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Byte order marks and marks that turn text around: never typed on purpose, and they can make a name read as another."""


class _OurWords:
    """The translations object that WTForms asks; what we did not foresee is said in our most general words."""

    def gettext(self, message: str) -> str:
        return str(MESSAGES.get(message, MESSAGES["Invalid input."]))

    def ngettext(self, singular: str, _plural: str, _n: int) -> str:
        return self.gettext(singular)


def clean(value: object, *, lines: bool = False) -> object:
    """Text as we keep it: one Unicode form (NFC), no blanks around it, line ends as ``\\n``.

    :raises ValueError: with words for the reader, where it holds what cannot be stored.
    """
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = re.sub(r"[\n\t]+", " ", text)
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise ValueError(_WRONG)
    return text.strip()


def _clean_lines(value: object) -> object:
    return clean(value, lines=True)


class Form(FlaskForm):  # type: ignore[misc]  # WTForms is untyped.
    """A form whose text is clean and bounded, and whose errors can be listed above it."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, _form: object) -> _OurWords:
            return _OurWords()

        def bind_field(self, form: Any, unbound_field: UnboundField, options: dict[str, Any]) -> Field:
            """Give every text field its filter and its limit, so that no form can forget them."""
            kind = unbound_field.field_class
            chain = tuple(unbound_field.kwargs.get("filters", ()))
            checks = tuple(
                unbound_field.kwargs.get("validators", None) or _positional_validators(unbound_field)
            )
            if issubclass(kind, StringField):
                several = issubclass(kind, TextAreaField)
                if not issubclass(kind, PasswordField):  # A passphrase is taken as it is.
                    chain = (_clean_lines if several else clean, *chain)
                if not any(isinstance(check, Length) and check.max > 0 for check in checks):
                    checks = (*checks, length(max=TEXT if several else LINE))
                options = {**options, "filters": chain, "validators": checks}
                return _bind(unbound_field, form, options)
            field = unbound_field.bind(form=form, **options)
            if type(getattr(field, "widget", None)) is Select:
                field.widget = Lines(field.widget.multiple)
            return field

    @property
    def summary_errors(self) -> list[tuple[str, str]]:
        """Every error as (id of the control to jump to, question and what is wrong), in the order of the page.

        Errors of the whole form have an empty id and stand first.
        """
        whole = [("", str(message)) for message in self.form_errors]
        return whole + list(_errors(self))


class QueryForm(Form):
    """A form that is read from the address: searches and filters. It changes nothing, so it carries no token."""

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)


class Lines(Select):  # type: ignore[misc]
    """A list to choose from, whose plain lines are written in one go: a list of places has hundreds of them."""

    @classmethod
    def render_option(cls, choice: SelectChoice, **kwargs: Any) -> Markup:
        if kwargs or choice.render_kw or isinstance(choice.value, bool):
            return Markup(super().render_option(choice, **kwargs))  # noqa: S704  # As the library escaped it.
        # ``Markup`` escapes only what is not marked as safe; a quote in it would end the attribute.
        value = str(escape(choice.value)).replace('"', "&quot;")
        label = escape(choice.label or choice.value)
        chosen = "selected " if choice.selected else ""
        return Markup(f'<option {chosen}value="{value}">{label}</option>')  # noqa: S704  # Both are escaped above.


class ChoicesField(SelectMultipleField):  # type: ignore[misc]
    """Several answers, each with its box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def options(pairs: Iterable[tuple[str, Words]], *, prompt: Words | None = None) -> list[SelectChoice]:
    """Answers to choose from, as (value, what people read). *prompt* is a first line of a list that chooses nothing."""
    first = [SelectChoice("", prompt)] if prompt is not None else []
    return first + [SelectChoice(value, label) for value, label in pairs]


def _positional_validators(field: UnboundField) -> Collection[Any]:
    """WTForms lets validators stand second after the label."""
    return field.args[1] or () if len(field.args) > 1 else ()


def _bind(field: UnboundField, form: Any, options: dict[str, Any]) -> Field:
    """Bind with validators of ours, which must not meet a second set given by position."""
    field_copy = UnboundField(field.field_class, *field.args[:1], **field.kwargs)
    return field_copy.bind(form=form, **options)


def _errors(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _errors(field.form)
        elif isinstance(field, FieldList):
            yield from (
                (field.id, _named(field, words))
                for words in field.errors
                if not isinstance(words, list | dict)
            )
            yield from _errors(field.entries)
        else:
            yield from ((anchor(field), _named(field, words)) for words in field.errors)


def _named(field: Field, words: object) -> str:
    """An error as it stands far from its field: with the question in front."""
    asked = str(field.label.text).rstrip(" :.")
    return f"{asked} {words}" if asked.endswith("?") else f"{asked}: {words}"


def anchor(field: Field) -> str:
    """The id of what takes the focus: of a group of answers its first one."""
    return f"{field.id}-0" if isinstance(field, RadioField | ChoicesField) else str(field.id)


class _Required(DataRequired):  # type: ignore[misc]  # WTForms is untyped.
    """A date that cannot be read is not the same as no date: it keeps the message that says so. Where answers are
    offered, nothing is filled in: one is chosen."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.process_errors:
            raise StopValidation
        usual = self.message is MESSAGES["This field is required."]
        if usual and isinstance(field, SelectField) and not field.data:
            field.errors[:] = []
            raise StopValidation(_SEVERAL if isinstance(field, SelectMultipleField) else _CHOOSE)
        super().__call__(form, field)


def required(message: Words | None = None) -> DataRequired:
    """Something must be there; blanks alone are nothing."""
    return _Required(message=message or MESSAGES["This field is required."])


def optional() -> Optional:
    """Nothing need be there, and nothing else is checked then."""
    return Optional()


class _Length(Length):  # type: ignore[misc]  # WTForms is untyped.
    """Without the ``maxlength`` attribute: browsers cut pasted text in silence, and a message does not."""

    def __init__(self, least: int, most: int, message: Words) -> None:
        super().__init__(min=least, max=most, message=message)
        self.field_flags: dict[str, Any] = {}

    def __call__(self, form: Any, field: Field) -> None:
        """A field that was not sent keeps what the view filled in, which may be a number: that has no length."""
        if field.data is None or isinstance(field.data, str):
            super().__call__(form, field)


def length(*, max: int, min: int = -1) -> Length:  # noqa: A002 - the words of WTForms.
    """At most *max* characters, at least *min*."""
    if min > 0:
        words: Words = _l("Use between %(min)s and %(max)s characters.", min=min, max=max)
    else:
        words = _ln("Use %(num)s character at most.", "Use %(num)s characters at most.", max)
    return _Length(min, max, words)


def email(message: Words | None = None) -> Email:
    """An address that can be written to. Whether the domain answers is not asked: that would tell others."""
    return Email(message=message or MESSAGES["Invalid email address."], check_deliverability=False)


def web_address() -> Regexp:
    """A full address of the web, never ``javascript:``."""
    return Regexp(
        r"^https?://[^\s<>\"']+\.[^\s<>\"']+$", flags=re.IGNORECASE, message=MESSAGES["Invalid URL."]
    )


def one_of(values: Collection[Any], message: Words | None = None) -> AnyOf:
    """One of these values."""
    return AnyOf(values, message=message or _CHOOSE)


class _Between(NumberRange):  # type: ignore[misc]  # WTForms is untyped.
    """Of any number that can be typed, even one of hundreds of digits."""

    def __call__(self, form: Any, field: Field) -> None:
        # WTForms would turn the number into a float, and there is none for these.
        if isinstance(field.data, int) and not self.min <= field.data <= self.max:
            raise ValidationError(self.message)
        super().__call__(form, field)


def between(least: int, most: int) -> NumberRange:
    """A number from *least* to *most*; every number that reaches a column needs a bound."""
    words = _l("Enter a number from %(least)s to %(most)s.", least=least, most=most)
    return _Between(min=least, max=most, message=words)
