"""AES-256-GCM and HKDF as the rest of this package uses them: one nonce rule, one failure."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from network.keys.canon import KeysError, Suite, Tampered

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES
"""What ``shut`` adds: suite byte, nonce, tag."""


def derive(secret: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    """A 32-byte key from a secret that is already strong, by HKDF-SHA256."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt, info).derive(secret)


def shut(suite: Suite, key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt under a fresh random nonce: suite ‖ nonce ‖ ciphertext ‖ tag. ``KeysError`` for a key of wrong length."""
    return _shut_with_nonce(suite, key, plaintext, aad, os.urandom(NONCE_BYTES))


def _shut_with_nonce(suite: Suite, key: bytes, plaintext: bytes, aad: bytes, nonce: bytes) -> bytes:
    """Apart from ``shut`` only so that tests can compare with recorded answers."""
    if len(key) != KEY_BYTES:
        raise KeysError("a key is 32 bytes")
    return bytes([suite]) + nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def reopen(suite: Suite, key: bytes, blob: bytes, aad: bytes) -> bytes:
    """What ``shut`` was given; ``Tampered`` for every other blob, key or aad."""
    if len(blob) < OVERHEAD_BYTES or blob[0] != suite or len(key) != KEY_BYTES:
        raise Tampered
    nonce, body = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, aad)
    except InvalidTag:
        raise Tampered from None
