"""A person's account and key pair, and how an address finds her."""

from __future__ import annotations

import os
import unicodedata
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network.accounts.models import User, UserKey
from network.database import uuid7
from network.keys import (
    PRODUCT,
    SALT_BYTES,
    Cost,
    Keyring,
    LockedKey,
    PrivateKey,
    canon,
    new_recovery_code,
    recovery_kek,
    unwrap,
    wrap,
)

EMAIL = "user.email"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose key is open at this moment."""

    user: User
    private: PrivateKey
    code: str | None = None
    """The recovery code, where one was just made: shown once and kept nowhere."""


def email_key(keyring: Keyring, email: str) -> bytes:
    """What finds a person by her address; the address itself lies sealed."""
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    return keyring.mac(EMAIL, folded)


def email_of(keyring: Keyring, user: User) -> str:
    """A person's address in clear: for her own page, her colleagues' list and the letters to her."""
    return keyring.open_outer(EMAIL, user.id, user.email).decode()


def make_user(
    session: Session,
    keyring: Keyring,
    cost: Cost,
    *,
    email: str,
    name: str,
    language: str,
    passphrase: str,
    user_id: uuid.UUID | None = None,
) -> Person:
    """A new account with its key pair. One derivation; may raise ``Busy``."""
    user_id = user_id or uuid7()
    private, code = PrivateKey.generate(), new_recovery_code()
    user = User(
        id=user_id,
        name=name,
        language=language,
        email=keyring.seal_outer(EMAIL, user_id, email.strip().encode()),
        email_key=email_key(keyring, email),
    )
    session.add_all([user, key_row(keyring, cost, user_id, private, passphrase, code)])
    session.flush()
    return Person(user, private, code)


def key_row(
    keyring: Keyring, cost: Cost, user_id: uuid.UUID, private: PrivateKey, passphrase: str, code: str
) -> UserKey:
    """The locked key of a person, under her passphrase and under her printed code."""
    salt = os.urandom(SALT_BYTES)
    return UserKey(
        user_id=user_id,
        public_key=private.public.raw,
        locked=LockedKey.lock(private, passphrase, keyring, cost, user_id),
        recovery_salt=salt,
        recovery_wrap=wrap_by_code(keyring, user_id, private, code, salt),
    )


def renew_code(keyring: Keyring, key: UserKey, private: PrivateKey) -> str:
    """A new recovery code; the one printed before opens nothing any more."""
    code, salt = new_recovery_code(), os.urandom(SALT_BYTES)
    key.recovery_salt = salt
    key.recovery_wrap = wrap_by_code(keyring, key.user_id, private, code, salt)
    return code


def wrap_by_code(keyring: Keyring, user_id: uuid.UUID, private: PrivateKey, code: str, salt: bytes) -> bytes:
    """The seed under a printed code, and under the outer layer, so that a stolen database alone is not even a riddle."""
    inner = wrap(recovery_kek(code, salt), private.seed, _code_aad(user_id))
    return keyring.seal_outer("user.recovery", user_id, inner)


def open_by_code(keyring: Keyring, key: UserKey, code: str) -> PrivateKey:
    """The key that a printed code opens. ``Tampered`` for a wrong one, ``ValueError`` for what is no code at all."""
    kek = recovery_kek(code, key.recovery_salt)
    inner = keyring.open_outer("user.recovery", key.user_id, key.recovery_wrap)
    return PrivateKey.from_seed(unwrap(kek, inner, _code_aad(key.user_id)))


def _code_aad(user_id: uuid.UUID) -> bytes:
    return canon(PRODUCT, "user recovery", user_id)
