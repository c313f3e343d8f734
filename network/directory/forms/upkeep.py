"""The forms by which listings are kept right."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import StopValidation, ValidationError

from network.database import now
from network.dates import local
from network.directory import labels as directory
from network.directory import numbers
from network.directory.forms.listings import DATE_FORMATS, TIME_FORMATS
from network.directory.models import Decision, Method, ProposalField
from network.directory.upkeep import labels
from network.directory.upkeep.fields import HoursOf, Kind, Slot
from network.directory.upkeep.verification import PARTS
from network.forms import ChoicesField, Form, email, length, optional, options, required, web_address
from network.i18n.languages import LANGUAGES

NUMBERS = ("number", "telephone")
"""Columns that hold a telephone number."""


class ConfirmationForm(Form):
    """How somebody made sure, of what, and when."""

    method = RadioField(
        _l("How did you make sure?"),
        [required()],
        choices=options((one.value, words) for one, words in labels.METHOD.items()),
        default=Method.KNOWN.value,
    )
    parts = ChoicesField(_l("What did you check?"), [optional()])
    on = DateField(_l("When?"), [optional()], format=DATE_FORMATS)

    def __init__(self, table: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts.choices = options((part, labels.PART[part]) for part in PARTS[table])

    @property
    def moment(self) -> datetime.datetime | None:
        """The moment meant by the day; none for today."""
        day: datetime.date | None = self.on.data
        if day is None or day == local(now()).date():
            return None
        return datetime.datetime.combine(day, datetime.time(6), datetime.UTC)


class ProposalForm(Form):
    """Why something should change; the values themselves are added for each listing."""

    reason = TextAreaField(_l("How do you know?"), [required(), length(max=1000)])


def proposal_form(slots: Iterable[Slot]) -> ProposalForm:
    """The form of one listing: what it says now stands in it, to be corrected."""
    slots = list(slots)
    fields: dict[str, Any] = {slot.key: _field(slot) for slot in slots}
    kind = type("OneProposalForm", (ProposalForm,), fields)
    found: ProposalForm = kind(data={slot.key: _shown(slot) for slot in slots})
    return found


def _shown(slot: Slot) -> Any:
    """What a listing says, as its field has it."""
    if slot.field.kind is Kind.DAYS:
        return slot.value.split(",") if slot.value else []
    if slot.field.kind is Kind.TIME:
        return datetime.time.fromisoformat(slot.value) if slot.value else None
    return slot.value


def _field(slot: Slot) -> Any:
    table, name = slot.row.__tablename__, slot.field.name
    label = labels.field_label(table, name, slot.language)
    if slot.field.kind is Kind.CHOICE:
        return SelectField(label, choices=options((s.value, w) for s, w in directory.STATUS.items()))
    if slot.field.kind is Kind.DAYS:
        return ChoicesField(label, [optional()], choices=options(labels.OPEN_ON.items()))
    if slot.field.kind is Kind.TIME:
        return TimeField(label, [optional()], format=TIME_FORMATS)
    checks: list[Any] = [_Unchanged(slot.value), required() if slot.field.required else optional()]
    if slot.language:
        # A text may be missing in one language; that one of them is there is asked when it is sent.
        checks[1] = optional()
    checks.append(length(max=slot.field.longest))
    if name == "email":
        checks.append(email())
    elif name in ("website", "url"):
        checks.append(web_address())
    elif name in NUMBERS:
        checks.append(_Number(_country(slot)))
    more = {"lang": LANGUAGES[slot.language].tag} if slot.language else {}
    return (TextAreaField if slot.field.several_lines else StringField)(label, checks, render_kw=more)


class _Unchanged:
    """What was right enough to be saved once is not checked anew."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __call__(self, _form: Any, field: Any) -> None:
        if (field.data or "") == self.value:
            raise StopValidation


class _Number:
    """A telephone number. What was typed stays in the field as it is; :func:`proposed_value` says how it is kept."""

    def __init__(self, country: str) -> None:
        self.country = country

    def __call__(self, _form: Any, field: Any) -> None:
        try:
            numbers.parse(field.data or "", self.country)
        except numbers.NoNumber:
            raise ValidationError(
                _l("Enter a telephone number with its country code, or a short number.")
            ) from None


def proposed_value(form: ProposalForm, slot: Slot) -> str:
    """What was proposed, a number in the one way in which we keep it."""
    data = form[slot.key].data
    if slot.field.kind is Kind.DAYS:
        days = [code for code in labels.OPEN_ON if code in (data or [])]
        return HoursOf.ALWAYS if HoursOf.ALWAYS in days else ",".join(days)
    if slot.field.kind is Kind.TIME:
        return f"{data:%H:%M}" if data is not None else ""
    typed = str(data or "")
    if slot.field.name not in NUMBERS or typed in ("", slot.value):
        return typed
    return numbers.parse(typed, _country(slot))


def _country(slot: Slot) -> str:
    """Whose short numbers count."""
    return str(getattr(slot.row, "country", "KG"))


class DecisionForm(Form):
    """Yes or no to each value, and a word to the author."""

    seen = HiddenField()
    answer = TextAreaField(_l("A word to the author"), [optional(), length(max=1000)])


def decision_form(asked: Iterable[ProposalField], seen: str) -> DecisionForm:
    """The form of one proposal."""
    # NOTE: The answers to a proposed value.
    said = options([(Decision.ACCEPTED.value, _l("Accept")), (Decision.REJECTED.value, _l("Leave as it is"))])
    asked = list(asked)
    fields: dict[str, Any] = {
        decision_key(one): RadioField(
            labels.field_label(one.row_table, one.name, one.language), [required()], choices=said
        )
        for one in asked
    }
    kind = type("OneDecisionForm", (DecisionForm,), fields)
    found: DecisionForm = kind(data={"seen": seen})
    return found


def decision_key(one: ProposalField) -> str:
    """Names a value of a proposal in the form."""
    return f"field_{one.id.hex}"


class ReasonForm(Form):
    """Why two listings that others keep are one."""

    reason = TextAreaField(_l("How do you know?"), [required(), length(max=1000)])


class MergeForm(Form):
    """Whose values stay; ``versions`` are those of the two listings as they were read."""

    versions = HiddenField()

    @property
    def read(self) -> tuple[int, int]:
        """The versions of survivor and loser; nonsense is no version of ours."""
        parts = str(self.versions.data or "").split("-")
        found = [int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 9]
        return (found[0], found[1]) if len(found) == 2 else (0, 0)


def merge_form(values: Iterable[tuple[str, str, str, str]], versions: tuple[int, int]) -> MergeForm:
    """The form for two listings: for each column what it is called and what the two say."""
    nothing = _l("Nothing")
    fields: dict[str, Any] = {
        name: RadioField(
            label,
            [required()],
            choices=options([("survivor", one or nothing), ("loser", other)]),
            default="survivor" if one else "loser",
        )
        for name, label, one, other in values
    }
    kind = type("OneMergeForm", (MergeForm,), fields)
    found: MergeForm = kind(data={"versions": "-".join(str(one) for one in versions)})
    return found
