"""Texts in several languages, and names of countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.i18n.countries import country_name
from network.i18n.languages import CODES
from network.i18n.translated import TranslationStatus, pick, rewritten, show, written


def test_a_reader_gets_the_text_in_their_language_or_the_next_one_and_is_told_which():
    texts = {"ru": {"text": "Приют", "status": "human"}, "en": "Shelter"}
    assert pick(texts, "ky") == ("Приют", "ru")
    assert pick(texts, "en") == ("Shelter", "en")
    shown = show(texts, "tg")
    assert (shown.text, shown.tag, shown.is_other) == ("Приют", "ru", True)
    assert not show(texts, "ru").is_other


def test_nothing_written_shows_nothing_and_claims_no_language():
    for nothing in ({}, None, {"ru": " "}, {"ru": {"text": ""}}, {"ru": 7}, {"xx": "?"}):
        shown = show(nothing, "ky")
        assert (shown.text, shown.language, shown.is_other) == ("", "ky", False)


def test_a_changed_source_makes_its_untouched_translations_outdated():
    before = written({"ru": "Приют", "ky": "Баш калкалоочу жай", "uz": "Boshpana", "tg": " "})
    assert set(before) == {"ru", "ky", "uz"}
    after = rewritten(
        before, {"ru": "Кризисный центр", "ky": "Баш калкалоочу жай", "uz": "Inqiroz markazi"}, source="ru"
    )
    assert {code: entry["status"] for code, entry in after.items()} == {
        "ru": "human",
        "ky": "outdated",
        "uz": "human",
    }
    assert show(after, "ky").status is TranslationStatus.OUTDATED
    again = rewritten(after, {"ru": "Кризисный центр", "ky": "Баш калкалоочу жай"}, source="ru")
    assert again["ky"]["status"] == "outdated"


@given(
    st.dictionaries(st.sampled_from([*CODES, "xx"]), st.text() | st.none() | st.integers()),
    st.text(max_size=3),
)
def test_no_stored_shape_breaks_a_page(texts, language):
    text, code = pick(texts, language)
    assert code in CODES
    assert isinstance(text, str)


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("KG", "ru", "Кыргызстан"),
        ("kg", "ky", "Кыргызстан"),
        ("KG", "uz", "Qirgʻiziston"),
        ("UZ", "uz", "Oʻzbekiston"),
        ("US", "uz", "Amerika Qoʻshma Shtatlari"),
        ("TJ", "tg", "Тоҷикистон"),
        ("UZ", "tg", "Ӯзбекистон"),
        ("GB", "tg", "Британияи Кабир"),
        ("KG", "klingon", "Kyrgyzstan"),
        ("XX", "ru", "XX"),
    ],
)
def test_countries_are_called_what_people_there_call_them(code, language, name):
    assert country_name(code, language) == name
