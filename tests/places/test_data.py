"""The facts themselves: what a slip of the editor would break."""

import re

import pytest

from network.i18n.countries import country_name
from network.i18n.folding import normalise_uzbek
from network.i18n.languages import CODES
from network.places.clocks import TIMEZONES, timezone_of
from network.places.data import NAME_LANGUAGES, facts, name_rows, place_rows
from network.places.models import PlaceKind

PLACES = {fact.id: fact for fact in facts()}
LETTERS = {
    "en": r"[A-Za-zʻʼ' ()-]+",
    "ru": r"[А-Яа-яЁё -]+",
    "ky": r"[А-Яа-яЁёҢңӨөҮү -]+",
    "uz": r"[A-Za-zʻʼ -]+",
    "uz_Cyrl": r"[А-Яа-яЁёҚқҒғҲҳЎў -]+",
    "tg": r"[А-Яа-яЁёҒғҚқҲҳҶҷӢӣӮӯ -]+",
}


def test_the_valley_is_whole():
    kinds = [fact.kind for fact in facts()]
    assert {kind: kinds.count(kind) for kind in PlaceKind} == {
        "country": 3,
        "province": 7,
        "district": 74,
        "city": 24,
        "settlement": 135,
    }


def test_whoever_chooses_a_district_reads_its_name_in_her_own_language():
    named_so = [fact for fact in facts() if fact.kind != PlaceKind.SETTLEMENT]
    missing = {fact.id: sorted({*NAME_LANGUAGES} - {*fact.names}) for fact in named_so}
    assert {place: languages for place, languages in missing.items() if languages} == {}


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.id)
def test_every_place_lies_in_a_larger_one_of_its_country_and_has_clean_names(fact):
    parent = PLACES[fact.parent_id] if fact.parent_id else None
    assert (parent is None) == (fact.level == 0)
    assert parent is None or (parent.level < fact.level and parent.country == fact.country)
    assert fact.names["en"]
    assert fact.level > 2 or "ru" in fact.names
    assert set(fact.unsourced) <= set(fact.names) <= set(NAME_LANGUAGES)
    for language, name in fact.names.items():
        assert re.fullmatch(LETTERS[language], name), f"{language}: {name!r} has letters of another alphabet"
    assert normalise_uzbek(fact.names.get("uz", "")) == fact.names.get("uz", "")
    assert (fact.latitude is None) == (fact.longitude is None)
    assert fact.latitude is None or (38.5 < fact.latitude < 42.5 and 67 < fact.longitude < 75.5)


def test_ids_and_codes_name_one_place_each():
    assert len(PLACES) == len(facts())
    codes = [fact.pcode for fact in facts() if fact.pcode]
    assert len(codes) == len(set(codes)) == 103


def test_countries_are_called_the_same_here_as_on_the_rest_of_the_site():
    for code in ("KG", "UZ", "TJ"):
        for language in CODES:
            assert PLACES[code].names[language] == country_name(code, language)


def test_rows_fit_their_tables():
    assert all(
        len(row[column]) <= 120 for row in name_rows() for column in ("folded", "text", "key", "skeleton")
    )
    assert all(row["folded"] and row["key"] and row["skeleton"] for row in name_rows())
    assert all(set(row["sort_keys"]) == set(CODES) for row in place_rows())


def test_each_country_has_its_clock():
    from datetime import UTC, datetime

    noon = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert {c: noon.astimezone(timezone_of(c)).hour for c in TIMEZONES} == {"KG": 12, "UZ": 11, "TJ": 11}
    assert timezone_of(None) == timezone_of("KG") == timezone_of("XX")
