"""The Python client against a real server: both clients, called in the same way."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import CannotStart, KnowledgeBaseError, UnreadableBundle
from communique_client import Policy, etag_of, frame, problems
from communique_client.async_calls import AsyncCalls
from communique_client.calls import Calls
from communique_client.exchange import ResponseCache
from communique_client.messages import Request, Response
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases
from tests.helpers.clients import KINDS, Kind, Site, connecting, serving_site
from tests.helpers.faults import Fault, failing
from tests.helpers.servers import serving
from tests.helpers.stored_drafts import PLAN
from tests.helpers.walking import walk


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
    with site.connect(kind) as client:
        yield client


def create_area(client: Any, slug: str, kind: Kind) -> Any:
    """A new focus area, for a client of this kind alone."""
    return client.create_focus_area(fictional.focus_area(f"{slug}-{kind}"))


def name_also(alias: str) -> dict[str, Any]:
    """A patch that gives a focus area this alias."""
    return {"aliases": [alias], "derived": {"aliases": "fictional"}}


def test_page_is_what_the_server_sends(site: Site, client: Any) -> None:
    page = client.list_initiatives(facet=["kind", "office"], count="exact", has_office=True)
    query = "facet=kind&facet=office&count=exact&has_office=true"
    assert page == site.server.get(f"/v1/initiatives?{query}").json()
    assert page["facets"]["kind"]["buckets"]


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_iteration_walks_all_pages(site: Site, client: Any, limit: int) -> None:
    pages = walk(site.server, "/v1/search?limit=200&modality=stated&modality=recommended")
    rows = [row for page in pages for row in page["items"]]
    assert len(rows) > 3
    options = {"limit": limit, "modality": {"stated", "recommended"}}
    assert list(client.iter_search(**options)) == rows


def test_pages_begin_with_the_page_that_is_there(client: Any) -> None:
    pages = list(client.pages(client.list_offices(limit=2)))
    assert len(pages) > 1
    total = sum(len(page["items"]) for page in pages)
    assert total == pages[0]["total"]


def test_record_is_found_by_a_label_that_needs_quoting(client: Any, kind: Kind) -> None:
    name = f"Wells & ponds? {kind} 50%"
    slug = f"wells-{kind}"
    client.create_focus_area(fictional.focus_area(slug, name=name))
    assert client.get_focus_area(name)["slug"] == slug
    assert client.list_focus_areas(focus_area=name)["total"] == 1


def test_links_of_a_response_are_read(client: Any) -> None:
    office = client.list_offices(limit=1)["items"][0]
    assert client.read(office["url"]) == client.get_office(office["slug"])
    with pytest.raises(ValueError, match="not a link of the server"):
        client.read("https://example.org/v1/offices")
    with pytest.raises(ValueError, match="not a link of the server"):
        client.read("//example.org/v1/offices")


def test_key_is_not_taken_to_another_server(site: Site, client: Any) -> None:
    with failing(str(site.server.base_url)) as other:
        site.proxy.fail(
            Fault("refuse", status=307, headers={"Location": f"{other.url}/v1/offices"})
        )
        client.list_offices()
        (request,) = other.requests
    assert "authorization" in site.proxy.requests[0].headers
    assert "authorization" not in request.headers


def test_links_have_the_path_that_a_server_is_published_under(
    plain_small_url: str, kind: Kind
) -> None:
    with serving(plain_small_url, base_url="http://localhost/kb") as server:
        address = f"{server.base_url}/kb/"
        with connecting(kind, address) as client:
            slugs = [area["slug"] for area in client.iter_focus_areas(limit=1)]
    assert slugs == ["castles", "moats", "trade"]


@pytest.mark.accept
def test_base_of_an_earlier_revision_is_read(site: Site, client: Any, kind: Kind) -> None:
    before = client.get_overview()["revision"]
    area = create_area(client, "dunes", kind)
    slug = area["slug"]
    with pytest.raises(problems.NotFound):
        client.get_focus_area(slug, as_of=before)
    with site.connect(kind, as_of=before) as past:
        assert slug not in [area["slug"] for area in past.iter_focus_areas(limit=2)]
        assert past.get_focus_area(slug, as_of=before + 1)["slug"] == slug
        # The log has no past of its own, and takes no `as_of`.
        assert past.list_revisions()["revision"] > before


def test_unchanged_response_is_not_sent_again(site: Site, client: Any, kind: Kind) -> None:
    area = create_area(client, "reeds", kind)
    slug = area["slug"]
    first = client.get_focus_area(slug)
    first["name"] = "Overwritten by the caller"
    site.proxy.fail()
    second = client.get_focus_area(slug)
    assert second["name"] == area["name"]
    assert site.proxy.requests[0].headers["if-none-match"] == etag_of(second)
    assert site.proxy.statuses == [304]
    client.patch_focus_area(slug, name_also(f"Rushes {kind}"), if_match="*")
    assert client.get_focus_area(slug)["aliases"] == [f"Rushes {kind}"]
    assert site.proxy.statuses == [304, 200, 200]


def test_cache_is_bounded_and_keeps_what_was_used_last() -> None:
    cache = ResponseCache(max_bytes=20)
    requests = [Request("GET", f"http://localhost/{i}") for i in range(3)]
    response = Response(200, {"etag": '"1"'}, b"ten bytes.")
    cache.store(requests[0], response)
    cache.store(requests[1], response)
    assert cache.find(requests[0]) is response
    cache.store(requests[2], response)
    assert [cache.find(request) is not None for request in requests] == [True, False, True]
    cache.store(requests[0], Response(200, {"etag": '"2"'}, b"longer than all the others"))
    # What is too large replaces what it makes stale, and nothing else.
    assert [cache.find(request) is not None for request in requests] == [False, False, True]


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("GET", 200, {}),
        ("GET", 200, {"etag": '"1"', "cache-control": "private, no-store"}),
        ("GET", 206, {"etag": '"1"'}),
        ("POST", 200, {"etag": '"1"'}),
    ],
)
def test_cache_stores_only_what_can_be_revalidated(
    method: str, status: int, headers: dict[str, str]
) -> None:
    cache = ResponseCache(max_bytes=1_000)
    request = Request(method, "http://localhost/")
    cache.store(request, Response(status, headers, b"{}"))
    assert cache.find(request) is None


def test_record_is_changed_as_it_was_read(site: Site, client: Any, kind: Kind) -> None:
    area = create_area(client, "locks", kind)
    slug = area["slug"]
    assert etag_of(area) is not None
    second = client.patch_focus_area(slug, name_also(f"Weirs {kind}"), if_match=area)
    assert second["version"] == 2
    assert site.proxy.requests[-1].headers["if-match"] == etag_of(area)
    with pytest.raises(problems.StaleVersion, match="at version 2") as caught:
        client.delete_focus_area(slug, if_match=area)
    assert caught.value.version == 2
    third = client.replace_focus_area(slug, {**area, "aliases": []}, if_match=2)
    assert third["version"] == 3
    # A record of a list has no ETag: its version is meant.
    (listed,) = client.list_focus_areas(slug=slug)["items"]
    assert etag_of(listed) is None
    assert client.delete_focus_area(slug, if_match=listed) is None
    with pytest.raises(problems.Gone):
        client.get_focus_area(slug)


def test_change_without_a_version_is_a_problem_of_its_own(client: Any, kind: Kind) -> None:
    area = create_area(client, "sluices", kind)
    with pytest.raises(problems.PreconditionRequired):
        client.delete_focus_area(area["slug"])


def test_problem_says_what_is_wrong_and_what_to_do(client: Any) -> None:
    with pytest.raises(problems.InvalidRequest, match="Did you mean") as caught:
        client.list_initiatives(modality="recomended")
    problem = caught.value
    assert (problem.status, problem.code) == (422, "invalid-request")
    assert problem.errors[0]["parameter"] == "modality"
    assert str(problem).startswith("GET http://127.0.0.1:")


def test_every_code_of_the_server_has_a_class_of_its_own() -> None:
    def tree(root: type[KnowledgeBaseError]) -> Iterator[type[KnowledgeBaseError]]:
        yield root
        for child in root.__subclasses__():
            yield from tree(child)

    never_sent = (CannotStart, UnreadableBundle)
    errors = [
        error for error in tree(KnowledgeBaseError) if not issubclass(error, never_sent)
    ]
    for error in errors:
        assert error.code in problems.KINDS
        # Some are a more specific case of what has the same code.
        if error is not KnowledgeBaseError and "code" in vars(error):
            assert problems.KINDS[error.code].__name__ == error.__name__


def test_code_that_the_client_does_not_know_is_a_problem(site: Site, client: Any) -> None:
    body = {"code": "too-quiet", "status": 418, "detail": "Speak up.", "extra": 1}
    site.proxy.fail(Fault("refuse", status=418, body=json.dumps(body).encode()))
    with pytest.raises(problems.Problem, match="Speak up") as caught:
        client.get_overview()
    assert type(caught.value) is problems.Problem
    assert (caught.value.code, caught.value.errors) == ("too-quiet", [])


@pytest.mark.parametrize("status", [200, 403, 404])
def test_response_of_another_server_is_named(site: Site, client: Any, status: int) -> None:
    site.proxy.fail(Fault("refuse", status=status, body=b"<h1>Welcome</h1>"))
    with pytest.raises(problems.UnexpectedResponse, match="<h1>Welcome</h1>") as caught:
        client.get_overview()
    assert caught.value.status == status


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://localhost", ""])
def test_address_that_cannot_be_is_refused_at_once(kind: Kind, url: str) -> None:
    with pytest.raises(ValueError, match="Try 'http://localhost:8000'"):
        connecting(kind, url).__enter__()


@pytest.mark.accept
def test_draft_becomes_a_revision(client: Any, kind: Kind) -> None:
    content = PLAN.read_text(encoding="utf-8").replace("Plan for", f"The {kind} plan for")
    draft = client.create_draft(content, "text/markdown", office="harbours")
    assert client.get_draft_text(draft["id"]).startswith(f"The {kind} plan")
    proposals = client.iter_draft_proposals(draft["id"], limit=5)
    (document,) = [proposal for proposal in proposals if proposal["type"] == "document"]
    decision = {"state": "accepted", "numbers": [document["number"]]}
    assert client.decide_draft_proposals(draft["id"], decision)["numbers"] == [
        document["number"]
    ]
    assert client.validate_publish_draft(draft["id"])["valid"] is True
    published = client.publish_draft(draft["id"])
    assert published["revision"]["revision"] == client.get_overview()["revision"]
    slug = document["record"]["slug"]
    assert client.get_document(slug)["title"].startswith(f"The {kind} plan")
    client.delete_draft(draft["id"])
    with pytest.raises(problems.NotFound):
        client.get_draft(draft["id"])


def test_export_has_every_row(client: Any) -> None:
    lines = client.export_search("ndjson", fields=["type", "slug"]).splitlines()
    rows = [(row["type"], row["slug"]) for row in client.iter_search()]
    exported = [json.loads(line) for line in lines]
    assert [(row["type"], row["slug"]) for row in exported] == rows
    assert client.get_calendar().startswith("BEGIN:VCALENDAR")


def test_frame_has_dates_as_dates(client: Any) -> None:
    items = list(client.iter_timeline_items())
    table = frame(items)
    assert list(table["slug"]) == [item["slug"] for item in items]
    assert table["created_at"].dt.tz is not None
    days = table["start_earliest"]
    assert days.dtype == "datetime64[s]"
    expected = [item["start_earliest"] for item in items]
    assert [None if day != day else f"{day:%Y-%m-%d}" for day in days] == expected


def test_frame_of_no_records_has_the_columns_that_are_named(client: Any) -> None:
    names = ["modality", "start_earliest", "text"]
    nothing = frame(client.iter_search(slug="no-such-record"), names)
    assert (list(nothing.columns), len(nothing)) == (names, 0)
    assert nothing["start_earliest"].dtype == "datetime64[s]"
    assert list(frame(client.iter_search(), names).columns) == names


def test_both_clients_have_the_same_methods() -> None:
    assert set(vars(Calls)) == set(vars(AsyncCalls))


def test_policy_reaches_both_clients(site: Site, kind: Kind) -> None:
    site.proxy.fail()
    with site.connect(kind, policy=Policy(cache_bytes=0)) as client:
        client.get_overview()
        client.get_overview()
    assert site.proxy.statuses == [200, 200]
