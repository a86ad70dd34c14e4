"""Ask other programs, briefly and at a distance: whoever wrote the address decides what is asked.

A name is resolved once, every address it has must be on the public internet, and the connection goes
to one of just these: a name that answers differently a moment later changes nothing. Redirects are
not followed here, so that each step is checked like the first. An answer ends after so many seconds and
so many bytes whatever the other side does, and is never unpacked.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpcore

from kb.outbound.addresses import Target, is_public

CONNECT_SECONDS = 10.0
WHOLE_SECONDS = 20.0  # of one request, from the name to the last byte
MAX_HEAD = 0  # bytes of the body of an answer to HEAD
MAX_BODY = 32_768  # bytes looked at of a page
# Of OpenSSL: a certificate between the site's own and one we trust was not sent.
MISSING_BETWEEN = {20, 21}
# Of OpenSSL: what answers, or hangs up, knows of no encryption at all.
NO_ENCRYPTION = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNEXPECTED_EOF_WHILE_READING"}
MAX_ROBOTS = 512_000  # as RFC 9309 asks for at least

Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[str, int, float], httpcore.NetworkStream]


class Unreachable(RuntimeError):
    """No answer; the message is a word for why, such as `timeout`."""


class NoSuchHost(Unreachable):
    """The name has no address."""


class NotPublic(Unreachable):
    """The name leads into a network that is not the public internet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site said: its status, its headers in small letters, and the first bytes.

    Of a header that came several times it has the last value; of Set-Cookie all, a line each.
    """

    status: int
    headers: dict[str, str]
    body: bytes


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name, as this machine knows them; raises `NoSuchHost`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoSuchHost("no-host") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def dial(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """Connect to an IP address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)


@dataclass
class Fetcher:
    """Asks for one address at a time. Tests put names and a dial of their own; the checks stay.

    `private` are the hosts that may lie in the own network.
    """

    user_agent: str
    resolve: Resolve = resolve
    dial: Dial = dial
    whole_seconds: float = WHOLE_SECONDS
    context: ssl.SSLContext | None = field(default=None)
    private: Container[str] = frozenset()

    def ask(
        self,
        method: str,
        target: Target,
        most: int = MAX_BODY,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Return the answer of a site; raises `Unreachable` with a word for the reason."""
        deadline = time.monotonic() + self.whole_seconds
        backend = _Guarded(self, deadline)
        sent = [
            (b"Host", target.origin.partition("://")[2].encode()),
            (b"User-Agent", self.user_agent.encode("ascii", "replace")),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close"),
            *(
                (name.encode("ascii"), value.encode("utf-8"))
                for name, value in (headers or {}).items()
            ),
        ]
        if content is not None:
            sent.append((b"Content-Length", str(len(content)).encode()))
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._context, max_connections=1, network_backend=backend
                ) as pool,
                pool.stream(
                    method,
                    target.url,
                    headers=sent,
                    content=content,
                    extensions={"timeout": _timeouts()},
                ) as answer,
            ):
                return Answer(
                    answer.status, _headers(answer.headers), _first(answer.iter_stream(), most)
                )
        except Unreachable:
            raise
        except httpcore.TimeoutException as error:
            raise Unreachable("timeout") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Unreachable(_word(error)) from error

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self.context or httpcore.default_ssl_context()

    def open(self, host: str, port: int, deadline: float) -> httpcore.NetworkStream:
        """Connect to a name, at one of its addresses, if all of them are public."""
        addresses = _in_time(lambda: self.resolve(host, port), deadline)
        if not addresses:
            raise NoSuchHost("no-host")
        if host not in self.private and not all(map(is_public, addresses)):
            raise NotPublic("private")
        last: Exception | None = None
        for each in addresses:
            left = min(CONNECT_SECONDS, deadline - time.monotonic())
            if left <= 0:
                break
            try:
                return self.dial(each, port, left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectTimeout("no time left")


def _in_time(look: Callable[[], Sequence[str]], deadline: float) -> Sequence[str]:
    """Return what a resolver says, or end with the time; raises what it raises.

    The system's resolver cannot be interrupted, and waits for half a minute and more where a name
    server is silent: it is left to end by itself.
    """
    said: queue.SimpleQueue[Sequence[str] | Unreachable] = queue.SimpleQueue()

    def ask() -> None:
        try:
            said.put(look())
        except Unreachable as error:
            said.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = said.get(timeout=max(deadline - time.monotonic(), 0))
    except queue.Empty as error:
        raise Unreachable("timeout") from error
    if isinstance(found, Unreachable):
        raise found
    return found


def _timeouts() -> dict[str, float]:
    return dict.fromkeys(("connect", "read", "write", "pool"), CONNECT_SECONDS)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in raw:
        known, said = name.decode("latin-1").lower(), value.decode("latin-1")
        is_one_more = known == "set-cookie" and known in found
        found[known] = f"{found[known]}\n{said}" if is_one_more else said
    return found


def _first(chunks: Iterable[bytes], most: int) -> bytes:
    """Return the first bytes of an answer; the rest is not even received."""
    found = bytearray()
    if most:
        for chunk in chunks:
            found += chunk
            if len(found) >= most:
                break
    return bytes(found[:most])


def _word(error: Exception) -> str:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) and cause not in causes:
        causes.append(cause)
    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return "chain" if each.verify_code in MISSING_BETWEEN else "certificate"
        if isinstance(each, ssl.SSLError) and getattr(each, "reason", "") not in NO_ENCRYPTION:
            return "encryption"
    return "protocol" if isinstance(error, httpcore.ProtocolError) else "connection"


class _Guarded(httpcore.NetworkBackend):
    """Where httpcore's connections come from: through the checks, and under one deadline."""

    def __init__(self, fetcher: Fetcher, deadline: float) -> None:
        self._fetcher, self._deadline = fetcher, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline counts
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Connect to a checked address of a name."""
        return _Timed(self._fetcher.open(host, port, self._deadline), self._deadline)


class _Timed(httpcore.NetworkStream):
    """A stream of which no step outlasts the deadline of the whole request."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole answer took too long")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read what is there within the time that is left."""
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write within the time that is left."""
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Go on encrypted, with a certificate for the name rather than for the address."""
        secured = self._stream.start_tls(ssl_context, server_hostname, self._left())
        return _Timed(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the stream knows."""
        return self._stream.get_extra_info(info)
