"""Words that stand nowhere else, and a scanner that finds them whatever way they were written down."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import secrets
import string
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

LARGEST_STREAM = 4 * 2**20
FIRST_LOOK = 4096
BEGINNING = 10
# Neither gzip nor zlib stands at a known place: every header that can be one is tried, and read as far as it goes.
HEADER = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def word(prefix: str) -> str:
    """A new canary: letters alone, so that every field takes it and every search finds it."""
    return prefix + "".join(secrets.choice(string.ascii_lowercase) for _ in range(10))


def spellings(text: str) -> dict[str, bytes]:
    """The ways in which these letters can stand in a file."""
    plain = text.encode()
    found = {
        "plain": plain,
        "in capitals": text.upper().encode(),
        "UTF-16 little-endian": text.encode("utf-16-le"),
        "UTF-16 big-endian": text.encode("utf-16-be"),
        "hexadecimal": plain.hex().encode(),
        "HEXADECIMAL": plain.hex().upper().encode(),
        "as an address": quote(text, safe="").encode(),
        "as an address, each letter": b"".join(b"%%%02X" % b for b in plain),
    }
    for offset in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64 of addresses", base64.urlsafe_b64encode)):
            # Only the letters that these bytes alone decide, whatever stands before and after.
            encoded = encode(b"\0" * offset + plain)
            first = 0 if offset == 0 else offset + 1
            found[f"{name}, offset {offset}"] = encoded[first : (offset + len(plain)) * 4 // 3]
    return found


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: in what, which canary, in which spelling."""

    where: str
    what: str
    spelling: str


@dataclass
class Scanner:
    """Looks for all its canaries at once. ``known`` says what each stands for, for the report."""

    known: dict[str, str] = field(default_factory=dict)
    read: int = 0

    def add(self, text: str, what: str) -> str:
        self.known[text] = what
        return text

    def _letters(self) -> dict[bytes, tuple[str, str]]:
        """What to look for, and what it would mean."""
        meant: dict[bytes, tuple[str, str]] = {}
        for text, what in self.known.items():
            for spelling, letters in spellings(text).items():
                meant.setdefault(letters, (what, spelling))
        return meant

    def scan(self, content: Iterable[tuple[str, bytes]]) -> list[Hit]:
        """Every find in these, and in what is compressed within them."""
        meant = self._letters()
        groups: dict[bytes, list[bytes]] = {}
        for letters in meant:
            groups.setdefault(letters[:BEGINNING], []).append(letters)
        hits: set[Hit] = set()
        for where, data in content:
            self.read += len(data)
            for name, part in ((where, data), *compressed(where, data)):
                # Canaries begin alike, so there are few beginnings, and looking for one is quick.
                for letters in (one for start, group in groups.items() if start in part for one in group):
                    if letters in part:
                        hits.add(Hit(name, *meant[letters]))
        return sorted(hits, key=lambda hit: (hit.where, hit.what, hit.spelling))


def compressed(where: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """What gzip and zlib streams anywhere in these bytes hold."""
    view = memoryview(data)
    for start in HEADER.finditer(data):
        at = start.start()
        reader = zlib.decompressobj(wbits=47)
        try:
            told = reader.decompress(view[at : at + FIRST_LOOK])
            if len(told) < 8:
                continue
            told += reader.decompress(view[at + FIRST_LOOK : at + LARGEST_STREAM], LARGEST_STREAM)
        except zlib.error:
            continue
        yield f"{where} (compressed, at {at})", told


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file in these folders, also of those that come and go meanwhile."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            try:
                if path.is_file() and not path.is_symlink():
                    yield str(path), path.read_bytes()
            except OSError:
                continue


def disguises(text: str) -> dict[str, bytes]:
    """The same words as somebody careless could have kept them, to see that the scanner sees through each."""
    plain = f"said {text} and more words, so that something can be packed: {text}".encode()
    return {
        "plain": plain,
        "capitals": plain.upper(),
        "utf-16": plain.decode().encode("utf-16"),
        "hex": binascii.hexlify(plain),
        **{f"base64 {n}": base64.b64encode(b"x" * n + plain) for n in range(3)},
        "address": b"".join(b"%%%02X" % b for b in plain),
        "gzip": gzip.compress(plain * 20),
        "zlib": b"head" + zlib.compress(plain * 20) + b"tail",
        "zlib, fast": zlib.compress(plain * 20, 1),
    }
