"""Texts in several languages: which translation may be trusted, which is missing, which one a reader gets.

Pure. The status of a translation stands beside it in the text itself (``network.i18n.translated``), so that a text and
what is said of it never come apart: ``{"ru": {"text": "…", "status": "machine"}}``.
"""

from __future__ import annotations

from collections.abc import Mapping

from network.i18n.languages import CODES, fallbacks
from network.i18n.translated import Shown, Translation, TranslationStatus, rewritten, show, written

Texts = Mapping[str, object]

__all__ = ["Shown", "TranslationStatus", "missing", "order", "said", "statuses", "translated", "trusted"]


def order(language: str) -> tuple[str, ...]:
    """The languages in which a reader is offered a text, first one's own: ky, uz and tg fall back on ru, then en."""
    return fallbacks(language)


def said(texts: Texts | None, language: str) -> Shown:
    """The text for a reader. Their own language comes first even where it is outdated; the page says so."""
    return show(texts, language)


def only(texts: Texts | None, language: str) -> Shown | None:
    """The text as it was written in this language; None where it was not."""
    found = show(texts, language)
    return found if found.text and found.language == language else None


def statuses(texts: Texts | None, source: str) -> dict[str, TranslationStatus]:
    """The status of each translation; the ``source`` is none."""
    found = {code: only(texts, code) for code in CODES if code != source}
    return {code: one.status for code, one in found.items() if one is not None}


def missing(texts: Texts | None, source: str) -> list[str]:
    """The languages into which it should be translated and is not; none where nothing was written."""
    if only(texts, source) is None:
        return []
    return [code for code in CODES if code != source and only(texts, code) is None]


def trusted(texts: Texts | None, language: str) -> bool:
    """Whether what a reader of ``language`` gets was written or read by a person since the source last changed."""
    return said(texts, language).status is TranslationStatus.HUMAN


def translated(
    texts: Texts | None,
    language: str,
    text: str,
    source: str,
    status: TranslationStatus = TranslationStatus.HUMAN,
) -> dict[str, Translation]:
    """The texts with one translation written anew; where it is the source, the others are outdated by it.

    The same words again, by a person, say that they are still right: an outdated or machine translation is human then.
    """
    wanted = {code: one.text if (one := only(texts, code)) else "" for code in CODES} | {language: text}
    after = rewritten(texts, wanted, source)
    if language != source and language in after:
        after[language] = written({language: text}, status)[language]
    return after
