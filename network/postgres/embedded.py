"""The PostgreSQL that Kopuro brings with it: one server for each clone, started and stopped by whoever needs it first.

The launcher owns the server for as long as it runs. A ``flask`` command beside it connects; alone it starts the
server and stops it when neither itself nor another command needs it. Two locks in ``instance/`` keep that true, and
both vanish with a killed process: who holds the first owns the server, who shares the second uses it.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

import psycopg
from psycopg import sql

from network import instance
from network.config import Settings
from network.postgres import StartError, plain, programs
from network.postgres.programs import Programs
from network.postgres.server import PATIENCE, Server, folder_hash, literal, password

OWNER = "kopuro"
TEMPORARY = "kopuro-test-"


@dataclass
class Cluster:
    """A running server, and the login that owns its database; what this process started it also stops."""

    server: Server
    owner_url: str
    superuser_url: str | None = None
    """Only in clusters for tests: an installation keeps no superuser that could sign in."""
    locks: list[IO[str]] = field(default_factory=list)

    @property
    def ours(self) -> bool:
        """Whether this process started the server."""
        return self.server.process is not None

    def stop(self) -> None:
        """Leave the server; stop it when it is ours and nobody else uses it. Harmless to call twice."""
        if self.ours and self.locks:
            fcntl.flock(self.locks[-1], fcntl.LOCK_EX)  # Waits for commands that joined our server.
        self.stop_now()

    def stop_now(self) -> None:
        """Stop the server whoever uses it, as Ctrl-C must."""
        self.server.stop()
        for lock in reversed(self.locks):
            lock.close()
        self.locks.clear()
        if self.superuser_url is not None:
            shutil.rmtree(self.server.folder, ignore_errors=True)

    def create_database(self, name: str) -> str:
        """A database of that name with an owner of its own, as strong as an installation's; for tests."""
        if self.superuser_url is None:
            raise StartError("Only a cluster for tests makes further databases.")
        word = password()
        with psycopg.connect(plain(self.superuser_url), autocommit=True) as connection:
            owner = sql.Identifier(name)
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(owner, sql.Literal(word))
            )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(owner, owner))
        return self.server.url(name, word, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(settings: Settings, *, fast: bool = False, owning: bool = False) -> Cluster:
    """The server of this clone, running: started here, or joined where another process of this clone runs it.

    ``owning`` is the launcher's: it waits for commands to end and refuses beside another launcher. ``fast`` gives
    tests a server of their own in a temporary folder, without care for power cuts.
    Raises StartError with one line.
    """
    if fast:
        return temporary(programs.embedded())
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
        return _start(settings, owning)
    except OSError as error:
        raise StartError(
            f"The embedded PostgreSQL cannot start: {error.strerror or error} ({error.filename})."
        ) from None


def temporary(binaries: Programs) -> Cluster:
    """A server for tests that forgets everything when it stops."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-"))
    server = Server(binaries, folder, fast=True)
    word = password()
    server.make(word)
    server.start()
    cluster = Cluster(server, owner_url="", superuser_url=server.url("postgres", word, "postgres"))
    cluster.owner_url = cluster.create_database(OWNER)
    return cluster


def home(settings: Settings) -> Path:
    """Where the server of this clone lives."""
    if os.geteuid() == 0:
        return programs.STATE / folder_hash(settings.instance.resolve())
    return settings.instance.resolve() / "postgres"


def _start(settings: Settings, owning: bool) -> Cluster:
    server = Server(programs.embedded(), home(settings))
    deadline = time.monotonic() + PATIENCE
    while (held := _owner_lock(settings, owning)) is None:
        users = _open(settings, "postgres.users.lock")
        fcntl.flock(users, fcntl.LOCK_SH)  # Where the server is just being stopped, this waits for its end.
        if server.answers():
            return Cluster(server, _owner_url(settings, server), locks=[users])
        users.close()
        if time.monotonic() > deadline:
            raise StartError("Another process of this folder is starting PostgreSQL, but it does not answer.")
        time.sleep(0.05)
    users = _open(settings, "postgres.users.lock")
    with _releasing(held, users):
        _note(held, owning)
        if server.made and not _password_file(settings).exists():
            _set_aside(server)
        if not server.made:
            _first_time(server, _password_kept(settings))
        server.start()
    return Cluster(server, _owner_url(settings, server), locks=[held, users])


def _open(settings: Settings, name: str) -> IO[str]:
    return (settings.instance / name).open("a+")


def _owner_lock(settings: Settings, owning: bool) -> IO[str] | None:
    """The lock of whoever runs the server; None where another process has it and we may join."""
    lock = _open(settings, "postgres.lock")
    with _releasing(lock):
        deadline = time.monotonic() + PATIENCE
        while not _taken(lock):
            if not owning:
                lock.close()
                return None
            _judge_holder(lock, late=time.monotonic() > deadline)
            time.sleep(0.1)
    return lock


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _judge_holder(lock: IO[str], *, late: bool) -> None:
    """A command ends by itself, so the launcher waits a while for it; another launcher does not."""
    lock.seek(0)
    who, _, pid = lock.read().strip().partition(" ")
    if who == "launcher":
        raise StartError(
            f"Kopuro already runs from this folder (process {pid}): stop it there with Ctrl-C first."
        )
    if late:
        raise StartError(f"A command (process {pid}) is using the database of this folder: let it end first.")


def _note(lock: IO[str], owning: bool) -> None:
    lock.truncate(0)
    lock.write(f"{'launcher' if owning else 'command'} {os.getpid()}")
    lock.flush()


@contextlib.contextmanager
def _releasing(*locks: IO[str]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for lock in locks:
            lock.close()
        raise


def _first_time(server: Server, owner_password: str) -> None:
    """Make the cluster: the superuser that makes owner and database can never sign in afterwards."""
    server.make(
        password(),
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD {literal(owner_password)}\n"
        f"CREATE DATABASE {OWNER} OWNER {OWNER}\n"
        "ALTER ROLE postgres NOLOGIN PASSWORD NULL\n",
    )


def _set_aside(server: Server) -> None:
    """Data without its keys (someone removed ``instance/``): nobody can open it, yet it is not ours to delete."""
    aside = server.data.with_name(f"data.{datetime.datetime.now(datetime.UTC):%Y%m%d%H%M%S}")
    server.data.rename(aside)
    logging.getLogger(__name__).warning("The keys in instance/ are gone: the old data is kept in %s.", aside)


def _password_file(settings: Settings) -> Path:
    return instance.folder(settings, "keys") / "postgres.json"


def _password_kept(settings: Settings) -> str:
    text = instance.kept(_password_file(settings), lambda: json.dumps({"owner": password()}))
    return str(json.loads(text)["owner"])


def _owner_url(settings: Settings, server: Server) -> str:
    return server.url(OWNER, _password_kept(settings), OWNER)


def _sweep() -> None:
    """Remove folders of test servers whose process was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        pid = folder.name.removeprefix(TEMPORARY).split("-")[0]
        with contextlib.suppress(ValueError, PermissionError):
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)
