"""Processes of the clock as they run in an installation, to be started, killed and set by tests."""

from __future__ import annotations

import dataclasses
import datetime
import multiprocessing
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import time_machine
from sqlalchemy.orm import Session

from network import create_app
from network.config import Settings
from network.outbox import enqueue
from network.scheduler import Due, job, periodic
from network.scheduler.clock import Clock, Pace
from network.web import Kopuro

QUICK = Pace(
    tick=0.05,
    lease=datetime.timedelta(seconds=1),
    work=datetime.timedelta(seconds=1),
    mail=datetime.timedelta(seconds=2),
)


class Alone(Clock):
    """A process that believes that nobody else is the clock: the lease protects it from nothing."""

    def _take_lease(self) -> None:
        self.held = True


def declare() -> None:
    """The work of these tests. Only processes that were started for it know it."""

    @job("test.notice")
    def notice(session: Session, due: Due) -> None:
        enqueue(session, kind="test.letter", tenant_id=due.tenant_id, recipient=("row", due.subject_id))

    @job("test.long")
    def long(session: Session, due: Due) -> None:
        enqueue(session, kind="test.letter", tenant_id=due.tenant_id, recipient=("row", due.subject_id))
        if os.environ.get("TEST_LONG"):
            time.sleep(30)

    def edition(session: Session, due: Due) -> None:
        seconds = int(due.due_at.timestamp())
        enqueue(
            session,
            kind="test.letter",
            tenant_id=due.tenant_id,
            recipient=("edition", uuid.uuid5(due.subject_id, str(seconds))),
            params={"tenant": str(due.tenant_id), "at": seconds},
        )

    # With TEST_QUIET no new periods begin; those that have begun are worked off.
    if os.environ.get("TEST_QUIET"):
        job("test.edition")(edition)
    else:
        periodic("test.edition", every=datetime.timedelta(seconds=2), each_tenant=True, all_missed=True)(
            edition
        )


def main(settings: Settings, serving_url: str, alone: bool, pace: Pace, environ: dict[str, str]) -> None:
    """One process: ``SIGUSR1`` sets its clock back by an hour, SIGTERM ends it."""
    os.environ.update(environ)
    from tests.platform import post

    assert post.letter
    declare()
    app = create_app(settings, serving_url=serving_url)
    traveller: list[time_machine.travel] = []

    def set_back(*_: object) -> None:
        traveller.append(time_machine.travel(time.time() - 3600))
        traveller[-1].start()

    signal.signal(signal.SIGUSR1, set_back)
    (Alone if alone else Clock)(app, pace).run()


@dataclass
class Clocks:
    """Several such processes. They are forked from one that has everything loaded, so that a kill costs little."""

    settings: Settings
    serving_url: str
    alone: bool = False
    pace: Pace = QUICK
    environ: dict[str, str] = field(default_factory=dict)
    running: list[BaseProcess] = field(default_factory=list)

    def start(self) -> BaseProcess:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.platform.preloaded"])
        given = (self.settings, self.serving_url, self.alone, self.pace, self.environ)
        process = context.Process(target=main, args=given)
        process.start()
        self.running.append(process)
        return process

    def kill(self, process: BaseProcess) -> None:
        process.kill()
        process.join(60)
        self.running.remove(process)

    def end(self, process: BaseProcess) -> float:
        """SIGTERM; how many seconds it took to go."""
        began = time.monotonic()
        process.terminate()
        process.join(60)
        self.running.remove(process)
        assert process.exitcode in (0, -signal.SIGTERM), "the latter where it had not begun"
        return time.monotonic() - began


@contextmanager
def clocks(
    app: Kopuro, *, alone: bool = False, pace: Pace = QUICK, mail_url: str | None = None, **environ: str
) -> Iterator[Clocks]:
    """Nothing of it is left running afterwards."""
    settings = dataclasses.replace(app.settings, mail_url=mail_url)
    serving = app.database.engine.url.render_as_string(hide_password=False)
    made = Clocks(settings, serving, alone, pace, environ)
    try:
        yield made
    finally:
        for process in list(made.running):
            made.kill(process)


def until(condition: Callable[[], bool], *, within: float = 180, what: str = "that") -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {within} s"
        time.sleep(0.02)
