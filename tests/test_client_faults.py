"""The Python client behind a network that fails: nothing is lost, and nothing is done twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from communique_client import Policy, Unreachable, problems
from communique_client.exchange import Lost, find_wait
from communique_client.messages import Request, Response, read_retry_after
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases
from tests.helpers.clients import KINDS, Kind, Site, serving_site
from tests.helpers.faults import PASS, Fault

# Without a cache: a 304 has no body that could be cut.
PLAIN = Policy(max_wait_seconds=5.0, cache_bytes=0)
BUSY = {"Retry-After": "0"}
# What may happen to a request that the client then sends again.
FAULTS = {
    "dropped": Fault("drop"),
    "executed, and the response lost": Fault("lose"),
    "cut in the head": Fault("cut", max_bytes=0),
    "cut in the body": Fault("cut", max_bytes=30),
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
    with site.connect(kind, policy=PLAIN) as client:
        yield client


def area(slug: str, kind: Kind) -> dict[str, Any]:
    return fictional.focus_area(f"{slug}-{kind}")


@pytest.mark.parametrize("fault", ["dropped", "cut in the body", "unavailable"])
def test_read_is_repeated(site: Site, client: Any, fault: str) -> None:
    expected = client.list_offices()
    site.proxy.fail(FAULTS[fault], FAULTS[fault])
    assert client.list_offices() == expected
    assert len(site.proxy.requests) == 3


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.accept
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


@pytest.mark.accept
def test_response_that_is_late_is_not_waited_for(site: Site, kind: Kind) -> None:
    late = Fault("delay", seconds=3)
    impatient = Policy(timeout_seconds=1, retries=20, max_wait_seconds=1)
    with site.connect(kind, policy=impatient) as client:
        site.proxy.fail(late)
        assert client.list_offices()["total"] > 0
        # On a machine that is busy, others may be late as well.
        assert len(site.proxy.requests) >= 2
        site.proxy.fail(late)
        assert client.create_focus_area(area("tides", kind))["version"] == 1
        assert len(site.proxy.requests) >= 2
    keys = {request.headers["idempotency-key"] for request in site.proxy.requests}
    assert len(keys) == 1


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


@pytest.mark.parametrize("fault", ["dropped", "cut in the body", "unavailable"])
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
    lost, policy = Lost("It broke."), Policy(max_wait_seconds=9)
    waits = [find_wait(request_, lost, number, policy) or 0 for number in range(5)]
    assert all(0.5 <= wait / 0.25 / 2**i <= 1.5 for i, wait in enumerate(waits))
    assert find_wait(request_, lost, 0, policy) != waits[0]
    # Never for longer than the bound, unless the server asks for more: then not at all.
    assert find_wait(request_, lost, 20, policy) == 9
    busy = {seconds: Response(503, {"retry-after": seconds}, b"") for seconds in ("9", "10")}
    assert find_wait(request_, busy["9"], 0, policy) == 9
    assert find_wait(request_, busy["10"], 0, policy) is None


@pytest.mark.parametrize("outcome", [Lost("It broke."), Response(503, {}, b"")])
def test_nothing_is_waited_for_without_a_key(outcome: Response | Lost) -> None:
    assert find_wait(POST, outcome, 0, Policy()) is None
