"""What pages show: the words behind each field, lists and their filters."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.helpers import fictional
from tests.helpers.bases import SqliteBases
from tests.helpers.servers import serving
from tests.test_pages import BROWSER, CROSSTAB, ITEM, OFFICE, links_of

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% raw %}",
    "\u202eright to left\u202d",
    "x" * 500,
)


@pytest.fixture(scope="module")
def browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server over the seed."""
    with serving(plain_bases.make("seeded")) as client:
        client.headers.update(BROWSER)
        yield client


@pytest.fixture(scope="module")
def varied_browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser, with a key, at a server over the varied fictional base."""
    with serving(plain_bases.make("varied"), scope="write") as client:
        client.headers.update(BROWSER)
        yield client


def text_of(page: httpx.Response) -> str:
    """The text of the content of a page, with single spaces."""
    content = page.text.partition("<main")[2].partition("</main>")[0]
    text = html.unescape(re.sub(r"<[^>]*>", " ", content.partition(">")[2]))
    return " ".join(text.split())


def test_home_counts_what_the_data_count(browser: httpx.Client) -> None:
    text = text_of(browser.get("/"))
    data = browser.get("/v1/search?facet=modality&limit=1", headers={"Accept": "*/*"}).json()
    assert f"{data['total']} claims from 1 document" in text
    for bucket in data["facets"]["modality"]["buckets"]:
        assert f"{bucket['count']} {bucket['value'].capitalize()}" in text
    assert "0 Required" in text


@pytest.mark.accept
def test_facet_counts_what_its_link_lists(browser: httpx.Client) -> None:
    for path in ("/claims", "/claims?q=training", "/initiatives?modality=stated", "/offices"):
        page = browser.get(path).text
        values = re.findall(
            r'<a href="([^"]*)" rel="nofollow">.*?<span class="n">([\d,]+)<', page
        )
        assert values
        for address, count in values:
            total = re.search(
                r'role="status">([\d,]+)', browser.get(html.unescape(address)).text
            )
            assert total is not None
            assert total[1] == count, address


def test_active_filter_is_a_chip_that_takes_it_away(browser: httpx.Client) -> None:
    page = browser.get("/claims?q=training&modality=stated&as_of=1")
    chips = re.findall(r'<a href="([^"]*)"><span class="hide">Remove the filter', page.text)
    assert [html.unescape(chip) for chip in chips] == [
        "/claims?modality=stated&as_of=1",
        "/claims?q=training&as_of=1",
    ]
    assert "contains “training”" in text_of(page)
    assert "How sure: Stated" in text_of(page)


def test_pages_of_a_list_have_each_record_once(browser: httpx.Client) -> None:
    address: str | None = "/initiatives?limit=10"
    titles: list[str] = []
    while address is not None:
        page = browser.get(address)
        titles += re.findall(r'<h2 class="said" dir="auto"><a href="([^"]*)"', page.text)
        next_link = re.search(r'href="([^"]*)" rel="next"', page.text)
        address = html.unescape(next_link[1]) if next_link else None
    assert len(titles) == len(set(titles)) == 26


def test_section_of_a_row_leads_to_its_quote(browser: httpx.Client) -> None:
    for path in ("/claims", "/claims?q=training", "/initiatives", "/focus-areas?q=training"):
        page = browser.get(path).text
        places = re.findall(r'<a class="where" href="([^"]*)"', page)
        assert places, path
        for place in places[:3]:
            reader = browser.get(html.unescape(place))
            assert reader.text.count(' id="q"') == 1, place


def test_error_in_the_past_leads_out_of_it(browser: httpx.Client) -> None:
    page = browser.get("/claims?as_of=99")
    assert page.status_code == 422
    assert not [link for link in links_of(page) if "as_of" in link]
    # An error at a revision that there is stays there.
    assert "/claims?as_of=1" in links_of(browser.get("/initiatives/nowhere?as_of=1"))


def test_error_names_a_field_as_the_page_does(browser: httpx.Client) -> None:
    text = text_of(browser.get("/timeline?overlaps=soon"))
    assert "“During”: 'soon' is not a period" in text
    assert "overlaps" not in text


def test_picture_has_the_period_that_was_asked_for(browser: httpx.Client) -> None:
    # One year more, because an end is open.
    last = 'data-last="2031-12-31"'
    assert last in browser.get("/timeline?overlaps=2030").text
    assert last not in browser.get("/timeline").text
    assert last not in browser.get("/timeline?overlaps=2026/..").text


def test_list_without_a_match_says_what_to_do(browser: httpx.Client) -> None:
    text = text_of(browser.get("/claims?q=submarines"))
    assert "Nothing matches all of it. Take a filter away" in text
    assert "subm*" in text


def test_each_field_has_its_words_or_its_reason(browser: httpx.Client) -> None:
    for url in (f"/timeline-items/{ITEM}", f"/offices/{OFFICE}"):
        record = browser.get(f"/v1{url}", headers={"Accept": "*/*"}).json()
        text = text_of(browser.get(url))
        for citation in record["citations"]:
            assert " ".join(citation["exact"].split()) in text
        for reason in record["derived"].values():
            assert f"Derived. {' '.join(reason.split())}" in text


def test_record_names_what_the_document_does_not_say(browser: httpx.Client) -> None:
    text = text_of(browser.get(f"/timeline-items/{ITEM}"))
    assert (
        "The document does not say: about which focus areas it is, which initiative it belongs "
        "to, which outcome it belongs to, how often it happens." in text
    )


def test_dossier_has_the_claims_about_narrower_areas_too(browser: httpx.Client) -> None:
    page = browser.get("/focus-areas/training")
    listed = re.findall(
        r'href="(/(?:initiatives|expected-outcomes|timeline-items)/[^"?]*)"', page.text
    )
    counts = 0
    for collection in ("initiatives", "expected-outcomes", "timeline-items"):
        data = browser.get(f"/v1/{collection}?focus_area=training", headers={"Accept": "*/*"})
        counts += data.json()["total"]
        for item in data.json()["items"]:
            assert item["url"].removeprefix("/v1") in listed
    assert f"{counts} claims" in text_of(page)


def test_label_leads_to_its_focus_area(browser: httpx.Client) -> None:
    redirect = browser.get("/focus-areas/Counterterrorism?as_of=1")
    assert redirect.status_code == 307
    assert redirect.headers["Location"] == "/focus-areas/counter-terrorism?as_of=1"


def test_deleted_record_has_a_page_with_the_way_to_its_history(
    varied_browser: httpx.Client,
) -> None:
    record = fictional.focus_area("sundials")
    varied_browser.post("/v1/focus-areas", json=record).raise_for_status()
    varied_browser.delete("/v1/focus-areas/sundials", headers={"If-Match": "*"})
    page = varied_browser.get("/focus-areas/sundials")
    assert page.status_code == 410
    assert "This record was deleted" in text_of(page)
    assert "/focus-areas/sundials/history" in links_of(page)


def test_misspelt_record_and_value_lead_to_the_nearest(browser: httpx.Client) -> None:
    page = browser.get("/offices/nato-liaison-ofice-amman")
    assert page.status_code == 404
    assert f"/offices/{OFFICE}" in links_of(page)
    page = browser.get("/claims?modality=stated&focus_area=counter-terorism")
    assert page.status_code == 422
    assert "/claims?modality=stated&focus_area=counter-terrorism" in links_of(page)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(varied_browser: httpx.Client, text: str) -> None:
    record = fictional.record("initiative", "hostile", office_slug="harbour-office")
    record |= {"title": text, "derived": {**record["derived"], "title": text}}
    varied_browser.put("/v1/initiatives/hostile", json=record, headers={"If-Match": "*"})
    varied_browser.post("/v1/initiatives", json=record)
    for path in ("/initiatives/hostile", "/initiatives", "/claims"):
        page = varied_browser.get(path)
        assert page.status_code == 200
        assert html.escape(text, quote=False)[:8] in page.text.replace("&#34;", '"')
        assert "<script>" not in page.text
        assert "<img" not in page.text
    title = re.search(
        r"<h1><bdi>(.*?)</bdi></h1>", varied_browser.get("/initiatives/hostile").text
    )
    assert title is not None
    assert html.unescape(title[1]) == text


def test_empty_base_says_what_to_do(plain_bases: SqliteBases) -> None:
    with serving(plain_bases.make("empty")) as client:
        client.headers.update(BROWSER)
        assert "communique load FILE loads a bundle" in text_of(client.get("/"))
        for path in ("/claims", "/offices", "/focus-areas", "/timeline", CROSSTAB):
            text = text_of(client.get(path))
            # Without filters, none of them is at fault.
            assert "filter" not in text.replace("after the filters", "")
            assert "yet." in text
        assert "Look back" not in client.get("/").text
