"""What a process keeps of the pages it made: so many bytes and no more, those unread longest go first."""

from __future__ import annotations

import functools
import gzip
import threading
from collections import OrderedDict
from dataclasses import dataclass

import brotli

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

    @classmethod
    def of(cls, body: bytes, headers: tuple[tuple[str, str], ...]) -> Kept:
        return cls(gzip.compress(body, 6, mtime=0), headers)

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.packed)

    @functools.cached_property
    def smallest(self) -> bytes:
        """As brotli packs it at its best: a sixth less for a slow line than gzip. That takes a twentieth of a second,
        so nobody waits for it whose page is made just now: the first who asks for the page again does, and no other.
        """
        body = self.body
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=11 if len(body) <= READ else 5)
        return packed

    @property
    def size(self) -> int:
        """Bytes it takes, packed either way."""
        return 2 * len(self.packed) + 400


class Store:
    """Pages by their tag, which holds all that a page depends on: what is kept is never wrong, only no longer asked for."""

    def __init__(self, limit: int = BYTES) -> None:
        self.limit, self.taken = limit, 0
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._turn = threading.Lock()

    def find(self, tag: str) -> Kept | None:
        with self._turn:
            if tag in self._pages:
                self._pages.move_to_end(tag)
            return self._pages.get(tag)

    def keep(self, tag: str, page: Kept) -> None:
        if page.size > min(LARGEST, self.limit):
            return
        with self._turn:
            before = self._pages.pop(tag, None)
            self.taken += page.size - (before.size if before else 0)
            self._pages[tag] = page
            while self.taken > self.limit:
                self.taken -= self._pages.popitem(last=False)[1].size

    def forget(self) -> None:
        with self._turn:
            self._pages.clear()
            self.taken = 0
