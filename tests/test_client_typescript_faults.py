"""The TypeScript client behind a network that fails: nothing is lost, and nothing is done twice."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.helpers.bases import SqliteBases
from tests.helpers.faults import PASS, Fault, FaultyProxy, failing
from tests.helpers.servers import serving
from tests.helpers.typescript import build_client, needs_npm, use

pytestmark = [needs_npm, pytest.mark.accept]

AT_ONCE = {"Retry-After": "0"}
# What may happen to a request that the client then sends again.
FAULTS = {
    "dropped": Fault("drop"),
    "executed, and the response lost": Fault("lose"),
    "cut in the head": Fault("cut", max_bytes=0),
    "cut in the body": Fault("cut", max_bytes=30),
    "late": Fault("delay", seconds=4),
    "too many requests": Fault("refuse", status=429, headers=AT_ONCE),
    "bad gateway": Fault("refuse", status=502),
    "unavailable": Fault("refuse", status=503, headers=AT_ONCE),
}
STALE = json.dumps({"code": "stale-version", "detail": "Changed.", "title": "Stale"}).encode()


class Site:
    """A server, the proxy before it, and its key."""

    def __init__(self, server: httpx.Client, proxy: FaultyProxy) -> None:
        self.server = server
        self.proxy = proxy
        self.key = server.headers["authorization"].removeprefix("Bearer ")

    def use(self, name: str, argument: str, *faults: Fault) -> Any:
        """The outcome of one use of the client, while its requests fail so."""
        self.proxy.fail(*faults)
        is_late = any(fault.kind == "delay" for fault in faults)
        timeout = "2" if is_late else "60"
        return use("call", self.proxy.url, self.key, name, argument, timeout)

    @property
    def idempotency_keys(self) -> list[str | None]:
        return [request.headers.get("idempotency-key") for request in self.proxy.requests]


@pytest.fixture(scope="module")
def site(plain_bases: SqliteBases) -> Iterator[Site]:
    build_client()
    with (
        serving(plain_bases.make("seeded"), scope="admin") as server,
        failing(str(server.base_url)) as proxy,
    ):
        yield Site(server, proxy)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_read_is_repeated(site: Site, fault: Fault) -> None:
    assert site.use("read", "", fault)["result"] == 1
    assert len(site.proxy.requests) >= 2


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_write_is_repeated_and_carried_out_once(site: Site, fault: Fault) -> None:
    slug = f"made-{list(FAULTS.values()).index(fault)}"
    revision = site.server.get("/v1").json()["revision"]
    assert site.use("create", slug, fault)["result"] == 1
    first, *others = site.idempotency_keys
    assert first is not None
    assert {*others} == {first}
    assert site.server.get("/v1").json()["revision"] == revision + 1


def test_request_without_a_key_is_sent_once(site: Site) -> None:
    outcome = site.use("validate", "nato-liaison-office-amman", Fault("lose"))
    assert outcome["noResponse"].startswith("POST http")
    assert site.idempotency_keys == [None]


def test_wait_is_as_long_as_the_server_asks(site: Site) -> None:
    busy = Fault("refuse", status=429, headers={"Retry-After": "1"})
    outcome = site.use("read", "", busy)
    assert outcome["result"] == 1
    assert outcome["seconds"] >= 1


def test_too_long_a_wait_is_left_to_the_program(site: Site) -> None:
    outcome = site.use(
        "read", "", Fault("refuse", status=503, headers={"Retry-After": "3600"})
    )
    assert (outcome["problem"]["status"], outcome["problem"]["retryAfter"]) == (503, 3600)
    assert outcome["problem"]["code"] == "http-503"
    assert len(site.proxy.requests) == 1


def test_repetition_ends(site: Site) -> None:
    outcome = site.use("read", "", *[Fault("drop")] * 9)
    assert "noResponse" in outcome
    assert len(site.proxy.requests) == 5


def test_stale_version_is_not_repeated(site: Site) -> None:
    """Neither that of a proxy nor that of the server, whose problem says what is wrong."""
    fault = Fault("refuse", status=412, body=STALE)
    outcome = site.use("replace", "training", PASS, fault)
    assert outcome["problem"]["code"] == "stale-version"
    outcome = site.use("replace", "training")
    assert outcome["problem"]["status"] == 412
    assert outcome["problem"]["errors"][0]["version"] == 1
    assert len(site.proxy.requests) == 2


def test_unchanged_response_is_not_sent_again(site: Site) -> None:
    assert site.use("readTwice", "")["result"] == {"same": True}
    assert site.proxy.statuses == [200, 304]


def test_pages_go_on_after_a_fault(site: Site) -> None:
    slugs = [
        item["slug"] for item in site.server.get("/v1/initiatives?sort=slug").json()["items"]
    ]
    outcome = site.use("items", "", PASS, Fault("cut", max_bytes=100), PASS, Fault("drop"))
    assert outcome["result"] == slugs


@pytest.mark.parametrize("max_bytes", [0, 40, 3_000, 50_000])
def test_stream_goes_on_where_it_broke_off(site: Site, max_bytes: int) -> None:
    changes = []
    path = "/v1/changes?since=0"
    while path is not None:
        page = site.server.get(path).json()
        changes += [f"{change['type']}/{change['slug']}" for change in page["items"]]
        path = page["next"]
    cut = Fault("cut", max_bytes=max_bytes)
    refused = Fault("refuse", status=503, headers=AT_ONCE)
    outcome = site.use("follow", "", cut, refused, cut)
    assert outcome["result"] == changes
    assert len(changes) > 60


def test_stream_ends_without_an_error_when_it_is_stopped(site: Site) -> None:
    assert site.use("stop", "") == {
        "result": ["current"],
        "seconds": pytest.approx(0, abs=30),
    }


def test_draft_is_published_though_each_request_fails_once(site: Site) -> None:
    text = "# Plan\n\n- The Ministry of Tides will open an office in Port Example by 2031.\n"
    lost = Fault("lose")
    outcome = site.use("draft", text, lost, PASS, lost, PASS, lost)
    assert outcome["result"]["decided"] > 0
    assert len(outcome["result"]["published"]["changes"]) > 0
