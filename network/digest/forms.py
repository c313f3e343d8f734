"""The forms of the digest: an activity, when it is published, an edition's note, narrowing the list."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import ValidationError

from network.database import now
from network.digest import days, labels
from network.digest.models import Activity, ActivityKind, Edition, Reached, Visibility
from network.digest.presenting import COUNTRIES
from network.digest.services.activities import MOST_REACHED, TEXTS, Draft
from network.forms import Form, between, length, optional, options, required
from network.i18n.countries import country_name
from network.i18n.languages import CODES, LANGUAGES
from network.i18n.prefix import current_language

PLACES = ("place_1", "place_2", "place_3")
_DAY = _l("Enter a day, a month or a year: 24.04.2007, 04.2007 or 2007.")


class DayField(StringField):  # type: ignore[misc]  # WTForms is untyped.
    """A day as exact as it is known. What was typed stays as it was until it is understood."""

    def pre_validate(self, form: object) -> None:
        try:
            days.parse(str(self.data or ""))
        except ValueError:
            raise ValidationError(_DAY) from None
        super().pre_validate(form)


class ActivityForm(Form):
    """Everything about an activity that its author decides; texts once for each language."""

    version = HiddenField()
    kind = RadioField(_l("Kind"), [required()], choices=options((k.value, w) for k, w in labels.KIND.items()))
    visibility = RadioField(
        _l("Who may read it"),
        [required()],
        choices=options((k.value, w) for k, w in labels.VISIBILITY.items()),
        default=Visibility.PUBLIC.value,
    )
    happened_from = DayField(_l("When did it take place, or begin?"), [length(max=10)])
    happened_to = DayField(_l("When did it end?"), [length(max=10)])
    place_1 = SelectField(_l("Place"), [optional()])
    place_2 = SelectField(_l("Second place"), [optional()])
    place_3 = SelectField(_l("Third place"), [optional()])

    def __init__(self, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in PLACES:
            self[name].choices = options(places, prompt=_l("No place"))

    def texts(self, name: str) -> dict[str, str]:
        return {code: self[f"{name}_{code}"].data or "" for code in CODES}

    def draft(self, kept: Activity | None = None) -> Draft:
        """What was filled in, once it is valid. Places beyond those that the form has room for are kept."""
        further = kept.places[len(PLACES) :] if kept is not None else []
        return Draft(
            kind=ActivityKind(self.kind.data),
            visibility=Visibility(self.visibility.data),
            title=self.texts("title"),
            summary=self.texts("summary"),
            text=self.texts("text"),
            project=self.texts("project"),
            happened_from=days.parse(self.happened_from.data or ""),
            happened_to=days.parse(self.happened_to.data or ""),
            places=[self[name].data for name in PLACES if self[name].data] + further,
            reached={who.value: self[f"reached_{who.value}"].data or 0 for who in Reached},
        )


def _text_fields() -> None:
    """Title, summary, text and project for each language; the language's own name stands above the four."""
    for code in CODES:
        tag = {"lang": LANGUAGES[code].tag}
        fields = {
            "title": StringField(_l("Title"), [optional(), length(max=200)], render_kw=tag),
            "summary": TextAreaField(
                _l("In two or three sentences"), [optional(), length(max=1000)], render_kw=tag
            ),
            "text": TextAreaField(_l("The whole text"), [optional(), length(max=20_000)], render_kw=tag),
            "project": StringField(_l("Project and funder"), [optional(), length(max=300)], render_kw=tag),
        }
        for name in TEXTS:
            setattr(ActivityForm, f"{name}_{code}", fields[name])
    for who, words in labels.REACHED.items():
        setattr(
            ActivityForm, f"reached_{who.value}", IntegerField(words, [optional(), between(0, MOST_REACHED)])
        )


_text_fields()


def of_activity(activity: Activity) -> dict[str, Any]:
    """What the form of this activity holds before anybody types."""
    held: dict[str, Any] = {
        "version": str(activity.version),
        "kind": activity.kind.value,
        "visibility": activity.visibility.value,
        "happened_from": days.typed(activity.happened_from),
        "happened_to": days.typed(activity.happened_to),
    }
    held |= dict(zip(PLACES, activity.places, strict=False))
    held |= {f"reached_{who}": many for who, many in activity.reached.items()}
    for name in TEXTS:
        held |= _typed(name, getattr(activity, name))
    return held


def _typed(name: str, texts: Mapping[str, Any]) -> dict[str, str]:
    return {f"{name}_{code}": (texts.get(code) or {}).get("text", "") for code in CODES}


class PublishForm(Form):
    """Now, or at a moment to come."""

    publish_at = DateTimeLocalField(
        _l("Publish at"),
        [optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"],
    )

    def __init__(self, zone: datetime.tzinfo, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone

    @property
    def moment(self) -> datetime.datetime | None:
        typed: datetime.datetime | None = self.publish_at.data
        return None if typed is None else typed.replace(tzinfo=self.zone).astimezone(datetime.UTC)

    def validate_publish_at(self, field: Any) -> None:
        if field.data is None:
            return
        if not 2000 <= field.data.year <= 2099:
            raise ValidationError(_l("Enter a year from 2000 to 2099."))
        if self.moment is not None and self.moment <= now():
            raise ValidationError(_l("This moment is past. Leave it empty to publish now."))


class NoteForm(Form):
    """The coordinator's note, once for each language."""

    version = HiddenField()

    def texts(self) -> dict[str, str]:
        return {code: self[f"note_{code}"].data or "" for code in CODES}


def of_edition(edition: Edition) -> dict[str, Any]:
    return {"version": str(edition.version)} | _typed("note", edition.note)


for _code in CODES:
    setattr(
        NoteForm,
        f"note_{_code}",
        TextAreaField(
            LANGUAGES[_code].name, [optional(), length(max=5000)], render_kw={"lang": LANGUAGES[_code].tag}
        ),
    )


def countries() -> list[tuple[str, str]]:
    """The countries of the valley as addresses and lists have them: ``kg``."""
    return [(code.lower(), country_name(code, current_language())) for code in COUNTRIES]
