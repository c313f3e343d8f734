"""All cryptography of Kopuro, pure: no web, no database. What was chosen and why: docs/decisions/0002-keys.md."""

from network.keys.canon import PRODUCT, Busy, Field, KeysError, Suite, Tampered, canon
from network.keys.choices import LONGEST, SHORTEST, passphrase_fault
from network.keys.derivations import DERIVATIONS, Derivations
from network.keys.guests import GuestLock, new_guest_code, normalise_guest_code
from network.keys.hybrid import PrivateKey, PublicKey, info_for
from network.keys.locked import LockedKey, burn
from network.keys.outer import Keyring, outer_generation
from network.keys.parts import decrypt_part, encrypt_part, new_part_key
from network.keys.passphrases import SALT_BYTES, Cost, derive_kek, unwrap, wrap
from network.keys.recovery import new_recovery_code, normalise_recovery_code, recovery_kek
from network.keys.signing import SigningKey, verify
from network.keys.streams import decrypt_stream, encrypt_stream, stream_size
from network.keys.tokens import new_token, session_kek, token_hash

__all__ = [
    "DERIVATIONS",
    "LONGEST",
    "PRODUCT",
    "SALT_BYTES",
    "SHORTEST",
    "Busy",
    "Cost",
    "Derivations",
    "Field",
    "GuestLock",
    "Keyring",
    "KeysError",
    "LockedKey",
    "PrivateKey",
    "PublicKey",
    "SigningKey",
    "Suite",
    "Tampered",
    "burn",
    "canon",
    "decrypt_part",
    "decrypt_stream",
    "derive_kek",
    "encrypt_part",
    "encrypt_stream",
    "info_for",
    "new_guest_code",
    "new_part_key",
    "new_recovery_code",
    "new_token",
    "normalise_guest_code",
    "normalise_recovery_code",
    "outer_generation",
    "passphrase_fault",
    "recovery_kek",
    "session_kek",
    "stream_size",
    "token_hash",
    "unwrap",
    "verify",
    "wrap",
]
