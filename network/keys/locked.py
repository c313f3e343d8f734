"""A user's private seed as the database keeps it: locked by the passphrase, the pepper and the outer layer."""

import os
import struct
import uuid
from dataclasses import dataclass

from network.keys.boxes import KEY_BYTES
from network.keys.canon import PRODUCT, KeysError, Suite, Tampered, canon
from network.keys.hybrid import PrivateKey
from network.keys.outer import Keyring
from network.keys.passphrases import SALT_BYTES, Cost, derive_kek, unwrap, wrap

HEADER = struct.Struct(f">BIIH{SALT_BYTES}s")
_PURPOSE = "locked-key"

# A damaged or forged row must not make the server take gigabytes or minutes before it fails.
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 64


@dataclass(frozen=True)
class Header:
    """How the key was locked, in clear and authenticated: what unlocking and re-wrapping need to know first."""

    generation: int
    cost: Cost
    salt: bytes
    suite: Suite = Suite.LOCKED

    def pack(self) -> bytes:
        return HEADER.pack(self.suite, self.generation, self.cost.memory_kib, self.cost.passes, self.salt)

    @classmethod
    def read(cls, blob: bytes, suite: Suite = Suite.LOCKED) -> "Header":
        if len(blob) < HEADER.size or blob[0] != suite:
            raise Tampered
        _, generation, memory_kib, passes, salt = HEADER.unpack_from(blob)
        if not (8 <= memory_kib <= _MOST_MEMORY_KIB and 1 <= passes <= _MOST_PASSES):
            raise Tampered
        return cls(generation, Cost(memory_kib, passes), salt, suite)


class LockedKey:
    """The record of 185 bytes: header (suite, generation, memory, passes, salt) ‖ outer layer over the wrapped seed."""

    @staticmethod
    def lock(
        private: PrivateKey, passphrase: str, keyring: Keyring, cost: Cost, owner_id: uuid.UUID
    ) -> bytes:
        """Lock for this owner with a fresh salt under the current generation. One derivation; may raise ``Busy``."""
        header = Header(keyring.current, cost, os.urandom(SALT_BYTES))
        kek = derive_kek(passphrase, header.salt, keyring.pepper(header.generation), cost)
        wrapped = wrap(kek, private.seed, _aad(header, owner_id))
        return header.pack() + keyring.seal_outer(_PURPOSE, owner_id, wrapped)

    @staticmethod
    def unlock(blob: bytes, passphrase: str, keyring: Keyring, owner_id: uuid.UUID) -> PrivateKey:
        """The owner's private key; opening it is also the proof of the passphrase.

        ``Tampered`` for a wrong passphrase, another owner or altered bytes. One derivation; may raise ``Busy``.
        """
        header = Header.read(blob)
        wrapped = keyring.open_outer(_PURPOSE, owner_id, blob[HEADER.size :])
        try:
            pepper = keyring.pepper(header.generation)
        except KeysError:
            raise Tampered from None
        kek = derive_kek(passphrase, header.salt, pepper, header.cost)
        return PrivateKey.from_seed(unwrap(kek, wrapped, _aad(header, owner_id)))

    @staticmethod
    def needs_rewrap(blob: bytes, keyring: Keyring, cost: Cost | None = None) -> bool:
        """Whether to lock anew at this sign-in: made with an older generation, or cheaper than ``cost``."""
        header = Header.read(blob)
        cheaper = cost is not None and header.cost != cost
        return header.generation != keyring.current or cheaper


def burn(passphrase: str, cost: Cost) -> None:
    """Do for an unknown user what ``unlock`` does for a known one, so that time does not tell them apart."""
    derive_kek(passphrase, os.urandom(SALT_BYTES), bytes(KEY_BYTES), cost)


def _aad(header: Header, owner_id: uuid.UUID) -> bytes:
    return canon(PRODUCT, _PURPOSE, header.pack(), owner_id)
