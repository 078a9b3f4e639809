"""Is a response ever older than a revision committed before its request, while another process
writes? And how much memory does a server take after a great many different requests?
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import copy
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from bench.bases import AREAS
from bench.cache import sqlite_base
from bench.servers import communique, free_port, running

REQUESTS = 10_000
READERS = 4
BROWSED = 10_000
READ_PATHS = ("/v1/focus-areas?limit=5", "/v1", "/v1/initiatives?limit=20")
WRITER = """
import sys, time
from app.changes.apply import apply
from app.rules.changes import Change
from app.schemas.write import FocusAreaCreate
from app.settings import Settings
from app.store.engine import make_engine
from app.store.sessions import write_session
engine = make_engine(Settings(database_url=sys.argv[1]))
i = 0
while True:
    i += 1
    raw = {"slug": f"written-{i}", "name": f"Written {i}", "derived": {"name": "Made up"}}
    record = FocusAreaCreate.model_validate(raw)
    change = Change("create", "focus_area", record.slug, record)
    with write_session(engine) as session:
        number = apply(session, [change], "bench", "One more").number
    print(number, flush=True)
    time.sleep(0.1)
"""


class Staleness(NamedTuple):
    """Requests, the stale responses among them, and revisions committed in the meantime."""

    requests: int
    stale: int
    revisions: int


class Memory(NamedTuple):
    """Megabytes of a server after its start, and after many different requests."""

    before_mb: float
    after_mb: float


@contextmanager
def writing(url: str) -> Iterator[list[int]]:
    """Another process commits a revision ten times a second; the list grows by their numbers."""
    committed: list[int] = []
    command = [sys.executable, "-c", WRITER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:

        def listen() -> None:
            assert process.stdout is not None
            committed.extend(int(line) for line in process.stdout)

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            yield committed
        finally:
            process.terminate()
            listener.join()


def count_stale(records: int = 1_000) -> Staleness:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "base.db"
        copy(sqlite_base(records).removeprefix("sqlite:///"), file)
        url = f"sqlite:///{file}"
        port = free_port()
        environment = {"COMMUNIQUE_DATABASE_URL": url}
        with (
            running(communique(port), port, "/readyz", environment),
            writing(url) as committed,
        ):
            stale = _count_stale_in_threads(port, committed)
            return Staleness(REQUESTS, stale, len(committed))


def _count_stale_in_threads(port: int, committed: list[int]) -> int:
    counts: list[int] = []
    readers = []
    for _ in range(READERS):
        reader = threading.Thread(
            target=_read,
            args=(port, committed, counts),
        )
        readers.append(reader)
        reader.start()
    for reader in readers:
        reader.join()
    return sum(counts)


def _read(port: int, committed: list[int], counts: list[int]) -> None:
    stale = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for i in range(REQUESTS // READERS):
            expected = committed[-1] if committed else 0
            response = client.get(READ_PATHS[i % len(READ_PATHS)])
            if int(response.headers["Communique-Revision"]) < expected:
                stale += 1
            # Slowly enough that revisions are committed between requests.
            time.sleep(0.001)
    counts.append(stale)


def measure_memory(records: int) -> Memory:
    """The memory of a server over a base of so many records."""
    random = Random(1)
    port = free_port()
    environment = {"COMMUNIQUE_DATABASE_URL": sqlite_base(records)}
    with (
        running(communique(port), port, "/readyz", environment) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        before = server.megabytes
        for i in range(BROWSED):
            path = _choose_path(random, i, records)
            if client.get(path).status_code not in (200, 404):
                raise RuntimeError(path)
        return Memory(before, server.megabytes)


def _choose_path(random: Random, i: int, records: int) -> str:
    limit = i % 50 + 1
    match i % 4:
        case 0:
            number = random.randrange(records * 2 // 5)
            return f"/v1/initiatives/initiative-{number}"
        case 1:
            area = random.randrange(20, AREAS)
            return f"/v1/initiatives?focus_area=area-{area}&limit={limit}"
        case 2:
            year = random.randrange(1900, 2040)
            return f"/v1/timeline-items?overlaps={year}-07&limit={limit}"
        case _:
            office = random.randrange(100)
            return f"/v1/expected-outcomes?office=office-{office}&limit={limit}"
