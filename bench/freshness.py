"""Is an answer ever older than what was committed before it was asked for, while others write?

And how much memory does a server take that was asked a great many things?
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

import httpx

from bench.bases import AREAS
from bench.cache import sqlite_base
from bench.servers import communique, free_port, running

REQUESTS, READERS = 10_000, 4
BROWSED = 10_000
WRITER = """
import sys, time
from app.store.engine import make_engine
from app.store.sessions import write_session
from app.rules.changes import Change
from app.schemas.write import FocusAreaCreate
from app.settings import Settings
from app.changes.apply import apply
engine = make_engine(Settings(database_url=sys.argv[1]))
i = 0
while True:
    i += 1
    found = {"slug": f"written-{i}", "name": f"Written {i}", "derived": {"name": "Made up"}}
    change = Change("create", "focus_area", found["slug"], FocusAreaCreate.model_validate(found))
    with write_session(engine) as session:
        number = apply(session, [change], "bench", "One more").number
    print(number, flush=True)
    time.sleep(0.1)
"""


@contextmanager
def writing(url: str) -> Iterator[list[int]]:
    """Another process commits a revision ten times a second; the numbers of those it has."""
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


def count_stale(records: int = 1_000) -> tuple[int, int, int]:
    """How many requests there were, how many answers were older than what had been committed
    before, and how many revisions were."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "base.db"
        copy(sqlite_base(records).removeprefix("sqlite:///"), file)
        url, port = f"sqlite:///{file}", free_port()
        here = {"COMMUNIQUE_DATABASE_URL": url}
        with running(communique(port), port, "/readyz", here), writing(url) as committed:
            counts: list[int] = []
            readers = [
                threading.Thread(target=_read, args=(port, committed, counts))
                for _ in range(READERS)
            ]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
            return REQUESTS, sum(counts), len(committed)


def _read(port: int, committed: list[int], counts: list[int]) -> None:
    stale = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for i in range(REQUESTS // READERS):
            told = committed[-1] if committed else 0
            path = ("/v1/focus-areas?limit=5", "/v1", "/v1/initiatives?limit=20")[i % 3]
            stale += int(client.get(path).headers["Communique-Revision"]) < told
            # Slowly enough that there is something to be missed.
            time.sleep(0.001)
    counts.append(stale)


def measure_memory(records: int) -> tuple[float, float]:
    """Megabytes of a server when it starts, and after ten thousand different questions."""
    chance, port = Random(1), free_port()
    with (
        running(
            communique(port), port, "/readyz", {"COMMUNIQUE_DATABASE_URL": sqlite_base(records)}
        ) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        before = server.megabytes
        for i in range(BROWSED):
            path = (
                f"/v1/initiatives/initiative-{chance.randrange(records * 2 // 5)}",
                f"/v1/initiatives?focus_area=area-{chance.randrange(20, AREAS)}&limit={i % 50 + 1}",
                f"/v1/timeline-items?overlaps={chance.randrange(1900, 2040)}-07&limit={i % 50 + 1}",
                f"/v1/expected-outcomes?office=office-{chance.randrange(100)}&limit={i % 50 + 1}",
            )[i % 4]
            if client.get(path).status_code not in (200, 404):
                raise RuntimeError(path)
        return before, server.megabytes
