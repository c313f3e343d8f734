"""The server's own keys, from a file outside database and backup: peppers, the outer layer, look-up codes.

What they cover cannot be read from a stolen database alone. They are no replacement for the keys of people: a server
that is taken over while it runs has them.
"""

import hashlib
import hmac
import os
import uuid
from pathlib import Path
from typing import NoReturn

from network.keys import keyring_file
from network.keys.boxes import KEY_BYTES, OVERHEAD_BYTES, derive, reopen, shut
from network.keys.canon import PRODUCT, Field, KeysError, Suite, Tampered, canon
from network.keys.keyring_file import Content, Generation

GENERATION_BYTES = 4
OUTER_OVERHEAD_BYTES = GENERATION_BYTES + OVERHEAD_BYTES

RowId = uuid.UUID | str | int


class Keyring:
    """The keyring file in memory. Make one per process; it notices generations added meanwhile by another."""

    def __init__(self, path: Path, content: Content) -> None:
        self._path, self._content = path, content

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """Read ``path``; ``KeysError`` in one line where it is missing, open to others or damaged."""
        return cls(path, keyring_file.read(path))

    @classmethod
    def create(cls, path: Path) -> "Keyring":
        """Make ``path`` with a first generation, readable by its owner alone; ``KeysError`` where it exists."""
        content = Content(1, os.urandom(KEY_BYTES), {1: Generation.new()})
        keyring_file.create(path, content)
        return cls(path, content)

    @classmethod
    def load_or_create(cls, path: Path) -> "Keyring":
        """For installations that let us keep the file: of several processes starting at once, one makes it."""
        if not path.exists():
            try:
                return cls.create(path)
            except KeysError:
                if not path.exists():
                    raise
        return cls.load(path)

    @property
    def current(self) -> int:
        """The generation that new things are made with."""
        return self._content.current

    def generations(self) -> list[int]:
        """Every generation that can still be read, oldest first."""
        return sorted(self._content.generations)

    def pepper(self, generation: int) -> bytes:
        """The pepper of a generation; ``KeysError`` where it is not, or no longer, in the file."""
        return self._generation(generation).pepper

    def add_generation(self) -> int:
        """Start a new generation in file and memory, and return its number; older ones stay readable."""
        with keyring_file.exclusively(self._path):
            now = keyring_file.read(self._path)
            number = max(now.generations) + 1
            self._replace(Content(number, now.lookup, {**now.generations, number: Generation.new()}))
        return number

    def forget_generation(self, number: int) -> None:
        """Destroy an old generation once nothing was made with it any more; never the current one."""
        with keyring_file.exclusively(self._path):
            now = keyring_file.read(self._path)
            if number == now.current or number not in now.generations:
                raise KeysError(f"generation {number} is in use or unknown")
            kept = {each: keys for each, keys in now.generations.items() if each != number}
            self._replace(Content(now.current, now.lookup, kept))

    def seal_outer(self, purpose: str, row_id: RowId, plaintext: bytes) -> bytes:
        """Encrypt for one purpose and row under the current generation; adds ``OUTER_OVERHEAD_BYTES``.

        Blob: suite ‖ generation (4) ‖ nonce ‖ ciphertext ‖ tag.
        """
        number = self.current
        box = shut(Suite.OUTER, self._outer_key(number, purpose), plaintext, _aad(purpose, row_id, number))
        return box[:1] + number.to_bytes(GENERATION_BYTES, "big") + box[1:]

    def open_outer(self, purpose: str, row_id: RowId, blob: bytes) -> bytes:
        """What ``seal_outer`` was given for this purpose and row; ``Tampered`` for everything else."""
        number = outer_generation(blob)
        try:
            key = self._outer_key(number, purpose)
        except KeysError:
            raise Tampered from None
        box = blob[:1] + blob[1 + GENERATION_BYTES :]
        return reopen(Suite.OUTER, key, box, _aad(purpose, row_id, number))

    def mac(self, purpose: str, *fields: Field) -> bytes:
        """HMAC-SHA256 of the fields, 32 bytes: to find a row by a folded mail address, to derive a one-time link.

        The same in every generation, so that an address is found and a link sent twice stays the same link.
        """
        key = derive(self._content.lookup, canon(PRODUCT, "mac", purpose))
        return hmac.new(key, canon(*fields), hashlib.sha256).digest()

    def _outer_key(self, number: int, purpose: str) -> bytes:
        return derive(self._generation(number).outer, canon(PRODUCT, "outer", purpose))

    def _generation(self, number: int) -> Generation:
        if number not in self._content.generations and number > self.current:
            self._content = keyring_file.read(
                self._path
            )  # Another process may have begun a generation since we read the file.
        try:
            return self._content.generations[number]
        except KeyError:
            raise KeysError(f"generation {number} is not in the keyring") from None

    def _replace(self, content: Content) -> None:
        keyring_file.replace(self._path, content)
        self._content = content

    def __repr__(self) -> str:
        return f"Keyring({self._path}, generation {self.current})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a keyring is never pickled")


def outer_generation(blob: bytes) -> int:
    """With which generation an outer blob was made; ``Tampered`` where it is none."""
    if len(blob) < OUTER_OVERHEAD_BYTES or blob[0] != Suite.OUTER:
        raise Tampered
    return int.from_bytes(blob[1 : 1 + GENERATION_BYTES], "big")


def _aad(purpose: str, row_id: RowId, generation: int) -> bytes:
    return canon(PRODUCT, "outer", purpose, row_id, generation, Suite.OUTER)
