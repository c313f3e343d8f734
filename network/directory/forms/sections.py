"""Forms of single sections: who may come, translations, projects."""

from __future__ import annotations

import datetime
import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from network.directory import eligibility, labels, presenting, texts
from network.directory.drafts import ParticipantDraft, ProjectDraft
from network.directory.forms.parts import CURRENCIES, NamedForm
from network.directory.forms.texts import audience_field, flat
from network.directory.models import Project, ProjectStatus, Service, Visibility
from network.directory.texts import TranslationStatus
from network.forms import ChoicesField, Form, between, length, optional, options, required
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import current_language
from network.i18n.translated import show

PARTICIPANTS = 6
NOT_KNOWN = "unknown"


def _answer(name: str) -> RadioField:
    question, answers = labels.ELIGIBILITY[name]
    choices = [*answers.items(), (NOT_KNOWN, _l("Not known"))]
    return RadioField(question, [optional()], choices=options(choices), default=NOT_KNOWN)


class EligibilityForm(Form):
    """Who may come: every question may be left at “not known”."""

    version = HiddenField()
    delivery = ChoicesField(_l("How help is given"), [optional()], choices=options(labels.DELIVERY.items()))
    sex = _answer("sex")
    minimum_age = IntegerField(_l("From the age of"), [optional(), between(0, eligibility.OLDEST)])
    maximum_age = IntegerField(_l("Up to the age of"), [optional(), between(0, eligibility.OLDEST)])
    with_children = _answer("with_children")
    citizenship = _answer("citizenship")
    identity_documents = _answer("identity_documents")
    police_report_required = _answer("police_report_required")
    disability = _answer("disability")
    cross_border = _answer("cross_border")
    languages_needed = ChoicesField(
        _l("Only for people who speak"),
        [optional()],
        choices=options((code, one.name) for code, one in LANGUAGES.items()),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        youngest, oldest = self.minimum_age.data, self.maximum_age.data
        if valid and youngest is not None and oldest is not None and youngest > oldest:
            self.maximum_age.errors = [_l("This is younger than the age above.")]
            return False
        return valid

    def answers(self) -> dict[str, Any]:
        return {name: self[name].data for name in eligibility.FIELDS if name in self}

    @staticmethod
    def filled(row: Service) -> dict[str, Any]:
        unknown = dict.fromkeys(labels.ELIGIBILITY, NOT_KNOWN)
        return {"version": row.version, "delivery": row.delivery, **unknown, **row.eligibility}


class TranslationForm(Form):
    """One listing in one language. Made by :func:`translation_form`."""

    version = HiddenField()
    status = RadioField(
        _l("Who translated it"),
        [required()],
        choices=options(
            [
                (TranslationStatus.HUMAN.value, _l("A person wrote it or read it through")),
                (TranslationStatus.MACHINE.value, _l("A machine, and nobody has read it yet")),
            ]
        ),
        default=TranslationStatus.HUMAN.value,
    )


def translation_form(row: Any, language: str, questions: dict[str, Any]) -> type[TranslationForm]:
    """A form with a field for every text that is written in the language of the source."""
    fields: dict[str, Any] = {}
    for name in row.TEXTS:
        if texts.only(getattr(row, name), row.source):
            several = name not in ("name", "title", "alternate_name")
            kind = TextAreaField if several else StringField
            most = 4000 if several else 200
            lang = {"lang": LANGUAGES[language].tag}
            fields[name] = kind(questions[name], [optional(), length(max=most)], render_kw=lang)
    return type("TranslationForm", (TranslationForm,), fields)


def partial_day(_form: Any, field: Any) -> None:
    """``2007``, ``2007-04`` or ``2007-04-24``; a day typed with points is turned around."""
    typed = (field.data or "").strip()
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", typed):
        typed = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    elif match := re.fullmatch(r"(\d{1,2})\.(\d{4})", typed):
        typed = f"{match[2]}-{int(match[1]):02}"
    if typed and not _real(typed):
        raise ValidationError(_l("Enter a year, a month or a day, for example 2026, 04.2026 or 24.04.2026."))
    field.data = typed


def _real(day: str) -> bool:
    if not re.fullmatch(r"(19|20)\d\d(-\d\d(-\d\d)?)?", day):
        return False
    try:
        datetime.date.fromisoformat(f"{day}-01-01"[:10])
    except ValueError:
        return False
    return True


class ProjectForm(NamedForm):
    """A project: what, when, who pays and who does it."""

    TEXTS = {"title": (_l("Title"), False, 200), "description": (_l("What is done"), True, 4000)}
    NEEDED = ("title",)
    audience = None
    visibility = audience_field(_l("Who may read about this project"))
    status = SelectField(
        _l("How it stands"),
        [required()],
        choices=options((k.value, w) for k, w in labels.PROJECT_STATUS.items()),
        default=ProjectStatus.RUNNING.value,
    )
    planned_start = StringField(_l("Planned to begin"), [partial_day])
    actual_start = StringField(_l("Began"), [partial_day])
    planned_end = StringField(_l("Planned to end"), [partial_day])
    actual_end = StringField(_l("Ended on"), [partial_day])
    sectors = StringField(_l("Sectors, by their codes"), [optional(), length(max=100)])
    budget = DecimalField(_l("Budget"), [optional(), between(0, 9_999_999_999)], places=None)
    currency = SelectField(
        _l("Currency"), [optional()], choices=options(((code, code) for code in CURRENCIES), prompt="")
    )
    iati_identifier = StringField(_l("Identifier at IATI"), [optional(), length(max=100)])
    places = ChoicesField(_l("Where"), [optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.places.choices = options(presenting.place_choices(2))

    def plain(self) -> list[Any]:
        return [field for field in super().plain() if not re.match(r"(role|who)_\d", field.name)]

    def people(self) -> list[tuple[Any, Any]]:
        return [(self[f"role_{n}"], self[f"who_{n}"]) for n in range(PARTICIPANTS)]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and self.budget.data is not None and not self.currency.data:
            self.currency.errors = [_l("Choose the currency.")]
            valid = False
        for role, who in self.people():
            if who.data and not role.data:
                role.errors = [_l("Say as what.")]
                valid = False
        return valid

    def draft(self, before: Project | None) -> ProjectDraft:
        known = {_called(one.name): one for one in (before.participants if before else ())}
        people = []
        for role, who in self.people():
            if not who.data:
                continue
            same = known.get(who.data)
            listed = None
            if same is not None and same.participant_id and same.participant_tenant_id:
                listed = (same.participant_tenant_id, same.participant_id)
            name = same.name if same is not None else {current_language(): who.data}
            people.append(ParticipantDraft(role=int(role.data), name=_plain(name), organization=listed))
        return ProjectDraft(
            title=self.texts("title"),
            description=self.texts("description"),
            status=self.status.data,
            source=before.source if before else self.source,
            planned_start=self.planned_start.data or "",
            planned_end=self.planned_end.data or "",
            actual_start=self.actual_start.data or "",
            actual_end=self.actual_end.data or "",
            sectors=re.findall(r"[^\s,;]+", self.sectors.data or ""),
            budget=self.budget.data,
            currency=self.currency.data or "",
            iati_identifier=self.iati_identifier.data or "",
            places=list(self.places.data or []),
            visibility=Visibility(self.visibility.data),
            participants=tuple(people),
        )

    @staticmethod
    def filled(row: Project) -> dict[str, Any]:
        shown = {
            name: getattr(row, name)
            for name in (
                "version", "planned_start", "planned_end", "actual_start", "actual_end", "budget", "currency",
                "iati_identifier", "places",
            )
        }  # fmt: skip
        for n, one in enumerate(row.participants[:PARTICIPANTS]):
            shown |= {f"role_{n}": str(one.role), f"who_{n}": _called(one.name)}
        return {
            **shown,
            "status": row.status.value,
            "visibility": row.visibility.value,
            "sectors": " ".join(row.sectors),
            **{k: v for name in ProjectForm.TEXTS for k, v in flat(getattr(row, name), name).items()},
        }


for _n in range(PARTICIPANTS):
    _roles = options(((str(int(k)), w) for k, w in labels.ROLES.items()), prompt="")
    setattr(ProjectForm, f"role_{_n}", SelectField(_l("As what"), [optional()], choices=_roles))
    setattr(ProjectForm, f"who_{_n}", StringField(_l("Who takes part"), [optional(), length(max=200)]))


def _called(name: dict[str, Any]) -> str:
    return show(name, current_language()).text


def _plain(name: dict[str, Any]) -> dict[str, str]:
    """A text as people type it, in every language in which it is there."""
    return {code: one.text for code in LANGUAGES if (one := texts.only(name, code))}
