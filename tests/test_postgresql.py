"""PostgreSQL in operation: behind a pooler, after a failover, and recovered from an archive."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.helpers import fictional
from tests.helpers.bases import PostgresqlBases, engine_of, load_seed
from tests.helpers.command_line import run
from tests.helpers.pgbouncer import PGBOUNCER, pooled
from tests.helpers.replicas import (
    copy_server,
    give_to_server,
    postgresql_in,
    replica_of,
    url_of,
)
from tests.helpers.servers import serving

needs_pgbouncer = pytest.mark.skipif(PGBOUNCER is None, reason="needs pgbouncer")
# psycopg prepares a statement when it is executed for the sixth time on one connection.
REPETITIONS = 12


@pytest.fixture(scope="module")
def pooled_url(postgresql_bases: PostgresqlBases) -> Iterator[str]:
    # Not a folder of pytest: PgBouncer's user must be able to enter it.
    with TemporaryDirectory(prefix="cq") as folder:
        Path(folder).chmod(0o755)
        with pooled(postgresql_bases.make("blank"), Path(folder)) as url:
            assert run(url, "migrate").returncode == 0
            yield url


@needs_pgbouncer
@pytest.mark.accept
def test_server_reads_and_writes_through_a_pooler(pooled_url: str) -> None:
    def create(number: int) -> httpx.Response:
        return client.post("/v1/focus-areas", json=fictional.focus_area(f"area-{number}"))

    def read(_: int) -> int:
        return client.get("/v1/focus-areas?q=area").status_code

    with serving(pooled_url, scope="write") as client, ThreadPoolExecutor(4) as pool:
        created = [response.status_code for response in pool.map(create, range(REPETITIONS))]
        assert created == [201] * REPETITIONS
        assert list(pool.map(read, range(3 * REPETITIONS))) == [200] * 3 * REPETITIONS
        assert client.get("/v1").json()["revision"] == REPETITIONS


@needs_pgbouncer
def test_cached_response_behind_a_pooler_is_not_staler_than_the_limit(
    pooled_url: str,
) -> None:
    with (
        serving(pooled_url, cache_bytes=1_000_000, cache_staleness_ms=300) as cached,
        serving(pooled_url, scope="write") as writer,
    ):
        before = cached.get("/v1/offices").json()["revision"]
        writer.post("/v1/focus-areas", json=fictional.focus_area("later"))
        time.sleep(0.35)
        assert cached.get("/v1/offices").json()["revision"] == before + 1


@needs_pgbouncer
def test_nothing_is_left_on_connections_that_a_pooler_shares(pooled_url: str) -> None:
    with serving(pooled_url, scope="write", lock_timeout_seconds=7) as client:
        client.post("/v1/focus-areas", json=fictional.focus_area("lasting"))
    with engine_of(pooled_url) as engine, engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "0"
        listening = text("SELECT count(*) FROM pg_listening_channels()")
        assert connection.scalar(listening) == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as sockets need it, that PostgreSQL's user may enter."""
    with TemporaryDirectory(prefix="cq") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.accept
@pytest.mark.usefixtures("postgresql_server")  # sets PostgreSQL's environment up
def test_failover_costs_no_read_and_the_first_write_after_it_is_made(folder: Path) -> None:
    with (
        postgresql_in(folder / "primary") as primary,
        seeded(primary),
        replica_of(primary, folder) as replica,
        serving(url_of(primary, replica=replica), scope="write") as client,
    ):
        assert create(client, "before").status_code == 201
        wait_for_revision(replica, 2)
        primary.get_postmaster_info().process.kill()
        primary.get_postmaster_info().process.wait()
        for _ in range(20):
            assert client.get("/v1/focus-areas/before").status_code == 200
        refused = create(client, "between")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        replica.psql("SELECT pg_promote()")
        assert create(client, "after").status_code == 201
        assert client.get("/readyz").status_code == 200
        assert client.get("/v1").json()["revision"] == 3


@contextmanager
def seeded(server: Any) -> Iterator[None]:
    """The base of the server holds the seed."""
    load_seed(url_of(server))
    yield


def create(client: httpx.Client, slug: str) -> httpx.Response:
    return client.post("/v1/focus-areas", json=fictional.focus_area(slug))


def wait_for_revision(server: Any, number: int) -> None:
    with engine_of(url_of(server)) as engine:
        deadline = time.monotonic() + 20
        while True:
            with engine.connect() as connection:
                if connection.scalar(text("SELECT max(number) FROM revision")) == number:
                    return
            assert time.monotonic() < deadline
            time.sleep(0.02)


RECOVERY = """
archive_mode = off
restore_command = 'cp {archive}/%f %p'
recovery_target_time = '{instant}'
recovery_target_action = 'promote'
"""


@pytest.mark.accept
@pytest.mark.usefixtures("postgresql_server")
def test_recovery_to_a_point_in_time_is_at_the_exact_revision(folder: Path) -> None:
    archive = folder / "archive"
    archive.mkdir()
    with postgresql_in(folder / "primary") as primary:
        give_to_server(primary, archive)
        primary.psql("ALTER SYSTEM SET archive_mode = on")
        primary.psql(f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'")
        primary.stop()
        primary.start()
        load_seed(url_of(primary))
        copy_server(primary, folder / "recovered")
        with serving(url_of(primary), scope="write") as client:
            create(client, "second")
            create(client, "third")
            instant = primary.psql("COPY (SELECT clock_timestamp()) TO STDOUT").strip()
            create(client, "a-mistake")
        archive_log(primary, archive)
    with (folder / "recovered" / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(RECOVERY.format(archive=archive, instant=instant))
    (folder / "recovered" / "recovery.signal").touch()
    give_to_server(primary, folder / "recovered")
    with (
        recovered_in(folder / "recovered") as recovered,
        serving(url_of(recovered), scope="write") as client,
    ):
        assert client.get("/v1").json()["revision"] == 3
        assert client.get("/v1/focus-areas/third").status_code == 200
        assert client.get("/v1/focus-areas/a-mistake").status_code == 404
        assert create(client, "later").headers["Communique-Revision"] == "4"


def archive_log(server: Any, archive: Path) -> None:
    """Have the server archive what it has written so far."""
    wal = server.psql("COPY (SELECT pg_walfile_name(pg_switch_wal())) TO STDOUT").strip()
    deadline = time.monotonic() + 30
    while not (archive / wal).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def recovered_in(data: Path) -> Iterator[Any]:
    """A server over these files that has recovered, and may be written to."""
    with postgresql_in(data) as server:
        deadline = time.monotonic() + 30
        while server.psql("COPY (SELECT pg_is_in_recovery()) TO STDOUT").strip() == "t":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield server
