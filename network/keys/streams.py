"""Files, encrypted as they flow: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM.

Blob: suite ‖ salt (32) ‖ records. Each record is up to 64 KiB of the file and its tag; its nonce is the record's number
and a flag for the last one, so a file cut short, with chunks swapped, doubled or left out does not open.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from network.keys.boxes import KEY_BYTES, TAG_BYTES, derive
from network.keys.canon import PRODUCT, KeysError, Suite, Tampered, canon

CHUNK_BYTES = 64 * 1024
SALT_BYTES = 32
HEADER_BYTES = 1 + SALT_BYTES


def stream_size(plain_bytes: int) -> int:
    """How long the encrypted form of a file of ``plain_bytes`` is."""
    records = max(1, -(-plain_bytes // CHUNK_BYTES))
    return HEADER_BYTES + plain_bytes + records * TAG_BYTES


def encrypt_stream(key: bytes, chunks: Iterable[bytes], *, aad: bytes = b"") -> Iterator[bytes]:
    """Encrypt a file given in pieces of any size. ``aad`` ties it to its place, as ``canon("attachment", row_id)``."""
    yield from _encrypt_with_salt(key, chunks, aad, os.urandom(SALT_BYTES))


def _encrypt_with_salt(key: bytes, chunks: Iterable[bytes], aad: bytes, salt: bytes) -> Iterator[bytes]:
    """Apart from ``encrypt_stream`` only so that tests can compare with recorded answers."""
    if len(key) != KEY_BYTES:
        raise KeysError("a key is 32 bytes")
    header = bytes([Suite.STREAM]) + salt
    box = _box(key, salt)
    yield header
    for number, last, chunk in _Pieces(chunks).numbered(CHUNK_BYTES):
        yield box.encrypt(_nonce(number, last), chunk, canon(header, aad))


def decrypt_stream(key: bytes, chunks: Iterable[bytes], *, aad: bytes = b"") -> Iterator[bytes]:
    """The file back, a chunk at a time, each checked before it is given.

    Raises ``Tampered`` at the first wrong byte, and at the end when the file was cut short: whoever keeps what came
    before must throw it away then.
    """
    source = _Pieces(chunks)
    header = source.take(HEADER_BYTES)
    if len(header) != HEADER_BYTES or header[0] != Suite.STREAM or len(key) != KEY_BYTES:
        raise Tampered
    box = _box(key, header[1:])
    for number, last, record in source.numbered(CHUNK_BYTES + TAG_BYTES):
        try:
            yield box.decrypt(_nonce(number, last), record, canon(header, aad))
        except (InvalidTag, ValueError):
            raise Tampered from None


def _box(key: bytes, salt: bytes) -> AESGCM:
    """A subkey of its own for every stream, so that counting nonces can start at nought each time."""
    return AESGCM(derive(key, canon(PRODUCT, "stream", Suite.STREAM), salt))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class _Pieces:
    """Cuts what arrives in any sizes into the sizes wanted, and knows which piece is the last."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = bytearray()

    def _fill(self, size: int) -> None:
        while len(self._held) < size and (chunk := next(self._chunks, None)) is not None:
            self._held += chunk

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes, or fewer where there are no more."""
        self._fill(size)
        piece = bytes(self._held[:size])
        del self._held[:size]
        return piece

    def numbered(self, size: int) -> Iterator[tuple[int, bool, bytes]]:
        """Number, whether it is the last, and the piece; one empty last piece where there is nothing."""
        number, last = 0, False
        while not last:
            piece = self.take(size)
            self._fill(1)
            last = not self._held
            yield number, last, piece
            number += 1
