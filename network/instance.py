"""The folder ``instance/``: what this one installation keeps beside its database. Never committed, never shared."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from network.config import Settings


def folder(settings: Settings, name: str) -> Path:
    """A folder of this installation, made when missing, readable by its owner alone."""
    path = settings.instance / name
    settings.instance.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def kept(path: Path, make: Callable[[], str]) -> str:
    """The text of a file that is made once, whole, readable by its owner alone, however many processes ask at once."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        fresh = _written_beside(path, make())
    try:
        os.link(fresh, path)  # Unlike a rename, a link never replaces what another process made meanwhile.
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text("utf-8")


def replace(path: Path, text: str) -> None:
    """Write a file readable by its owner alone so that a reader sees the old text or the new one, never a half."""
    _written_beside(path, text).replace(path)


def _written_beside(path: Path, text: str) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside
