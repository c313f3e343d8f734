"""The exact place of a confidential service: under the outer layer of the keyring, so that a stolen database tells no door."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import asdict, dataclass

from network.directory.models import Address
from network.keys import Keyring

_PURPOSE = "address"
_PAST = "past address"


@dataclass(frozen=True, slots=True)
class Door:
    """Street and house, and the point on the map where it is known."""

    address_1: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def __bool__(self) -> bool:
        return bool(self.address_1 or self.latitude is not None)


def door_of(keyring: Keyring, address: Address) -> Door:
    """The door, opened where it is sealed. Raises ``network.keys.Tampered`` for a blob that is not this row's."""
    if address.sealed is None:
        return Door(address.address_1, address.postal_code, address.latitude, address.longitude)
    return Door(**json.loads(keyring.open_outer(_PURPOSE, address.id, address.sealed)))


def write(address: Address, door: Door, keyring: Keyring | None) -> None:
    """Put a door into its row: sealed with a keyring, else plainly."""
    address.sealed = _sealed(keyring, address.id, door) if keyring else None
    plain = Door() if keyring else door
    address.address_1, address.postal_code = plain.address_1, plain.postal_code
    address.latitude, address.longitude = plain.latitude, plain.longitude


def for_history(keyring: Keyring, location_id: uuid.UUID, door: Door) -> str:
    """A door as an old version keeps it. Sealed, because the place may become one that must not be known."""
    plain = json.dumps(asdict(door), ensure_ascii=False).encode()
    return base64.b64encode(keyring.seal_outer(_PAST, location_id, plain)).decode()


def from_history(keyring: Keyring, location_id: uuid.UUID, kept: str) -> Door:
    """The door that an old version kept. Raises ``network.keys.Tampered`` for one of another place."""
    return Door(**json.loads(keyring.open_outer(_PAST, location_id, base64.b64decode(kept))))


def _sealed(keyring: Keyring, address_id: uuid.UUID, door: Door) -> bytes:
    return keyring.seal_outer(_PURPOSE, address_id, json.dumps(asdict(door), ensure_ascii=False).encode())
