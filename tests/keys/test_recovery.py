"""Recovery codes: typed from paper, forgiving of how, unforgiving of what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import Tampered, new_recovery_code, normalise_recovery_code, recovery_kek, unwrap, wrap
from network.keys.recovery import ALPHABET

CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-AEC8"
SALT = b"0123456789abcdef"


def test_a_code_has_160_bits_and_no_letter_that_can_be_misread() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32 and not set("ILOU") & set(ALPHABET)
    groups = new_recovery_code().split("-")
    assert [len(group) for group in groups] == [4] * 9
    assert len({new_recovery_code() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE.replace('-', ' – ')}\n",
        CODE.replace("0", "O").replace("1", "l"),
        CODE.replace("0", "о").replace("A", "А").replace("B", "В").replace("C", "с").replace("E", "е"),
        CODE.replace("H", "Н").replace("K", "К").replace("M", "М").replace("P", "р").replace("T", "т"),
        CODE.replace("X", "Х").replace("Y", "у").replace("3", "З"),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed) -> None:
    assert normalise_recovery_code(typed) == CODE
    assert recovery_kek(typed, SALT) == recovery_kek(CODE, SALT)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "length"),
        (CODE[:-1], "length"),
        (CODE + "A", "length"),
        (CODE[:-1] + "!", "character"),
        (CODE[:-1] + "U", "character"),
        (CODE[:-1] + "Ж", "character"),
    ],
)
def test_what_cannot_be_the_code_is_told_at_once(typed, why) -> None:
    for read in (normalise_recovery_code, lambda text: recovery_kek(text, SALT)):
        with pytest.raises(ValueError, match=f"^{why}$"):
            read(typed)


def test_slips_are_found_and_pass_only_by_a_rare_chance() -> None:
    letters, missed = CODE.replace("-", ""), 0
    for at in range(36):
        for letter in ALPHABET.replace(letters[at], ""):
            try:
                normalise_recovery_code(letters[:at] + letter + letters[at + 1 :])
                missed += 1
            except ValueError:
                pass
    assert missed <= 1  # 1,116 slips, each seen but for one in a million.


def test_a_wrap_opens_with_its_code_and_salt_only() -> None:
    blob = wrap(recovery_kek(CODE, SALT), b"seed", b"owner")
    assert unwrap(recovery_kek(CODE, SALT), blob, b"owner") == b"seed"
    for code, salt, aad in (
        (new_recovery_code(), SALT, b"owner"),
        (CODE, b"another", b"owner"),
        (CODE, SALT, b"x"),
    ):
        with pytest.raises(Tampered):
            unwrap(recovery_kek(code, salt), blob, aad)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_a_plain_refusal(text) -> None:
    with pytest.raises(ValueError, match=r"^(character|length|checksum)$"):
        normalise_recovery_code(text)
