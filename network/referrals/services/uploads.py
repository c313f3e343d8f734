"""A file that somebody brings: looked into, and what is told of it sealed beside its bytes."""

from __future__ import annotations

import hashlib

from network.permissions import Unfit
from network.referrals import files
from network.referrals.files import Taken
from network.referrals.services.sealing import Content


def welcome(name: str, data: bytes) -> Taken:
    """What is kept of a file. Raises :class:`Unfit` with what :class:`files.Unwelcome` says."""
    try:
        return files.examine(name, data)
    except files.Unwelcome as unwelcome:
        raise Unfit(unwelcome.code) from None


def told_of(taken: Taken) -> Content:
    """Name, kind, size in bytes and hash: what is sealed with it, and shown to who may open it."""
    return {
        "name": taken.name,
        "kind": taken.kind.value,
        "size": len(taken.data),
        "sha256": hashlib.sha256(taken.data).hexdigest(),
    }
