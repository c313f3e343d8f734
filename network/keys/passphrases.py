"""From a passphrase to the key that wraps its owner's private seed."""

import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from network.keys.boxes import KEY_BYTES, derive, reopen, shut
from network.keys.canon import PRODUCT, Suite, canon
from network.keys.derivations import DERIVATIONS

SALT_BYTES = 16


@dataclass(frozen=True)
class Cost:
    """What one guess costs: memory in KiB and passes over it. The default is RFC 9106's second choice with one lane,
    about a third of a second; more lanes would help guessers with many cores, not our two."""

    memory_kib: int = 65536
    passes: int = 3


def derive_kek(passphrase: str, salt: bytes, pepper: bytes, cost: Cost) -> bytes:
    """``HKDF(Argon2id(passphrase in NFC, salt), pepper)``, 32 bytes. Takes its turn; may raise ``Busy``."""
    return derive(stretch(passphrase, salt, cost), canon(PRODUCT, "user-kek"), pepper)


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """``Argon2id(passphrase in NFC, salt)``, 32 bytes. Takes its turn; may raise ``Busy``.

    NFC, since a phone and a laptop may send the same «й» as one code point or as two.
    """
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    argon2id = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=1, memory_cost=cost.memory_kib
    )
    with DERIVATIONS.turn():
        return argon2id.derive(typed)


def wrap(kek: bytes, secret: bytes, aad: bytes) -> bytes:
    """Encrypt a seed or key under another key, tied to its place by ``aad``: 29 bytes more than ``secret``."""
    return shut(Suite.WRAP, kek, secret, aad)


def unwrap(kek: bytes, blob: bytes, aad: bytes) -> bytes:
    """What ``wrap`` was given; ``Tampered`` for every other key, blob or aad."""
    return reopen(Suite.WRAP, kek, blob, aad)
