"""What a letter is, who renders it, and how a recipient is reached: filled in by each feature's ``mails.py``."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from network.config import Settings
from network.keys import Keyring
from network.outbox.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a letter."""

    name: str
    content: bytes
    mimetype: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Of the content type, such as ``method="REQUEST"`` for a calendar."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter in words. ``headers`` are added to those every letter has; they cannot replace them."""

    to: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a recipient is reached, and in which language."""

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a renderer has besides its rows. ``url_for(…, _external=True)`` works too: BASE_URL is its address."""

    settings: Settings
    keyring: Keyring

    def token(self, purpose: str, row_id: uuid.UUID, issue: int = 1) -> str:
        """The one-time token of a link; see :func:`link_token`."""
        return link_token(self.keyring, purpose, row_id, issue)

    def reach(self, session: Session, kind: str, ident: uuid.UUID) -> Reach | None:
        """The address and language of a recipient; None where there is none any more."""
        return REACHES[kind](session, ident, self)


def link_token(keyring: Keyring, purpose: str, row_id: uuid.UUID, issue: int = 1) -> str:
    """A token that only this server can derive: 43 characters that need no quoting in an address.

    The row keeps ``keys.token_hash(token)`` and its issue number; a new issue number makes the old link void.
    """
    return base64.urlsafe_b64encode(keyring.mac(f"link {purpose}", row_id, issue)).rstrip(b"=").decode()


F = TypeVar("F", bound=Callable[..., Any])
Renderer = Callable[[Session, OutboxMessage, Context], Mail | None]
Finder = Callable[[Session, uuid.UUID, Context], Reach | None]
Spreader = Callable[[Session, uuid.UUID], Iterable[tuple[str, uuid.UUID]]]

RENDERERS: dict[str, Renderer] = {}
REACHES: dict[str, Finder] = {}
SPREADERS: dict[str, Spreader] = {}


def _keep(there: dict[str, F], kind: str, function: F) -> F:
    """One function for each kind: two features with the same word for different people would write to the wrong ones."""
    before = there.setdefault(kind, function)
    if before.__module__ != function.__module__:
        raise RuntimeError(f"{before.__module__} and {function.__module__} both answer for {kind!r}")
    there[kind] = function
    return function


def renders(kind: str) -> Callable[[Renderer], Renderer]:
    """This function puts letters of a kind into words, in the recipient's language, as the clock of the row's tenant.

    It may return None: there is nobody to write to any more. It runs again for each attempt, so it changes nothing.
    """

    def keep(function: Renderer) -> Renderer:
        return _keep(RENDERERS, kind, function)

    return keep


def reaches(kind: str) -> Callable[[Finder], Finder]:
    """This function finds address and language of recipients of a kind, such as ``user``."""

    def keep(function: Finder) -> Finder:
        return _keep(REACHES, kind, function)

    return keep


def spreads(kind: str) -> Callable[[Spreader], Spreader]:
    """This function names the recipients behind a group, such as the people of a desk, when the letter leaves.

    It yields ``(to_kind, to_id)``; each becomes a letter of its own.
    """

    def keep(function: Spreader) -> Spreader:
        return _keep(SPREADERS, kind, function)

    return keep
