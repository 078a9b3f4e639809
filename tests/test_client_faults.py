"""The Python client behind a network that fails: nothing is lost, and nothing is done twice."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import example, given
from hypothesis import strategies as st

from communique_client import Changed, Current, Policy, Unreachable, problems
from communique_client.changes import EventParser
from communique_client.exchange import Lost, find_wait
from communique_client.messages import Request, Response, read_retry_after
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, engine_of
from tests.helpers.clients import KINDS, Kind, Site, serving_site
from tests.helpers.faults import PASS, Fault
from tests.helpers.live import Live, put_back

# Without a cache: a 304 has no body that could be cut.
QUICK = Policy(timeout_seconds=0.5, max_wait_seconds=5.0, cache_bytes=0)
BUSY = {"Retry-After": "0"}
# What may happen to a request that the client then sends again.
FAULTS = {
    "dropped": Fault("drop"),
    "executed, and the response lost": Fault("lose"),
    "cut in the head": Fault("cut", max_bytes=0),
    "cut in the body": Fault("cut", max_bytes=30),
    "late": Fault("delay", seconds=1.5),
    "too many requests": Fault("refuse", status=429, headers=BUSY),
    "bad gateway": Fault("refuse", status=502),
    "unavailable": Fault("refuse", status=503, headers=BUSY),
    "gateway timeout": Fault("refuse", status=504),
}


@pytest.fixture(scope="module")
def site(plain_bases: SqliteBases) -> Iterator[Site]:
    with serving_site(plain_bases.make("varied")) as site:
        yield site


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def client(site: Site, kind: Kind) -> Iterator[Any]:
    site.proxy.fail()
    with site.connect(kind, policy=QUICK) as client:
        yield client


def area(slug: str, kind: Kind) -> dict[str, Any]:
    return fictional.focus_area(f"{slug}-{kind}")


@pytest.mark.parametrize("fault", FAULTS)
def test_read_is_repeated(site: Site, client: Any, fault: str) -> None:
    expected = client.list_offices()
    site.proxy.fail(FAULTS[fault], FAULTS[fault])
    assert client.list_offices() == expected
    assert len(site.proxy.requests) == 3


@pytest.mark.parametrize("fault", FAULTS)
def test_write_is_repeated_and_executed_once(
    site: Site, client: Any, kind: Kind, fault: str
) -> None:
    before = client.get_overview()["revision"]
    site.proxy.fail(FAULTS[fault], FAULTS[fault])
    slug = fault.replace(",", "").replace(" ", "-")
    created = client.create_focus_area(area(slug, kind))
    assert created["version"] == 1
    keys = {request.headers["idempotency-key"] for request in site.proxy.requests}
    assert (len(site.proxy.requests), len(keys)) == (3, 1)
    assert client.get_overview()["revision"] == before + 1


def test_change_whose_response_is_lost_is_not_stale(
    site: Site, client: Any, kind: Kind
) -> None:
    """Sent again, it names a version that the record no longer has, because of itself."""
    record = client.create_focus_area(area("piers", kind))
    slug = record["slug"]
    site.proxy.fail(Fault("lose"))
    patch = {"aliases": [f"Jetties {kind}"], "derived": {"aliases": "fictional"}}
    assert client.patch_focus_area(slug, patch, if_match=record)["version"] == 2
    site.proxy.fail(Fault("lose"))
    client.delete_focus_area(slug, if_match=2)
    assert site.proxy.statuses == [204, 204]


def test_each_write_has_a_key_of_its_own(site: Site, client: Any, kind: Kind) -> None:
    client.create_focus_area(area("quays", kind))
    with pytest.raises(problems.AlreadyExists):
        client.create_focus_area(area("quays", kind))
    first, second = (request.headers["idempotency-key"] for request in site.proxy.requests)
    assert first != second


@pytest.mark.parametrize("fault", FAULTS)
def test_post_without_a_key_is_never_repeated(site: Site, client: Any, fault: str) -> None:
    slug = client.list_documents()["items"][0]["slug"]
    site.proxy.fail(FAULTS[fault])
    if FAULTS[fault].kind == "refuse":
        with pytest.raises(problems.UnexpectedResponse):
            client.verify_document(slug, "Another text.")
    else:
        with pytest.raises(Unreachable):
            client.verify_document(slug, "Another text.")
    (request,) = site.proxy.requests
    assert "idempotency-key" not in request.headers


@pytest.mark.parametrize(
    ("status", "code"),
    [(412, "stale-version"), (409, "already-exists"), (500, "internal-error")],
)
def test_refusal_that_time_does_not_mend_is_raised_at_once(
    site: Site, client: Any, kind: Kind, status: int, code: str
) -> None:
    problem = {"status": status, "code": code, "detail": "No.", "errors": [{"version": 7}]}
    site.proxy.fail(Fault("refuse", status=status, body=json.dumps(problem).encode()))
    with pytest.raises(problems.KINDS[code]) as caught:
        client.replace_focus_area(f"refused-{kind}", area("refused", kind), if_match=3)
    assert len(site.proxy.requests) == 1
    if isinstance(caught.value, problems.StaleVersion):
        assert caught.value.version == 7


def test_write_whose_first_attempt_still_runs_waits_for_it(
    site: Site, client: Any, kind: Kind
) -> None:
    running = {"status": 409, "code": "still-running", "detail": "It runs."}
    body = json.dumps(running).encode()
    site.proxy.fail(Fault("lose"), Fault("refuse", status=409, body=body))
    assert client.create_focus_area(area("ferries", kind))["version"] == 1
    assert len(site.proxy.requests) == 3


def test_client_does_not_wait_for_longer_than_its_bound(site: Site, client: Any) -> None:
    body = json.dumps({"status": 503, "code": "unavailable", "detail": "Maintenance."})
    site.proxy.fail(
        Fault("refuse", headers={"Retry-After": "3600"}, body=body.encode()), PASS
    )
    with pytest.raises(problems.Unavailable, match="Maintenance") as caught:
        client.get_overview()
    assert caught.value.retry_after_seconds == 3600
    assert len(site.proxy.requests) == 1


def test_client_gives_up_and_says_with_which_key_to_go_on(site: Site, kind: Kind) -> None:
    record = area("canals", kind)
    site.proxy.fail(Fault("lose"), Fault("drop"))
    policy = Policy(retries=1)
    with site.connect(kind, policy=policy) as client:
        with pytest.raises(Unreachable, match=r"POST http.*/v1/focus-areas: ") as caught:
            client.create_focus_area(record)
        key = caught.value.idempotency_key
        assert key == site.proxy.requests[0].headers["idempotency-key"]
        revision = client.get_overview()["revision"]
        assert client.create_focus_area(record, idempotency_key=key)["version"] == 1
        assert client.get_overview()["revision"] == revision


def test_server_that_is_not_there_is_named(kind: Kind, site: Site) -> None:
    with (
        site.connect(kind, policy=Policy(retries=0), url="http://127.0.0.1:9") as client,
        pytest.raises(Unreachable, match=r"GET http://127.0.0.1:9/v1: .*onnect"),
    ):
        client.get_overview()


READ = Request("GET", "http://localhost/v1")
WRITE = Request("POST", "http://localhost/v1/offices", {"Idempotency-Key": "a"})
POST = Request("POST", "http://localhost/v1/documents/a/verify")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-3"}, 0),
        # The server's clock counts, whatever ours says.
        (
            {
                "retry-after": "Wed, 21 May 2031 07:28:30 GMT",
                "date": "Wed, 21 May 2031 07:28:00 GMT",
            },
            30,
        ),
        (
            {
                "retry-after": "Wed, 21 May 2031 07:27:00 GMT",
                "date": "Wed, 21 May 2031 07:28:00 GMT",
            },
            0,
        ),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float) -> None:
    assert read_retry_after(headers) == seconds


@pytest.mark.parametrize("request_", [READ, WRITE])
def test_waits_grow_and_differ_between_clients(request_: Request) -> None:
    waits = [find_wait(request_, Lost("It broke."), number) or 0 for number in range(5)]
    assert all(0.5 <= wait / 0.25 / 2**i <= 1.5 for i, wait in enumerate(waits))
    assert find_wait(request_, Lost("It broke."), 0) != waits[0]
    asked = find_wait(request_, Response(503, {"retry-after": "9"}, b""), 0)
    assert asked == 9


@pytest.mark.parametrize("outcome", [Lost("It broke."), Response(503, {}, b"")])
def test_nothing_is_waited_for_without_a_key(outcome: Response | Lost) -> None:
    assert find_wait(POST, outcome, 0) is None


# ── The stream of changes ────────────────────────────────────────────────────────────────────


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


def test_silent_stream_is_opened_anew(live_site: tuple[Live, Site], kind: Kind) -> None:
    live, site = live_site
    create(live, "a")
    site.proxy.fail()
    impatient = Policy(silence_seconds=1.0, max_wait_seconds=0.05)
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


@given(st.lists(LINES, max_size=30), st.lists(st.integers(0, 200), max_size=8))
@example([EVENT], [17, 34])
def test_events_are_the_same_however_their_bytes_arrive(
    lines: list[str], cuts: list[int]
) -> None:
    content = "".join([*lines, ": end\n"]).encode()
    parser = EventParser()
    events = []
    for start, end in pairwise([0, *sorted(cuts), max(200, len(content))]):
        events += parser.receive(content[start:end])
    read = [(event.kind or "message", event.data, event.id) for event in events]
    assert read == read_with_httpx_sse(content)


def test_line_separators_of_unicode_do_not_end_a_line() -> None:
    text = "data: A\u2028B\u2029C\u0085D\nid: é\n\n"
    (event,) = EventParser().receive(text.encode())
    assert (event.data, event.id) == ("A\u2028B\u2029C\u0085D", "é")
