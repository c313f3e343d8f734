"""How Kopuro is served: ``gunicorn wsgi:app`` finds this file by itself, and ``make run`` serves the same way."""

import gc
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from network.config import SettingError, Settings
from network.postgres import StartError, processes, selfcheck
from network.tenancy import owned_classes

try:
    settings = Settings.from_environ(os.environ)
except SettingError as error:
    sys.exit(f"Kopuro cannot start. {error}")

bind = f"127.0.0.1:{settings.port}"
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 10
keepalive = 5
# A worker's memory may hold words of a case for as long as it lives: it does not live long.
max_requests = 2000
max_requests_jitter = 500
# One load of the application, shared by the workers; it opens no connection before they part.
preload_app = True
control_socket_disable = True
# The heartbeat must not depend on a disk that may be full.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) and Path("/dev/shm").is_dir() else None  # noqa: S108
# Only TRUSTED_PROXIES says which proxy is believed.
forwarded_allow_ips = ""
# The application writes the access log, without query strings and guest links.
accesslog = None
loglevel = "warning"
proc_name = "kopuro"


def when_ready(_server: Any) -> None:
    """What was loaded stays for good: neither looked through for waste again, nor copied into each worker by that."""
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, worker: Any) -> None:
    """Never share a connection with the process that this worker came from, nor outlive it."""
    processes.end_with_parent(signal.SIGKILL)
    worker.app.callable.database.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Refuse to serve from a login or a database that would let rows through."""
    try:
        warnings = selfcheck.check(worker.app.callable.database.engine, owned_classes())
    except StartError as error:
        sys.stderr.write(f"Kopuro cannot start. {error}\n")
        sys.exit(3)  # To gunicorn, 3 says that trying again will not help.
    except OperationalError:
        # The database is away for a moment: pages answer 503 until it is back, and the next worker asks again.
        warnings = ["PostgreSQL does not answer; the self-check was put off."]
    if worker.age == 1:
        for warning in warnings:
            sys.stderr.write(f"{warning}\n")
