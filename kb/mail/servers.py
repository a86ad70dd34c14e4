"""The mail server as one setting names it, and a line to it."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30  # of each answer; a server that says nothing for longer is away
TOO_LARGE = 552  # or a mailbox that is full (RFC 1870, 6.1)
PERMANENT = 500  # codes from here on will not change by waiting (RFC 5321, 4.2.1)


class Security(StrEnum):
    """How the line is protected; the values are the schemes of `KB_SMTP_URL`."""

    STARTTLS = "smtp"
    TLS = "smtps"
    NONE = "smtp+plain"


DEFAULT_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class Server:
    """Where e-mail leaves; the password is left out where this is printed."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


class Unavailable(Exception):
    """The server takes nothing from us now: every message waits. The message says what it said."""


class NotNow(Exception):
    """The server did not take this message, but may later."""


class Refused(Exception):
    """The server will never take this message."""


class TooLarge(Refused):
    """The message is larger than the server takes, or its mailbox holds."""


def server_from(url: str) -> Server:
    """Read `smtp://user:password@host:port`; raises ValueError, which does not repeat the address."""
    try:
        parts = urlsplit(url)
        security, port = Security(parts.scheme), parts.port
    except ValueError:
        schemes = ", ".join(f"{each}://" for each in Security)
        raise ValueError(f"is not the address of a mail server: it starts with {schemes}") from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("is not the address of a mail server, such as smtp://mail.example.org:587")
    return Server(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class Line:
    """One connection for several messages, opened with the first and anew where it was cut."""

    def __init__(self, server: Server, *, own_name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._own_name = own_name  # smtplib would ask the network for it, which can take a minute
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._close()

    def send(self, message: EmailMessage, *, sender: Address, recipient: str) -> None:
        """Hand a message over; returns once the server has said that it has it.

        Raises `Unavailable`, `NotNow` or `Refused`.
        """
        smtp = self._ready()
        try:
            smtp.send_message(message, from_addr=sender.addr_spec, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _verdict(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(str(error)) from error  # an address in letters that this server lacks
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == TOO_LARGE:  # said before the message is sent, whose size it knows
                raise _verdict(error.smtp_code, error.smtp_error) from error
            # Ours to mend, in the settings: no fault of the message.
            raise Unavailable(_words(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise Unavailable(_reason(error)) from error

    def _ready(self) -> smtplib.SMTP:
        """Return the open connection; one that was cut between two messages is opened anew."""
        if self._smtp is not None and not self._answers(self._smtp):
            self._close()
        if self._smtp is None:
            self._smtp = self._open()
        return self._smtp

    @staticmethod
    def _answers(smtp: smtplib.SMTP) -> bool:
        try:
            return smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _open(self) -> smtplib.SMTP:
        try:
            return self._greet()
        except smtplib.SMTPResponseException as error:
            raise Unavailable(_words(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(_reason(error)) from error

    def _greet(self) -> smtplib.SMTP:
        smtp = _connectors()[self._server.security](self)
        try:
            if self._server.security is Security.STARTTLS:
                # Without encryption nothing is sent: a password must not be had by cutting the offer out.
                smtp.starttls(context=ssl.create_default_context())
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _plain(self) -> smtplib.SMTP:
        return smtplib.SMTP(
            self._server.host, self._server.port, self._own_name, timeout=self._timeout
        )

    def _encrypted(self) -> smtplib.SMTP:
        return smtplib.SMTP_SSL(
            self._server.host,
            self._server.port,
            self._own_name,
            timeout=self._timeout,
            context=ssl.create_default_context(),
        )

    def _close(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._smtp = None


def _connectors() -> dict[Security, Callable[[Line], smtplib.SMTP]]:
    return {
        Security.STARTTLS: Line._plain,
        Security.TLS: Line._encrypted,
        Security.NONE: Line._plain,
    }


def _verdict(code: int, said: bytes | str) -> NotNow | Refused:
    """Return what an answer to one message means for it."""
    words = _words(code, said)
    if code == TOO_LARGE:
        return TooLarge(words)
    return (Refused if code >= PERMANENT else NotNow)(words)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
