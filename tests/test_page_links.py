"""Where pages lead: every link answers, every count is the total at its link, no page is large."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterator

import httpx
import pytest

from tests.helpers import page_bases
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.servers import serving
from tests.test_pages import BROWSER, links_of

MAX_PAGE_BYTES = 60_000
CROSSTAB = "/crosstab?collection=initiatives&rows=focus_area&columns=modality"
Shape = tuple[str, ...]


@pytest.fixture(scope="module")
def browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server over sixty records of each type, of which one was changed and one
    deleted."""
    url = filled(plain_bases.make("empty"), page_bases.numerous(60))
    with serving(url, scope="write") as client:
        path = "/v1/initiatives/initiative-001"
        client.patch(path, json={"modality": "required"}, headers={"If-Match": "*"})
        client.delete("/v1/offices/office-002", headers={"If-Match": "*"})
        client.headers.update(BROWSER)
        client.headers.pop("Authorization")
        yield client


def shape_of(address: str) -> Shape:
    """What addresses have in common that lead to the same kind of page."""
    path, _, query = address.partition("?")
    collection, *others = path.removeprefix("/").split("/")
    names = {pair.partition("=")[0] for pair in query.split("&")}
    return (collection, str(len(others)), *others[1:2], *sorted(names))


def crawl(client: httpx.Client, most: int) -> Iterator[tuple[str, httpx.Response]]:
    """Pages that can be reached from the home page: of each shape at most so many, as the filters
    of a list lead on without end."""
    waiting = deque(["/"])
    shapes: Counter[Shape] = Counter()
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        shape = shape_of(address)
        shapes[shape] += 1
        if shapes[shape] > most:
            continue
        page = client.get(address, follow_redirects=True)
        yield address, page
        is_ours = page.headers["Content-Type"].startswith("text/html")
        if not is_ours or address.startswith(("/curate", "/docs")):
            continue
        for link in links_of(page):
            if link not in known:
                known.add(link)
                waiting.append(link)


@pytest.fixture(scope="module")
def seed_browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server over the seed."""
    with serving(plain_bases.make("seeded")) as client:
        client.headers.update(BROWSER)
        yield client


@pytest.mark.accept
@pytest.mark.parametrize(("base", "most"), [("browser", 1), ("seed_browser", 3)])
def test_every_link_answers_with_a_small_page(
    request: pytest.FixtureRequest, base: str, most: int
) -> None:
    failed = {}
    large = {}
    number = 0
    for address, page in crawl(request.getfixturevalue(base), most):
        number += 1
        if page.status_code != 200:
            failed[address] = page.status_code
        is_page = page.headers["Content-Type"].startswith("text/html")
        if is_page and len(page.content) > MAX_PAGE_BYTES:
            large[address] = len(page.content)
    assert not failed
    assert not large
    assert number > 100


LISTS = (
    *("/claims", "/claims?q=title", "/claims?modality=stated", "/timeline?overlaps=2005"),
    *("/documents", "/offices", "/focus-areas?q=area", "/initiatives", "/expected-outcomes"),
    *("/timeline-items", "/initiatives?modality=required&focus_area=trade"),
)


@pytest.mark.parametrize("path", LISTS)
def test_every_count_is_the_total_at_its_link(browser: httpx.Client, path: str) -> None:
    page = browser.get(path).text
    counted = re.findall(
        r'<a href="([^"]*)" rel="nofollow">(?:(?!</a>).)*?<span class="n">([\d,]+)<', page
    )
    assert counted or path.startswith("/timeline?")
    for address, count in counted:
        total = re.search(r'role="status">([\d,]+)', browser.get(html.unescape(address)).text)
        assert total is not None
        assert total[1] == count, address


ROWS_OF_FIFTY = (
    *("/claims", "/claims?q=title", "/documents", "/offices", "/focus-areas?q=area"),
    *("/initiatives", "/expected-outcomes", "/timeline-items", "/timeline", CROSSTAB),
    *("/focus-areas", "/focus-areas/trade", "/documents/document-000", "/changes/1"),
    *("/documents/document-001", "/offices/strelsau", "/"),
)


@pytest.mark.parametrize("path", ROWS_OF_FIFTY)
def test_page_of_fifty_rows_is_small(browser: httpx.Client, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 200
    assert len(page.content) <= MAX_PAGE_BYTES


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/initiatives?limit=200&kind=objective", "/initiatives?limit=100&kind=objective"),
        ("/timeline?limit=60", "/timeline?limit=50"),
        ("/timeline?modality=stated&focus_area=&overlaps=", "/timeline?modality=stated"),
        ("/timeline?overlaps=&match=certain", "/timeline"),
        ("/claims?q=", "/claims"),
    ],
)
def test_page_leads_to_an_address_that_it_can_show(
    browser: httpx.Client, path: str, target: str
) -> None:
    redirect = browser.get(path)
    assert redirect.is_redirect
    assert redirect.headers["Location"] == target
    assert browser.get(target).status_code == 200
