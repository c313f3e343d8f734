"""Parts of a case: they open in their own place only, and their size tells a bucket."""

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import KeysError, Tampered, decrypt_part, encrypt_part, new_part_key

ROW = uuid.UUID("0190a0a0-0000-7000-8000-000000000002")
PLACE: dict[str, Any] = {"table": "case_part", "column": "body", "row": ROW, "category": "identity"}
KEY = new_part_key()


@given(st.binary(max_size=5000))
def test_any_text_comes_back(plaintext) -> None:
    assert decrypt_part(KEY, encrypt_part(KEY, plaintext, **PLACE), **PLACE) == plaintext


@given(st.integers(0, 4000))
def test_the_size_tells_no_more_than_a_bucket(size) -> None:
    assert len(encrypt_part(KEY, b"a" * size, **PLACE)) == 29 + 1024 * (size // 1024 + 1)


@given(st.binary(max_size=40))
def test_text_that_looks_like_padding_survives(tail) -> None:
    for text in (b"\x80", b"\x80\0\0", b"\0" * 1024, tail + b"\x80\0", tail + b"\0"):
        assert decrypt_part(KEY, encrypt_part(KEY, text, **PLACE), **PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [{"table": "message"}, {"column": "note"}, {"row": uuid.UUID(int=3)}, {"category": "location"}],
    ids=lambda change: next(iter(change)),
)
def test_a_part_moved_elsewhere_does_not_open(elsewhere) -> None:
    blob = encrypt_part(KEY, b"safe location", **PLACE)
    with pytest.raises(Tampered):
        decrypt_part(KEY, blob, **{**PLACE, **elsewhere})


def test_columns_and_tables_cannot_be_glued_together() -> None:
    blob = encrypt_part(KEY, b"x", **{**PLACE, "table": "ab", "column": "c"})
    with pytest.raises(Tampered):
        decrypt_part(KEY, blob, **{**PLACE, "table": "a", "column": "bc"})


def test_no_byte_can_be_changed() -> None:
    blob = encrypt_part(KEY, b"name", **PLACE)
    for at in [*range(40), *range(40, len(blob), 17), len(blob) - 1]:
        altered = bytearray(blob)
        altered[at] ^= 1
        with pytest.raises(Tampered):
            decrypt_part(KEY, bytes(altered), **PLACE)


def test_cut_blobs_and_wrong_keys_are_refused() -> None:
    blob = encrypt_part(KEY, b"name", **PLACE)
    for cut in (b"", blob[:1], blob[:28], blob[:29], blob[:-1], blob + b"\0"):
        with pytest.raises(Tampered):
            decrypt_part(KEY, cut, **PLACE)
    for key in (new_part_key(), b"", KEY[:16]):
        with pytest.raises(Tampered):
            decrypt_part(key, blob, **PLACE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_short_key_never_encrypts(length) -> None:
    """The library would take 16 bytes and quietly give AES-128."""
    with pytest.raises(KeysError):
        encrypt_part(bytes(length), b"x", **PLACE)


def test_the_same_text_twice_gives_nothing_alike() -> None:
    first, second = (encrypt_part(KEY, b"same", **PLACE) for _ in range(2))
    assert first[1:13] != second[1:13] and first[13:] != second[13:]


def test_a_refusal_does_not_say_why() -> None:
    blob = encrypt_part(KEY, b"x", **PLACE)
    told = set()
    for key, place, each in (
        (new_part_key(), PLACE, blob),
        (KEY, {**PLACE, "table": "b"}, blob),
        (KEY, PLACE, b""),
    ):
        with pytest.raises(Tampered) as refusal:
            decrypt_part(key, each, **place)
        told.add((str(refusal.value), refusal.value.__cause__))
    assert told == {("this could not be opened", None)}
