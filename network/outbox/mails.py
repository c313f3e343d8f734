"""The neutral notice: the only thing a mailbox ever learns of a case is that there is something in Kopuro."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.outbox.letters import Context, Mail, renders
from network.outbox.models import OutboxMessage
from network.outbox.queue import NOTICE


@renders(NOTICE)
def notice(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """No name, service, code or organization, and no link deeper than the front door (security.md)."""
    reach = context.reach(session, *message.recipient)
    if reach is None:
        return None
    # NOTE: this mail may be read by somebody who must not know what Kopuro is for.
    words = _("There is something for you in Kopuro")
    return Mail(to=reach.address, subject=words, text=f"{words}.\n\n{context.settings.base_url}/\n")
