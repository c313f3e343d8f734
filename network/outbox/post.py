"""The two ways a message leaves: a mail server (MAIL_URL), or files in ``instance/mail/``."""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from network.config import Settings
from network.values import loopback

PATIENCE = 20
"""Seconds that a mail server has for each answer; well below the claim on a letter."""


class Post(Protocol):
    """Hands over one message or raises. ``close`` ends what was opened; sending afterwards opens anew."""

    def send(self, message: EmailMessage) -> None: ...

    def close(self) -> None: ...


class Refusal(Exception):
    """The server will never take this message: trying again is of no use."""


class Unprotected(Exception):
    """A server elsewhere that offers no TLS does not get our password; mail waits until somebody has mended that."""


class SmtpPost:
    """A mail server; one connection serves as many messages as wait."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        try:
            self._open().send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            if all(500 <= code < 600 for code, _ in refused.recipients.values()):
                raise Refusal from None
            raise
        except smtplib.SMTPNotSupportedError:
            raise Refusal from None  # An address in letters this server cannot write.
        except smtplib.SMTPDataError as refused:
            if 500 <= refused.smtp_code < 600:
                raise Refusal from None
            raise
        except (smtplib.SMTPException, OSError):
            self.close()
            raise

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _open(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        host, name, word = self._parts.hostname or "localhost", self._parts.username, self._parts.password
        trust = ssl.create_default_context()
        server: smtplib.SMTP
        if self._parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self._parts.port or 465, timeout=PATIENCE, context=trust)
        else:
            server = smtplib.SMTP(host, self._parts.port or 25, timeout=PATIENCE)
        try:
            server.ehlo()
            protected = self._parts.scheme == "smtps" or loopback(host)
            if self._parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=trust)
                server.ehlo()
                protected = True
            if name and not protected:
                raise Unprotected
            if name:
                server.login(unquote(name), unquote(word or ""))
        except BaseException:
            server.close()
            raise
        self._server = server
        return server


class FolderPost:
    """Files named by Message-ID, so that a letter delivered twice lies there once; whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        handle, begun = tempfile.mkstemp(prefix=".", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            Path(begun).replace(self.folder / f"{name}.eml")
        except BaseException:
            Path(begun).unlink(missing_ok=True)
            raise

    def close(self) -> None:
        pass


def post_for(settings: Settings) -> Post:
    """The way that the settings name."""
    return SmtpPost(settings.mail_url) if settings.mail_url else FolderPost(settings.instance / "mail")
