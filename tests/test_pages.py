"""Pages for people: their addresses, their headers, and what they share."""

import re
from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from app.errors import find_suggestion, suggest
from app.pages import words
from app.vocabulary import Modality
from tests.helpers.bases import SqliteBases
from tests.helpers.servers import serving

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOCUMENT = "nato-expands-presence-in-amman"
OFFICE = "nato-liaison-office-amman"
ITEM = "inauguration-of-the-office"
CROSSTAB = "/crosstab?collection=initiatives&rows=focus_area&columns=modality"
# Each page with the path of its data.
TWINS = {
    "/": "/v1",
    "/about": "/v1",
    "/claims": "/v1/search",
    "/timeline?overlaps=2026&match=certain": "/v1/timeline-items?overlaps=2026&match=certain",
    CROSSTAB: f"/v1{CROSSTAB}",
    "/changes": "/v1/revisions",
    "/changes/1": "/v1/revisions/1",
    f"/offices/{OFFICE}/history": f"/v1/offices/{OFFICE}/revisions",
    f"/offices/{OFFICE}/history/1": f"/v1/offices/{OFFICE}/revisions/1",
    "/claims?q=training&modality=stated": "/v1/search?q=training&modality=stated",
    "/documents": "/v1/documents",
    "/offices": "/v1/offices",
    "/focus-areas": "/v1/focus-areas",
    "/initiatives?limit=3": "/v1/initiatives?limit=3",
    "/expected-outcomes": "/v1/expected-outcomes",
    "/timeline-items": "/v1/timeline-items",
    f"/documents/{DOCUMENT}": f"/v1/documents/{DOCUMENT}",
    f"/offices/{OFFICE}": f"/v1/offices/{OFFICE}",
    "/focus-areas/counter-terrorism": "/v1/focus-areas/counter-terrorism",
    f"/timeline-items/{ITEM}": f"/v1/timeline-items/{ITEM}",
    f"/timeline-items/{ITEM}?as_of=1": f"/v1/timeline-items/{ITEM}?as_of=1",
}


@pytest.fixture(scope="module")
def seeded(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server over the seed: what a page shows does not depend on the engine."""
    with serving(plain_bases.make("seeded")) as client:
        client.headers.update(BROWSER)
        yield client


def links_of(page: httpx.Response) -> list[str]:
    """The addresses of this server that a page leads to, without fragments."""
    found = re.findall(r'(?:href|src|action)="(/[^"#]*)', page.text)
    return [address.replace("&amp;", "&") for address in found]


@pytest.mark.parametrize("path", TWINS)
def test_page_has_the_policy_and_may_be_cached(seeded: httpx.Client, path: str) -> None:
    page = seeded.get(path)
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"] == POLICY
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in page.headers
    assert page.headers["Communique-Revision"] == "1"
    unchanged = seeded.get(path, headers={"If-None-Match": page.headers["ETag"]})
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", TWINS)
def test_page_is_read_without_another_server(seeded: httpx.Client, path: str) -> None:
    page = seeded.get(path)
    assert not re.findall(r'(?:src|action|data)="(?:https?:)?//', page.text)
    assert not re.findall(r'<(?:script|style)>|\sstyle="|\son\w+="', page.text)


@pytest.mark.parametrize("path", TWINS)
def test_page_has_one_heading_and_its_landmarks(seeded: httpx.Client, path: str) -> None:
    page = seeded.get(path).text
    assert page.count("<h1") == page.count("<main") == page.count("<footer") == 1
    assert page.index('href="#main"') < page.index("<header")


@pytest.mark.parametrize(("path", "data"), TWINS.items())
def test_page_and_data_lead_to_each_other(seeded: httpx.Client, path: str, data: str) -> None:
    page = seeded.get(path)
    assert page.links["alternate"] == {
        "url": data,
        "rel": "alternate",
        "type": "application/json",
    }
    assert data in [address for address in links_of(page) if address.startswith("/v1")]
    # These data belong to two pages, and lead to the other one.
    if not path.startswith(("/about", "/timeline?")):
        assert seeded.get(data).links["alternate"]["url"] == path


@pytest.mark.parametrize(("path", "data"), TWINS.items())
def test_client_of_json_is_sent_to_the_data(
    seeded: httpx.Client, path: str, data: str
) -> None:
    redirect = seeded.get(path, headers={"Accept": "application/json"})
    assert (redirect.status_code, redirect.headers["Location"]) == (303, data)
    assert seeded.get(path, headers={"Accept": "*/*"}).status_code == 200


def test_static_file_never_changes_at_its_address(seeded: httpx.Client) -> None:
    page = seeded.get("/about")
    addresses = [address for address in links_of(page) if address.startswith("/static/")]
    assert len(addresses) == 3
    for address in addresses:
        file = seeded.get(address)
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert file.headers["Content-Security-Policy"] == POLICY
        assert "Access-Control-Allow-Origin" not in file.headers


def test_static_files_are_small(seeded: httpx.Client) -> None:
    sizes = {}
    for address in links_of(seeded.get("/about")):
        if address.startswith("/static/"):
            sizes[address.rpartition(".")[2]] = len(seeded.get(address).content)
    assert sizes["css"] <= 32_000
    assert sizes["js"] <= 4_000


def test_page_of_the_past_says_so_and_its_links_stay_there(seeded: httpx.Client) -> None:
    page = seeded.get("/about?as_of=1")
    assert "as it was at <b>revision 1</b>" in page.text
    assert "/about?as_of=1" in links_of(page)
    # The way back, and only it, leads to the base as it is now.
    assert 'href="/about">See it as it is now' in page.text
    assert "as it was" not in seeded.get("/about").text


@pytest.mark.accept
def test_endpoints_are_shown_without_another_server(seeded: httpx.Client) -> None:
    page = seeded.get("/docs")
    assert page.headers["Content-Security-Policy"] == POLICY
    addresses = [link for link in links_of(page) if link.startswith("/static/")]
    names = {address.rpartition("/")[2] for address in addresses}
    assert names == {
        *("mark.svg", "swagger-ui.css", "swagger-ui-bundle.js"),
        *("docs.js", "docs.css"),
    }
    for address in (*addresses, "/openapi.json"):
        assert seeded.get(address).status_code == 200
    assert 'data-url="/openapi.json"' in page.text


def test_error_is_a_page_for_people_and_problem_details_for_programs(
    seeded: httpx.Client,
) -> None:
    page = seeded.get("/abuot")
    assert page.status_code == 404
    assert page.headers["Content-Security-Policy"] == POLICY
    assert "There is nothing at &#39;/abuot&#39;." in page.text
    for accept in ("application/json", "*/*"):
        problem = seeded.get("/abuot", headers={"Accept": accept})
        assert problem.headers["Content-Type"] == "application/problem+json"
    data = seeded.get("/v1/offices/nowhere")
    assert data.headers["Content-Type"] == "application/problem+json"


def test_error_page_leads_to_what_may_be_meant(seeded: httpx.Client) -> None:
    page = seeded.get("/about?as_off=1&as_of=1")
    assert page.status_code == 422
    assert '<a href="/about?as_of=1&amp;as_of=1"><bdi>as_of</bdi></a>?' in page.text


def test_mistyped_address_leads_to_the_page(seeded: httpx.Client) -> None:
    page = seeded.get("/tmeline")
    assert '<a href="/timeline"><bdi>/timeline</bdi></a>?' in page.text
    assert page.text.count("Did you mean") == 1
    # The addresses for programs are of no use here.
    assert "/livez" not in seeded.get("/xyz").text


def test_server_without_public_reads_has_no_public_pages(plain_bases: SqliteBases) -> None:
    with serving(plain_bases.make("seeded"), public_reads=False) as client:
        client.headers.update(BROWSER)
        page = client.get("/about")
        assert page.status_code == 401
        for address in links_of(page):
            if address.startswith("/static/"):
                assert client.get(address).status_code == 200


@pytest.mark.accept
def test_published_pages_have_the_prefix_in_every_link(plain_bases: SqliteBases) -> None:
    address = "https://example.org/kb"
    with serving(plain_bases.make("seeded"), base_url=address) as client:
        client.headers.update(BROWSER)
        for path in ("/about", "/kb/about?as_of=1", "/kb/nowhere"):
            links = links_of(client.get(path))
            assert links
            assert all(link.startswith("/kb/") for link in links)


@pytest.mark.parametrize("name", ["x", "it's", 'a "b"', "ünder\\score", "'\""])
def test_suggested_name_is_read_from_the_detail(name: str) -> None:
    assert find_suggestion(f"There is no x.{suggest(name, [name])} More.") == name


def test_detail_without_a_suggestion_has_none() -> None:
    assert find_suggestion("There is no 'x'. Known: 'a', 'b'.") is None


def test_each_modality_has_its_words() -> None:
    assert tuple(words.MODALITIES) == get_args(Modality)
