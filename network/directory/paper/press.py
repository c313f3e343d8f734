"""The press: data in, PDF out. One compositor is kept, asked by one at a time, and killed when it takes too long.

Typst runs outside the web process: a book that grows too large costs a child, never a worker, and its memory goes
back to the machine when nothing has been printed for a while. What it is given is the data of the sheet and no more.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from network.directory.paper.letters import printable

HERE = Path(__file__).parent
SHEETS, FONTS = HERE / "sheets", HERE / "fonts"
SECONDS = 20.0
"""Longest time for one sheet or book."""
PATIENCE = 5.0
"""How long a second reader waits for the first one's sheet."""


class Jammed(Exception):
    """The press is busy, or gave up: the reader should try again, or ask for less."""


class TooLong(Jammed):
    """This took longer than anybody should wait."""


class Misprint(RuntimeError):
    """A sheet that cannot be set: a defect of ours. Carries no word of the data beyond typst's own message."""


class Press:
    """One compositor, started when first asked."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def pdf(self, sheet: str, data: dict[str, Any], *, at: int, seconds: float = SECONDS) -> bytes:
        """A tagged PDF (PDF/UA-1). ``at``: seconds since 1970 that it is dated; the same input gives the same bytes.

        Raises :class:`Jammed` and :class:`TooLong`.
        """
        return self._ask(
            {"sheet": sheet, "data": json.dumps(printable(data)), "format": "pdf", "at": at}, seconds
        )

    def png(self, sheet: str, data: dict[str, Any], *, at: int, ppi: float = 96) -> bytes:
        """Its first page as a picture, to look at."""
        asked = {"sheet": sheet, "data": json.dumps(printable(data)), "format": "png", "at": at, "ppi": ppi}
        return self._ask(asked, SECONDS)

    def close(self) -> None:
        """Send the compositor home."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
            child.wait()

    def _ask(self, asked: dict[str, Any], seconds: float) -> bytes:
        if not self._turn.acquire(timeout=PATIENCE):
            raise Jammed
        try:
            return self._set(json.dumps(asked).encode() + b"\n", time.monotonic() + seconds)
        except (BrokenPipeError, EOFError):
            # It had gone home between two sheets; a new one gets one try.
            self.close()
            return self._set(json.dumps(asked).encode() + b"\n", time.monotonic() + seconds)
        finally:
            self._turn.release()

    def _set(self, question: bytes, until: float) -> bytes:
        child = self._ready()
        assert child.stdin is not None and child.stdout is not None  # noqa: S101  # Both are pipes.
        rest = memoryview(question)
        while rest:
            rest = rest[child.stdin.write(rest) :]
        try:
            head = json.loads(_read(child.stdout, until, None))
            if "failure" in head:
                raise Misprint(head["failure"])
            return _read(child.stdout, until, head["size"])
        except TooLong:
            self.close()
            raise

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(  # noqa: S603  # Our own file, by our own interpreter.
                [sys.executable, "-I", str(HERE / "compositor.py"), str(SHEETS), str(FONTS)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=SHEETS,
                bufsize=0,
            )
        return self._child


def _read(pipe: IO[bytes], until: float, size: int | None) -> bytes:
    """So many bytes, or one line; :class:`TooLong` when the time is over, ``EOFError`` when nobody is there."""
    got = bytearray()
    ear = select.poll()
    ear.register(pipe, select.POLLIN | select.POLLHUP)
    while size is None or len(got) < size:
        left = until - time.monotonic()
        if left <= 0 or not ear.poll(left * 1000):
            raise TooLong
        # The head is read byte by byte, because what follows its line belongs to the body.
        piece = os.read(pipe.fileno(), 1 if size is None else min(size - len(got), 1 << 16))
        if not piece:
            raise EOFError
        got += piece
        if size is None and piece == b"\n":
            break
    return bytes(got)


class Shelf:
    """What was printed lately, by what it was printed from: the same sheet is set once for everybody."""

    MOST = 8 * 2**20

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        made = make()
        with self._lock:
            self._kept[name] = made
            while sum(map(len, self._kept.values())) > self.MOST and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
