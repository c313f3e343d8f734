"""The launcher behind ``make run``: PostgreSQL, the web server and the clock as its children.

It says what it does while it works, stops everything it started, and leaves no process behind even when it is killed.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from network import instance
from network.config import REPOSITORY, SettingError, Settings
from network.postgres import StartError, embedded, migrate, plain, processes, refusal, roles
from network.postgres.embedded import Cluster
from network.postgres.roles import Roles

READY_WITHIN = 60
GIVE_UP_AFTER = 5
"""Starts of one child within a minute that make the launcher stop trying."""


def say(line: str) -> None:
    """Tell the person at the terminal, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Stopped(Exception):
    """Ctrl-C, a signal to end, or a closed terminal."""


@dataclass
class Child:
    """A process that runs for as long as the launcher does."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.starts = [*(t for t in self.starts if t > time.monotonic() - 60), time.monotonic()]
        # Web server and clock survive being cut off at any moment: work that was not committed was not done.
        self.process = processes.child(
            self.command, environ=self.environ, folder=REPOSITORY, on_death=signal.SIGKILL
        )

    def ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def revive(self) -> None:
        """Start it again after it ended by itself, unless that will not help."""
        code = self.ended()
        if code == 3 or len(self.starts) >= GIVE_UP_AFTER:
            raise StartError(
                f"The {self.name} ended with code {code} and does not stay up; its last lines say why."
            )
        say(f"The {self.name} ended with code {code}; starting it again.")
        self.start()


def main() -> int:
    """Run until asked to stop. 0 after Ctrl-C, 1 after one line that says why not."""
    try:
        settings = Settings.from_environ(os.environ)
        for warning in settings.warnings:
            say(warning)
        with _signals():
            _run(settings)
    except Stopped:
        return 0
    except (SettingError, StartError) as error:
        return _complain(str(error))
    except psycopg.Error as error:
        return _complain(f"The database failed: {refusal(error)}.")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return _complain("The disk is full." if full else f"{error.strerror}: {error.filename}.")
    return 0


def _complain(line: str) -> int:
    sys.stderr.write(f"Kopuro cannot start. {' '.join(line.split())}\n")
    return 1


def _run(settings: Settings) -> None:
    _port_is_free(settings.port)
    cluster = _database(settings)
    children: list[Child] = []
    try:
        made = _set_up(cluster.owner_url if cluster else str(settings.database_url), settings)
        environ = serving_environ(os.environ, made)
        _demonstration(made, settings, environ)
        children += _children(environ)
        children[0].start()
        _await_pages(settings.port, children[0])
        for child in children[1:]:  # Now, so that the clock's start does not delay the first page.
            child.start()
        _announce(made.owner_url, settings)
        _watch(children, cluster)
    finally:
        _stop(children, cluster)


def serving_environ(environ: Mapping[str, str], made: Roles) -> dict[str, str]:
    """What serving processes are told: never the owner's login."""
    without = {
        name: value for name, value in environ.items() if name not in ("DATABASE_URL", "DATABASE_BACKUP_URL")
    }
    return {
        **without,
        "DATABASE_APP_URL": made.app_url,
        "DATABASE_REPORTS_URL": made.reports_url,
        "PYTHONUNBUFFERED": "1",
    }


def _port_is_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise StartError(
                    f"Port {port} is not for ordinary users: choose another with PORT=."
                ) from None
            raise StartError(
                f"Port {port} is in use: stop what uses it, or choose another with PORT=."
            ) from None


def _database(settings: Settings) -> Cluster | None:
    if settings.database_url:
        return None
    if not settings.embedded:
        raise StartError(
            "DATABASE_URL must be set beside DATABASE_APP_URL: set-up and migrations need the owner."
        )
    new = not (embedded.home(settings) / "data").exists()
    say("Making a PostgreSQL database of your own …" if new else "Starting PostgreSQL …")
    return embedded.start(settings, owning=True)


def _set_up(owner_url: str, settings: Settings) -> Roles:
    say("Checking roles and tables …")
    made = roles.prepare(owner_url, settings)
    stands, needed = migrate.current(owner_url), migrate.head()
    if stands is not None and stands > needed:
        say(
            f"The database is at migration {stands}, newer than this release ({needed}); it is left as it is."
        )
    elif stands != needed:
        migrate.upgrade(owner_url, tell=lambda step: say(f"  {step}"))
    return made


def _demonstration(made: Roles, settings: Settings, environ: Mapping[str, str]) -> None:
    """Fill an empty database, so that there is something to see; never where real people will use it."""
    if settings.production or importlib.util.find_spec("network.demo.commands") is None:
        return
    begun = settings.instance / "demonstration.begun"
    _forget_half(made.owner_url, begun)
    if _ask(made.owner_url, "SELECT EXISTS (SELECT FROM tenant)"):
        return
    say("Loading the demonstration network …")
    instance.replace(begun, roles.place(made.owner_url))
    loading = Child("demonstration network", _flask("demo", "load"), environ)
    loading.start()
    try:
        assert loading.process is not None  # noqa: S101 - it was started on the line above.
        if loading.process.wait() != 0:
            raise StartError("The demonstration network could not be loaded; its last lines say why.")
        begun.unlink()
    finally:
        _end(loading)


def _forget_half(owner_url: str, begun: Path) -> None:
    """A demonstration network whose loading was cut short is loaded anew, if nothing real is beside it."""
    if not begun.exists() or begun.read_text() != roles.place(owner_url):
        return
    if not _ask(owner_url, "SELECT EXISTS (SELECT FROM tenant WHERE NOT demonstration)"):
        say("The last start was cut short: beginning again with an empty database …")
        migrate.downgrade(owner_url, "base")
        migrate.upgrade(owner_url)
    begun.unlink()


def _ask(owner_url: str, question: str) -> bool:
    with psycopg.connect(plain(owner_url), connect_timeout=10) as connection:
        return connection.execute(question.encode()).fetchone() == (True,)


def _flask(*words: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def _children(environ: Mapping[str, str]) -> list[Child]:
    children = [Child("web server", [sys.executable, "-m", "gunicorn", "wsgi:app"], environ)]
    if importlib.util.find_spec("network.scheduler.commands"):
        children.append(Child("scheduler", _flask("scheduler"), environ))
    return children


def _await_pages(port: int, server: Child) -> None:
    say("Starting the web server …")
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(port):
        if server.ended() is not None:
            raise StartError("The web server did not start; its last lines say why.")
        if time.monotonic() > deadline:
            raise StartError(f"The web server did not answer within {READY_WITHIN} seconds.")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(owner_url: str, settings: Settings) -> None:
    say(f"\nKopuro is at {settings.base_url}")
    if _ask(owner_url, "SELECT EXISTS (SELECT FROM tenant WHERE demonstration)"):
        from network.demo.logins import LOGINS, PASSWORD

        say(f"It shows the demonstration network. The password of all these logins is {PASSWORD}")
        for login, role in LOGINS.items():
            say(f"  {login:<28} {role}")
    say("Ctrl-C stops everything; the data stays.\n")


def _watch(children: list[Child], cluster: Cluster | None) -> None:
    """Keep them all running until a signal raises Stopped."""
    while True:
        if cluster is not None and cluster.server.ended():
            say("PostgreSQL ended; starting it again.")
            cluster.server.start()
        for child in children:
            if child.ended() is not None:
                child.revive()
        time.sleep(0.2)


def _stop(children: list[Child], cluster: Cluster | None) -> None:
    """Web server and clock first, so that the database is let go in order. Further signals change nothing."""
    for number in _signal_numbers():
        signal.signal(number, signal.SIG_IGN)
    if any(child.process for child in children):
        say("Stopping …")
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    for child in children:
        _end(child)
    if cluster is not None:
        cluster.stop_now()


def _end(child: Child) -> None:
    """End a child, and whatever it left in its session."""
    if child.process is None:
        return
    processes.stop(child.process, patience=15)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process = None


def _signal_numbers() -> list[signal.Signals]:
    return [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Turn signals into Stopped. A launcher whose ``make`` was killed has nobody to stop it, so it stops itself."""

    def stopped(_number: int, _frame: object) -> None:
        raise Stopped

    for number in _signal_numbers():
        # Under nohup a closed terminal is meant to change nothing.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stopped)
    if "MAKELEVEL" in os.environ:
        processes.end_with_parent(signal.SIGTERM)
    yield


if __name__ == "__main__":
    sys.exit(main())
