"""What a setting's words mean: each reads a text into a value and raises ValueError for what is something else."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

SECRET_KEY_LENGTH = 32


def text(value: str) -> str:
    if len(value) > 200 or not value.isprintable():
        raise ValueError
    return value


def path(value: str) -> Path:
    found = Path(value)
    if not found.is_absolute() or "\0" in value:
        raise ValueError
    return found


def switch(value: str) -> bool:
    words = {
        "on": True,
        "true": True,
        "yes": True,
        "1": True,
        "off": False,
        "false": False,
        "no": False,
        "0": False,
    }
    try:
        return words[value.lower()]
    except KeyError:
        raise ValueError from None


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not lowest <= int(value) <= highest:
            raise ValueError
        return int(value)

    return read


def one_of(*choices: str, fold: Callable[[str], str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if fold(value) not in choices:
            raise ValueError
        return fold(value)

    return read


def address(value: str, *schemes: str, host: bool = True) -> SplitResult:
    """The parts of an address with one of the schemes; asking for the port makes a malformed one raise here."""
    parts = urlsplit(value)
    if (
        parts.scheme not in schemes
        or (host and not parts.hostname)
        or parts.port == 0
        or re.search(r"\s", value)
    ):
        raise ValueError
    return parts


def database(value: str) -> str:
    """The URL in the one form that SQLAlchemy and the rest of the house use: ``postgresql+psycopg://``."""
    parts = address(value, "postgresql", "postgres", "postgresql+psycopg", host=False)
    if not parts.path.strip("/") or not (parts.hostname or "host=" in parts.query):
        raise ValueError
    return "postgresql+psycopg" + value[len(parts.scheme) :]


def site(value: str) -> str:
    parts = address(value, "http", "https")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError
    if parts.scheme == "http" and not loopback(parts.hostname or ""):
        raise ValueError
    return f"{parts.scheme}://{parts.netloc.lower()}"


def mail(value: str) -> str:
    address(value, "smtp", "smtps")
    return value


def redis(value: str) -> str:
    address(value, "redis", "rediss", "unix", host=not value.startswith("unix:"))
    return value


def mailbox(value: str) -> str:
    if not re.fullmatch(r"(?:[^<>@\r\n]+ )?<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", value):
        raise ValueError
    return value


def signing_key(value: str) -> str:
    if len(value) < SECRET_KEY_LENGTH:
        raise ValueError
    return value


def loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
