"""PostgreSQL in operation: behind a pooler, after a failover, and recovered from an archive."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from sqlalchemy import text

from tests.helpers import fictional
from tests.helpers.bases import PostgresqlBases, engine_of
from tests.helpers.command_line import run
from tests.helpers.pgbouncer import PGBOUNCER, pooled
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
