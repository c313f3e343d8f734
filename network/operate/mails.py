"""The end of a record of deeds, to be kept in a mailbox."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.outbox import Context, Mail, OutboxMessage, renders

HEAD = "audit.head"


@renders(HEAD)
def head(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """The line that ``flask audit verify --heads`` reads; it names nobody and nothing."""
    reach = context.reach(session, *message.recipient)
    if reach is None:
        return None
    line = f"{message.tenant_id}:{message.params['sequence']}:{message.params['hash']}"
    # NOTE: like every mail, this one may be read by somebody who must not know what Kopuro is for.
    text = _(
        "Please keep this mail. If anybody ever changes the record of what was done in Kopuro,"
        " the line below shows it:\n\n%(line)s\n\n"
        "There is nothing else to do.",
        line=line,
    )
    return Mail(to=reach.address, subject=_("For safekeeping"), text=text)
