"""Children that never outlive the process that started them, not even when it is killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LINUX = sys.platform == "linux"
LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None


def child(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    folder: Path,
    output: IO[bytes] | int | None = None,
    user: int | None = None,
    on_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that a Ctrl-C reaches its parent alone, which stops it in order.

    ``user`` is a user id to run as (root only). ``on_death`` is what the kernel sends it, on Linux, when the thread
    that called this ends: call it from the main thread.
    """
    # Python changes the user before it calls ``preexec_fn``, and that order matters: changing the user clears the
    # death signal.
    return subprocess.Popen(  # noqa: S603 - every command is spelled out by the caller, none comes from a request.
        list(command),
        env=dict(environ),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        user=user,
        group=_group(user),
        extra_groups=None if user is None else [],
        start_new_session=True,
        preexec_fn=_die_with(os.getpid(), on_death),
    )


def run(
    command: Sequence[str], *, environ: Mapping[str, str], folder: Path, user: int | None, words: str = ""
) -> str:
    """Run a program to its end with ``words`` on its input. Raises ProgramError with what it printed."""
    done = subprocess.run(  # noqa: S603 - as above.
        list(command),
        env=dict(environ),
        cwd=folder,
        input=words.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        user=user,
        group=_group(user),
        extra_groups=None if user is None else [],
        preexec_fn=_die_with(os.getpid(), signal.SIGKILL),
        check=False,
    )
    printed = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise ProgramError(printed)
    return printed


class ProgramError(Exception):
    """A program ended with an error; the text is what it printed."""


def stop(
    process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, *, patience: float = 20
) -> None:
    """Ask a child to end, wait for it, and kill it when it does not: nothing is left behind."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent(how: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent ends, on Linux."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, how)


def _group(user: int | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwuid(user).pw_gid


def _die_with(parent: int, how: signal.Signals) -> Callable[[], None] | None:
    if LIBC is None:
        return None

    def in_child() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, how)
        if (
            os.getppid() != parent
        ):  # The parent was killed between fork and here: nobody will send the signal.
            os._exit(1)

    return in_child
