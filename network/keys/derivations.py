"""At most two Argon2id derivations at once on the whole machine, a short queue, then a polite refusal.

Each takes 64 MiB and a third of a second of a core. Without a limit, a hundred people posting passphrases would take the
server down for everybody.
"""

import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from network.keys.canon import Busy


class Derivations:
    """Turns at the derivation: ``with derivations.turn(): …``; ``Busy`` when the queue is full.

    Limits this process; after ``share(folder)`` also all processes that share the same folder, by ``flock`` on a file
    for every place. The kernel drops these locks when a process dies, so nothing is left over after a kill.
    """

    def __init__(self, at_once: int = 2, queue: int = 20, *, patience: float = 30.0) -> None:
        self.at_once, self.queue, self.patience = at_once, queue, patience
        self._folder: Path | None = None
        self._counting = threading.Lock()
        self._taken = 0
        self._turns = threading.BoundedSemaphore(at_once)

    def share(self, folder: Path) -> None:
        """From now on count together with every process that named this folder; made where it is missing."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    @property
    def taken(self) -> int:
        """How many in this process are deriving or waiting to."""
        return self._taken

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, at most ``patience`` seconds."""
        deadline = time.monotonic() + self.patience
        with self._place(), self._machine_place(), self._own_turn(), self._machine_turn(deadline):
            yield

    @contextmanager
    def _place(self) -> Iterator[None]:
        with self._counting:
            if self._taken >= self.at_once + self.queue:
                raise Busy("too many sign-ins are waiting")
            self._taken += 1
        try:
            yield
        finally:
            with self._counting:
                self._taken -= 1

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self.patience):
            raise Busy("waited too long for a turn")
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _machine_place(self) -> Iterator[None]:
        if self._folder is None:
            yield
            return
        held = _first_free(self._folder, "place", self.at_once + self.queue)
        if held is None:
            raise Busy("too many sign-ins are waiting")
        try:
            yield
        finally:
            os.close(held)

    @contextmanager
    def _machine_turn(self, deadline: float) -> Iterator[None]:
        if self._folder is None:
            yield
            return
        while (held := _first_free(self._folder, "turn", self.at_once)) is None:
            if time.monotonic() > deadline:
                raise Busy("waited too long for a turn")
            time.sleep(random.uniform(0.005, 0.015))  # noqa: S311  Uneven steps keep the waiting from marching together.
        try:
            yield
        finally:
            os.close(held)


def _first_free(folder: Path, kind: str, count: int) -> int | None:
    """An open descriptor that holds one of ``count`` locks, or nothing; closing it gives the lock back."""
    for number in range(count):
        descriptor = os.open(folder / f"{kind}-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    return None


DERIVATIONS = Derivations()
"""The one that ``derive_kek`` uses; the factory calls ``DERIVATIONS.share(instance / "derivations")``."""
