"""canon: no two lists of fields give the same bytes."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import canon

FIELDS = st.lists(
    st.one_of(st.binary(max_size=20), st.text(max_size=20), st.integers(), st.uuids()), max_size=6
)


@given(FIELDS, FIELDS)
def test_different_fields_never_give_the_same_bytes(one, other) -> None:
    same = [(type(a), a) for a in one] == [(type(a), a) for a in other]
    assert (canon(*one) == canon(*other)) is same


@given(st.lists(st.text(max_size=6), min_size=2, max_size=4), st.data())
def test_moving_the_border_between_two_fields_changes_the_bytes(words, data) -> None:
    glued = "".join(words)
    cut = data.draw(st.integers(0, len(glued)))
    parted = [glued[:cut], glued[cut:]]
    assert (canon(*parted) == canon(*words)) is (parted == words)


def test_types_are_told_apart() -> None:
    key = uuid.UUID(int=7)
    seen = {canon(each) for each in ("1", b"1", 1, "", b"", key, key.bytes, str(key), key.int)}
    assert len(seen) == 9
    assert len({canon(), canon(b""), canon(b"", b""), canon(b"b\0\0\0\0")}) == 4


def test_the_bytes_stay_as_they_are_written_down() -> None:
    """Everything stored was made with these bytes: they never change."""
    made = canon("kopuro", b"\x00\xff", -12, uuid.UUID(int=1))
    assert made.hex() == (
        "73000000066b6f7075726f620000000200ff69000000032d3132750000001000000000000000000000000000000001"
    )


@pytest.mark.parametrize("odd", [True, None, 1.5, ["a"], bytearray(b"a")])
def test_anything_else_is_refused(odd) -> None:
    with pytest.raises(TypeError):
        canon(odd)
