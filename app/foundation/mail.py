"""The SMTP client: one connection for a round of mails, addressed by a URL."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.foundation.outbox import checked_address, one_line

TIMEOUT_SECONDS = 15.0
KEY_HEADER = "X-Keel-Key"


class MailNotSent(Broken):
    """The mail server did not take the mail; it is tried again later."""


class MailServerDown(MailNotSent):
    """The mail server cannot be reached or does not let us in, so no other mail would go either."""


class MailServerInvalid(Broken):
    """The address of the mail server cannot be used."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed mail; `key` is the same at every try."""

    id: int
    key: str
    recipient: str
    subject: str
    body: str
    attempts: int = 1
    lease_owner: str = ""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go.

    Shape: `security` is "ssl", "starttls" (demanded, never skipped), or "none" for a server on this machine.
    """

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""


def mail_server_of(url: str) -> MailServer:
    """Read the address of a mail server.

    Shape: smtps://user:password@host:465 (TLS from the start), smtp://user:password@host:587 (STARTTLS
        demanded), smtp+plain://host:25 (no encryption).
    Errors: MailServerInvalid.
    """
    parts = urlsplit(url)
    kinds = {"smtps": ("ssl", 465), "smtp": ("starttls", 587), "smtp+plain": ("none", 25)}
    try:
        security, port = kinds[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError) as error:
        raise MailServerInvalid(_bad_url()) from error
    if not parts.hostname:
        raise MailServerInvalid(_bad_url())
    return MailServer(
        parts.hostname, port, security, unquote(parts.username or ""), unquote(parts.password or "")
    )


class SmtpSender:
    """Sends mails over one connection, opened at the first mail and again after a failure."""

    def __init__(self, url: str, sender: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """Use the mail server at `url`, and `sender` as the address of origin."""
        self._server = mail_server_of(url)
        self._sender = checked_address(sender)
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Return the sender; it connects when there is something to send."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye to the mail server."""
        self._close()

    def send(self, mail: Mail) -> None:
        """Hand one mail to the mail server.

        Errors: MailServerDown when it cannot be reached, MailNotSent when it does not take this mail; the
            connection is closed then.
        """
        message = message_of(mail, self._sender)
        self._connection = connection = self._connection or self._connect()
        try:
            connection.send_message(message, self._sender, [mail.recipient])
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise MailNotSent(_told(error)) from error

    def _connect(self) -> smtplib.SMTP:
        try:
            return self._opened()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(_told(error)) from error

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.security == "ssl":
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """Return the message of a mail: plain text, with an id that is the same at every try.

    Nothing of the mail can add a header: the subject is one line, the address was checked.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = checked_address(mail.recipient)
    message["Subject"] = one_line(mail.subject)
    digest = hashlib.sha256(mail.key.encode()).hexdigest()
    message["Message-ID"] = f"<{digest[:40]}@{sender.rpartition('@')[2]}>"
    message[KEY_HEADER] = digest
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {one_line(str(error))}"


def _bad_url() -> str:
    return _(
        "The address of the mail server is not usable. Write for example smtp://user:password@host:587 "
        "or smtps://user:password@host:465."
    )
