"""A tenant's signature on a referral: who referred, on what consent (Ed25519)."""

from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from network.keys.canon import PRODUCT, KeysError, Suite, Tampered, canon

SIGNATURE_BYTES = 65
"""Suite byte and 64 of Ed25519."""


class SigningKey:
    """The half that signs. ``seed`` is 32 bytes, ``public`` 32 bytes."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new pair from the system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """The pair that ``seed`` stands for; ``KeysError`` where its length is wrong."""
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(seed))
        except ValueError:
            raise KeysError("not a signing seed") from None

    @property
    def seed(self) -> bytes:
        """The private half; keep it wrapped or sealed, never bare."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign ``message``, best made with ``canon``."""
        return bytes([Suite.SIGNATURE]) + self._key.sign(_signed(message))

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is never pickled")


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Return quietly where ``signature`` is of ``message`` by the holder of ``public``; raise ``Tampered`` otherwise.

    It raises instead of answering, so that nobody can forget to look at the answer.
    """
    if len(signature) != SIGNATURE_BYTES or signature[0] != Suite.SIGNATURE:
        raise Tampered
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[1:], _signed(message))
    except (InvalidSignature, ValueError):
        raise Tampered from None


def _signed(message: bytes) -> bytes:
    """Ours only: a signature made here says nothing in another protocol, nor one of theirs here."""
    return canon(PRODUCT, "signature", Suite.SIGNATURE, message)
