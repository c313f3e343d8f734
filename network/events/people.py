"""How registrants' addresses are kept, and the link by which a person without an account manages a registration."""

from __future__ import annotations

import base64
import binascii
import hmac
import unicodedata
import uuid

from network.events.models import Registration
from network.keys import Keyring

_SEALED = "registration email"
_KEY = "registration email key"
_LINK = "registration link"
_MAC_BYTES = 16


def seal_email(keyring: Keyring, registration_id: uuid.UUID, address: str) -> bytes:
    """The address under the outer layer: a stolen database alone does not say who came."""
    return keyring.seal_outer(_SEALED, registration_id, address.encode())


def email_of(keyring: Keyring, registration: Registration) -> str:
    """Raises ``network.keys.Tampered`` where the blob is not what was sealed for this very row."""
    return keyring.open_outer(_SEALED, registration.id, registration.email).decode()


def email_key(keyring: Keyring, event_id: uuid.UUID, address: str) -> bytes:
    """32 bytes, the same for each spelling of an address, different at every event so that rows cannot be joined."""
    folded = unicodedata.normalize("NFKC", address).strip().casefold()
    return keyring.mac(_KEY, event_id, folded)


def manage_token(keyring: Keyring, registration: Registration) -> str:
    """The part of the manage link that nobody can guess. Derived anew at each delivery and always the same."""
    return _token(keyring, registration.tenant_id, registration.id)


def read_token(keyring: Keyring, token: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """(tenant, registration) of a token that we signed; None for anything else."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(raw) != 32 + _MAC_BYTES:
        return None
    tenant_id, registration_id = uuid.UUID(bytes=raw[:16]), uuid.UUID(bytes=raw[16:32])
    if not hmac.compare_digest(_token(keyring, tenant_id, registration_id).encode(), token.encode()):
        return None
    return tenant_id, registration_id


def _token(keyring: Keyring, tenant_id: uuid.UUID, registration_id: uuid.UUID) -> str:
    seal = keyring.mac(_LINK, tenant_id, registration_id)[:_MAC_BYTES]
    return base64.urlsafe_b64encode(tenant_id.bytes + registration_id.bytes + seal).decode().rstrip("=")
