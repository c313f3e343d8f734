"""Places without a name in the reader's language: which letters they come in."""

import re

import pytest

from network.i18n.folding import fold_place, normalise_uzbek
from network.i18n.translated import TranslationStatus
from network.places.data import facts, place_rows
from network.places.spelling import in_uzbek, named
from tests.places.test_data import LETTERS

PLACES = {fact.id: fact for fact in facts()}


@pytest.mark.parametrize(
    ("name", "language", "spelled"),
    [
        ("Баткен району", "ky", "Batken tumani"),
        ("Кара-Кулжа району", "ky", "Qara-Qulja tumani"),
        ("Чоң-Алай району", "ky", "Chong-Alay tumani"),
        ("Тогуз-Торо району", "ky", "Togʻuz-Toro tumani"),
        ("Көк-Жаңгак", "ky", "Koʻk-Jangʻaq"),
        ("Орозбеково", "ky", "Orozbekovo"),
        ("Кызыл-Октябрь", "ky", "Qizil-Oktyabr"),
        ("Кызыл-Эшме", "ky", "Qizil-Eshme"),
        ("ноҳияи Бобоҷон Ғафуров", "tg", "Bobojon Gʻafurov tumani"),
        ("ноҳияи Айнӣ", "tg", "Ayniy tumani"),
        ("Зархок", "tg", "Zarxok"),
    ],
)
def test_a_name_crosses_into_uzbek_letter_by_letter(name: str, language: str, spelled: str) -> None:
    assert in_uzbek(name, language) == spelled


def test_whoever_reads_uzbek_gets_every_place_in_latin_letters() -> None:
    for fact in facts():
        shown = named(fact.names, "uz")
        assert re.fullmatch(LETTERS["uz"], shown.text), fact.id
        assert normalise_uzbek(shown.text) == shown.text
        if "uz" in fact.names:
            assert (shown.text, shown.status) == (fact.names["uz"], TranslationStatus.HUMAN)
        elif shown.language == "uz":
            assert shown.status is TranslationStatus.MACHINE, (
                "it does not pass for a name that somebody wrote"
            )
            own = fact.names.get("tg") or fact.names["ky"]
            assert fold_place(shown.text).replace("ng", "n") == fold_place(own).replace("ng", "n")


@pytest.mark.parametrize("language", ["ru", "ky", "tg"])
def test_whoever_reads_cyrillic_gets_cyrillic_where_there_is_any(language: str) -> None:
    for fact in facts():
        shown = named(fact.names, language)
        cyrillic = {"ru", "ky", "tg"} & fact.names.keys()
        assert shown.text == fact.names[language] if language in fact.names else shown.is_other
        assert (shown.language in cyrillic) == bool(cyrillic), fact.id


def test_in_english_nothing_changes_and_lists_are_ordered_by_what_is_shown() -> None:
    assert all(named(fact.names, "en").text == fact.names["en"] for fact in facts())
    keys = {row["id"]: row["sort_keys"]["uz"] for row in place_rows()}
    batken = next(ident for ident, fact in PLACES.items() if fact.names["en"] == "Batken District")
    asaka = next(ident for ident, fact in PLACES.items() if fact.names["en"] == "Asaka District")
    zomin = max(keys.values())
    assert keys[asaka] < keys[batken] < zomin
