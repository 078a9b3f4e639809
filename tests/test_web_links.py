"""The header `Link`, and the catalogue of the API: each link leads to what it says."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.http.web_links import MAX_BYTES
from app.settings import shipped
from tests.helpers.bases import Bases, SqliteBases
from tests.helpers.servers import serving
from tests.helpers.writing import patch

pytestmark = pytest.mark.either_engine

OPENAPI = json.loads((shipped("data").parent / "openapi.json").read_text(encoding="utf-8"))
INITIATIVE = "expand-joint-training-programs"
RECORD = f"/v1/initiatives/{INITIATIVE}"
PAGE = f"/initiatives/{INITIATIVE}"
CATALOG = "/.well-known/api-catalog"
PROFILE = "https://www.rfc-editor.org/info/rfc9727"
# The base is at its second revision, which changed one office only.
LINKS: dict[str, dict[str, str]] = {
    "/v1": {
        "alternate": "/",
        "cite-as": "/v1?as_of=2",
        "describedby": "Overview",
        "api-catalog": CATALOG,
        "service-desc": "/openapi.json",
        "service-doc": "/docs",
    },
    "/": {
        "alternate": "/v1",
        "cite-as": "/?as_of=2",
        "api-catalog": CATALOG,
        "service-desc": "/openapi.json",
        "service-doc": "/docs",
    },
    "/v1/initiatives?kind=recommendation": {
        "alternate": "/initiatives?kind=recommendation",
        "cite-as": "/v1/initiatives?kind=recommendation&as_of=2",
        "describedby": "InitiativePage",
    },
    RECORD: {
        "alternate": PAGE,
        "cite-as": f"{RECORD}/revisions/1",
        "collection": "/v1/initiatives",
        "describedby": "InitiativeDetail",
    },
    "/v1/offices/nato-liaison-office-amman": {
        "alternate": "/offices/nato-liaison-office-amman",
        "cite-as": "/v1/offices/nato-liaison-office-amman/revisions/2",
        "collection": "/v1/offices",
        "describedby": "OfficeDetail",
    },
    # What is included changes without the record.
    f"{RECORD}?include=office": {
        "alternate": PAGE,
        "cite-as": f"{RECORD}?include=office&as_of=2",
        "collection": "/v1/initiatives",
        "describedby": "InitiativeDetail",
    },
    f"{RECORD}?as_of=1": {
        "alternate": f"{PAGE}?as_of=1",
        "cite-as": f"{RECORD}/revisions/1",
        "collection": "/v1/initiatives?as_of=1",
        "describedby": "InitiativeDetail",
    },
    "/v1/search?q=training&as_of=1": {
        "alternate": "/claims?q=training&as_of=1",
        "cite-as": "/v1/search?q=training&as_of=1",
        "describedby": "SearchPage",
    },
    "/v1/initiatives?format=csv": {
        "alternate": "/initiatives",
        "cite-as": "/v1/initiatives?format=csv&as_of=2",
    },
    f"{RECORD}/revisions/1": {
        "alternate": f"{PAGE}/history/1",
        "collection": f"{RECORD}/revisions",
        "describedby": "RecordRevisionDetail",
    },
    "/v1/revisions/1": {
        "alternate": "/changes/1",
        "collection": "/v1/revisions",
        "describedby": "RevisionRead",
    },
    PAGE: {
        "alternate": RECORD,
        "cite-as": f"{PAGE}?as_of=2",
        "collection": "/initiatives",
    },
    "/changes/1": {"alternate": "/v1/revisions/1", "collection": "/changes"},
    CATALOG: {"api-catalog": CATALOG, "item": "/v1", "profile": PROFILE},
    # Without a permanent address.
    "/v1/changes?since=now": {"describedby": "ChangePage"},
    "/v1/initiatives/nothing": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def client(bases: Bases) -> Iterator[httpx.Client]:
    with serving(bases.make("seeded"), scope="write") as client:
        fields = {"summary": "An office.", "derived": {"summary": "fictional"}}
        path = "/v1/offices/nato-liaison-office-amman"
        patch(client, path, fields, **{"If-Match": "*"}).raise_for_status()
        yield client


def read_links(response: httpx.Response) -> dict[str, str]:
    return {relation: link["url"] for relation, link in response.links.items() if relation}


@pytest.mark.parametrize("path", LINKS)
def test_response_has_its_links(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    links = read_links(response)
    expected = dict(LINKS[path])
    if "describedby" in expected:
        schema = expected["describedby"]
        assert schema in OPENAPI["components"]["schemas"]
        expected["describedby"] = f"/openapi.json#/components/schemas/{schema}"
    assert links == expected
    for link in links.values():
        if link != PROFILE:
            assert client.get(link).status_code == 200, link
    head = client.head(path)
    assert (read_links(head), head.content) == (links, b"")
    if "etag" in response.headers:
        cached = client.get(path, headers={"If-None-Match": response.headers["etag"]})
        assert (cached.status_code, read_links(cached)) == (304, links)


def test_cited_address_stays_as_it_is(plain_bases: SqliteBases) -> None:
    """Later writes change what is at the address itself, and not where `cite-as` leads."""
    path = "/v1/offices/nato-liaison-office-amman"
    fields = {"summary": "An office.", "derived": {"summary": "fictional"}}
    with serving(plain_bases.make("seeded"), scope="write") as client:
        record = client.get(path)
        page = client.get("/v1/offices?sort=slug")
        written = patch(client, path, fields, **{"If-Match": "*"})
        assert written.status_code == 200, written.text
        assert read_links(written) == {"cite-as": f"{path}/revisions/2"}
        assert client.get(path).json()["summary"] == "An office."
        cited = client.get(record.links["cite-as"]["url"])
        assert cited.json()["record"] == record.json()
        assert client.get(page.links["cite-as"]["url"]).json() == page.json()


def test_browser_may_read_the_links(client: httpx.Client) -> None:
    exposed = client.get(RECORD).headers["access-control-expose-headers"]
    assert "Link" in exposed.split(", ")


@pytest.mark.parametrize(
    ("number", "relations"),
    [
        (20, {"next", "alternate", "cite-as", "describedby"}),
        # The first ones that fit: the body of the list has `next`, too.
        (60, {"next", "describedby"}),
        (130, {"describedby"}),
    ],
)
def test_header_is_never_too_long(
    client: httpx.Client, number: int, relations: set[str]
) -> None:
    slugs = [f"{'absent-' * 7}{n}" for n in range(number)]
    slugs += [INITIATIVE, "promote-technology-transfer"]
    response = client.get("/v1/initiatives", params={"slug": slugs, "limit": 1})
    assert response.status_code == 200, response.text
    assert response.json()["next"] is not None
    assert set(read_links(response)) == relations
    assert len(response.headers["link"]) <= MAX_BYTES


def test_empty_base_has_no_address_to_cite(empty_url: str) -> None:
    with serving(empty_url) as client:
        assert "cite-as" not in read_links(client.get("/v1/initiatives"))


def read_catalog(client: httpx.Client) -> Any:
    response = client.get(CATALOG)
    assert response.status_code == 200
    assert (
        response.headers["content-type"] == f'application/linkset+json; profile="{PROFILE}"'
    )
    contexts = response.json()["linkset"]
    return {context["anchor"]: context for context in contexts}


def test_catalog_leads_to_the_api_and_its_descriptions(client: httpx.Client) -> None:
    catalog = read_catalog(client)
    base = str(client.base_url).rstrip("/")
    assert list(catalog) == [f"{base}{CATALOG}", f"{base}/v1"]
    (item,) = catalog[f"{base}{CATALOG}"]["item"]
    api = catalog[item["href"]]
    for relation in ("service-desc", "service-doc", "status"):
        (target,) = api[relation]
        response = client.get(target["href"])
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == target["type"]
    assert client.get(api["service-desc"][0]["href"]).json()["openapi"].startswith("3.1")


def test_catalog_is_revalidated_and_takes_no_parameter(client: httpx.Client) -> None:
    etag = client.get(CATALOG).headers["etag"]
    assert client.get(CATALOG, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"{CATALOG}?nope=1").status_code == 422
    assert client.post(CATALOG).status_code == 405


def test_catalog_has_the_public_address(empty_url: str) -> None:
    with serving(empty_url, base_url="https://example.org/kb") as client:
        for path in (CATALOG, f"/kb{CATALOG}"):
            response = client.get(path)
            anchors = [context["anchor"] for context in response.json()["linkset"]]
            assert anchors == [
                f"https://example.org/kb{CATALOG}",
                "https://example.org/kb/v1",
            ]
            assert response.links["item"]["url"] == "/kb/v1"
        links = read_links(client.get("/v1"))
        assert links["api-catalog"] == f"/kb{CATALOG}"
