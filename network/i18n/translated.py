"""A text that exists in several languages, and the choice of the one to show.

Stored as JSON: ``{"ru": {"text": "…", "status": "human"}, "ky": {"text": "…", "status": "outdated"}}``. A plain
``{"ru": "…"}`` is read as well, because that is how people write data by hand.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from network.i18n.languages import LANGUAGES, fallbacks, language_of


class TranslationStatus(enum.StrEnum):
    """How far a translation may be trusted. ``outdated``: the source changed after it was made."""

    HUMAN = "human"
    MACHINE = "machine"
    OUTDATED = "outdated"


_STATUSES = {status.value: status for status in TranslationStatus}


class Translation(TypedDict):
    """One language's text, as it is stored."""

    text: str
    status: str


@dataclass(frozen=True)
class Shown:
    """The text a reader gets, and the language it is really in, for ``lang=`` and for saying so."""

    text: str
    language: str
    status: TranslationStatus = TranslationStatus.HUMAN
    asked: str = ""

    @property
    def is_other(self) -> bool:
        """True where the text is not in the language the reader asked for."""
        return bool(self.text) and bool(self.asked) and self.language != self.asked

    @property
    def tag(self) -> str:
        return language_of(self.language).tag

    def __str__(self) -> str:
        return self.text


def _read(entry: object) -> tuple[str, TranslationStatus]:
    if isinstance(entry, str):
        return entry, TranslationStatus.HUMAN
    if not isinstance(entry, Mapping):
        return "", TranslationStatus.HUMAN
    text, status = entry.get("text"), entry.get("status")
    known_status = _STATUSES.get(status) if isinstance(status, str) else None
    return (text if isinstance(text, str) else ""), known_status or TranslationStatus.HUMAN


def show(texts: Mapping[str, object] | None, language: str) -> Shown:
    """The text for a reader of ``language``: that language, else the next of its fall-back order, else empty.

    An outdated translation is still preferred over a text in a foreign language; ``status`` lets the page say so.
    """
    order = fallbacks(language)
    for code in order:
        text, status = _read((texts or {}).get(code))
        if text.strip():
            return Shown(text, code, status, order[0])
    return Shown("", order[0], TranslationStatus.HUMAN, order[0])


def pick(texts: Mapping[str, object] | None, language: str) -> tuple[str, str]:
    """Text and the language it is in. Short form of ``show``."""
    shown = show(texts, language)
    return shown.text, shown.language


def written(
    texts: Mapping[str, str | None], status: TranslationStatus = TranslationStatus.HUMAN
) -> dict[str, Translation]:
    """What to store for texts just typed, by language: blank ones and unknown languages left out."""
    return {
        code: {"text": text.strip(), "status": status.value}
        for code in LANGUAGES
        if (text := texts.get(code)) and text.strip()
    }


def rewritten(
    before: Mapping[str, object] | None, texts: Mapping[str, str | None], source: str
) -> dict[str, Translation]:
    """Like ``written``, and marks as outdated what was translated from a ``source`` text that has now changed."""
    after = written(texts)
    old_source, _ = _read((before or {}).get(source))
    source_changed = bool(old_source) and after.get(source, {"text": ""})["text"] != old_source
    for code, entry in after.items():
        old_text, old_status = _read((before or {}).get(code))
        if entry["text"] != old_text:
            continue
        keeps = TranslationStatus.OUTDATED if source_changed and code != source else old_status
        entry["status"] = keeps.value
    return after
