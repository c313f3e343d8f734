"""The desk's keys in the hands of a signed-in key holder: what the referrals build on.

A request of a signed-in person has her private key, taken from her session, for as long as the request lasts. With it
these open the private halves that were sealed to her, epoch by epoch, and only when something asks for them.

In a view::

    desk = gate.desk_keys()                       # Locked: nobody is signed in with a key
    desk.current_epoch                            # NoDeskKey: not let in (yet)
    desk.open(sealed, info, epoch)
    epoch, public = desk_keys.public_of(g.db, receiving_id)
    public.seal(part_key, info_for("part", str(part.id), receiving_id, epoch))
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network.accounts import queries
from network.keys import PrivateKey, PublicKey, SigningKey, info_for
from network.permissions import Refused
from network.tenancy import Actor

DESK_KEY = "desk key"
SIGNING_SEED = "signing seed"
SHEET_WRAP = "sheet wrap"


class Locked(Exception):
    """The session holds no key at this moment: the person must type her passphrase."""


class NoDeskKey(Refused):
    """A member to whom the desk's key was not handed over (yet). Somebody of the desk lets her in."""


class NoDesk(Exception):
    """The tenant has no desk: its first key holder has not come yet. Nothing can be sealed to it."""


def wrap_info(user_id: uuid.UUID, tenant_id: uuid.UUID, epoch: int) -> bytes:
    """What a desk's private half is bound to when it is sealed to a member."""
    return info_for(DESK_KEY, str(user_id), tenant_id, epoch)


def signing_info(tenant_id: uuid.UUID, epoch: int) -> bytes:
    """What a desk's signing seed is bound to when it is sealed to the desk."""
    return info_for(SIGNING_SEED, "", tenant_id, epoch)


def sheet_info(sheet_id: uuid.UUID, tenant_id: uuid.UUID, epoch: int) -> bytes:
    """What a desk's private half is bound to when it is sealed to a recovery sheet."""
    return info_for(SHEET_WRAP, str(sheet_id), tenant_id, epoch)


def public_of(session: Session, tenant_id: uuid.UUID) -> tuple[int, PublicKey]:
    """The newest epoch of any tenant's desk and its public key. Raises :class:`NoDesk` where there is none."""
    found = session.scalars(queries.current_epoch(tenant_id)).one_or_none()
    if found is None:
        raise NoDesk
    return found.epoch, PublicKey.from_bytes(found.public_key)


def signing_public_of(session: Session, tenant_id: uuid.UUID, epoch: int) -> bytes:
    """The key that verifies what this desk signed in this epoch. Raises :class:`NoDesk` where there is none."""
    found = session.scalars(queries.epoch(tenant_id, epoch)).one_or_none()
    if found is None:
        raise NoDesk
    return found.signing_public


class DeskKeys:
    """The desk's private keys, as far as this member holds them. Made for one request and forgotten with it."""

    def __init__(self, session: Session, actor: Actor, private: PrivateKey) -> None:
        if actor.tenant_id is None or actor.user_id is None or not actor.reads_cases:
            raise NoDeskKey
        self._session = session
        self._private = private
        self.tenant_id: uuid.UUID = actor.tenant_id
        self.user_id: uuid.UUID = actor.user_id
        self._opened: dict[int, PrivateKey] = {}
        self._signing: dict[int, SigningKey] = {}
        rows = session.execute(queries.desk_keys_opening(self.tenant_id, self.user_id)).all()
        self._sealed = {epoch: sealed for epoch, sealed, _stale in rows}
        self.stale = any(stale is not None for _epoch, _sealed, stale in rows)
        """Somebody who knows a private half she holds has left: a new epoch is due."""

    def __repr__(self) -> str:
        return f"DeskKeys({self.tenant_id}, epochs {sorted(self._sealed)})"

    @property
    def let_in(self) -> bool:
        """Whether any epoch was handed over to this member."""
        return bool(self._sealed)

    @property
    def epochs(self) -> list[int]:
        """The epochs this member can open, oldest first."""
        return sorted(self._sealed)

    @property
    def current_epoch(self) -> int:
        """The newest epoch she holds; :class:`NoDeskKey` before she is let in."""
        if not self._sealed:
            raise NoDeskKey
        return max(self._sealed)

    def private(self, epoch: int) -> PrivateKey:
        """The private half of an epoch; :class:`NoDeskKey` where it was not sealed to her."""
        if epoch not in self._opened:
            if epoch not in self._sealed:
                raise NoDeskKey
            info = wrap_info(self.user_id, self.tenant_id, epoch)
            self._opened[epoch] = PrivateKey.from_seed(self._private.open(self._sealed[epoch], info))
        return self._opened[epoch]

    def public(self) -> PublicKey:
        """The public half of the current epoch, from her own private one: nobody can have swapped it."""
        return self.private(self.current_epoch).public

    def open(self, sealed: bytes, info: bytes, epoch: int) -> bytes:
        """What was sealed to this desk in that epoch under the same ``info``. ``Tampered`` for everything else."""
        return self.private(epoch).open(sealed, info)

    def signing_key(self) -> SigningKey:
        """The desk's signing key of the current epoch."""
        epoch = self.current_epoch
        if epoch not in self._signing:
            row = self._session.scalars(queries.signing_seed(self.tenant_id, epoch)).one()
            seed = self.private(epoch).open(row.sealed, signing_info(self.tenant_id, epoch))
            self._signing[epoch] = SigningKey.from_seed(seed)
        return self._signing[epoch]
