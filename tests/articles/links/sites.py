"""Other sites for tests: real servers on loopback, behind names and public addresses of our making.

Nothing of what is tested is replaced but the net itself: which addresses a name has, and where a
connection to a public address ends.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore

from kb.outbound.fetching import Fetcher, NoSuchHost
from tests.postbox import CERTIFICATE

PUBLIC = "93.184.216.34"
Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What a server answers by path, and what it was asked."""

    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, host, path
    agents: set[str] = field(default_factory=set)
    port: int = 0

    def says(
        self, path: str, status: int = 200, body: bytes = b"ok", *, head: int = 0, **headers: str
    ) -> None:
        """Answer a path with this; `head` is another status for questions about the head alone."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(head if head and handler.command == "HEAD" else status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(body)

        self.replies[path] = reply

    def leads(self, path: str, to: str, status: int = 301) -> None:
        """Redirect a path."""
        self.says(path, status, b"", Location=to)

    def paths(self) -> list[str]:
        """Return what was asked for beside robots.txt, with the method."""
        return [f"{method} {path}" for method, _host, path in self.asked if path != "/robots.txt"]


@dataclass
class Net:
    """Names and what they resolve to, in turn; every connection ends at the site."""

    site: Site
    names: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    dialled: list[str] = field(default_factory=list)

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        """Return the next answer for a name; its last one for ever. Addresses are their own."""
        answers = self.names.get(host)
        if answers is None:
            if host.replace(".", "").isdigit() or ":" in host:
                return [host]
            raise NoSuchHost("no-host")
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, address: str, _port: int, seconds: float) -> httpcore.NetworkStream:
        """Connect to the site, whatever the address."""
        self.dialled.append(address)
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.site.port, timeout=seconds)

    def fetcher(self, **more: Any) -> Fetcher:
        """Return what asks in this net."""
        return Fetcher("KB-LinkCheck/1.0 (+https://help.example)", self.resolve, self.dial, **more)


@contextmanager
def serving(*, encrypted: bool = False) -> Iterator[Site]:
    """Serve a site that knows no page yet; what it does not know is not there.

    Encrypted, it shows the certificate of the tests.
    """
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.command, self.headers["Host"], self.path))
            site.agents.add(self.headers["User-Agent"])
            if self.path in site.replies:
                site.replies[self.path](self)
            else:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - the name of the library

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            """Pass over connections that were ended, which is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    site.port = server.server_port
    if encrypted:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        # Greeted in the thread of each visitor, so that one who leaves early stops nobody.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
