"""History as pages: the revisions of the base, the versions of a record, and what differs."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.servers import serving
from tests.test_page_contents import text_of
from tests.test_pages import BROWSER, links_of
from tests.test_timeline_page import KINDS, make_item

PATH = "/timeline-items/voyage"


@pytest.fixture(scope="module")
def browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server where a timeline item was changed, and then deleted."""
    before = make_item("voyage", KINDS["quarter-to-year"])
    bundle = fictional.base(timeline_items=[before])
    with serving(filled(plain_bases.make("empty"), bundle), scope="write") as client:
        after = make_item("voyage", KINDS["deadline"])
        after |= {"modality": "required", "title": "A <b>voyage</b>"}
        client.put(f"/v1{PATH}", json=after, headers={"If-Match": "*"}).raise_for_status()
        client.delete(f"/v1{PATH}", headers={"If-Match": "*"}).raise_for_status()
        client.headers.update(BROWSER)
        yield client


def cells_of(page: httpx.Response) -> dict[str, list[str]]:
    """The cells of each row of the table of changes, as text, by the label of the field."""
    table = page.text.partition('<table class="changes">')[2].partition("</table>")[0]
    rows = {}
    for label, row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.S):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
        rows[label] = [
            html.unescape(re.sub(r"<[^>]*>", "", cell)).split("\n")[0] for cell in cells
        ]
    return rows


def test_difference_has_each_field_before_and_after(browser: httpx.Client) -> None:
    page = browser.get(f"{PATH}/history/2")
    assert cells_of(page) == {
        "Title": ["voyage", "A <b>voyage</b>"],
        "How sure": ["Recommended", "Required"],
        "Start": ["Some day from October to December 2025", "Not said"],
        "End": ["Some day in 2027", "By 30 June 2026 at the latest"],
    }
    assert "As before:" in text_of(page)
    assert f"{PATH}?as_of=2" in links_of(page)


def test_difference_of_dates_has_a_picture_of_both(browser: httpx.Client) -> None:
    page = browser.get(f"{PATH}/history/2").text
    assert page.count('<svg class="span') == 2
    assert page.count('class="flag"') == 1
    assert '<svg class="span' not in browser.get(f"{PATH}/history/1").text


def test_first_and_last_version_differ_from_nothing(browser: httpx.Client) -> None:
    first = cells_of(browser.get(f"{PATH}/history/1"))
    assert first["Title"] == ["not said", "voyage"]
    last = cells_of(browser.get(f"{PATH}/history/3"))
    assert last["How sure"] == ["Required", "not said"]


def test_versions_of_a_deleted_record_are_listed(browser: httpx.Client) -> None:
    assert f"{PATH}/history" in links_of(browser.get(PATH))
    page = browser.get(f"{PATH}/history")
    assert "3 versions, the newest first." in text_of(page)
    versions = re.findall(r"Version (\d)", text_of(page))
    assert versions == ["3", "2", "1"]


def test_revisions_lead_to_what_they_changed(browser: httpx.Client) -> None:
    page = browser.get("/changes?limit=2")
    assert "3 revisions" in text_of(page)
    assert "/changes/3" in links_of(page)
    (next_page,) = re.findall(r'href="([^"]*)" rel="next"', page.text)
    assert "/changes/1" in links_of(browser.get(html.unescape(next_page)))
    revision = browser.get("/changes/2")
    assert f"{PATH}/history/2" in links_of(revision)
    assert "A <b>voyage</b>" in text_of(revision).replace("</ b>", "</b>")


def test_large_revision_is_read_in_pages(plain_bases: SqliteBases) -> None:
    areas = [fictional.focus_area(f"area-{i:03}") for i in range(230)]
    bundle = fictional.base(focus_areas=areas)
    expected = {f"/focus-areas/area-{i:03}/history/1" for i in range(230)}
    listed: list[str] = []
    with serving(filled(plain_bases.make("empty"), bundle)) as client:
        client.headers.update(BROWSER)
        path = "/changes/1"
        while path:
            page = client.get(path)
            links = [link for link in links_of(page) if link.endswith("/history/1")]
            assert len(links) <= 100
            listed += links
            following = re.findall(r'href="([^"]*)" rel="next"', page.text)
            path = html.unescape(following[0]) if following else ""
        assert client.get(page.links["alternate"]["url"]).json()["revision"] == 1
        mistake = client.get("/changes/1?after=x")
    assert expected <= set(listed)
    assert len(listed) == len(set(listed))
    assert mistake.status_code == 422


def test_page_of_the_past_is_the_record_as_it_was(browser: httpx.Client) -> None:
    text = text_of(browser.get(f"{PATH}?as_of=1"))
    assert KINDS["quarter-to-year"].sentence in text
    assert browser.get(f"{PATH}?as_of=3").status_code == 410


@pytest.fixture(scope="module")
def renamed(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server where an outcome moved to another focus area, and to another initiative
    of the same title; the focus area that it had before was deleted."""
    before = {"focus_area_slugs": ["quays", "moats"], "initiative_slug": "dredge-1"}
    titled = {"title": "Dredge the river"}
    bundle = fictional.base(
        focus_areas=[fictional.focus_area("quays", name="Quays and locks")],
        initiatives=[fictional.record("initiative", f"dredge-{i}", **titled) for i in (1, 2)],
        expected_outcomes=[fictional.record("expected_outcome", "depth", **before)],
    )
    with serving(filled(plain_bases.make("empty"), bundle), scope="write") as client:
        headers = {"If-Match": "*"}
        after = {"focus_area_slugs": ["trade"], "initiative_slug": "dredge-2"}
        moved = fictional.record("expected_outcome", "depth", **after)
        client.put(
            "/v1/expected-outcomes/depth", json=moved, headers=headers
        ).raise_for_status()
        client.delete("/v1/focus-areas/quays", headers=headers).raise_for_status()
        client.headers.update(BROWSER)
        yield client


def test_difference_names_records_as_people_do(renamed: httpx.Client) -> None:
    assert cells_of(renamed.get("/expected-outcomes/depth/history/2")) == {
        "Focus areas": ["Quays and locks, moats", "trade"],
        "Initiative": ["Dredge the river (dredge-1)", "Dredge the river (dredge-2)"],
    }
    created = cells_of(renamed.get("/expected-outcomes/depth/history/1"))
    assert created["Office"] == ["not said", "Office"]


def test_deleted_record_is_called_by_its_name(renamed: httpx.Client) -> None:
    assert "Quays and locks Focus area · deleted" in text_of(renamed.get("/changes/3"))
    assert "History of “Quays and locks”" in text_of(
        renamed.get("/focus-areas/quays/history")
    )


def test_error_shows_no_address_of_data(renamed: httpx.Client) -> None:
    for path, history in (
        ("/offices/strelsau/history/2", "/offices/strelsau/history"),
        ("/focus-areas/quays", "/focus-areas/quays/history"),
    ):
        page = renamed.get(path)
        assert page.status_code in (404, 410)
        assert "/v1/" not in text_of(page)
        assert history in links_of(page)


def test_history_without_a_change_is_not_found(browser: httpx.Client) -> None:
    for path in ("/changes/9", f"{PATH}/history/9", "/offices/nowhere/history"):
        assert browser.get(path).status_code == 404
    assert browser.get("/changes?as_of=1").status_code == 422


def test_text_that_is_loaded_later_is_a_change(plain_bases: SqliteBases) -> None:
    with serving(plain_bases.make("empty"), scope="write") as client:
        document = fictional.record("document", "memorandum", sha256=digest("A text"))
        client.post("/v1/documents", json=document).raise_for_status()
        changed = {**document, "text": "A text"}
        client.put(
            "/v1/documents/memorandum", json=changed, headers={"If-Match": "*"}
        ).raise_for_status()
        client.headers.update(BROWSER)
        page = client.get("/documents/memorandum/history/2")
        assert cells_of(page) == {"Text": ["not said", "6 characters"]}
