"""Kopuro behind the server it is served with, over the database of a test: ``python -m tests.prove.serving …``."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import FileSystemBytecodeCache

from network.postgres import processes
from network.web import Kopuro

REPOSITORY = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Answer:
    """What came over the line."""

    status: int
    text: str


@dataclass(frozen=True)
class Server:
    """A running server on this machine."""

    port: int
    log: Path
    pid: int

    def workers(self) -> list[int]:
        """The processes that answer at this moment."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    @contextlib.contextmanager
    def only(self, worker: int) -> Iterator[None]:
        """Within the block this worker alone takes requests: the others stand still."""
        others = [pid for pid in self.workers() if pid != worker]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        *,
        cookie: str = "",
        kind: str = "",
    ) -> Answer:
        """One request on a connection of its own; the body whole or, from an iterable, in chunks of unsaid number."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": cookie} if cookie else {}
        headers |= {"Content-Type": kind or "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request(method, path, body, headers, encode_chunked=not isinstance(body, bytes))
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()


@contextlib.contextmanager
def serving(app: Kopuro, log: Path, *, workers: int = 1, url: str = "") -> Iterator[Server]:
    """Kopuro as ``gunicorn.conf.py`` serves it, until the block ends. What it says goes to ``log``.

    ``url``: another database than the application's.
    """
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    url = url or app.database.engine.url.render_as_string(hide_password=False)
    with log.open("wb") as told:
        process = processes.child(
            [sys.executable, "-m", "tests.prove.serving", str(app.settings.instance), str(workers)],
            environ=os.environ | {"SERVED_DATABASE": url, "PORT": str(port), "LOG_LEVEL": "WARNING"},
            folder=REPOSITORY,
            output=told.fileno(),
        )
    try:
        server = Server(port, log, process.pid)
        deadline = time.monotonic() + 300
        while True:
            with contextlib.suppress(OSError):
                if server.send("GET", "/healthz").status == 200 and len(server.workers()) == workers:
                    break
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield server
    finally:
        processes.stop(process, patience=30)


def main(instance: str, workers: str) -> None:
    from gunicorn.app.base import Application

    from network import create_app
    from network.config import Settings
    from tests.conftest import COMPILED

    settings = dataclasses.replace(
        Settings.from_environ(os.environ),
        instance=Path(instance),
        kdf_memory_kib=64,
        kdf_passes=1,
        require_mfa=False,
    )
    app = create_app(settings, serving_url=os.environ["SERVED_DATABASE"])
    # A worker that takes a killed one's place would compile each template anew.
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))

    class Served(Application):  # type: ignore[misc]
        def load_config(self) -> None:
            self.load_config_from_file(str(REPOSITORY / "gunicorn.conf.py"))
            self.cfg.set("workers", int(workers))

        def load(self) -> Kopuro:
            return app

    Served().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
