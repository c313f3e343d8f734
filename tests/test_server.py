"""The launcher as people meet it: started in a clone, read at the terminal, stopped, killed."""

from __future__ import annotations

import dataclasses
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from network.config import REPOSITORY, Settings
from network.postgres import embedded, migrate, plain, programs, roles
from network.postgres.embedded import Cluster
from network.server import serving_environ
from tests.test_postgres import runs

OURS = {field.name.upper() for field in dataclasses.fields(Settings)}


class Clone:
    """A copy of the product in a folder of its own, and the launchers started in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.home = embedded.home(Settings(instance=folder / "instance"))
        for part in ("network", "migrations", "translations", "wsgi.py", "gunicorn.conf.py"):
            source = REPOSITORY / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / part)

    def environ(self, **given: str) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if name not in OURS | {"MAKELEVEL"}}
        return {**plain, "PORT": str(self.port), **given}

    def refused(self, **given: str) -> str:
        """The one line with which a start under these settings ends."""
        told = subprocess.run(
            [sys.executable, "-m", "network.server"],
            cwd=self.folder,
            env=self.environ(**given),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert told.returncode == 1, told.stdout + told.stderr
        assert told.stderr.count("\n") == 1, told.stderr
        assert "Traceback" not in told.stdout + told.stderr
        return told.stderr.strip()

    def start(self, **given: str) -> subprocess.Popen[str]:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "network.server"],
            cwd=self.folder,
            env=self.environ(**given),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        launcher.told = []  # type: ignore[attr-defined] # What it said until it was ready.
        assert launcher.stdout is not None
        for line in launcher.stdout:
            launcher.told.append(line)  # type: ignore[attr-defined]
            if "Ctrl-C stops everything" in line:
                return launcher
        raise AssertionError("".join(launcher.told))  # type: ignore[attr-defined]

    def status(self, path: str = "/healthz") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def processes(self) -> dict[int, str]:
        """Every process that runs from this clone or on its data."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    place = str((entry / "cwd").readlink())
                except OSError:
                    continue
                if place.startswith((str(self.folder), str(self.home))) and runs(int(entry.name)):
                    found[int(entry.name)] = words
        return found

    def wait_until_alone(self) -> None:
        deadline = time.monotonic() + 120
        while left := self.processes():
            assert time.monotonic() < deadline, left
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    made = Clone(tmp_path_factory.mktemp("clone"))
    # Folders of tests have numbers that come again; a run that was killed left its data behind.
    shutil.rmtree(made.home, ignore_errors=True)
    yield made
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(made.home, ignore_errors=True)


def stopped(launcher: subprocess.Popen[str], how: signal.Signals) -> int:
    launcher.send_signal(how)
    assert launcher.stdout is not None
    with launcher.stdout:
        launcher.stdout.read()
    return launcher.wait(60)


def cut_short(clone: Clone) -> str:
    """What a first start said until it was stopped in the middle of loading the demonstration network."""
    # Nothing is there, whichever test came first.
    clone.wait_until_alone()
    shutil.rmtree(clone.home, ignore_errors=True)
    words = ""
    with subprocess.Popen(
        [sys.executable, "-m", "network.server"],
        cwd=clone.folder,
        env=clone.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as launcher:
        assert launcher.stdout is not None
        for line in launcher.stdout:
            words += line
            if "people and their keys" in line or "Ctrl-C stops everything" in line:
                launcher.send_signal(signal.SIGINT)
    assert launcher.returncode == 0, words
    assert "Ctrl-C stops everything" not in words, "there was something already"
    clone.wait_until_alone()
    return words


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_it_starts_from_nothing_keeps_its_data_and_leaves_no_process_behind(
    clone: Clone, proving: bool
) -> None:
    words = cut_short(clone)
    assert (
        words.index("Making a PostgreSQL") < words.index("upgrade  -> 0001") < words.index("and their keys")
    )

    launcher = clone.start()
    words = "".join(launcher.told)  # type: ignore[attr-defined]
    assert "cut short" in words
    assert words.count("people and their keys") == 1
    assert f"http://127.0.0.1:{clone.port}" in words
    assert clone.status() == 200
    assert "caseworker@podruga.example" in words
    assert "ferghana-demo-2007" in words
    running = " ".join(clone.processes().values())
    assert "gunicorn" in running
    assert "postgres" in running
    assert stopped(launcher, signal.SIGINT) == 0
    clone.wait_until_alone()

    began = time.monotonic()
    launcher = clone.start()
    # The bar is five seconds on a machine that does nothing else.
    assert not proving or time.monotonic() - began < 5
    words = "".join(launcher.told)  # type: ignore[attr-defined]
    assert "upgrade" not in words
    assert "Loading" not in words
    line = clone.refused(PORT=str(free_port()))
    assert f"already runs from this folder (process {launcher.pid})" in line
    assert "in use" in clone.refused()
    assert stopped(launcher, signal.SIGTERM) == 0
    clone.wait_until_alone()

    launcher = clone.start()
    os.kill(launcher.pid, signal.SIGKILL)
    stopped(launcher, signal.SIGKILL)
    clone.wait_until_alone()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")
def test_children_that_are_killed_come_back(clone: Clone) -> None:
    launcher = clone.start()
    before = clone.processes()
    for pid, words in before.items():
        if pid != launcher.pid and ("gunicorn" in words or "scheduler" in words):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 300
    while True:
        assert time.monotonic() < deadline
        try:
            if clone.status() == 200:
                break
        except OSError:
            time.sleep(0.1)
    assert stopped(launcher, signal.SIGINT) == 0
    clone.wait_until_alone()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PORT": "eighty"}, "PORT takes a number from 1 to 65535"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL takes postgresql://"),
        ({"DATABASE_URL": "postgresql://kopuro:hush@127.0.0.1:1/kopuro"}, "Connection refused"),
        ({"DATABASE_URL": "postgresql://kopuro:hush@no-such-host.invalid/kopuro"}, "failed to resolve host"),
        ({"DATABASE_APP_URL": "postgresql://kopuro:hush@db/kopuro"}, "DATABASE_URL must be set"),
        ({"BASE_URL": "https://kopuro.example"}, "SECRET_KEY must be set when BASE_URL is https"),
    ],
)
def test_what_cannot_work_is_one_line(clone: Clone, given: dict[str, str], words: str) -> None:
    line = clone.refused(**given)
    assert words in line
    assert "hush" not in line


def test_a_superuser_is_not_used(clone: Clone, cluster: Cluster) -> None:
    assert "postgres is a superuser" in clone.refused(DATABASE_URL=str(cluster.superuser_url))


def test_a_folder_that_cannot_be_written_is_one_line(clone: Clone) -> None:
    instance = clone.folder / "instance"
    aside = instance.rename(clone.folder / "aside") if instance.exists() else None
    instance.write_text("in the way")
    try:
        assert "The embedded PostgreSQL cannot start" in clone.refused()
    finally:
        instance.unlink()
        if aside:
            aside.rename(instance)


def test_it_serves_from_debian_s_postgresql_15(clone: Clone) -> None:
    binaries = programs.debian(15)
    if binaries is None:
        pytest.skip("LOUD: no PostgreSQL 15 of Debian's here; nothing was tested on it")
    with embedded.temporary(binaries) as server:
        url = server.create_database("elsewhere")
        made = roles.prepare(url, Settings(instance=clone.folder / "instance"))
        migrate.upgrade(url)
        with psycopg.connect(
            plain(made.owner_url)
        ) as owner:  # A real tenant, so that no demonstration is loaded.
            owner.execute(
                "INSERT INTO tenant (id, kind, slug, name, code, created_at, demonstration)"
                " VALUES (gen_random_uuid(), 'member', 'real', 'Real', 'REA', now(), false)"
            )
        launcher = clone.start(DATABASE_URL=url)
        assert "demonstration" not in "".join(launcher.told)  # type: ignore[attr-defined]
        assert clone.status() == 200
        assert not [
            words for words in clone.processes().values() if "postgres -D" in words or "bin/postgres" in words
        ]
        assert stopped(launcher, signal.SIGINT) == 0
    clone.wait_until_alone()


def test_serving_processes_never_learn_the_owner_s_login() -> None:
    from network.postgres.roles import Roles

    told = serving_environ(
        {"DATABASE_URL": "owner", "PATH": "/bin"}, Roles("owner", "app", "reports", "backup")
    )
    assert "owner" not in told.values()
    assert "backup" not in told.values()
    assert told["DATABASE_APP_URL"] == "app"
    assert told["PATH"] == "/bin"
