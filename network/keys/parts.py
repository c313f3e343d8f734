"""One random key per case part, and the part's text encrypted under it."""

import os
import uuid

from network.keys.boxes import KEY_BYTES, reopen, shut
from network.keys.canon import Suite, Tampered, canon

BUCKET_BYTES = 1024


def new_part_key() -> bytes:
    """32 random bytes for one part or one file; seal them to each desk that may read it."""
    return os.urandom(KEY_BYTES)


def encrypt_part(
    key: bytes, plaintext: bytes, *, table: str, column: str, row: uuid.UUID, category: str
) -> bytes:
    """Encrypt a part for one place in the database; it opens there only.

    Padded to whole KiB, so that the size of a stored row tells a bucket and not the length of a name:
    1,053 bytes for up to 1,023 of text, 1,024 more for each KiB begun.
    """
    return shut(Suite.PART, key, _pad(plaintext), _aad(table, column, row, category))


def decrypt_part(key: bytes, blob: bytes, *, table: str, column: str, row: uuid.UUID, category: str) -> bytes:
    """What ``encrypt_part`` was given; ``Tampered`` where key, place or bytes differ."""
    return _unpad(reopen(Suite.PART, key, blob, _aad(table, column, row, category)))


def _aad(table: str, column: str, row: uuid.UUID, category: str) -> bytes:
    return canon(table, column, row, category, Suite.PART)


def _pad(plaintext: bytes) -> bytes:
    """ISO/IEC 7816-4: a byte 80, then zeros; at least one byte, so that padding is never guessed."""
    marked = plaintext + b"\x80"
    return marked + bytes(-len(marked) % BUCKET_BYTES)


def _unpad(padded: bytes) -> bytes:
    marked = padded.rstrip(b"\x00")
    if len(padded) % BUCKET_BYTES or not marked.endswith(b"\x80"):
        raise Tampered
    return marked[:-1]
