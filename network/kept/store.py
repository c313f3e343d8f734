"""What a process keeps of the pages it made: so many bytes and no more, those unread longest go first."""

from __future__ import annotations

import functools
import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import brotli

from network.kept.style import Sheet, source

BYTES = 8 * 2**20
"""What all pages of a process may take together: about a thousand, compressed."""

READ = 64 * 2**10
"""What people read is smaller, unpacked. Longer ones are for machines, and not worth seconds of packing."""

LARGEST = 512 * 2**10
"""What one may take; whoever exports everything is not let push out all others."""


@dataclass(frozen=True)
class Kept:
    """One answer as its view made it, compressed; headers that every answer gets are not among these."""

    packed: bytes
    headers: tuple[tuple[str, str], ...]
    sheet: Sheet | None = None

    @classmethod
    def of(cls, body: bytes, headers: tuple[tuple[str, str], ...], sheet: Sheet | None = None) -> Kept:
        """``sheet``: what may stand in the body as its style, and may be left out of it where it matches nothing."""
        return cls(gzip.compress(body, 6, mtime=0), headers, sheet)

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.packed)

    @property
    def smallest(self) -> bytes:
        """As brotli packs it at its best, without the rules of style it cannot use: a third less for a slow line than
        gzip. That takes a twentieth of a second, so nobody waits for it whose page is made just now: the first who
        asks for the page again does, and no other.
        """
        return self._fitted[0]

    @property
    def style_source(self) -> str | None:
        """What the policy of ``smallest`` calls its style; None where that is the style of all pages. The style itself
        is not kept beside the page: it would weigh more than all the rest."""
        return self._fitted[1]

    @functools.cached_property
    def _fitted(self) -> tuple[bytes, str | None]:
        body, named = self.body, None
        if len(body) > READ:
            return brotli.compress(body, mode=brotli.MODE_TEXT, quality=5), None
        if self.sheet is not None:
            before, whole, after = body.partition(b"<style>%s</style>" % self.sheet.text.encode())
            if whole:
                style = self.sheet.for_page(before + after)
                body, named = b"%s<style>%s</style>%s" % (before, style.encode(), after), source(style)
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=11), named

    @property
    def size(self) -> int:
        """Bytes it takes, packed either way."""
        return 2 * len(self.packed) + 400


Thing = TypeVar("Thing")


def _size(page: Any) -> int:
    size: int = page.size
    return size


class Store(Generic[Thing]):
    """Things by a key that holds all they depend on: what is kept is never wrong, only no longer asked for.

    ``limit``: what all may weigh together; those unread longest go first.
    """

    def __init__(self, limit: int = BYTES, weigh: Callable[[Thing], int] = _size) -> None:
        self.limit, self.taken, self.weigh = limit, 0, weigh
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._turn = threading.Lock()

    def find(self, key: Hashable) -> Thing | None:
        with self._turn:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def keep(self, key: Hashable, thing: Thing) -> None:
        weight = self.weigh(thing)
        if weight > min(LARGEST, self.limit):
            return
        with self._turn:
            before = self._things.pop(key, None)
            self.taken += weight - (self.weigh(before) if before is not None else 0)
            self._things[key] = thing
            while self.taken > self.limit:
                self.taken -= self.weigh(self._things.popitem(last=False)[1])

    def all(self) -> list[Thing]:
        with self._turn:
            return list(self._things.values())

    def forget(self) -> None:
        with self._turn:
            self._things.clear()
            self.taken = 0
