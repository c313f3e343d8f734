"""From a letter in words to a message as mail servers take it."""

from __future__ import annotations

import email.policy
import email.utils
from email.headerregistry import Address
from email.message import EmailMessage

from network.config import Settings
from network.database import now
from network.outbox.letters import Mail
from network.outbox.models import OutboxMessage

POLICY = email.policy.SMTP.clone(max_line_length=998)


def message_id(settings: Settings, message: OutboxMessage) -> str:
    """The same for each try, so that a letter that arrives twice is seen to be one."""
    return f"<{message.id.hex}@{sender(settings).domain}>"


def sender(settings: Settings) -> Address:
    """MAIL_FROM in its parts."""
    name, spec = email.utils.parseaddr(settings.mail_from)
    return Address(name, addr_spec=spec)


def compose(mail: Mail, message: OutboxMessage, language: str, settings: Settings) -> EmailMessage:
    """The whole message. The date is that of delivery: a notice must not tell when the deed was done."""
    made = EmailMessage(policy=POLICY)
    made["From"] = sender(settings)
    made["To"] = mail.to
    made["Subject"] = " ".join(mail.subject.split())
    made["Date"] = email.utils.format_datetime(now())
    made["Message-ID"] = message_id(settings, message)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(mail.text, cte="quoted-printable")
    if mail.html is not None:
        made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for part in mail.attachments:
        kind, _, subtype = part.mimetype.partition("/")
        made.add_attachment(
            part.content, maintype=kind, subtype=subtype, filename=part.name, params=dict(part.parameters)
        )
    # Last, because set_content and add_attachment take headers of content away from the whole message.
    if language:
        made["Content-Language"] = language
    for name, value in mail.headers.items():
        if name not in made:
            made[name] = value
    return made
