"""The stream of changes: nothing lost, nothing repeated, and nothing held while nothing happens."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse
from sqlalchemy import insert, text

from app.changes.apply import apply
from app.rules.changes import Change
from app.store.models import Revision
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import engine_of, filled
from tests.helpers.live import Live, put_back
from tests.helpers.statements import count_statements

pytestmark = pytest.mark.either_engine


def follow(
    client: httpx.Client, path: str, number: int, **headers: str
) -> list[ServerSentEvent]:
    """The next so many changes of a stream."""
    received: list[ServerSentEvent] = []
    with connect_sse(client, "GET", path, headers=headers) as source:
        assert source.response.headers["content-type"].startswith("text/event-stream")
        for event in source.iter_sse():
            if event.event == "change":
                received.append(event)
            if len(received) == number:
                return received
    return received


def slugs(events: list[ServerSentEvent]) -> list[str]:
    return [json.loads(event.data)["slug"] for event in events]


def create(live: Live, *names: str) -> None:
    for name in names:
        assert live.write([fictional.create("initiative", name)])


def test_stream_gives_what_the_feed_gives(live: Live) -> None:
    create(live, "a", "b")
    events = follow(live.client, "/v1/changes/stream?since=0", 7)
    items = live.client.get("/v1/changes").json()["items"]
    assert [json.loads(event.data) for event in events] == items
    # Each id is a `since` of its own.
    after = live.client.get(f"/v1/changes?since={events[2].id}").json()["items"]
    assert after == items[3:]


def test_line_separators_of_unicode_do_not_end_a_line(live: Live) -> None:
    title = "A\u2028B\u2029C\u0085D"
    assert live.write([fictional.create("initiative", "lines", title=title)])
    path = "/v1/changes/stream?since=1"
    (event,) = follow(live.client, path, 1)
    assert json.loads(event.data)["record"]["title"] == title
    with live.client.stream("GET", path) as response:
        lines = response.iter_lines()
        data = next(line for line in lines if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))["record"]["title"] == title


def test_change_comes_as_soon_as_it_is_made(live: Live) -> None:
    events: list[ServerSentEvent] = []
    opened = threading.Event()

    def listen() -> None:
        with connect_sse(live.client, "GET", "/v1/changes/stream") as source:
            opened.set()
            changes = (event for event in source.iter_sse() if event.event == "change")
            events.append(next(changes))

    listener = threading.Thread(target=listen)
    listener.start()
    assert opened.wait(10)
    create(live, "new")
    listener.join(timeout=10)
    # By default from now on: not the five records that were there.
    assert slugs(events) == ["new"]


def test_client_that_comes_back_goes_on_where_it_was(live: Live) -> None:
    create(live, "a", "b", "c")
    first = follow(live.client, "/v1/changes/stream?since=1", 1)
    following = follow(
        live.client, "/v1/changes/stream?since=1", 2, **{"Last-Event-ID": first[0].id}
    )
    assert slugs(first + following) == ["a", "b", "c"]


def test_stream_says_when_its_reader_knows_all(live: Live) -> None:
    with connect_sse(live.client, "GET", "/v1/changes/stream?since=0&type=office") as source:
        events = source.iter_sse()
        change, current = next(events), next(events)
    assert [change.event, current.event] == ["change", "current"]
    assert json.loads(current.data) == {"revision": 1}
    # Nothing of this type is new: but who comes back need not ask for revision 2 again.
    create(live, "a")
    with connect_sse(
        live.client,
        "GET",
        "/v1/changes/stream?type=office",
        headers={"Last-Event-ID": current.id},
    ) as source:
        again = next(source.iter_sse())
    assert json.loads(again.data) == {"revision": 2}
    assert again.id != current.id


def test_types_are_chosen(live: Live) -> None:
    create(live, "a")
    live.write([fictional.create("timeline_item", "t")])
    events = follow(live.client, "/v1/changes/stream?since=1&type=timeline_item", 1)
    assert slugs(events) == ["t"]
    refused = live.client.get("/v1/changes/stream", headers={"Last-Event-ID": events[0].id})
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid-cursor"


def test_place_that_is_wrong_is_named_where_it_stands(live: Live) -> None:
    header = live.client.get("/v1/changes/stream?since=1", headers={"Last-Event-ID": "zzz"})
    assert (header.status_code, header.json()["code"]) == (422, "invalid-cursor")
    assert [error.get("header") for error in header.json()["errors"]] == ["Last-Event-ID"]
    assert "the `id` of an event" in header.json()["detail"]
    headers = [("Last-Event-ID", "1"), ("Last-Event-ID", "0")]
    doubled = live.client.get("/v1/changes/stream", headers=headers)
    assert doubled.status_code == 422
    assert "'Last-Event-ID' is given 2 times" in doubled.json()["detail"]
    assert [error.get("header") for error in doubled.json()["errors"]] == ["Last-Event-ID"]


def test_revision_of_many_changes_comes_in_pieces(live: Live) -> None:
    live.write([fictional.create("initiative", f"i-{i:03}") for i in range(230)])
    live.write([fictional.create("initiative", "last")])
    changes = [
        json.loads(event.data)
        for event in follow(live.client, "/v1/changes/stream?since=0", 5 + 230 + 1)
    ]
    assert [change["slug"] for change in changes[5:]] == [
        *(f"i-{i:03}" for i in range(230)),
        "last",
    ]
    ends = [i for i, change in enumerate(changes) if change["last_of_revision"]]
    assert ends == [4, 234, 235]


@pytest.mark.parametrize("written_after", [0, 1, 2, 3])
def test_stream_ends_where_the_base_is_put_back(live: Live, written_after: int) -> None:
    """Whatever is written after that, its client learns that its copy is of another base."""
    create(live, "a", "b", "c")
    with connect_sse(live.client, "GET", "/v1/changes/stream?since=2") as source:
        events = source.iter_sse()
        assert slugs([next(events), next(events)]) == ["b", "c"]
        current = next(events)
        assert json.loads(current.data) == {"revision": 4}
        put_back(live, 2)
        create(live, *(f"new-{i}" for i in range(written_after)))
        assert list(events) == []
    again = live.client.get("/v1/changes/stream", headers={"Last-Event-ID": current.id})
    assert again.status_code == 422
    assert "Make a new copy" in again.json()["detail"]
    # Who was not that far goes on with what was written since.
    create(live, "newest")
    (event,) = follow(live.client, "/v1/changes/stream?since=2", 1)
    assert slugs([event]) == ["new-0" if written_after else "newest"]


def test_stream_outlives_a_base_that_does_not_answer(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.event_stream.RETRY_SECONDS", 0.2)

    def rename(old: str, new: str) -> None:
        with live.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    with connect_sse(live.client, "GET", "/v1/changes/stream?since=1") as source:
        events = source.iter_sse()
        assert next(events).event == "current"
        rename("change", "hidden")
        # The revision is seen, and what it changed cannot be read.
        with live.engine.begin() as connection:
            connection.execute(insert(Revision), [an_empty_revision(2)])
        time.sleep(1)
        rename("hidden", "change")
        current = next(event for event in events if event.event == "current")
        assert json.loads(current.data) == {"revision": 2}


def an_empty_revision(number: int) -> dict[str, Any]:
    return {"number": number, "author": "test", "message": "", "created_at": fictional.NOW}


def test_poller_goes_on_after_any_failure(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hub = live.client.app.state.services.hub  # type: ignore[attr-defined]
    find_end = hub._find_end
    failed = threading.Event()

    def fail_once() -> Any:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("can't start new thread")
        return find_end()

    with connect_sse(live.client, "GET", "/v1/changes/stream?since=1") as source:
        events = source.iter_sse()
        assert next(events).event == "current"
        monkeypatch.setattr(hub, "_find_end", fail_once)
        assert failed.wait(10)
        create(live, "new")
        assert slugs([next(events)]) == ["new"]
    assert "can't start new thread" in caplog.text


@pytest.mark.accept
def test_client_that_takes_nothing_is_forgotten(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.event_stream.MAX_SEND_SECONDS", 0.3)
    hub = live.client.app.state.services.hub  # type: ignore[attr-defined]
    for i in range(12):
        raw = long_office(i)
        live.write([Change("create", "office", raw["slug"], fictional.parse("office", raw))])
    with taking_nothing(live.client.base_url.host, live.client.base_url.port or 80):
        assert wait_until(lambda: hub._streams == 1)
        assert wait_until(lambda: hub._streams == 0)
        assert hub._poller is None


def long_office(number: int) -> dict[str, Any]:
    """An office with a megabyte of citations."""
    quotes = [
        fictional.citation("memorandum", f"{i} ".ljust(10_000, "x"), "city")
        for i in range(100)
    ]
    return fictional.record("office", f"office-{number}", citations=quotes)


@contextmanager
def taking_nothing(host: str, port: int) -> Iterator[None]:
    """A client that asks for all changes, and reads none."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect((host, port))
        client.sendall(b"GET /v1/changes/stream?since=0 HTTP/1.1\r\nHost: x\r\n\r\n")
        yield


def wait_until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_silent_stream_says_that_it_is_there(live: Live) -> None:
    app: Any = live.client.app  # type: ignore[attr-defined]
    services = app.state.services
    settings = services.settings.model_copy(update={"heartbeat_seconds": 0.1})
    app.state.services = replace(services, settings=settings)
    with live.client.stream("GET", "/v1/changes/stream?since=1") as response:
        lines = response.iter_lines()
        while next(lines) != ": still here":
            pass


def test_head_of_a_stream_ends(live: Live) -> None:
    response = live.client.head("/v1/changes/stream")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store, no-transform"
    assert response.headers["x-accel-buffering"] == "no"


@pytest.mark.accept
def test_open_streams_hold_nothing_and_are_read_for_once(live: Live) -> None:
    engine = live.client.app.state.services.engine  # type: ignore[attr-defined]
    with ExitStack() as stack:
        sources = [
            stack.enter_context(connect_sse(live.client, "GET", "/v1/changes/stream?since=1"))
            for _ in range(40)
        ]
        lines = [source.response.iter_lines() for source in sources]
        for iterator in lines:
            assert [next(iterator), next(iterator)] == ["retry: 3000", "event: current"]
        # A poll may be on.
        assert wait_until(lambda: engine.pool.checkedout() == 0)
        with count_statements(engine) as statements:
            create(live, "new")
            for iterator in lines:
                assert "event: change" in iterator
        reads = [text for text in statements.texts if "snapshot" in text]
        assert len(reads) < 10


def test_client_that_vanishes_is_forgotten(live: Live) -> None:
    hub = live.client.app.state.services.hub  # type: ignore[attr-defined]
    for _ in range(3):
        with connect_sse(live.client, "GET", "/v1/changes/stream?since=0") as source:
            next(source.iter_sse())
    assert wait_until(lambda: hub._streams == 0)
    assert hub._poller is None


@contextmanager
def process(
    url: str, port: int, folder: Path, *options: str, **variables: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`communique serve` as a process of its own, ready to answer."""
    communique = str(Path(sys.executable).parent / "communique")
    command = [communique, "serve", "--port", str(port), *options]
    environment = {**os.environ, "COMMUNIQUE_DATABASE_URL": url, **variables}
    with subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as server:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    httpx.get(
                        f"http://127.0.0.1:{port}/readyz", verify=False
                    ).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.05)
            yield server
        finally:
            if server.poll() is None:
                server.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Follower(threading.Thread):
    """A client that comes back whenever it is cut off, as a browser does."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.address = f"http://127.0.0.1:{port}/v1/changes/stream"
        self.seen: list[str] = []
        self.last_id = ""
        self.connections = 0
        self.ended = False

    def run(self) -> None:
        while not self.ended:
            headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
            try:
                with (
                    httpx.Client(timeout=5) as client,
                    connect_sse(
                        client, "GET", self.address, params={"since": "1"}, headers=headers
                    ) as source,
                ):
                    self.connections += 1
                    for event in source.iter_sse():
                        if event.event == "change":
                            self.seen.append(json.loads(event.data)["slug"])
                        self.last_id = event.id
            except httpx.HTTPError:
                time.sleep(0.05)


@pytest.mark.accept
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stream_survives_a_restart_without_loss_or_repeat(
    small_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port()
    follower = Follower(port)
    written = [f"record-{i}" for i in range(12)]
    with engine_of(small_url) as engine:

        def write(names: list[str]) -> None:
            for name in names:
                with write_session(engine) as session:
                    apply(session, [fictional.create("initiative", name)], "test", "One more")

        def wait_for(count: int) -> None:
            deadline = time.monotonic() + 20
            while len(follower.seen) < count and time.monotonic() < deadline:
                time.sleep(0.02)

        with process(small_url, port, tmp_path) as server:
            follower.start()
            write(written[:4])
            wait_for(4)
            server.send_signal(number)
            # A stream does not keep the server from ending.
            server.wait(timeout=10)
            assert server.stderr is not None
            assert server.stderr.read() == b""
        write(written[4:8])
        with process(small_url, port, tmp_path):
            write(written[8:])
            wait_for(12)
            follower.ended = True
    assert follower.seen == written
    assert follower.connections >= 2


@pytest.mark.accept
@pytest.mark.parametrize("workers", ["1", "2"])
def test_client_that_takes_nothing_keeps_no_server_from_ending(
    empty_url: str, tmp_path: Path, workers: str
) -> None:
    filled(empty_url, fictional.base(offices=[long_office(i) for i in range(12)]))
    port = free_port()
    patience = {"COMMUNIQUE_SHUTDOWN_SECONDS": "1"}
    with (
        process(empty_url, port, tmp_path, "--workers", workers, **patience) as server,
        taking_nothing("127.0.0.1", port),
    ):
        time.sleep(1)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=15)
