"""The keyring file itself: JSON, its owner's alone (0600), replaced whole and never half written."""

import fcntl
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from network.keys.boxes import KEY_BYTES
from network.keys.canon import KeysError

FORMAT = 1


@dataclass(frozen=True, repr=False)
class Generation:
    """One generation of the server's secrets, 32 random bytes each."""

    pepper: bytes
    outer: bytes

    @classmethod
    def new(cls) -> "Generation":
        """From the system's randomness."""
        return cls(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))


@dataclass(frozen=True, repr=False)
class Content:
    """What the file says: the newest generation's number, the key of look-up codes, every generation by number.

    The look-up key has no generations: it finds rows by what was typed, so it may change only together with every row
    that it has marked.
    """

    current: int
    lookup: bytes
    generations: dict[int, Generation]


def read(path: Path) -> Content:
    """Read and check ``path``; ``KeysError`` in one line, which never quotes what the file holds."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeysError(f"{path} can be read by others than its owner; run: chmod 600 {path}")
            text = file.read()
    except OSError as error:
        raise KeysError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return _content(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeysError(f"{path} is not a keyring of Kopuro, or is damaged") from None


def create(path: Path, content: Content) -> None:
    """Write ``path``, which must not exist."""
    with _written_beside(path, content) as fresh:
        try:
            # Unlike a rename, a link never replaces a keyring that somebody else just made.
            os.link(fresh, path)
        except FileExistsError:
            raise KeysError(f"{path} exists already; a keyring is never overwritten") from None
        _settle(path.parent)


def replace(path: Path, content: Content) -> None:
    """Put ``content`` in the place of what ``path`` held, at once and lasting."""
    with _written_beside(path, content) as fresh:
        fresh.replace(path)
        _settle(path.parent)


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Hold others off while the file is read, changed and replaced."""
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _written_beside(path: Path, content: Content) -> Iterator[Path]:
    """A complete file next to ``path`` (mkstemp makes it 0600), gone afterwards unless it was renamed."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise KeysError(f"{path.parent} cannot be written: {error.strerror}") from None
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_document(content), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make a new name last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _document(content: Content) -> dict[str, Any]:
    generations = {
        str(number): {"pepper": keys.pepper.hex(), "outer": keys.outer.hex()}
        for number, keys in content.generations.items()
    }
    return {
        "format": FORMAT,
        "current": content.current,
        "lookup": content.lookup.hex(),
        "generations": generations,
    }


def _content(document: Any) -> Content:
    generations = {
        int(number): Generation(_key(keys["pepper"]), _key(keys["outer"]))
        for number, keys in document["generations"].items()
    }
    current = document["current"]
    if document["format"] != FORMAT or type(current) is not int or current not in generations:
        raise ValueError
    return Content(current, _key(document["lookup"]), generations)


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != KEY_BYTES:
        raise ValueError
    return key
