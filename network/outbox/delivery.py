"""Delivery: claim a letter, render it, hand it over, note it. A kill at any point leaves it waiting, never lost.

Between handing over and noting lies the one gap in which a kill means a second copy: with the same Message-ID.
No transaction is open while a mail server is spoken with.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import g
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from network.database import now
from network.i18n.prefix import speaking
from network.outbox.compose import compose
from network.outbox.letters import REACHES, RENDERERS, SPREADERS, Context, Mail
from network.outbox.models import OutboxMessage
from network.outbox.post import Post, Refusal, post_for
from network.outbox.queue import enqueue
from network.scheduler.models import SKEW
from network.tenancy import Actor
from network.web import Kopuro

log = logging.getLogger("kopuro.outbox")

CLAIM = datetime.timedelta(minutes=3)
"""How long a letter belongs to the process that claimed it; a killed one's letters are tried again after this."""
MOST_TRIES = 30
"""About four days of a mail server that is away, with the waits of :func:`wait_after`."""
LONGEST_WAIT = datetime.timedelta(hours=4)


class NoRenderer(LookupError):
    """A release that does not know this kind of letter: a newer one may."""


@dataclass
class Count:
    """What one round of delivery did."""

    sent: int = 0
    dropped: int = 0  # Nobody to write to any more.
    postponed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.dropped + self.postponed + self.failed


def wait_after(attempts: int) -> datetime.timedelta:
    """One minute, two, four … and never more than four hours."""
    return min(datetime.timedelta(minutes=1) * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


class Courier:
    """Delivers what waits. Any number of couriers may work at once."""

    def __init__(self, app: Kopuro, post: Post | None = None, *, claim: datetime.timedelta = CLAIM) -> None:
        self.app = app
        self.post = post or post_for(app.settings)
        self.claim_for = claim

    def deliver(self, *, stop: Callable[[], bool] = lambda: False, at_most: int = 10_000) -> Count:
        """Deliver every letter whose time has come, until ``stop`` says so."""
        count = Count()
        try:
            while not stop() and count.total < at_most and (message := self._claim()) is not None:
                self._deliver(message, count)
        finally:
            self.post.close()
        return count

    def _claim(self) -> OutboxMessage | None:
        at = now()
        with self.app.database.unit_of_work(Actor.anonymous()) as session:
            message = session.scalars(_waiting(at, self.claim_for)).one_or_none()
            if message is None:
                return None
            message.claimed_until = at + self.claim_for
            message.attempts += 1
        return message

    def _deliver(self, message: OutboxMessage, count: Count) -> None:
        try:
            if message.to_kind in SPREADERS:
                self._spread(message)
                return
            written = self._render(message)
            if written is None:
                self._note(message, sent_at=now(), last_error="Nobody")
                count.dropped += 1
                return
            mail, language = written
            self.post.send(compose(mail, message, language, self.app.settings))
        except Exception as error:
            self._failed(message, error, count)  # Raises where the database is away: then the claim runs out.
        else:
            self._note(message, sent_at=now(), last_error=None)
            count.sent += 1

    def _render(self, message: OutboxMessage) -> tuple[Mail, str] | None:
        """The letter in words, in the recipient's language, as the clock of its tenant; nothing is changed by it."""
        settings = self.app.settings
        context = Context(settings, self.app.keyring)
        with self.app.test_request_context(base_url=settings.base_url), self._as_clock(message) as session:
            g.actor, g.db = _clock(message), session
            language = message.language
            if not language and message.to_kind in REACHES:
                reach = context.reach(session, *message.recipient)
                if reach is None:
                    return None
                language = reach.language
            if message.kind not in RENDERERS:
                raise NoRenderer
            with speaking(language or settings.default_language) as spoken:
                mail = RENDERERS[message.kind](session, message, context)
            return None if mail is None else (mail, spoken)

    def _as_clock(self, message: OutboxMessage) -> AbstractContextManager[Session]:
        return self.app.database.unit_of_work(_clock(message))

    def _spread(self, message: OutboxMessage) -> None:
        """One letter for each person of a group, in one transaction with the end of the group's own."""
        with self._as_clock(message) as session:
            for recipient in SPREADERS[message.to_kind](session, message.to_id):
                enqueue(
                    session,
                    kind=message.kind,
                    tenant_id=message.tenant_id,
                    recipient=recipient,
                    params=message.params,
                    language=message.language,
                    dedupe_key=f"{message.id}/{recipient[1]}",
                )
            _write(session, message.id, sent_at=now(), last_error=None)

    def _failed(self, message: OutboxMessage, error: Exception, count: Count) -> None:
        name = type(error).__name__
        log.warning(
            "not delivered", extra={"kind": message.kind, "error": name, "attempts": message.attempts}
        )
        if isinstance(error, Refusal) or message.attempts >= MOST_TRIES:
            self._note(message, failed_at=now(), last_error=name)
            count.failed += 1
        else:
            self._note(message, not_before=now() + wait_after(message.attempts), last_error=name)
            count.postponed += 1

    def _note(self, message: OutboxMessage, **values: object) -> None:
        with self.app.database.unit_of_work(Actor.anonymous()) as session:
            _write(session, message.id, **values)


def _clock(message: OutboxMessage) -> Actor:
    return Actor.clock(message.tenant_id) if message.tenant_id else Actor.anonymous()


def _waiting(at: datetime.datetime, claim: datetime.timedelta) -> Select[OutboxMessage]:
    """The next letter that nobody is busy with. A claim that ends later than a whole one was made before the clock
    was set back: it counts as over."""
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.failed_at.is_(None),
            OutboxMessage.not_before <= at,
            or_(
                OutboxMessage.claimed_until.is_(None),
                OutboxMessage.claimed_until <= at,
                OutboxMessage.claimed_until > at + claim + SKEW,
            ),
        )
        .order_by(OutboxMessage.not_before)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _write(session: Session, ident: uuid.UUID, **values: object) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == ident, OutboxMessage.sent_at.is_(None))
        .values(claimed_until=None, **values)
        .execution_options(synchronize_session=False)
    )
