"""Which passphrases are refused, and that good ones are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import passphrase_fault

YOURS = ["Aigul Osmonova", "aigul@podruga.example", "Podruga", "Подруга", "Айгүл Осмонова"]


@pytest.mark.parametrize(
    "text",
    [
        "tulip lantern gravel seventeen",
        "my horse likes rain in Osh",
        "x7GkqPz29LmWv4TbN",
        "четыре зелёных чайника поют",
        "менин сүйүктүү китебим көк түстө",
        "bozorda uchta qovun sotib oldim",
        "дар боғи мо анор мепазад",
        "Aigul counts nine crooked ladders",
        "correct horses never staple wet batteries",
        "0x3f9c2e71ab44d0",
    ],
)
def test_good_passphrases_are_taken(text) -> None:
    assert passphrase_fault(text, not_like=YOURS) is None


@pytest.mark.parametrize("text", ["", "short", "fourteen chars", "й" * 14, "и\u0306" * 14])
def test_fifteen_characters_are_the_least(text) -> None:
    assert passphrase_fault(text, not_like=YOURS) == "too_short"


def test_there_is_a_longest_one() -> None:
    assert passphrase_fault("tulip lantern " * 20, not_like=[]) == "too_long"


@pytest.mark.parametrize(
    "text",
    [
        "passwordpassword",
        "Password123456789",
        "P@ssw0rd-P@ssw0rd!!",
        "qwertyuiop12345",
        "qwertyuiopasdfgh",
        "1q2w3e4r5t6y7u8i9o",
        "1qaz2wsx3edc4rfv",
        "йцукенгшщзхъфыва",
        "gfhjkmgfhjkm12345",  # пароль typed with the Latin layout.
        "зфыыцщкв123456789",  # password typed with the Russian one.
        "abcdefghijklmnopq",
        "zyxwvutsrqponmlkj",
        "1234567890123456",
        "9876543210987654",
        "aaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "x7!x7!x7!x7!x7!x7!",
        "                         ",
        "- - - - - - - - - -",
        "iloveyouiloveyou2024",
        "пароль пароль 2024",
        "привет привет привет",
        "кыргызстан2024!!",
        "O'zbekiston2024!!",
        "dushanbe 1991 2024",
        "ferghana-demo-2007",
        "Ferghana Demo 2007!",
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple",
    ],
)
def test_what_everybody_thinks_of_first_is_refused(text) -> None:
    assert passphrase_fault(text, not_like=[]) == "common"


@pytest.mark.parametrize(
    "text",
    ["aigul.osmonova1985", "Podruga Podruga 2024!", "osmonova-podruga", "айгүл осмонова 1985", "kopuro kopuro 2024 ab",
     "көпүрө көпүрө 2024"],
)  # fmt: skip
def test_names_that_others_know_are_refused(text) -> None:
    assert passphrase_fault(text, not_like=YOURS) == "like_yours"


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_judged(text, names) -> None:
    assert passphrase_fault(text, not_like=names) in (None, "too_short", "too_long", "common", "like_yours")


def test_a_long_passphrase_is_judged_in_a_moment() -> None:
    """The rules look back and forth; 256 characters must not become a way to keep the server busy."""
    from time import process_time

    before = process_time()
    for text in ("a1" * 128, "ab" * 64 + "ba" * 64, "пароль123" * 28, "qwerty" * 42 + "x"):
        passphrase_fault(text, not_like=["a" * 200, "b c d e f g" * 20])
    assert process_time() - before < 2
