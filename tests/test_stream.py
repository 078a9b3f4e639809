"""The stream of changes: nothing lost, nothing repeated, and nothing held while nothing happens."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from app.db import writing
from app.main import create_app
from app.settings import Settings
from app.writes import apply
from tests import fictional
from tests.conftest import count_statements, engine_of, filled
from tests.test_changes import Live, live

__all__ = ["live"]


def follow(client: httpx.Client, path: str, number: int, **headers: str) -> list[ServerSentEvent]:
    """The next so many changes of a stream."""
    found: list[ServerSentEvent] = []
    with connect_sse(client, "GET", path, headers=headers) as source:
        assert source.response.headers["content-type"].startswith("text/event-stream")
        for event in source.iter_sse():
            if event.event == "change":
                found.append(event)
            if len(found) == number:
                return found
    return found


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
    rest = follow(live.client, "/v1/changes/stream?since=1", 2, **{"Last-Event-ID": first[0].id})
    assert slugs(first + rest) == ["a", "b", "c"]


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


def test_silent_stream_says_that_it_is_there(live: Live) -> None:
    app: Any = live.client.app  # type: ignore[attr-defined]
    app.state.settings = app.state.settings.model_copy(update={"heartbeat_seconds": 0.1})
    with live.client.stream("GET", "/v1/changes/stream?since=1") as response:
        lines = response.iter_lines()
        while next(lines) != ": still here":
            pass


def test_head_of_a_stream_ends(live: Live) -> None:
    response = live.client.head("/v1/changes/stream")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"


def test_open_streams_hold_nothing_and_are_read_for_once(live: Live) -> None:
    engine = live.client.app.state.engine  # type: ignore[attr-defined]
    with ExitStack() as stack:
        sources = [
            stack.enter_context(connect_sse(live.client, "GET", "/v1/changes/stream?since=1"))
            for _ in range(40)
        ]
        lines = [source.response.iter_lines() for source in sources]
        for each in lines:
            assert next(each) == "event: current"
        deadline = time.monotonic() + 10
        while engine.pool.checkedout() and time.monotonic() < deadline:
            time.sleep(0.02)  # a poll may be on
        assert engine.pool.checkedout() == 0
        with count_statements(engine) as statements:
            create(live, "new")
            for each in lines:
                assert "event: change" in each
        reads = [text for text in statements.texts if "snapshot" in text]
        assert len(reads) < 10


def test_client_that_vanishes_is_forgotten(live: Live) -> None:
    hub = live.client.app.state.hub  # type: ignore[attr-defined]
    for _ in range(3):
        with connect_sse(live.client, "GET", "/v1/changes/stream?since=0") as source:
            next(source.iter_sse())
    deadline = time.monotonic() + 10
    while hub._streams and time.monotonic() < deadline:
        time.sleep(0.02)
    assert hub._streams == 0
    assert hub._poller is None


@contextmanager
def process(url: str, port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`communique serve` as a process of its own, ready to answer."""
    command = [str(Path(sys.executable).parent / "communique"), "serve", "--port", str(port)]
    environment = {**os.environ, "COMMUNIQUE_DATABASE_URL": url}
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as server:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/readyz").raise_for_status()
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stream_survives_a_restart_without_loss_or_repeat(
    empty_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    filled(empty_url, fictional.base())
    port = free_port()
    follower = Follower(port)
    written = [f"record-{i}" for i in range(12)]
    with engine_of(empty_url) as engine:

        def write(names: list[str]) -> None:
            for name in names:
                with writing(engine) as session:
                    apply(session, [fictional.create("initiative", name)], "test", "One more")

        def wait_for(count: int) -> None:
            deadline = time.monotonic() + 20
            while len(follower.seen) < count and time.monotonic() < deadline:
                time.sleep(0.02)

        with process(empty_url, port, tmp_path) as server:
            follower.start()
            write(written[:4])
            wait_for(4)
            server.send_signal(number)
            # A stream does not keep the server from ending.
            server.wait(timeout=10)
            assert server.stderr is not None
            assert server.stderr.read() == b""
        write(written[4:8])
        with process(empty_url, port, tmp_path):
            write(written[8:])
            wait_for(12)
            follower.ended = True
    assert follower.seen == written
    assert follower.connections >= 2


def test_application_without_streams_starts_and_ends(empty_url: str) -> None:
    """The hub has no task, thread or session of its own until a stream is open."""
    app = create_app(Settings(database_url=empty_url))
    assert app.state.hub._poller is None
    app.state.engine.dispose()
