"""Do open streams of changes slow other requests down?

    .venv/bin/python -m bench.streams [STREAMS]

Serves the seed as a process of its own, and asks for a page of initiatives, one request after
another, for some seconds at a time: without streams, with STREAMS (500) of them open and silent,
and with a write each second besides, which all of them are sent. Three rounds, taking turns; prints
the medians. Everything stays on loopback.
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx

from app.changes.apply import apply
from app.settings import Settings
from app.store.engine import make_engine
from app.store.sessions import write_session
from tests.helpers import fictional

PORT = 8139
ADDRESS = f"http://127.0.0.1:{PORT}"
QUESTION = "/v1/initiatives?limit=20"
SECONDS = 4
ROUNDS = 3


def measure() -> tuple[float, float]:
    """Requests a second, and the slowest of a hundred in milliseconds."""
    times = []
    with httpx.Client(base_url=ADDRESS) as client:
        ends = time.perf_counter() + SECONDS
        while time.perf_counter() < ends:
            begun = time.perf_counter()
            client.get(QUESTION).raise_for_status()
            times.append(time.perf_counter() - begun)
    return len(times) / SECONDS, statistics.quantiles(times, n=100)[98] * 1_000


async def follow(counted: list[int], opened: asyncio.Semaphore) -> None:
    """One stream; counts the changes that come."""
    async with opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(b"GET /v1/changes/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"event: current")
        counted[0] += 1
    try:
        async for line in reader:
            counted[1] += line.startswith(b"event: change")
    finally:
        writer.close()


async def compare(streams: int, url: str) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    engine = make_engine(Settings(database_url=url))
    number = 0
    for _ in range(ROUNDS):
        found.setdefault("no streams", []).append(await asyncio.to_thread(measure))
        counted = [0, 0]
        gate = asyncio.Semaphore(50)
        tasks = [asyncio.create_task(follow(counted, gate)) for _ in range(streams)]
        while counted[0] < streams:
            await asyncio.sleep(0.05)
        silent = f"{streams} streams, silent"
        found.setdefault(silent, []).append(await asyncio.to_thread(measure))
        writing_too = f"{streams} streams, a write a second"
        measured = asyncio.create_task(asyncio.to_thread(measure))
        written = 0
        while not measured.done():
            number += 1
            written += 1
            await asyncio.to_thread(_write, engine, number)
            await asyncio.wait([measured], timeout=1)
        found.setdefault(writing_too, []).append(measured.result())
        await asyncio.sleep(2)
        assert counted[1] == written * streams, (counted, written)
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    engine.dispose()
    return found


def _write(engine: object, number: int) -> None:
    with write_session(engine) as session:  # type: ignore[arg-type]
        change = fictional.create("document", f"memorandum-{number}")
        apply(session, [change], "benchmark", "One more")


def main(streams: int) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * streams + 200, most), most))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/base.db"
        command = [str(Path(sys.executable).parent / "communique"), "serve", "--port", str(PORT)]
        environment = {**os.environ, "COMMUNIQUE_DATABASE_URL": url}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                for _ in range(100):
                    with suppress(httpx.HTTPError):
                        httpx.get(f"{ADDRESS}/readyz").raise_for_status()
                        break
                    time.sleep(0.1)
                found = asyncio.run(compare(streams, url))
            finally:
                server.terminate()
    base = statistics.median(rate for rate, _ in found["no streams"])
    for name, rounds in found.items():
        rate = statistics.median(rate for rate, _ in rounds)
        slow = statistics.median(slow for _, slow in rounds)
        print(f"{name:32} {rate:7.1f} requests/s  {rate / base:5.2f}  p99 {slow:6.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
