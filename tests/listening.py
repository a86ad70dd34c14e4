"""Other programs for tests: real HTTP servers on loopback that remember what they were sent."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Heard:
    """A request as it came in; names of headers in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Says:
    """What a program answers."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Heard], Says]


@dataclass
class Program:
    """A server that remembers; `answering` may be changed while it runs."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answering: Answering = lambda _heard: Says()
    secret: str = ""

    def bodies(self) -> list[Any]:
        return [each.json for each in self.heard]


@contextmanager
def listening(answering: Answering | None = None) -> Iterator[Program]:
    """Run a program on loopback."""
    program = Program()
    if answering is not None:
        program.answering = answering

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            heard = Heard(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            program.heard.append(heard)
            says = program.answering(heard)
            try:
                self.send_response(says.status)
                for name, value in says.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(says.body)))
                self.end_headers()
                self.wfile.write(says.body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.daemon = True
    thread.start()
    program.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield program
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says_json(what: Any, status: int = 200) -> Says:
    """Return an answer in JSON."""
    return Says(status, json.dumps(what).encode(), {"Content-Type": "application/json"})
