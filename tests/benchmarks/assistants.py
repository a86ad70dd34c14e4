"""What assistants cost who come at once: each connects with the protocol's own client, and searches.

    KB_HOME=var python -m tests.benchmarks.assistants [--clients 12] [--rounds 3] [--mode legacy]

Serves the home that `KB_HOME` names (`kb demo` fills one) on loopback, waits until it is quiet, and lets
so many come, round after round. The first round finds nothing prepared that a start does not prepare.
Processor time is that of the server with all its processes; the seconds depend on what else runs.
"""

import argparse
import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.benchmarks.load import free_port, serving

QUESTIONS = (
    "How do I return a lamp?",
    "my order has not arrived",
    "the lamp does not turn on",
    "invoice for my company",
    "change my address",
    "cancel an order",
    "the bulb is broken",
    "how long is the warranty",
    "pair a remote control",
    "delivery to Switzerland",
    "when do I get my refund",
    "reset the switch",
)
PATIENCE_SECONDS = 100
QUIET_SECONDS = 2.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round cost: seconds of the clock, of the server's processor, and of each client."""

    wall: float
    processor: float
    requests: int
    connecting: float
    asking: float

    def __str__(self) -> str:
        return (
            f"{self.wall:6.2f} s in all, {self.processor:6.2f} s of processor for {self.requests} "
            f"requests; a client connects in {self.connecting:.2f} s, is answered in {self.asking:.2f} s"
        )


def processor_seconds() -> float:
    """Return what the processes started from here, and those started by them, have used."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        number = int(entry.name)
        parents[number], used[number] = int(fields[1]), int(fields[11]) + int(fields[12])
    return sum(ticks for number, ticks in used.items() if _is_ours(number, parents)) / TICKS


def _is_ours(number: int, parents: dict[int, int]) -> bool:
    while number := parents.get(number, 0):
        if number == os.getpid():
            return True
    return False


def wait_until_quiet() -> None:
    """Return once the server does nothing by itself any more: models are loaded, the index is there."""
    before = -1.0
    while (now := processor_seconds()) - before > QUIET_SECONDS / 20:
        before = now
        time.sleep(QUIET_SECONDS)


async def come(address: str, clients: int, mode: str) -> tuple[int, list[float], list[float]]:
    """Let so many assistants connect and search at once; return requests, and seconds of each."""
    requests, connecting, asking = 0, [], []

    async def count(_request: object) -> None:
        nonlocal requests
        requests += 1

    async def one(number: int) -> None:
        begun = time.perf_counter()
        async with (
            httpx2.AsyncClient(timeout=PATIENCE_SECONDS, event_hooks={"request": [count]}) as http,
            Client(
                streamable_http_client(address, http_client=http),
                mode=mode,  # type: ignore[arg-type]
            ) as client,
        ):
            connected = time.perf_counter()
            question = QUESTIONS[number % len(QUESTIONS)]
            found = await client.call_tool("search", {"question": question, "language": "en"})
            if found.is_error:
                raise RuntimeError(f"the server refuses: {found}")
            connecting.append(connected - begun)
            asking.append(time.perf_counter() - connected)

    await asyncio.gather(*(one(number) for number in range(clients)))
    return requests, connecting, asking


def measured(address: str, clients: int, mode: str) -> Round:
    """Return what one round costs."""
    processor, begun = processor_seconds(), time.perf_counter()
    requests, connecting, asking = asyncio.run(come(address, clients, mode))
    return Round(
        time.perf_counter() - begun,
        processor_seconds() - processor,
        requests,
        statistics.median(connecting),
        statistics.median(asking),
    )


def main() -> None:
    """Serve, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=12)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--mode", choices=["auto", "legacy"], default="auto")
    chosen = options.parse_args()
    port = free_port()
    command = ["-c", "from kb.cli import main; main()", "serve", "--port", str(port)]
    environment = {"KB_API_PUBLIC_LIMIT": "1000000 per minute", "KB_LOG_LEVEL": "ERROR"}
    with serving(command, port, environment) as started:
        wait_until_quiet()
        print(f"first page after {started:.1f} s, {chosen.clients} assistants at once:")
        for _ in range(chosen.rounds):
            print(measured(f"http://127.0.0.1:{port}/mcp", chosen.clients, chosen.mode), flush=True)


if __name__ == "__main__":
    main()
