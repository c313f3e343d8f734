"""Key pairs of users, desks and recovery sheets: HPKE with ML-KEM-768 and X25519 together.

Whoever records the traffic or steals a backup today must break both, the second also with a quantum computer.
"""

import hashlib
import uuid
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from network.keys.canon import PRODUCT, KeysError, Suite, Tampered, canon
from network.keys.words import six_words

MLKEM_SEED_BYTES = 64
SEED_BYTES = MLKEM_SEED_BYTES + 32
MLKEM_PUBLIC_BYTES = 1184
PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + 32
SEAL_OVERHEAD_BYTES = 1 + 1120 + 16
"""Suite byte, encapsulation (1,088 of ML-KEM and 32 of X25519), tag: a sealed 32-byte key is 1,169 bytes."""

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def info_for(purpose: str, thing: str, tenant_id: uuid.UUID, epoch: int) -> bytes:
    """What a seal is bound to: it opens for the same purpose, thing, tenant and epoch only.

    Never put a case id into ``thing``: the recipient of a referral does not learn it.
    """
    return canon(PRODUCT, purpose, thing, tenant_id, epoch)


class PublicKey:
    """The half that seals. ``raw`` is 1,216 bytes: ML-KEM-768 ‖ X25519."""

    def __init__(self, mlkem: MLKEM768PublicKey, x25519: X25519PublicKey) -> None:
        self.raw = mlkem.public_bytes_raw() + x25519.public_bytes_raw()
        self._key = hpke.MLKEM768X25519PublicKey(mlkem, x25519)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "PublicKey":
        """Read ``raw`` back; ``KeysError`` where it is no public key of ours."""
        if len(raw) != PUBLIC_BYTES:
            raise KeysError("not a public key")
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC_BYTES])
            x25519 = X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC_BYTES:])
        except ValueError:
            raise KeysError("not a public key") from None
        return cls(mlkem, x25519)

    def seal(self, plaintext: bytes, info: bytes) -> bytes:
        """Encrypt for the holder of the private half; adds ``SEAL_OVERHEAD_BYTES``. It does not say who sealed."""
        return bytes([Suite.HYBRID]) + _SUITE.encrypt(plaintext, self._key, info)

    def fingerprint(self) -> str:
        """128 bits of the key as eight groups of four hexadecimal digits, to notice and to show a changed key."""
        digest = (
            hashlib.sha256(canon(PRODUCT, "fingerprint", Suite.HYBRID, self.raw)).hexdigest()[:32].upper()
        )
        return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))

    def six_words(self, language: str) -> list[str]:
        """Six words that two people compare by phone (see ``words.six_words``)."""
        return six_words(canon(PRODUCT, "six-words", Suite.HYBRID, self.raw), language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.fingerprint()})"


class PrivateKey:
    """The half that opens. Keep ``seed`` (96 bytes) wrapped or sealed, never bare."""

    def __init__(self, mlkem: MLKEM768PrivateKey, x25519: X25519PrivateKey) -> None:
        self._mlkem, self._x25519 = mlkem, x25519
        self._key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = PublicKey(mlkem.public_key(), x25519.public_key())

    @classmethod
    def generate(cls) -> "PrivateKey":
        """A new pair from the system's randomness."""
        return cls(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "PrivateKey":
        """The pair that ``seed`` stands for; ``KeysError`` where its length is wrong."""
        if len(seed) != SEED_BYTES:
            raise KeysError("not a private seed")
        mlkem = MLKEM768PrivateKey.from_seed_bytes(seed[:MLKEM_SEED_BYTES])
        return cls(mlkem, X25519PrivateKey.from_private_bytes(seed[MLKEM_SEED_BYTES:]))

    @property
    def seed(self) -> bytes:
        """ML-KEM seed (64) ‖ X25519 private key (32); the library has no serialisation of the pair."""
        return self._mlkem.private_bytes_raw() + self._x25519.private_bytes_raw()

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed for this pair under the same ``info``; ``Tampered`` for everything else."""
        if len(sealed) < SEAL_OVERHEAD_BYTES or sealed[0] != Suite.HYBRID:
            raise Tampered
        try:
            return _SUITE.decrypt(sealed[1:], self._key, info)
        except (InvalidTag, ValueError):
            raise Tampered from None

    def __repr__(self) -> str:
        return "PrivateKey(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is never pickled")
