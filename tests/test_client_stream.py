"""The Python client follows changes over a network that fails: each change once, in order."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise
from threading import Thread
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import example, given
from hypothesis import strategies as st

from communique_client import Changed, Current, Policy, Unreachable, problems
from communique_client.changes import EventParser
from tests.helpers import fictional
from tests.helpers.bases import engine_of, make_key
from tests.helpers.clients import KINDS, Kind, Site, connecting, serving_site
from tests.helpers.command_line import COMMAND, environment, free_port
from tests.helpers.faults import Fault
from tests.helpers.live import Live, put_back


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def live_site(plain_small_url: str) -> Iterator[tuple[Live, Site]]:
    """A small base to write to, and the site over it."""
    with engine_of(plain_small_url) as engine, serving_site(plain_small_url) as site:
        yield Live(engine, site.server), site


def create(live: Live, *slugs: str) -> None:
    for slug in slugs:
        assert live.write([fictional.create("initiative", slug)])


STREAM = Policy(max_wait_seconds=0.05)


def take_changes(events: Iterator[Any], number: int) -> list[str]:
    """The slugs of the next so many changes."""
    slugs: list[str] = []
    for event in events:
        if isinstance(event, Changed):
            slugs.append(event.change["slug"])
        if len(slugs) == number:
            break
    return slugs


@contextmanager
def following(
    site: Site, kind: Kind, policy: Policy = STREAM, **options: Any
) -> Iterator[Any]:
    """The events of a stream, which is closed at the end."""
    with (
        site.connect(kind, policy=policy) as client,
        closing(client.stream_changes(**options)) as events,
    ):
        yield events


@pytest.mark.parametrize("max_bytes", [0, 10, 700, 1_500])
@pytest.mark.accept
def test_stream_goes_on_where_it_was_cut(
    live_site: tuple[Live, Site], kind: Kind, max_bytes: int
) -> None:
    live, site = live_site
    create(live, "a", "b", "c", "d")
    cut = Fault("cut", max_bytes=max_bytes)
    site.proxy.fail(cut, Fault("drop"), Fault("refuse"), Fault("refuse", status=429))
    with following(site, kind, since=1) as events:
        assert take_changes(events, 4) == ["a", "b", "c", "d"]
        create(live, "e")
        assert take_changes(events, 1) == ["e"]
    assert len(site.proxy.requests) == 5


def test_stream_is_patient_anew_after_each_event(
    live_site: tuple[Live, Site], kind: Kind
) -> None:
    live, site = live_site
    create(live, "a", "b", "c", "d")
    # Each connection gives an event, and only one may fail without one.
    site.proxy.fail(*[Fault("cut", max_bytes=1_000)] * 3)
    impatient = Policy(retries=1, max_wait_seconds=0.05)
    with following(site, kind, impatient, since=1) as events:
        assert take_changes(events, 4) == ["a", "b", "c", "d"]
    assert len(site.proxy.requests) > 2


def test_another_process_goes_on_from_a_stored_id(
    live_site: tuple[Live, Site], kind: Kind
) -> None:
    live, site = live_site
    create(live, "a", "b")
    with following(site, kind, since=1) as events:
        stored, _, current = next(events), next(events), next(events)
    assert (type(current), current.revision) == (Current, 3)
    with following(site, kind, since=stored.id) as events:
        assert take_changes(events, 1) == ["b"]


@pytest.mark.accept
def test_silent_stream_is_opened_anew(live_site: tuple[Live, Site], kind: Kind) -> None:
    live, site = live_site
    create(live, "a")
    site.proxy.fail()
    impatient = Policy(retries=20, silence_seconds=1.0, max_wait_seconds=0.05)
    with following(site, kind, impatient, since=1) as events:
        _, current, again = next(events), next(events), next(events)
        # A stream that has nothing new says so, and that is the first event of the new one.
        assert current == again
        create(live, "b")
        assert take_changes(events, 1) == ["b"]
    positions = [request.headers.get("last-event-id") for request in site.proxy.requests]
    assert positions[0] is None
    assert current.id in positions


def test_stream_gives_up_when_nothing_comes_again_and_again(
    live_site: tuple[Live, Site], kind: Kind
) -> None:
    _, site = live_site
    site.proxy.fail(*[Fault("drop")] * 3)
    impatient = Policy(retries=2, max_wait_seconds=0.05)
    with following(site, kind, impatient) as events, pytest.raises(Unreachable):
        next(events)
    assert len(site.proxy.requests) == 3


def test_stream_of_a_base_that_was_put_back_is_a_problem(
    live_site: tuple[Live, Site], kind: Kind
) -> None:
    live, site = live_site
    create(live, "a", "b")
    with following(site, kind, since=1) as events:
        assert take_changes(events, 2) == ["a", "b"]
        assert isinstance(next(events), Current)
        put_back(live, 1)
        with pytest.raises(problems.InvalidCursor, match="Make a new copy"):
            next(events)


def test_page_of_a_proxy_is_no_stream(live_site: tuple[Live, Site], kind: Kind) -> None:
    _, site = live_site
    site.proxy.fail(Fault("refuse", status=200, body=b"<h1>Welcome</h1>"))
    with following(site, kind) as events, pytest.raises(problems.UnexpectedResponse):
        next(events)


LINES = st.sampled_from(
    [
        "event: change\n",
        "event: current\r\n",
        "event: newer\n",
        'data: {"revision": 3}\n',
        "data: {\r",
        'data:"revision": 4}\r\n',
        "id: eins\n",
        "id:zwei\r",
        "retry: 20\n",
        ": still here\n",
        "\n",
        "\r\n",
        "\r",
    ]
)
EVENT = 'event: current\r\nid: eins\r\ndata: {"revision":\r\ndata: 5}\r\n\r\n'


def read_with_httpx_sse(content: bytes) -> list[tuple[str, str, str]]:
    """The events that have data, as another library reads them."""
    headers = {"Content-Type": "text/event-stream"}
    source = EventSource(httpx.Response(200, headers=headers, content=content))
    events = [(event.event, event.data, event.id) for event in source.iter_sse()]
    return [event for event in events if event[1]]


def parse(chunks: list[bytes]) -> list[tuple[str, str, str]]:
    parser = EventParser()
    events = [event for chunk in chunks for event in parser.receive(chunk)]
    return [(event.kind or "message", event.data, event.id) for event in events]


@given(st.lists(LINES, max_size=30), st.lists(st.integers(0, 200), max_size=8))
@example([EVENT], [15])
def test_events_are_the_same_however_their_bytes_arrive(
    lines: list[str], cuts: list[int]
) -> None:
    content = "".join([*lines, ": end\n"]).encode()
    bounds = [0, *sorted(cuts), max(200, len(content))]
    chunks = [content[start:end] for start, end in pairwise(bounds)]
    expected = read_with_httpx_sse(content)
    assert parse(chunks) == expected
    # Each byte by itself: also a carriage return without its line feed.
    assert parse([content[i : i + 1] for i in range(len(content))]) == expected


def test_line_separators_of_unicode_do_not_end_a_line() -> None:
    text = "data: A\u2028B\u2029C\u0085D\nid: é\n\n"
    (event,) = EventParser().receive(text.encode())
    assert (event.data, event.id) == ("A\u2028B\u2029C\u0085D", "é")


@contextmanager
def process(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server as a process of its own, which may still be starting."""
    command = [*COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(
        command,
        env=environment(url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield server
        finally:
            server.kill()


@pytest.mark.accept
def test_killed_server_loses_and_repeats_nothing(plain_small_url: str, kind: Kind) -> None:
    """One client writes and another follows, while the server is killed twice."""
    port = free_port()
    key = make_key(plain_small_url, "write")
    patient = Policy(retries=60, max_wait_seconds=0.5)
    slugs = [f"pond-{number:02}" for number in range(30)]
    followed: list[str] = []

    def follow() -> None:
        with (
            connecting(kind, url=f"http://127.0.0.1:{port}", policy=patient) as client,
            closing(client.stream_changes(since=1)) as events,
        ):
            followed.extend(take_changes(events, len(slugs)))

    follower = Thread(target=follow)
    follower.start()
    with ExitStack() as stack:
        server = stack.enter_context(process(plain_small_url, port))
        client = stack.enter_context(
            connecting(kind, url=f"http://127.0.0.1:{port}", key=key, policy=patient)
        )
        for number, slug in enumerate(slugs):
            if number in (10, 20):
                server.kill()
                server.wait()
                server = stack.enter_context(process(plain_small_url, port))
            assert client.create_focus_area(fictional.focus_area(slug))["version"] == 1
        follower.join(timeout=60)
        assert client.get_overview()["revision"] == 1 + len(slugs)
    assert followed == slugs
