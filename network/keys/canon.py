"""One unmistakable way to turn several values into bytes, for everything that is authenticated or derived."""

import uuid
from enum import IntEnum

PRODUCT = "kopuro"

Field = bytes | str | int | uuid.UUID


class KeysError(Exception):
    """Something about keys went wrong; its text never holds a secret."""


class Tampered(KeysError):
    """What was to be opened did not open. It never says why: wrong key, wrong place and altered bytes look alike."""

    def __init__(self) -> None:
        super().__init__("this could not be opened")


class Busy(KeysError):
    """Too many people are signing in at this moment; ask again in a few seconds (503)."""


class Suite(IntEnum):
    """The first byte of every blob: which kind of thing it is and with which algorithms it was made.

    Each kind has a number of its own, so that a blob of one kind is never read as another. A new algorithm takes
    a new number; a published number is never given another meaning.
    """

    HYBRID = 0x01  # HPKE base mode, ML-KEM-768 + X25519, HKDF-SHA256, AES-256-GCM.
    PART = 0x02  # AES-256-GCM, random nonce, padded to 1 KiB.
    STREAM = 0x03  # STREAM over AES-256-GCM, 64 KiB chunks, subkey by HKDF-SHA256 from a random salt.
    WRAP = 0x04  # AES-256-GCM over a secret of known length, random nonce.
    LOCKED = 0x05  # Argon2id, HKDF-SHA256 with the pepper, WRAP, OUTER.
    OUTER = 0x06  # AES-256-GCM under the server's keyring.
    SIGNATURE = 0x07  # Ed25519.
    GUEST = 0x08  # Argon2id over a code, HKDF-SHA256 of a link's token and that with the pepper, WRAP, OUTER.


def canon(*fields: Field) -> bytes:
    """Join fields so that no two different lists of fields give the same bytes.

    Each field is a letter for its type, four bytes of length and the value: text as UTF-8, whole numbers as decimal
    digits, UUIDs as their 16 bytes. Raises ``TypeError`` for anything else; a bool is refused because it would read
    as a number.
    """
    return b"".join(_field(field) for field in fields)


def _field(value: Field) -> bytes:
    if isinstance(value, bytes):
        kind, body = b"b", value
    elif isinstance(value, str):
        kind, body = b"s", value.encode("utf-8", "surrogatepass")
    elif isinstance(value, uuid.UUID):
        kind, body = b"u", value.bytes
    elif isinstance(value, int) and not isinstance(value, bool):
        kind, body = b"i", b"%d" % value
    else:
        raise TypeError(f"canon takes bytes, text, whole numbers and UUIDs, not {type(value).__name__}")
    return kind + len(body).to_bytes(4, "big") + body
