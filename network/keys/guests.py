"""What opens a guest's seed: the link and the code together, and the server's pepper. None of them alone opens anything.

The link comes one way (a mail, a messenger), the code another (a call, a sheet of paper). The code is short enough to
be read out, so guessing it is made slow; the token has 256 bits of chance.
"""

import os
import secrets
import uuid
from typing import Final

from network.keys.boxes import derive
from network.keys.canon import PRODUCT, KeysError, Suite, Tampered, canon
from network.keys.hybrid import PrivateKey
from network.keys.locked import HEADER, Header
from network.keys.outer import Keyring
from network.keys.passphrases import SALT_BYTES, Cost, stretch, unwrap, wrap
from network.keys.recovery import ALPHABET, grouped, read_letters

LETTERS: Final = 12
"""60 bits of chance; five wrong ones lock the link."""

_PURPOSE = "guest-key"


def new_guest_code() -> str:
    """A new code as it is read out: ``XXXX-XXXX-XXXX``."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)))


def normalise_guest_code(text: str) -> str:
    """The code as it was given out, from what was typed; ``ValueError`` ``"character"`` or ``"length"`` where it
    cannot be one, so that a slip is told at once and not counted as a guess."""
    letters = read_letters(text)
    if len(letters) != LETTERS:
        raise ValueError("length")
    return grouped(letters)


class GuestLock:
    """The record of 185 bytes: header (suite, generation, memory, passes, salt) ‖ outer layer over the wrapped seed."""

    @staticmethod
    def lock(
        private: PrivateKey, token: str, code: str, keyring: Keyring, cost: Cost, owner_id: uuid.UUID
    ) -> bytes:
        """Lock the seed of this guest under ``HKDF(token ‖ Argon2id(code), pepper)``. May raise ``Busy``."""
        header = Header(keyring.current, cost, os.urandom(SALT_BYTES), Suite.GUEST)
        kek = _kek(token, code, header, keyring)
        wrapped = wrap(kek, private.seed, _aad(header, owner_id))
        return header.pack() + keyring.seal_outer(_PURPOSE, owner_id, wrapped)

    @staticmethod
    def unlock(blob: bytes, token: str, code: str, keyring: Keyring, owner_id: uuid.UUID) -> PrivateKey:
        """The guest's private key; ``Tampered`` for a wrong token or code, another owner, altered bytes."""
        header = Header.read(blob, Suite.GUEST)
        wrapped = keyring.open_outer(_PURPOSE, owner_id, blob[HEADER.size :])
        try:
            kek = _kek(token, code, header, keyring)
        except KeysError as error:
            if type(error) is not KeysError:
                raise
            raise Tampered from None  # That generation of the pepper is no longer in the file.
        return PrivateKey.from_seed(unwrap(kek, wrapped, _aad(header, owner_id)))


def _kek(token: str, code: str, header: Header, keyring: Keyring) -> bytes:
    pepper = keyring.pepper(header.generation)
    slow = stretch(normalise_guest_code(code), header.salt, header.cost)
    return derive(token.encode() + slow, canon(PRODUCT, "guest-kek"), pepper)


def _aad(header: Header, owner_id: uuid.UUID) -> bytes:
    return canon(PRODUCT, _PURPOSE, header.pack(), owner_id)
