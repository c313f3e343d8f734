"""A real mail server on loopback, and letters to send through it."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import threading
from collections import Counter
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy.orm import Session

from network.outbox import Context, Mail, OutboxMessage, renders


class Mailbox:
    """What arrived. ``answers`` says how the next messages are answered, 250 where it is empty."""

    def __init__(self, *, pause: float = 0) -> None:
        self.pause = pause
        self.messages: list[EmailMessage] = []
        self.answers: list[str] = []
        self.recipients: list[str] = []
        self.refused: dict[str, str] = {}
        self.lock = threading.Lock()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd finds it by this name.
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # As above.
        await asyncio.sleep(self.pause)
        with self.lock:
            if self.answers and not (answer := self.answers.pop(0)).startswith("250"):
                return answer
            made = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.messages.append(made)  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def ids(self) -> Counter[str]:
        return Counter(str(message["Message-ID"]) for message in self.messages)


class Server:
    """``with Server() as server: settings with mail_url=server.url``."""

    def __init__(self, mailbox: Mailbox | None = None, *, password: str | None = None, **more: Any) -> None:
        self.box = mailbox or Mailbox()
        self._password = password
        options: dict[str, Any] = more
        if password:
            options |= {"authenticator": self._judge, "auth_require_tls": False, "auth_required": True}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._controller = Controller(self.box, hostname="127.0.0.1", port=self.port, **options)

    def _judge(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == (self._password or "").encode()
        return AuthResult(success=right, handled=False)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop(no_assert=True)


@renders("test.letter")
def letter(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """Says who acts, and carries a one-time link."""
    if message.params.get("gone"):
        return None
    if message.params.get("broken"):
        raise ZeroDivisionError
    link = f"{context.settings.base_url}/l/{context.token('test', message.to_id)}"
    return Mail(
        to=message.params.get("to", "aigul@post.example"),
        subject="Салам,\nАйгүл",
        text=f"Ассалому алайкум\n{link}\n",
        html=f"<p>Ассалому алайкум <a href='{link}'>link</a></p>",
    )
