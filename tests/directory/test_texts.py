"""Translations: which may be trusted, which are missing, and which one a reader gets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.directory import texts
from network.directory.models import Organization
from network.directory.texts import TranslationStatus
from network.i18n.languages import CODES

WORDS = st.sampled_from(["", "one", "two", "three"])
TEXTS = st.dictionaries(
    st.sampled_from(CODES),
    st.builds(
        lambda text, status: {"text": text, "status": status.value}, WORDS, st.sampled_from(TranslationStatus)
    ),
)


@pytest.mark.parametrize("language", ["ky", "uz", "tg"])
def test_readers_of_the_valley_get_russian_before_english(language: str) -> None:
    both = {"en": "Shelter", "ru": "Приют"}
    assert texts.said(both, language).text == "Приют"
    assert texts.said({"en": "Shelter"}, language).text == "Shelter"
    assert texts.order(language)[:3] == (language, "ru", "en")


def test_a_changed_source_leaves_its_translations_outdated_until_somebody_says_they_are_right() -> None:
    before = texts.translated({"en": "Open"}, "ru", "Открыто", "en", TranslationStatus.MACHINE)
    assert texts.statuses(before, "en") == {"ru": TranslationStatus.MACHINE}
    assert not texts.trusted(before, "ru")
    after = texts.translated(before, "en", "Closed", "en")
    assert texts.statuses(after, "en") == {"ru": TranslationStatus.OUTDATED}
    confirmed = texts.translated(after, "ru", "Открыто", "en")
    assert texts.statuses(confirmed, "en") == {"ru": TranslationStatus.HUMAN}
    assert texts.missing(confirmed, "en") == ["ky", "uz", "tg"]


def test_a_listing_tells_the_status_of_every_text_it_has() -> None:
    row = Organization(
        source="en",
        name={"en": "Hill", "ru": {"text": "Холм", "status": "machine"}},
        alternate_name={},
        description={"en": "Helps."},
    )
    assert row.translations == {"name": {"ru": "machine"}}


@settings(deadline=None)
@given(TEXTS, st.sampled_from(CODES), st.sampled_from(CODES), WORDS)
def test_writing_one_language_loses_no_other(
    before: dict[str, object], language: str, source: str, text: str
) -> None:
    after = texts.translated(before, language, text, source)
    for code in CODES:
        was, now = texts.only(before, code), texts.only(after, code)
        if code == language:
            assert (now.text if now else "") == text
        else:
            assert (now.text if now else "") == (was.text if was else "")
            changed = language == source and (old := texts.only(before, source)) and old.text != text
            if now and was and code != source:
                assert now.status is (TranslationStatus.OUTDATED if changed else was.status)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(CODES))
def test_every_language_is_the_source_translated_missing_or_nothing_was_written(
    given: dict[str, object], source: str
) -> None:
    missing, there = texts.missing(given, source), texts.statuses(given, source)
    assert not set(missing) & set(there) and source not in there
    assert not missing or set(missing) | set(there) | {source} == set(CODES)
