"""Whether this is the demonstration network: every page says so, errors included.

Asked at most once a minute and kept in the process, so that no page waits for it; while the database is away, what
was known last still stands.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from network.accounts import queries
from network.kept.pages import keep_nothing, state_of
from network.tenancy import Actor
from network.web import Kopuro

KEPT_SECONDS = 60
RETRY_SECONDS = 5


@dataclass
class Demonstration:
    """True in a template while the demonstration network is loaded; asked only where a page is really drawn."""

    app: Kopuro
    known: tuple[str | None, bool] = (None, False)
    """The number of the network at which it was asked, where the page that asked knew it; and the answer."""
    next_at: float = 0.0

    def __bool__(self) -> bool:
        moment, state = time.monotonic(), state_of("network")
        at, loaded = self.known
        # A page that is kept may not keep an answer that is older than itself.
        if moment < self.next_at and state in (None, at):
            return loaded
        self.next_at = moment + RETRY_SECONDS  # Others do not ask meanwhile.
        try:
            with self.app.database.unit_of_work(Actor.anonymous()) as session:
                loaded = session.scalars(queries.demonstration()).one()
        except SQLAlchemyError:
            keep_nothing()
            return loaded
        self.known, self.next_at = (state, loaded), moment + KEPT_SECONDS
        return loaded

    def forget(self) -> None:
        """Ask again at once: between tests, and after loading."""
        self.known, self.next_at = (None, False), 0.0


def register(app: Kopuro) -> None:
    """Give every template the answer, as ``demonstration``."""
    keeper = Demonstration(app)
    app.extensions.setdefault("forget", []).append(keeper.forget)

    def context() -> dict[str, Any]:
        return {"demonstration": keeper}

    app.context_processor(context)
