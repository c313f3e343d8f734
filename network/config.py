"""Every setting of Kopuro: its type, its default, one sentence. Read once, when a process starts.

The names outside are environment variables; inside they are the same names in lower case. ``docs/deploy.md`` and
a house test read the table that ``Settings.described()`` gives, so a setting cannot exist without its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, Self

from network import values

LANGUAGES = ("en", "ru", "ky", "uz", "tg")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
REPOSITORY = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """A setting that cannot be used; its text is the one line a person at a terminal should read."""


class Described(NamedTuple):
    """One row of the table of settings."""

    variable: str
    takes: str
    default: str
    sentence: str


def _setting(
    default: Any, read: Callable[[str], Any], takes: str, sentence: str, unset: str = "", **options: Any
) -> Any:
    """A field that an environment variable fills: ``read`` raises ValueError for what it does not take.

    ``unset`` says in words what happens without the variable, where the default alone would not tell.
    """
    shown = unset or str(default)
    return field(
        default=default,
        metadata={"read": read, "takes": takes, "sentence": sentence, "unset": shown},
        **options,
    )


def _secret(read: Callable[[str], Any], takes: str, sentence: str, unset: str) -> Any:
    """A setting whose value is shown neither in ``repr`` nor in an error."""
    return _setting(None, read, takes, sentence, unset, repr=False)


DATABASE_TAKES = "postgresql://user:password@host:port/database"
BY_HAND = "a login that set-up made itself"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process was told when it started. Tests make variants with ``dataclasses.replace``."""

    database_url: str | None = _secret(
        values.database,
        DATABASE_TAKES,
        "The login that owns the database and may create roles; only set-up and commands use it, never a page.",
        "an embedded PostgreSQL under instance/",
    )
    database_app_url: str | None = _secret(
        values.database, DATABASE_TAKES, "The login that serves pages, where roles are made by hand.", BY_HAND
    )
    database_reports_url: str | None = _secret(
        values.database,
        DATABASE_TAKES,
        "The login that counts indicators, where roles are made by hand.",
        BY_HAND,
    )
    database_backup_url: str | None = _secret(
        values.database,
        DATABASE_TAKES,
        "The login that takes backups, where roles are made by hand.",
        BY_HAND,
    )
    database_replica_url: str | None = _secret(
        values.database,
        DATABASE_TAKES,
        "A read-only copy of the database for the public reading pages.",
        "no copy",
    )
    base_url: str = _setting(
        "",
        values.site,
        "https://host, or http://host:port where the host is this machine itself, without a path",
        "The address people type; https means production, with its stricter rules.",
        "http://127.0.0.1:PORT",
    )
    keyring_file: Path | None = _setting(  # noqa: RUF009 - it returns a field, and a path is never changed.
        None,
        values.path,
        "the absolute path of a file",
        "The file with the pepper and the outer keys; production demands it, kept outside the database and its backups.",
        "made in instance/keys/",
    )
    secret_key: str | None = _secret(
        values.signing_key,
        f"at least {values.SECRET_KEY_LENGTH} characters that nobody can guess",
        "The key that signs sessions and forms; production demands it.",
        "made in instance/keys/",
    )
    trusted_proxies: int = _setting(
        0,
        values.whole(0, 9),
        "a number from 0 to 9",
        "How many proxies in front of Kopuro are believed about the visitor's address.",
    )
    metrics_token: str | None = _secret(
        values.text,
        "a word without line breaks",
        "The bearer token that opens /metrics and /readyz.",
        "this machine alone may ask",
    )
    mail_url: str | None = _secret(
        values.mail,
        "smtp://user:password@host:port",
        "The server that delivers mail.",
        "mails are written to instance/mail/",
    )
    mail_from: str = _setting(
        "Kopuro <no-reply@kopuro.example>",
        values.mailbox,
        "an address, or Name <address>",
        "The sender of every mail; neutral on purpose, because a mailbox may be read by others.",
    )
    redis_url: str | None = _secret(
        values.redis,
        "redis://host:port/0",
        "A Redis that holds rate limits and cache for all workers.",
        "PostgreSQL holds them",
    )
    require_mfa: bool | None = _setting(
        None,
        values.switch,
        "on or off",
        "Whether roles that read cases need a second factor; always on with an https address.",
        "on, and off beside the demonstration network",
    )
    network_name: str = _setting(
        "Ferghana Valley Network",
        values.text,
        "up to 200 characters of text",
        "The name of the network, on every page and mail.",
        "Ferghana Valley Network, in the reader's language",
    )
    default_language: str = _setting(
        "en",
        values.one_of(*LANGUAGES, fold=str.lower),
        "one of " + ", ".join(LANGUAGES),
        "The language of those whose browser asks for none of ours.",
    )
    port: int = _setting(
        8000, values.whole(1, 65535), "a number from 1 to 65535", "The port that the launcher serves on."
    )
    log_level: str = _setting(
        "INFO",
        values.one_of(*LOG_LEVELS, fold=str.upper),
        "one of " + ", ".join(LOG_LEVELS),
        "How much the log tells; never anything about a case.",
    )

    # Not from the environment: where this clone keeps its own files, what reading the environment noticed, and the
    # cost of one key derivation, which tests lower.
    instance: Path = REPOSITORY / "instance"
    warnings: tuple[str, ...] = ()
    kdf_memory_kib: int = 65536
    kdf_passes: int = 3

    def __post_init__(self) -> None:
        if not self.base_url:
            object.__setattr__(self, "base_url", f"http://127.0.0.1:{self.port}")
        if self.production:
            object.__setattr__(self, "require_mfa", True)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Settings as the environment gives them; an empty variable counts as unset.

        Raises SettingError with one line that names the variable and what it takes.
        """
        given = {
            f.name: _read(f.name.upper(), f.metadata, environ)
            for f in _declared()
            if environ.get(f.name.upper())
        }
        settings = cls(**given, warnings=tuple(_slips(environ)) + tuple(_overruled(given)))
        if settings.production:
            for variable in ("SECRET_KEY", "KEYRING_FILE"):
                if not environ.get(variable):
                    raise SettingError(
                        f"{variable} must be set when BASE_URL is https: it takes {_takes(variable)}."
                    )
        return settings

    @classmethod
    def described(cls) -> list[Described]:
        """The table of settings, one row each, in the order of this file."""
        return [
            Described(f.name.upper(), f.metadata["takes"], f.metadata["unset"], f.metadata["sentence"])
            for f in _declared()
        ]

    @property
    def production(self) -> bool:
        """An https address: real people use this installation."""
        return self.base_url.startswith("https://")

    @property
    def embedded(self) -> bool:
        """No database is named: Kopuro runs a PostgreSQL of its own."""
        return self.database_url is None and self.database_app_url is None


def _declared() -> Iterator[Any]:
    return (f for f in fields(Settings) if "takes" in f.metadata)


def _takes(variable: str) -> str:
    return str(next(f.metadata["takes"] for f in _declared() if f.name.upper() == variable))


def _read(variable: str, metadata: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    try:
        return metadata["read"](environ[variable].strip())
    except ValueError:
        # The value itself stays out of the line: it may be a password, and terminals are filmed and logged.
        raise SettingError(
            f"{variable} takes {metadata['takes']}; what it was given is something else."
        ) from None


def _overruled(given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("require_mfa") is False and given.get("base_url", "").startswith("https://"):
        yield "REQUIRE_MFA=off is not followed: with an https BASE_URL a second factor is always asked."


def _slips(environ: Mapping[str, str]) -> Iterator[str]:
    """Names one slip of the finger away from ours: a setting that someone believes to be set."""
    ours = [f.name.upper() for f in _declared()]
    for name in sorted(environ):
        meant = next((o for o in ours if name not in ours and one_slip(name.upper(), o)), None)
        if meant:
            yield f"{name} is not a setting of Kopuro; did you mean {meant}?"


def one_slip(typed: str, meant: str) -> bool:
    """Whether one letter too many, too few, wrong, or two swapped neighbours lie between the words, or none at all."""
    if len(typed) > len(meant):
        typed, meant = meant, typed
    start = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), len(typed))
    if len(typed) < len(meant):
        return typed[start:] == meant[start + 1 :]
    swapped = (
        typed[start : start + 2] == meant[start : start + 2][::-1]
        and typed[start + 2 :] == meant[start + 2 :]
    )
    return typed[start + 1 :] == meant[start + 1 :] or swapped
