"""Recovery codes, printed and kept in a drawer or an office safe, typed back once on a bad day.

160 bits of chance and 20 of check sum as nine groups of four, in Crockford's letters (no I, L, O, U). Read back
forgivingly: small letters, other dashes, O for 0, and Cyrillic letters that look like Latin ones.
"""

import hashlib
import secrets
from typing import Final

from network.keys.boxes import derive
from network.keys.canon import PRODUCT, canon

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LETTERS: Final = 32
CHECK_LETTERS: Final = 4
GROUP_LETTERS: Final = 4

_LOOKALIKES = str.maketrans("OILАВЕЗКМНОРСТУХЁ", "011ABE3KMH0PCTYXE")
_SKIPPED = frozenset(" \t\r\n-‐‑‒–—―−_.·")


def new_recovery_code() -> str:
    """A new code as it is printed: ``XXXX-XXXX-…``, 44 characters."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LETTERS))
    return grouped(secret + _check(secret))


def normalise_recovery_code(text: str) -> str:
    """The code as printed, from what was typed.

    ``ValueError`` with ``"character"``, ``"length"`` or ``"checksum"`` where it cannot be the code on paper, so that
    a slip is told at once and not after a failed opening.
    """
    letters = read_letters(text)
    if len(letters) != SECRET_LETTERS + CHECK_LETTERS:
        raise ValueError("length")
    if _check(letters[:SECRET_LETTERS]) != letters[SECRET_LETTERS:]:
        raise ValueError("checksum")
    return grouped(letters)


def read_letters(text: str) -> str:
    """The letters that were meant, from what was typed; ``ValueError("character")`` where one cannot be ours."""
    letters = "".join(letter for letter in text.upper() if letter not in _SKIPPED).translate(_LOOKALIKES)
    if any(letter not in ALPHABET for letter in letters):
        raise ValueError("character")
    return letters


def recovery_kek(code: str, salt: bytes) -> bytes:
    """The key under which a seed is wrapped for this code; ``ValueError`` as ``normalise_recovery_code``.

    HKDF and not Argon2id: a slow derivation makes guessing dear where people choose, and nobody guesses 160 random
    bits. No pepper either, so that the sheet still opens when the keyring file is lost.
    """
    secret = normalise_recovery_code(code).replace("-", "")[:SECRET_LETTERS]
    return derive(secret.encode("ascii"), canon(PRODUCT, "recovery-kek"), salt)


def _check(secret: str) -> str:
    number = int.from_bytes(hashlib.sha256(canon(PRODUCT, "recovery-check", secret)).digest()[:4], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CHECK_LETTERS))


def grouped(letters: str) -> str:
    """In groups of four, as people read and type them."""
    return "-".join(letters[at : at + GROUP_LETTERS] for at in range(0, len(letters), GROUP_LETTERS))
