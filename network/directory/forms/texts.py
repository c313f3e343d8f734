"""Fields that stand once for each language, and who may be let to read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import (
    RadioField,
    StringField,
    TextAreaField,
)

from network.directory import labels
from network.directory.models import (
    Visibility,
    wider,
)
from network.forms import (
    ChoicesField,
    Form,
    length,
    optional,
    options,
    required,
)
from network.i18n.languages import CODES, LANGUAGES
from network.i18n.prefix import current_language
from network.i18n.translated import show


class TextsForm(Form):
    """A form some of whose fields stand once for each language, as ``name_ky``."""

    TEXTS: Mapping[str, tuple[Any, bool, int]] = {}
    """Column, its label, whether it takes several lines, its longest text."""
    NEEDED: ClassVar[tuple[str, ...]] = ()
    """Columns that must be written in at least one language; all others may stay empty in every one."""

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        for code in CODES:
            for name, (label, several, most) in cls.TEXTS.items():
                kind = TextAreaField if several else StringField
                field = kind(label, [optional(), length(max=most)], render_kw={"lang": LANGUAGES[code].tag})
                setattr(cls, f"{name}_{code}", field)

    def texts(self, name: str) -> dict[str, str]:
        """What was typed, by language."""
        return {code: self[f"{name}_{code}"].data or "" for code in CODES}

    def fields_of(self, code: str) -> list[Any]:
        """The fields of one language, in the order of the form."""
        return [self[f"{name}_{code}"] for name in self.TEXTS]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        empty = [name for name in self.NEEDED if not self._written(name)]
        return valid and not empty

    def _written(self, name: str) -> bool:
        """A text must be there in some language; else the message stands at the writer's own, which is open."""
        if any(self.texts(name).values()):
            return True
        own = self[f"{name}_{current_language()}"]
        own.errors = [*own.errors, _l("Write it in at least one language.")]
        return False

    @property
    def source(self) -> str:
        """The language the texts were first written in: the first that has a name."""
        name = next(iter(self.TEXTS))
        return next((code for code, text in self.texts(name).items() if text), CODES[0])


def flat(texts: Mapping[str, object] | None, name: str) -> dict[str, str]:
    """A text by language as the fields of a form have it: only what was really written in each."""
    found = {}
    for code in CODES:
        one = show(texts, code)
        found[f"{name}_{code}"] = one.text if one.language == code else ""
    return found


def audiences(before: Visibility, may_widen: bool, *, named: bool = False) -> list[tuple[str, Any]]:
    """The audiences an editor may choose: all for an admin, else the present one and narrower ones.

    ``named`` where the form can also say which partners.
    """
    return [
        (one.value, words)
        for one, words in labels.VISIBILITY.items()
        if (may_widen or not wider(one, before)) and (named or one is not Visibility.NAMED or one is before)
    ]


class PickedForm:
    """What a form has besides where it asks which partners may read, picked one by one. Stands before the form itself."""

    named = ChoicesField(_l("Which partners"), [optional()])

    def offer(self, partners: Iterable[tuple[str, str]]) -> None:
        """Let these partners be picked."""
        self.named.choices = options(partners)

    def readers(self, name: str = "named") -> list[uuid.UUID]:
        """The partners picked."""
        return [uuid.UUID(one) for one in self[name].data or []]  # type: ignore[index]


def audience_field(label: Any) -> RadioField:
    return RadioField(label, [required()], default=Visibility.TENANT.value)
