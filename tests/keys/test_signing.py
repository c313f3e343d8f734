"""Signatures: who referred, on what consent."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import KeysError, SigningKey, Tampered, verify

KEY = SigningKey.generate()


@given(st.binary(max_size=300))
def test_what_was_signed_verifies(message) -> None:
    assert verify(KEY.public, message, KEY.sign(message)) is None
    assert verify(SigningKey.from_seed(KEY.seed).public, message, KEY.sign(message)) is None


@given(message=st.binary(max_size=50), other=st.binary(max_size=50))
def test_a_signature_is_of_one_message(message, other) -> None:
    if message != other:
        with pytest.raises(Tampered):
            verify(KEY.public, other, KEY.sign(message))


def test_no_byte_of_it_can_be_changed_and_nobody_else_made_it() -> None:
    signature = KEY.sign(b"header")
    assert len(signature) == 65
    for at in range(65):
        altered = bytearray(signature)
        altered[at] ^= 1
        for forged in (bytes(altered), signature[:at]):
            with pytest.raises(Tampered):
                verify(KEY.public, b"header", forged)
    for public in (SigningKey.generate().public, b"", bytes(32), b"\xff" * 32):
        with pytest.raises(Tampered):
            verify(public, b"header", signature)


def test_a_signing_key_is_kept_to_itself() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    with pytest.raises(KeysError):
        SigningKey.from_seed(b"short")
