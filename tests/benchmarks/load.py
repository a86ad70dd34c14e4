"""A bounded load on a server of this machine, and a server to put it on."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
START_TIMEOUT_SECONDS = 30.0
SOCKET_TIMEOUT_SECONDS = 10.0


class NeverAnswered(RuntimeError):
    """The server did not answer in time."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load showed: requests a second, and latencies in milliseconds."""

    requests: int
    per_second: float
    p50_ms: float
    p95_ms: float


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(arguments: list[str], port: int, environment: Mapping[str, str]) -> Iterator[float]:
    """Run a server; yield the seconds from its start to its first answer; stop it by its id."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _first_answer(port, started)
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT_SECONDS)


def _first_answer(port: int, started: float) -> float:
    while time.perf_counter() - started < START_TIMEOUT_SECONDS:
        try:
            with socket.create_connection(
                ("127.0.0.1", port), SOCKET_TIMEOUT_SECONDS
            ) as connection:
                if _ask(connection, port, "/en/") < 500:
                    return time.perf_counter() - started
        except OSError:
            time.sleep(0.01)
    raise NeverAnswered(f"nothing on port {port} after {START_TIMEOUT_SECONDS} s")


def _ask(connection: socket.socket, port: int, path: str) -> int:
    """Send one GET and read its answer whole; return the status."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionResetError("closed before the headers ended")
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    missing = length - len(body)
    while missing > 0:
        missing -= len(connection.recv(missing))
    return int(head.split(b" ", 2)[1])


def get(port: int, path: str) -> int:
    """Send one GET on a connection of its own; return the status."""
    with socket.create_connection(("127.0.0.1", port), SOCKET_TIMEOUT_SECONDS) as connection:
        return _ask(connection, port, path)


def load(port: int, paths: list[str], *, clients: int, requests: int) -> Load:
    """Send `requests` GETs over `clients` kept connections, the paths in turn."""
    each = requests // clients

    def client(number: int) -> list[float]:
        latencies = []
        with socket.create_connection(("127.0.0.1", port), SOCKET_TIMEOUT_SECONDS) as connection:
            for turn in range(each):
                begun = time.perf_counter()
                status = _ask(connection, port, paths[(number + turn * clients) % len(paths)])
                if status != 200:
                    raise NeverAnswered(
                        f"status {status} for {paths[(number + turn) % len(paths)]}"
                    )
                latencies.append((time.perf_counter() - begun) * 1000)
        return latencies

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        latencies = np.concatenate([np.array(part) for part in pool.map(client, range(clients))])
    seconds = time.perf_counter() - begun
    p50, p95 = np.percentile(latencies, [50, 95])
    return Load(len(latencies), len(latencies) / seconds, float(p50), float(p95))
