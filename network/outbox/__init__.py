"""Mail queued with the deed and delivered after its commit, at least once, with a stable Message-ID.

A service calls :func:`enqueue` or :func:`notify` in its own transaction. The feature's ``mails.py`` renders at delivery:

    @renders("events.confirmation")
    def confirmation(session: Session, message: OutboxMessage, context: Context) -> Mail | None: ...

Rows hold ids only. One-time links are derived at delivery (:meth:`Context.token`), so that the database cannot give
them away and a letter that goes out twice carries the same link.
"""

from network.outbox.letters import Attachment, Context, Mail, Reach, link_token, reaches, renders, spreads
from network.outbox.models import OutboxMessage
from network.outbox.queue import ADMINS, DESK, USER, enqueue, notify

__all__ = [
    "ADMINS",
    "DESK",
    "USER",
    "Attachment",
    "Context",
    "Mail",
    "OutboxMessage",
    "Reach",
    "enqueue",
    "link_token",
    "notify",
    "reaches",
    "renders",
    "spreads",
]
