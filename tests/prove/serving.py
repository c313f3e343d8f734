"""Kopuro behind the server it is served with, over the database of a test: ``python -m tests.prove.serving …``."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie} if cookie else {}
        headers |= {"Content-Type": kind or "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request(method, path, body, headers, encode_chunked=not isinstance(body, bytes))
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()


@contextlib.contextmanager
def serving(app: Kopuro, log: Path) -> Iterator[Server]:
    """One worker of gunicorn as ``gunicorn.conf.py`` has it, until the block ends. What it says goes to ``log``."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    url = app.database.engine.url.render_as_string(hide_password=False)
    with log.open("w") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.prove.serving", str(app.settings.instance), str(port)],
            env=os.environ | {"SERVED_DATABASE": url},
            cwd=REPOSITORY,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(port, log)
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                if server.send("GET", "/healthz").status == 200:
                    break
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def main(instance: str, port: str) -> None:
    from gunicorn.app.base import BaseApplication

    from network import create_app
    from network.config import Settings

    settings = dataclasses.replace(
        Settings.from_environ({}), instance=Path(instance), kdf_memory_kib=64, kdf_passes=1, require_mfa=False
    )
    app = create_app(settings, serving_url=os.environ["SERVED_DATABASE"])

    class Served(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "worker_class": "gthread",
                "threads": 8,
                "loglevel": "warning",
                "control_socket_disable": True,
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Kopuro:
            return app

    Served().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
