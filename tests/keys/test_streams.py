"""Files: any size, in pieces of any size; cut, swapped, doubled or foreign pieces fail."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import KeysError, Tampered, decrypt_stream, encrypt_stream, new_part_key, stream_size
from network.keys.streams import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES

KEY = new_part_key()
RECORD = CHUNK_BYTES + TAG_BYTES
BORDERS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]


def pieces(whole: bytes, size: int) -> Iterator[bytes]:
    return (whole[at : at + size] for at in range(0, len(whole), size))


def shut(whole: bytes, key: bytes = KEY, aad: bytes = b"") -> bytes:
    return b"".join(encrypt_stream(key, [whole], aad=aad))


def reopened(blob: bytes, key: bytes = KEY, aad: bytes = b"") -> bytes:
    return b"".join(decrypt_stream(key, [blob], aad=aad))


@pytest.fixture(scope="module")
def file() -> bytes:
    return os.urandom(3 * CHUNK_BYTES + 100)


@pytest.fixture(scope="module")
def records(file: bytes) -> list[bytes]:
    """Header, three full records and the last."""
    blob = shut(file)
    return [blob[:HEADER_BYTES], *pieces(blob[HEADER_BYTES:], RECORD)]


@pytest.mark.parametrize("size", BORDERS)
def test_files_of_every_border_size_come_back(size) -> None:
    whole = os.urandom(size)
    blob = shut(whole)
    assert len(blob) == stream_size(size)
    assert reopened(blob) == whole


@given(whole=st.binary(max_size=2000), size=st.integers(1, 300), other=st.integers(1, 70_000))
def test_the_sizes_of_pieces_do_not_matter(whole, size, other) -> None:
    blob = b"".join(encrypt_stream(KEY, pieces(whole, size)))
    assert b"".join(decrypt_stream(KEY, pieces(blob, other))) == whole


@pytest.mark.parametrize("size", [1000, CHUNK_BYTES, 100_000, 300_000])
def test_a_long_file_flows_in_pieces_of_any_size(file, size) -> None:
    blob = b"".join(encrypt_stream(KEY, pieces(file, size)))
    assert b"".join(decrypt_stream(KEY, [b"", *pieces(blob, size), b""])) == file


def test_a_file_is_never_held_whole(file) -> None:
    taken = 0

    def source() -> Iterator[bytes]:
        nonlocal taken
        for piece in pieces(file, 1000):
            taken += 1
            yield piece

    flow = encrypt_stream(KEY, source())
    next(flow), next(flow)
    assert taken * 1000 <= CHUNK_BYTES + 2000


def test_records_as_they_were_open(records, file) -> None:
    assert len(records) == 5
    assert reopened(b"".join(records)) == file


@pytest.mark.parametrize(
    "order",
    [
        [0, 1, 2, 3],
        [0, 1],
        [0],
        [],
        [0, 2, 1, 3, 4],
        [0, 1, 1, 2, 3, 4],
        [0, 1, 3, 4],
        [0, 4],
        [0, 1, 2, 3, 4, 4],
        [0, 1, 2, 4, 3],
        [1, 2, 3, 4],
        [0, 0, 1, 2, 3, 4],
    ],
    ids=str,
)
def test_records_cut_swapped_doubled_or_left_out_fail(records, order) -> None:
    with pytest.raises(Tampered):
        reopened(b"".join(records[at] for at in order))


def test_a_record_of_another_file_under_the_same_key_fails(records, file) -> None:
    other = shut(file)
    with pytest.raises(Tampered):
        reopened(b"".join([*records[:2], other[HEADER_BYTES + RECORD :]]))


def test_files_cut_anywhere_fail(records) -> None:
    blob = b"".join(records)
    for length in [*range(60), *range(60, len(blob), 9973), len(blob) - 1]:
        with pytest.raises(Tampered):
            reopened(blob[:length])


def test_no_byte_can_be_changed(records) -> None:
    blob = b"".join(records)
    for at in [*range(50), *range(50, len(blob), 7919), len(blob) - 1]:
        altered = bytearray(blob)
        altered[at] ^= 0x10
        with pytest.raises(Tampered):
            reopened(bytes(altered))


def test_wrong_key_and_wrong_place_fail() -> None:
    blob = shut(b"photo", aad=b"row 1")
    assert reopened(blob, aad=b"row 1") == b"photo"
    for key, aad in (
        (new_part_key(), b"row 1"),
        (KEY, b"row 2"),
        (KEY, b""),
        (b"", b"row 1"),
        (KEY[:16], b"row 1"),
    ):
        with pytest.raises(Tampered):
            reopened(blob, key, aad)


def test_a_short_key_never_encrypts() -> None:
    with pytest.raises(KeysError):
        shut(b"x", b"short")


def test_what_came_before_the_damage_was_checked_and_right(records, file) -> None:
    blob = bytearray(b"".join(records))
    blob[-1] ^= 1
    flow = decrypt_stream(KEY, [bytes(blob)])
    assert b"".join(next(flow) for _ in range(3)) == file[: 3 * CHUNK_BYTES]
    with pytest.raises(Tampered):
        next(flow)
