"""A real mail server on loopback, that answers as a test tells it to."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("loopback.pem")  # key and certificate of 127.0.0.1
PATIENCE_SECONDS = 120.0
USER, PASSWORD = b"clairson", b"p@ss/word"


@dataclass
class Postbox:
    """What the server has taken, and what it says to addresses and to messages."""

    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    recipient_says: dict[str, str] = field(default_factory=dict)
    data_says: str = "250 kept"
    port: int = 0

    @property
    def url(self) -> str:
        """Return the address of the server, for one without encryption."""
        return f"smtp+plain://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        said = self.recipient_says.get(address, "250 known")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data_says.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.envelopes.append(envelope)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.data_says


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=known, handled=False)  # else the server would leave the answer to us


class _Server(Controller):
    """Takes a free port, says which, and has patience on a slow machine."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as line:
            if self.ssl_context:
                client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
                line = client.wrap_socket(line)  # noqa: PLW2901 - the same line, encrypted
            line.recv(1024)
            line.close()


@contextmanager
def servers() -> Iterator[Callable[..., Postbox]]:
    """Give a function that starts a server: `tls` from the first byte, `starttls`, `auth`.

    `largest`: how many bytes a message may have.
    """
    running: list[_Server] = []

    def start(
        *,
        tls: bool = False,
        starttls: bool = False,
        auth: bool = False,
        largest: int = 33_554_432,
    ) -> Postbox:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        box = Postbox()
        options: dict[str, Any] = {
            "hostname": "127.0.0.1",
            "port": 0,
            "ready_timeout": PATIENCE_SECONDS,
            "data_size_limit": largest,
        }
        if tls:
            options["ssl_context"] = context
        if starttls:
            options |= {"tls_context": context, "require_starttls": True}
        if auth:
            options |= {
                "authenticator": _knows,
                "auth_required": True,
                "auth_require_tls": starttls,
            }
        server = _Server(box, **options)
        server.start()
        running.append(server)
        box.port = server.port
        return box

    try:
        yield start
    finally:
        for each in running:
            each.stop()
