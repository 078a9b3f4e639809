"""A server that is published under a path: every link has it, and nothing else changes."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from httpx_sse import connect_sse

from app.errors import CannotStart
from app.settings import Settings, read_settings
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases
from tests.helpers.servers import serving

ADDRESS = "https://example.org/kb"
# Texts that look like links, and like members of JSON that are links.
TITLES = {"a-path": "/v1/offices", "a-member": '"url":"/v1/x","next": "/v1/y"'}


@pytest.fixture(scope="module")
def published(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A client of a server at `ADDRESS`, which the setting has with a final slash."""
    url = plain_bases.make("varied")
    with serving(url, scope="admin", base_url=f"{ADDRESS}/") as client:
        for slug, title in TITLES.items():
            record = fictional.record(
                "initiative", slug, title=title, office_slug="harbour-office"
            )
            client.post("/v1/initiatives", json=record).raise_for_status()
        yield client


def list_strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from list_strings(child)
    elif isinstance(node, str):
        yield node


PATHS = [
    "/v1",
    "/v1/initiatives?limit=2&facet=kind,focus_area&include=office,focus_areas",
    "/v1/initiatives/harbour-works?include=office,focus_areas",
    "/v1/focus-areas/research?include=initiatives,timeline_items,narrower",
    "/v1/search?q=harbour&limit=1",
    "/v1/changes?limit=2",
    "/v1/changes?since=now",
    "/v1/revisions?limit=1",
    "/v1/offices/harbour-office/revisions",
    "/v1/crosstab?collection=initiatives&rows=kind&columns=office",
    "/v1/timeline-items?facet=year&limit=1",
    "/v1/timeline-items?as_of=1",
    "/v1/nothing/here",
    "/v1/offices?nope=1",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_link_has_the_path_of_the_address(published: httpx.Client, path: str) -> None:
    response = published.get(path)
    links = [text for text in list_strings(response.json()) if text.startswith("/")]
    links = [link for link in links if link not in TITLES.values()]
    assert links
    assert all(link.startswith("/kb/") for link in links), links
    if "next" in response.links:
        assert response.links["next"]["url"] == response.json()["next"]
    for link in re.findall("<([^>]*)>", response.headers.get("link", "")):
        assert link.startswith("/kb/")
    # Proxies that do not remove the path get the same, and so does a cached response.
    for same in (f"/kb{path}", path):
        assert published.get(same).content == response.content
    assert published.head(path).headers["content-length"] == str(len(response.content))


def test_links_lead_on(published: httpx.Client) -> None:
    slugs = []
    path = "/v1/initiatives?limit=3"
    while path:
        page = published.get(path).json()
        slugs += [item["slug"] for item in page["items"]]
        path = page["next"]
    assert len(slugs) == page["total"] > 3
    item = page["items"][0]
    assert published.get(item["url"]).json() == item
    headers = {"Accept": "application/json"}
    assert published.get("/kb", headers=headers).headers["location"] == "/kb/v1"
    assert published.get("/kb/v1").json()["links"]["docs"] == "/kb/docs"


def test_texts_that_look_like_links_stay_as_they_are(published: httpx.Client) -> None:
    for slug, title in TITLES.items():
        for path in (f"/v1/initiatives/{slug}", f"/kb/v1/initiatives/{slug}"):
            record = published.get(path).json()
            assert (record["title"], record["url"]) == (title, f"/kb/v1/initiatives/{slug}")


def test_exports_and_streams_have_the_path_too(published: httpx.Client) -> None:
    expected = sorted(f"/kb/v1/initiatives/{slug}" for slug in TITLES)
    query = "slug=a-path&slug=a-member&format="
    for collection in ("initiatives", "search"):
        path = f"/v1/{collection}?{query}"
        rows = csv.DictReader(io.StringIO(published.get(f"{path}csv").text, newline=""))
        assert sorted(row["url"] for row in rows) == expected
        lines = published.get(f"{path}ndjson").text.splitlines()
        assert sorted(json.loads(line)["url"] for line in lines) == expected
        parquet = io.BytesIO(published.get(f"{path}parquet").content)
        table = pq.read_table(parquet, use_threads=False)
        assert sorted(table["url"].to_pylist()) == expected
    with connect_sse(
        published, "GET", "/v1/changes/stream?since=1&type=initiative"
    ) as source:
        event = next(source.iter_sse())
    assert json.loads(event.data)["record"]["url"] in expected


def test_redirects_and_new_records_have_the_path(published: httpx.Client) -> None:
    assert published.get("/v1/focus-areas/Sea%20trade").headers["location"] == (
        "/kb/v1/focus-areas/sea-trade"
    )
    created = published.post("/v1/focus-areas", json=fictional.focus_area("piers"))
    assert created.headers["location"] == created.json()["url"] == "/kb/v1/focus-areas/piers"
    etag = {"If-Match": created.headers["etag"]}
    assert published.delete("/kb/v1/focus-areas/piers", headers=etag).is_success
    gone = published.get("/v1/focus-areas/piers")
    assert gone.headers["link"].startswith("</kb/v1/focus-areas/piers/revisions>")
    assert gone.json()["instance"] == "/kb/v1/focus-areas/piers"


def test_feeds_and_documentation_have_the_address(published: httpx.Client) -> None:
    calendar = published.get("/kb/v1/timeline.ics").text.replace("\r\n ", "")
    urls = re.findall(r"^URL:(.*)\r$", calendar, re.MULTILINE)
    assert urls
    assert all(url.startswith(f"{ADDRESS}/v1/timeline-items") for url in urls)
    atom = published.get("/v1/changes.atom").text
    assert set(re.findall(r'href="(.*?)/v1', atom)) == {ADDRESS}
    document = published.get("/openapi.json").json()
    assert [server["url"] for server in document["servers"]] == [ADDRESS]
    assert "/v1/offices" in document["paths"]
    assert "/kb/openapi.json" in published.get("/docs").text


@pytest.mark.parametrize(
    ("value", "address", "prefix"),
    [
        ("https://example.org", "https://example.org", ""),
        ("https://example.org/", "https://example.org", ""),
        ("https://example.org/kb/", "https://example.org/kb", "/kb"),
        ("http://localhost:8000/a/b", "http://localhost:8000/a/b", "/a/b"),
    ],
)
def test_address_may_end_in_a_slash(value: str, address: str, prefix: str) -> None:
    settings = Settings(base_url=value)
    assert (settings.base_url, settings.path_prefix) == (address, prefix)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "example.org",
        "ftp://x",
        "https://",
        "https://x/?q=1",
        "https://x/a b",
        'https://x/"',
    ],
)
def test_other_addresses_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("COMMUNIQUE_BASE_URL", value)
    expected = (
        rf"COMMUNIQUE_BASE_URL={re.escape(repr(value))}: is not an address such as https"
    )
    with pytest.raises(CannotStart, match=expected):
        read_settings()
