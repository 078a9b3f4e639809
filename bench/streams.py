"""Do open change streams slow other requests down?

    .venv/bin/python -m bench.streams [STREAMS]

Serves the seed in a process of its own, and requests a page of initiatives, again and again, for
some seconds at a time: without streams, with STREAMS (500) of them open and silent, and with a
write each second, which is sent to all of them. Three rounds, taking turns; prints the medians. All
traffic is on loopback.
"""

import asyncio
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import httpx
from sqlalchemy import Engine

from app.changes.apply import apply
from app.settings import Settings
from app.store.engine import make_engine
from app.store.sessions import write_session
from bench.servers import communique, free_port, running
from tests.helpers import fictional

PATH = "/v1/initiatives?limit=20"
SECONDS = 4
ROUNDS = 3
# Connections that are opened at the same time.
OPENING = 50


class Result(NamedTuple):
    """Requests per second, and the 99th percentile of their time in milliseconds."""

    rate: float
    p99: float


class Streams:
    """Open change streams, and how many changes they have received."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.opened = 0
        self.changes = 0
        self.opening = asyncio.Semaphore(OPENING)

    @asynccontextmanager
    async def open(self, count: int) -> AsyncIterator[None]:
        tasks = []
        for _ in range(count):
            task = asyncio.create_task(self._follow())
            tasks.append(task)
        while self.opened < count:
            await asyncio.sleep(0.05)
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _follow(self) -> None:
        async with self.opening:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"GET /v1/changes/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await reader.readuntil(b"event: current")
            self.opened += 1
        try:
            async for line in reader:
                if line.startswith(b"event: change"):
                    self.changes += 1
        finally:
            writer.close()


def measure(port: int) -> Result:
    times = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        deadline = time.perf_counter() + SECONDS
        while time.perf_counter() < deadline:
            start = time.perf_counter()
            client.get(PATH).raise_for_status()
            times.append(time.perf_counter() - start)
    percentiles = statistics.quantiles(times, n=100)
    p99 = percentiles[98]
    return Result(len(times) / SECONDS, 1_000 * p99)


async def compare(port: int, url: str, count: int) -> dict[str, list[Result]]:
    results: dict[str, list[Result]] = defaultdict(list)
    engine = make_engine(Settings(database_url=url))
    for _ in range(ROUNDS):
        undisturbed = await asyncio.to_thread(measure, port)
        results["no streams"].append(undisturbed)
        streams = Streams(port)
        async with streams.open(count):
            silent = await asyncio.to_thread(measure, port)
            results[f"{count} streams, silent"].append(silent)
            writing = await measure_while_writing(port, engine, streams, count)
            results[f"{count} streams, a write a second"].append(writing)
    engine.dispose()
    return results


async def measure_while_writing(
    port: int,
    engine: Engine,
    streams: Streams,
    count: int,
) -> Result:
    measuring = asyncio.create_task(asyncio.to_thread(measure, port))
    written = 0
    while not measuring.done():
        await asyncio.to_thread(write, engine)
        written += 1
        await asyncio.wait([measuring], timeout=1)
    # Long enough for the last change to arrive.
    await asyncio.sleep(2)
    assert streams.changes == written * count, (streams.changes, written)
    return measuring.result()


def write(engine: Engine) -> None:
    slug = f"memorandum-{time.time_ns()}"
    change = fictional.create("document", slug)
    with write_session(engine) as session:
        apply(session, [change], "benchmark", "One more")


def raise_file_limit(streams: int) -> None:
    """Allow the sockets of all streams, of which the server inherits its half."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = min(4 * streams + 200, hard_limit)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard_limit))


def main(count: int) -> None:
    raise_file_limit(count)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/base.db"
        environment = {"COMMUNIQUE_DATABASE_URL": url}
        with running(communique(port), port, "/readyz", environment, pinned=False):
            results = asyncio.run(compare(port, url, count))
    undisturbed = results["no streams"]
    base_rate = statistics.median(result.rate for result in undisturbed)
    for name, rounds in results.items():
        rate = statistics.median(result.rate for result in rounds)
        p99 = statistics.median(result.p99 for result in rounds)
        print(f"{name:32} {rate:7.1f} requests/s  {rate / base_rate:5.2f}  p99 {p99:6.1f} ms")


if __name__ == "__main__":
    _, *arguments = sys.argv
    streams = arguments or ["500"]
    main(int(streams[0]))
