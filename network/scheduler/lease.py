"""The lease: of several processes started by accident or for safety, one is the clock and the others stand by."""

from __future__ import annotations

import datetime
import os
import secrets
import socket

from sqlalchemy import delete, or_
from sqlalchemy.dialects.postgresql import insert

from network.database import Database, now
from network.scheduler.models import SKEW, Lease
from network.tenancy import Actor

NAME = "clock"
LENGTH = datetime.timedelta(seconds=10)


class Holder:
    """One process that would be the clock."""

    def __init__(self, database: Database, *, length: datetime.timedelta = LENGTH) -> None:
        self.database, self.length = database, length
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def take(self) -> bool:
        """Take the lease where it is free, or keep it where it is ours; whether we hold it now.

        One that ends later than a whole lease from now was taken before the clock was set back: it counts as free.
        """
        at = now()
        until = at + self.length
        free = or_(Lease.holder == self.name, Lease.until <= at, Lease.until > until + SKEW)
        taking = insert(Lease).values(name=NAME, holder=self.name, until=until)
        with self.database.unit_of_work(Actor.anonymous()) as session:
            held = session.scalars(
                taking.on_conflict_do_update(
                    index_elements=["name"], set_={"holder": self.name, "until": until}, where=free
                ).returning(Lease.holder)
            ).one_or_none()
        return held is not None

    def give_back(self) -> None:
        """Let the next one begin at once."""
        with self.database.unit_of_work(Actor.anonymous()) as session:
            session.execute(
                delete(Lease)
                .where(Lease.name == NAME, Lease.holder == self.name)
                .execution_options(synchronize_session=False)
            )
