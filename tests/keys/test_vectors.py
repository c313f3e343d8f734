"""Recorded answers: what was encrypted years ago must still open, whatever happens to the code or the library.

A failure here means that stored data would not open any more. Never record anew: give a new suite a new number.
"""

import hashlib
import hmac
import json
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from network.keys import (
    Cost,
    Keyring,
    LockedKey,
    PrivateKey,
    SigningKey,
    Suite,
    boxes,
    canon,
    decrypt_part,
    decrypt_stream,
    derive_kek,
    info_for,
    keyring_file,
    recovery_kek,
    session_kek,
    streams,
    unwrap,
    verify,
)
from network.keys.keyring_file import Content, Generation

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
TENANT = uuid.UUID("0190a0a0-0000-7000-8000-000000000001")
ROW = uuid.UUID("0190a0a0-0000-7000-8000-000000000002")
SEED = bytes(range(96))
KEY = bytes(range(32))
NONCE = bytes(range(12))


def recorded(kind: str, name: str) -> bytes:
    return bytes.fromhex(VECTORS[kind][name])


@pytest.fixture
def old_keyring(tmp_path: Path) -> Keyring:
    content = Content(1, b"\x03" * 32, {1: Generation(b"\x01" * 32, b"\x02" * 32)})
    keyring_file.create(tmp_path / "old.json", content)
    return Keyring.load(tmp_path / "old.json")


def hkdf(secret: bytes, info: bytes, salt: bytes = bytes(32)) -> bytes:
    """RFC 5869 by hand, one block: a second pair of eyes on ours."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")


def test_the_pair_of_a_seed_is_the_same_for_ever() -> None:
    public = PrivateKey.from_seed(SEED).public
    assert hashlib.sha256(public.raw).hexdigest() == VECTORS["hybrid"]["public_sha256"]
    assert public.fingerprint() == VECTORS["hybrid"]["fingerprint"]
    assert " ".join(public.six_words("en")) == VECTORS["hybrid"]["words_en"]
    assert " ".join(public.six_words("ky")) == VECTORS["hybrid"]["words_ky"]


def test_an_old_seal_opens() -> None:
    """HPKE encrypts with fresh randomness, so it can only open what was recorded."""
    info = info_for("part-key", "referral-part", TENANT, 3)
    sealed = recorded("hybrid", "sealed")
    assert PrivateKey.from_seed(SEED).open(sealed, info) == b"a part key of thirty-two bytes.."


def test_an_old_part_opens_and_is_plain_aes_gcm() -> None:
    blob, text = recorded("part", "blob"), "Айгүл".encode()
    place = {"table": "case_part", "column": "body", "category": "identity"}
    assert decrypt_part(KEY, blob, row=ROW, **place) == text
    aad = canon("case_part", "body", ROW, "identity", 2)
    padded = text + b"\x80" + bytes(1023 - len(text))
    assert blob == b"\x02" + NONCE + AESGCM(KEY).encrypt(NONCE, padded, aad)
    assert blob == boxes._shut_with_nonce(Suite.PART, KEY, padded, aad, NONCE)


def test_an_old_file_opens_and_new_ones_are_made_alike() -> None:
    salt, blob = bytes(range(32)), recorded("stream", "blob")
    assert b"".join(decrypt_stream(KEY, [blob], aad=b"attachment")) == b"a photo"
    assert b"".join(streams._encrypt_with_salt(KEY, [b"a photo"], b"attachment", salt)) == blob
    subkey = hkdf(KEY, canon("kopuro", "stream", 3), salt)
    header = b"\x03" + salt
    by_hand = AESGCM(subkey).encrypt(bytes(11) + b"\x01", b"a photo", canon(header, b"attachment"))
    assert blob == header + by_hand
    long = b"".join(streams._encrypt_with_salt(KEY, [bytes(200_000)], b"", salt))
    assert hashlib.sha256(long).hexdigest() == VECTORS["stream"]["long_sha256"]


def test_a_passphrase_gives_the_same_key_for_ever() -> None:
    typed, pepper = "мой синий чайник поёт", b"\x01" * 32
    kek = derive_kek(typed, bytes(16), pepper, Cost(64, 2))
    assert kek == recorded("kek", "kek")
    slow = Argon2id(salt=bytes(16), length=32, iterations=2, lanes=1, memory_cost=64).derive(typed.encode())
    assert kek == hkdf(slow, canon("kopuro", "user-kek"), pepper)


def test_an_old_wrap_opens() -> None:
    assert unwrap(KEY, recorded("wrap", "blob"), b"owner") == SEED
    assert boxes._shut_with_nonce(Suite.WRAP, KEY, SEED, b"owner", NONCE) == recorded("wrap", "blob")


def test_an_old_locked_key_opens(old_keyring) -> None:
    opened = LockedKey.unlock(recorded("locked", "blob"), "four blue kettles sing", old_keyring, ROW)
    assert opened.seed == SEED


def test_an_old_outer_layer_opens_and_addresses_are_still_found(old_keyring) -> None:
    assert old_keyring.open_outer("totp", ROW, recorded("outer", "blob")) == b"seed of a second factor"
    assert old_keyring.mac("address", "aigul@podruga.example") == recorded("outer", "mac")


def test_an_old_recovery_sheet_opens() -> None:
    assert recovery_kek(VECTORS["recovery"]["code"], bytes(16)) == recorded("recovery", "kek")


def test_an_old_signature_verifies_and_is_made_alike() -> None:
    signing = SigningKey.from_seed(KEY)
    assert signing.public == recorded("signing", "public")
    verify(signing.public, b"header", recorded("signing", "signature"))
    assert signing.sign(b"header") == recorded("signing", "signature")


def test_a_session_outlives_a_restart() -> None:
    assert session_kek("a-token") == recorded("session", "kek")


def test_suite_numbers_never_change_their_meaning() -> None:
    assert {suite.name: suite.value for suite in Suite} == {
        "HYBRID": 1, "PART": 2, "STREAM": 3, "WRAP": 4, "LOCKED": 5, "OUTER": 6, "SIGNATURE": 7, "GUEST": 8,
    }  # fmt: skip
