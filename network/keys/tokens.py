"""Session tokens: the browser holds the token, the table its hash and a blob that only the token opens."""

import hashlib
import secrets

from network.keys.boxes import derive
from network.keys.canon import PRODUCT, canon


def new_token() -> str:
    """256 random bits, 43 characters that need no quoting in an address or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str | bytes) -> bytes:
    """SHA-256, for the table. A token has 256 bits of chance, so it needs no slow hash."""
    return hashlib.sha256(_raw(token)).digest()


def session_kek(token: str | bytes) -> bytes:
    """The key under which a signed-in user's seed is wrapped; it cannot be had from ``token_hash``."""
    return derive(_raw(token), canon(PRODUCT, "session-kek"))


def _raw(token: str | bytes) -> bytes:
    return token.encode("utf-8", "surrogatepass") if isinstance(token, str) else token
