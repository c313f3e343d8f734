"""One PostgreSQL server from a folder: made, started, awaited, stopped. Who may use it is decided in ``embedded``."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from network.postgres import StartError, processes
from network.postgres.programs import Programs

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # What the kernel takes for a Unix socket, without the closing zero.
PATIENCE = 60
ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
LOG_LIMIT = 5_000_000
LEAST_ROOM = 1_000_000
STILL_ENDING = ("shared memory block", "lock file", "shutting down")
"""What PostgreSQL says while the server before it, or a session of that, is a moment from its end."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # An error's DETAIL carries row values, and a failed statement its parameters: neither may reach the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Server:
    """A data folder, and the server that runs on it while this object started one."""

    def __init__(self, programs: Programs, folder: Path, *, fast: bool = False) -> None:
        self.programs = programs
        self.folder = folder
        self.fast = fast
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def socket(self) -> Path:
        """The folder of the socket; a short one elsewhere where the path would be longer than the kernel takes."""
        here = self.folder / "socket"
        if len(os.fsencode(here / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return here
        return Path(tempfile.gettempdir()) / f"kopuro-{os.getuid()}-{folder_hash(self.folder)}"

    def url(self, user: str, password: str, database: str) -> str:
        """The address of a database of this server, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://{quote(user)}:{quote(password)}@/{quote(database)}?host={quote(str(self.socket))}"

    @property
    def made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def make(self, superuser_password: str, statements: str = "") -> None:
        """Initialise the data folder and run statements, one a line, before anyone can reach a server on it.

        The folder gets its name last, so one that was cut short is not mistaken for a whole one.
        """
        self._own_folder(self.folder)
        fresh, words = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            words.write_text(superuser_password)
            self._hand_over(words, 0o600)
            options = [
                "--locale=C.UTF-8",
                "-E",
                "UTF8",
                "-A",
                "scram-sha-256",
                "-U",
                "postgres",
                f"--pwfile={words}",
            ]
            self._run("initdb", *options, *(["-N"] if self.fast else []), "-D", str(fresh))
            if statements:
                quiet = ("-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic")
                printed = self._run(
                    "postgres", "--single", "-D", str(fresh), *quiet, "postgres", words=statements
                )
                if re.search(r"\b(ERROR|FATAL):", printed):
                    raise StartError(f"PostgreSQL could not be prepared in {self.folder}: {reason(printed)}.")
            fresh.rename(self.data)
        finally:
            words.unlink(missing_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)

    def start(self) -> None:
        """Start the server as a child of this process, and return when it answers."""
        self._fits()
        options = {**SETTINGS, **(FAST if self.fast else {}), "unix_socket_directories": str(self.socket)}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + PATIENCE
        while True:
            self._end_left_over()
            try:
                self._begin([self.programs.path("postgres"), "-D", str(self.data), *arguments])
                return
            except StartError as error:
                if not any(sign in str(error) for sign in STILL_ENDING) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _begin(self, command: list[str]) -> None:
        self._own_folder(self.socket)
        with self._open_log() as output:
            self.process = processes.child(
                command,
                environ=ENVIRON,
                folder=self.folder,
                output=output.fileno(),
                user=self.programs.user,
                on_death=signal.SIGINT,  # Fast shutdown: no session survives, and nothing needs recovery.
            )
        try:
            self._await()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, if it is ours: sessions are cut, what was committed is on disk."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT)
            self.process = None
        if not self.socket.is_relative_to(self.folder):
            with contextlib.suppress(OSError):
                self.socket.rmdir()

    def ended(self) -> bool:
        """Whether the server that this object started is gone."""
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        """Whether a server listens and is ready. It refuses this login: that is an answer."""
        wrong = {"user": "nobody", "dbname": "postgres", "password": "-"}
        try:
            psycopg.connect(host=str(self.socket), connect_timeout=5, **wrong).close()  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            return "authentication failed" in str(error)
        return True

    def _await(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                raise StartError(f"PostgreSQL did not start: {reason(self._last_words())} (see {self.log})")
            if time.monotonic() > deadline:
                raise StartError(f"PostgreSQL did not answer within {PATIENCE} seconds (see {self.log})")
            time.sleep(0.02)

    def _fits(self) -> None:
        of_data = (self.data / "PG_VERSION").read_text().strip()
        if of_data != self.programs.major:
            raise StartError(
                f"The data in {self.data} is PostgreSQL {of_data}'s and the server is {self.programs.major}:"
                " take a backup with the release that wrote it, move the folder away, and restore."
            )

    def _end_left_over(self) -> None:
        """A server whose starter was killed may still be shutting down, or, elsewhere than on Linux, still run."""
        deadline = time.monotonic() + PATIENCE
        while (left := self._running()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGINT if time.monotonic() < deadline - PATIENCE / 2 else signal.SIGQUIT)
            if time.monotonic() > deadline:
                raise StartError(f"Another PostgreSQL (process {left}) still uses {self.data}.")
            time.sleep(0.1)

    def _running(self) -> int | None:
        """The process id of the server that runs on this folder; the id in its file may have passed to a stranger."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
            return None
        told = subprocess.run(  # noqa: S603 - a number is its only argument.
            ["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return pid if str(self.data) in told.stdout else None

    def _open_log(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".1"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "ab")

    def _last_words(self) -> str:
        if shutil.disk_usage(self.folder).free < LEAST_ROOM:  # Then the log cannot tell, either.
            return "No space left on device"
        with contextlib.suppress(OSError):
            return self.log.read_bytes()[-2000:].decode("utf-8", "replace")
        return ""

    def _own_folder(self, folder: Path) -> None:
        """Make a folder for the server alone. In a shared place it must be ours already, or it is a trap."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in (os.geteuid(), self.programs.user):
            raise StartError(f"{folder} belongs to someone else: remove it, or set TMPDIR.")
        self._hand_over(folder, 0o700)

    def _hand_over(self, path: Path, mode: int) -> None:
        path.chmod(mode)
        if self.programs.user is not None:
            os.chown(path, self.programs.user, -1)

    def _run(self, program: str, *arguments: str, words: str = "") -> str:
        """Run one of PostgreSQL's programs to its end; what it cannot do becomes one line."""
        command = [self.programs.path(program), *arguments]
        try:
            return processes.run(
                command, environ=ENVIRON, folder=self.folder, user=self.programs.user, words=words
            )
        except processes.ProgramError as failed:
            raise StartError(
                f"PostgreSQL could not be prepared in {self.folder}: {reason(str(failed))}."
            ) from None


def folder_hash(path: Path) -> str:
    """A short name for a path: two clones never share what carries it."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def reason(printed: str) -> str:
    """The line of a program's output that says why, for a person."""
    if "No space left on device" in printed:
        return "the disk is full"
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error|could not)\b", line)]
    return (telling or lines or ["it ended without a word"])[-1]


def password() -> str:
    """A password that no person ever types."""
    return secrets.token_urlsafe(24)


def literal(text: str) -> str:
    """Text as an SQL literal, for the single-user mode, which takes no parameters."""
    return "'" + text.replace("'", "''") + "'"
