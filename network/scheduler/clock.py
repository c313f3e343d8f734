"""The process that is the clock: ``flask scheduler``. It ticks once a second and works while it holds the lease.

APScheduler only ticks; everything that must not be forgotten is a row. It sets its next tick by the wall clock, so
that a clock set back by an hour would keep it waiting for an hour: the watch, which goes by the monotonic clock,
notices and wakes it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import SQLAlchemyError

from network.database import now
from network.outbox import delivery
from network.scheduler import lease, work
from network.web import Kopuro

log = logging.getLogger("kopuro.scheduler")

JUMP = 2.0
"""Seconds by which wall clock and monotonic clock may differ between two looks."""
FAREWELL = 0.6
"""Seconds that work in hand has to end after SIGTERM; it survives being cut off."""


@dataclass(frozen=True)
class Pace:
    """How often the clock ticks, in seconds, and after how long what a killed process held is free again."""

    tick: float = 1.0
    lease: timedelta = lease.LENGTH
    work: timedelta = work.CLAIM
    mail: timedelta = delivery.CLAIM


class Clock:
    """One process of the clock. ``run`` blocks until SIGTERM, SIGINT or ``stop``."""

    def __init__(self, app: Kopuro, pace: Pace | None = None) -> None:
        self.app, self.pace = app, pace or Pace()
        self.holder = lease.Holder(app.database, length=self.pace.lease)
        self.courier = delivery.Courier(app, claim=self.pace.mail)
        self.held = False
        self.ended = threading.Event()
        self._busy = threading.Lock()
        self._posting = threading.Lock()
        self._away = False

    def stop(self, *_signal: object) -> None:
        """End within a second, also where a database or a mail server does not answer."""
        self.ended.set()
        last = threading.Timer(FAREWELL * 1.5, os._exit, (0,))
        last.daemon = True
        last.start()

    def idle(self) -> bool:
        """Whether to stop working: asked to end, or another process is the clock now."""
        return self.ended.is_set() or not self.held

    def tick(self) -> None:
        """Begin periods and do what is due."""
        with self._busy:
            if not self.idle():
                self._guarded(self._work)

    def post(self) -> None:
        """Deliver mail; beside ``tick``, so that a slow mail server holds up nothing."""
        with self._posting:
            if not self.idle():
                self._guarded(lambda: self.courier.deliver(stop=self.idle))

    def _work(self) -> None:
        work.begin_periods(self.app)
        work.do_due(self.app, stop=self.idle, claim=self.pace.work)

    def _guarded(self, do: Callable[[], object]) -> object:
        """A database that is away is waited for; said once, not every second."""
        try:
            answer = do()
        except SQLAlchemyError as error:
            if not self._away:
                log.error("database away", extra={"error": type(error).__name__})
            self._away = True
            return None
        except Exception as error:
            log.exception("the clock stumbled", extra={"error": type(error).__name__})
            return None
        self._away = False
        return answer

    def _take_lease(self) -> None:
        held = bool(self._guarded(self.holder.take))
        if held and not self.held:
            log.info("this process is the clock")
        self.held = held

    def _watch(self, scheduler: BlockingScheduler) -> None:
        """Keep the lease, notice a clock that was set, end when asked. By the monotonic clock alone."""
        wall, steady = time.time(), time.monotonic()
        renewed = steady
        while not self.ended.wait(self.pace.tick / 4):
            ahead = (time.time() - wall) - (time.monotonic() - steady)
            wall, steady = time.time(), time.monotonic()
            if abs(ahead) > JUMP:
                log.warning("the clock was set", extra={"count": round(ahead)})
                for each in scheduler.get_jobs():
                    each.modify(next_run_time=now())
            if abs(ahead) > JUMP or steady - renewed >= self.pace.lease.total_seconds() / 4:
                renewed = steady
                self._take_lease()
        while True:
            try:
                scheduler.shutdown(wait=False)
                return
            except SchedulerNotRunningError:
                time.sleep(0.01)  # Asked to end before the first tick.

    def run(self) -> None:
        """Tick until ended. Within a second of SIGTERM the process is gone, whatever it was doing."""
        scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(2)})
        for name, do in (("work", self.tick), ("post", self.post)):
            scheduler.add_job(
                do,
                "interval",
                seconds=self.pace.tick,
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=now(),
            )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        watch = threading.Thread(target=self._watch, args=(scheduler,), name="watch", daemon=True)
        self._take_lease()
        watch.start()
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            scheduler.start()
        self._leave()

    def _leave(self) -> None:
        deadline = time.monotonic() + FAREWELL
        ended = all(
            lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
            for lock in (self._busy, self._posting)
        )
        with contextlib.suppress(SQLAlchemyError):
            self.holder.give_back()
        if not ended:
            # The executor's threads would be waited for; the rows they hold are as safe as after a kill.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
