"""Where does each kind of date stand in the picture, and what does the sentence beside it say?"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from app.pages.sentences import describe_days, describe_recurrence
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.servers import serving
from tests.test_pages import BROWSER

# The axis of the items below: from the first year to a year after the last one, as ends are open.
FIRST, LAST = "2024-01-01", "2028-12-31"


@dataclass(frozen=True)
class Kind:
    """A kind of date: the sides of an item, and what its picture shows. The ends of bars are their
    first and last day; `caps` are the sides that are no single day."""

    start: str | None
    end: str | None
    sentence: str
    end_kind: str = "dated"
    start_kind: str = "dated"
    derived: tuple[str, ...] = ()
    recurrence: str | None = None
    possible: tuple[str, str] | None = None
    certain: tuple[str, str] | None = None
    caps: int = 0
    mark: str | None = None
    flag: str | None = None
    arrows: int = 0
    dots: int = 0
    note: str = ""


KINDS = {
    "day": Kind(
        *("2026-03-15", None, "On 15 March 2026."), end_kind="same", mark="2026-03-15"
    ),
    "month": Kind(
        *("2026-03", None, "Some day in March 2026."),
        end_kind="same",
        possible=("2026-03-01", "2026-03-31"),
        caps=2,
    ),
    "quarter-to-year": Kind(
        *("2025-36", "2027"),
        "Starts some day from October to December 2025; ends some day in 2027.",
        possible=("2025-10-01", "2027-12-31"),
        certain=("2025-12-31", "2027-01-01"),
        caps=2,
    ),
    "year-and-on": Kind(
        *("2026", None, "Starts some day in 2026; goes on, with no end named."),
        end_kind="open",
        possible=("2026-01-01", LAST),
        certain=("2026-12-31", LAST),
        caps=1,
        arrows=1,
    ),
    "day-and-on": Kind(
        *("2026-05-01", None, "Starts on 1 May 2026; goes on, with no end named."),
        end_kind="open",
        possible=("2026-05-01", LAST),
        certain=("2026-05-01", LAST),
        arrows=1,
    ),
    "day-to-day": Kind(
        *("2026-05-01", "2026-06-30", "Starts on 1 May 2026; ends on 30 June 2026."),
        possible=("2026-05-01", "2026-06-30"),
        certain=("2026-05-01", "2026-06-30"),
    ),
    "day-to-unknown": Kind(
        *("2026-05-01", None),
        "Starts on 1 May 2026; the document does not say when it ends.",
        end_kind="unknown",
        mark="2026-05-01",
        dots=1,
    ),
    "year-to-unknown": Kind(
        *("2026", None),
        "Starts some day in 2026; the document does not say when it ends.",
        end_kind="unknown",
        possible=("2026-01-01", "2026-12-31"),
        caps=2,
        dots=1,
    ),
    "about-a-day": Kind(
        *("2025-09-16~", None),
        "Starts on about 16 September 2025; the document does not say when it ends.",
        end_kind="unknown",
        mark="2025-09-16",
        dots=1,
        note="≈",
    ),
    "unknown-to-year": Kind(
        *(None, "2027", "The document does not say when it starts; ends some day in 2027."),
        start_kind="unknown",
        possible=("2027-01-01", "2027-12-31"),
        caps=2,
        dots=1,
    ),
    "deadline": Kind(
        *(None, "2026-06-30", "By 30 June 2026 at the latest."),
        start_kind="unknown",
        end_kind="by",
        flag="2026-06-30",
        dots=1,
    ),
    "deadline-of-a-year": Kind(
        *(None, "2027", "By 31 December 2027 at the latest."),
        start_kind="unknown",
        end_kind="by",
        flag="2027-12-31",
        dots=1,
    ),
    "deadline-with-a-start": Kind(
        *("2026-01-01", "2026-06-30"),
        "Starts on 1 January 2026; is due by 30 June 2026 at the latest.",
        end_kind="by",
        possible=("2026-01-01", "2026-06-30"),
        caps=1,
        flag="2026-06-30",
    ),
    "until-a-year": Kind(
        *(None, "2026", "Has no first day; ends some day in 2026."),
        start_kind="open",
        possible=(FIRST, "2026-12-31"),
        certain=(FIRST, "2026-01-01"),
        caps=1,
        arrows=1,
    ),
    "uncertain": Kind(
        *("2026?", None, "Some day in 2026 (the source is not sure)."),
        end_kind="same",
        possible=("2026-01-01", "2026-12-31"),
        caps=2,
        note="?",
    ),
    "derived-end": Kind(
        *("2026-01-01", "2026-12-31", "Starts on 1 January 2026; ends on 31 December 2026."),
        derived=("end_edtf",),
        possible=("2026-01-01", "2026-12-31"),
    ),
    "undated": Kind(
        *(None, None, "The document does not say when."),
        start_kind="unknown",
        end_kind="unknown",
    ),
    "every-quarter": Kind(
        *("2024-07-01", None, "On 1 July 2024. It recurs every 3 months."),
        end_kind="same",
        recurrence="FREQ=MONTHLY;INTERVAL=3",
        mark="2024-07-01",
        note="↻",
    ),
}


def make_item(slug: str, kind: Kind) -> dict[str, Any]:
    """A timeline item whose sides have a citation, but for those that are derived."""
    sides = {
        "start_edtf": kind.start,
        "start_kind": kind.start_kind,
        "end_edtf": kind.end,
        "end_kind": kind.end_kind,
    }
    stated = [
        name
        for name, value in sides.items()
        if value is not None and name not in kind.derived
    ]
    quote = fictional.citation("memorandum", "then", *stated)
    fields = {**sides, "title": slug, "recurrence": kind.recurrence}
    return fictional.record("timeline_item", slug, citations=[quote], **fields)


@pytest.fixture(scope="module")
def browser(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A browser at a server over one item of each kind."""
    items = [make_item(slug, kind) for slug, kind in KINDS.items()]
    url = filled(plain_bases.make("empty"), fictional.base(timeline_items=items))
    with serving(url) as client:
        client.headers.update(BROWSER)
        yield client


def day_at(x: float) -> date:
    """The day that begins at a position of the axis."""
    first = date.fromisoformat(FIRST).toordinal()
    days = date.fromisoformat(LAST).toordinal() + 1 - first
    return date.fromordinal(first + round(x * days / 100))


def read_bar(picture: str, name: str) -> tuple[str, str] | None:
    """The first and the last day of a bar."""
    bar = re.search(rf'<rect class="{name}" x="([\d.]+)%" width="([\d.]+)%"', picture)
    if bar is None:
        return None
    x, width = float(bar[1]), float(bar[2])
    last = day_at(x + width).toordinal() - 1
    return str(day_at(x)), str(date.fromordinal(last))


def read_place(picture: str, inner: str) -> str | None:
    """The day at which a mark or a flag stands."""
    place = re.search(rf'<svg x="([\d.]+)%"><{inner}', picture)
    return str(day_at(float(place[1]))) if place is not None else None


def rows_of(page: str) -> dict[str, str]:
    """The rows of the table by the slug of the item."""
    rows = re.findall(r'<a href="/timeline-items/([^"?]*)".*?</tr>', page, re.S)
    parts = re.split(r'<th scope="row"><a href="/timeline-items/', page)[1:]
    return dict(zip(rows, parts, strict=True))


@pytest.mark.parametrize(("slug", "kind"), KINDS.items())
def test_picture_shows_what_the_dates_say(
    browser: httpx.Client, slug: str, kind: Kind
) -> None:
    page = browser.get("/timeline").text
    assert f'data-first="{FIRST}" data-last="{LAST}"' in page
    row = rows_of(page)[slug]
    assert read_bar(row, "possible") == kind.possible
    assert read_bar(row, "certain") == kind.certain
    assert row.count('class="whisker"') == (kind.possible is not None)
    assert row.count('class="cap"') == kind.caps
    assert read_place(row, 'svg class="glyph') == kind.mark
    assert read_place(row, 'path class="flag"') == kind.flag
    assert row.count('class="arrow"') == kind.arrows
    assert row.count('class="dots"') == row.count('class="doubt"') == kind.dots
    assert "".join(re.findall(r'class="about"[^>]*>([^<]*)', row)) == kind.note
    assert ("no date can be drawn" in row) == (slug == "undated")


@pytest.mark.parametrize(("slug", "kind"), KINDS.items())
def test_sentence_says_what_the_dates_can_mean(
    browser: httpx.Client, slug: str, kind: Kind
) -> None:
    row = rows_of(browser.get("/timeline").text)[slug]
    sentence = re.search(r'<p class="phrase">(.*?)</p>', row)
    assert sentence is not None
    assert html.unescape(sentence[1]) == kind.sentence


@pytest.mark.parametrize(("slug", "kind"), KINDS.items())
def test_record_has_its_own_picture(browser: httpx.Client, slug: str, kind: Kind) -> None:
    page = browser.get(f"/timeline-items/{slug}").text
    picture = page.partition('<div class="bare">')[2].partition("</div>")[0]
    assert picture.count("<rect") == (kind.possible is not None) + (kind.certain is not None)
    assert picture.count('class="flag"') == (kind.flag is not None)
    assert kind.sentence in html.unescape(picture)


@pytest.mark.parametrize("month", ["2025-11", "2026-06", "2027-02"])
def test_box_is_where_the_filter_is_certain(browser: httpx.Client, month: str) -> None:
    """Only where the box is wider than the month: the filter takes one day for an overlap."""
    first = date.fromisoformat(f"{month}-01")
    rows = rows_of(browser.get("/timeline").text)
    boxed = set()
    for slug, row in rows.items():
        bar = read_bar(row, "certain")
        if bar is not None and bar[0] <= str(first) <= bar[1]:
            boxed.add(slug)
    data = f"/v1/timeline-items?active_on={first}&match=certain"
    items = browser.get(data, headers={"Accept": "*/*"}).json()["items"]
    assert boxed == {item["slug"] for item in items}


def test_long_timeline_has_a_strip_of_counts(plain_bases: SqliteBases) -> None:
    items = []
    for number in range(201):
        edtf = f"20{26 + number % 3}-0{1 + number % 9}-01"
        item = fictional.record(
            "timeline_item", f"item-{number}", start_edtf=edtf, end_kind="same"
        )
        items.append(item)
    url = filled(plain_bases.make("empty"), fictional.base(timeline_items=items))
    with serving(url) as client:
        client.headers.update(BROWSER)
        page = client.get("/timeline")
        assert page.text.count('<th scope="row">') == 50
        assert len(page.content) <= 60_000
        bars = re.findall(r'<a href="([^"]*)" aria-label="[^:]*: ([\d,]+) items"', page.text)
        # Of eleven quarters, two have no item.
        assert len(bars) == 9
        assert page.text.count('width="9.09%"') == 2 * 9
        assert sum(int(count) for _, count in bars) == 201
        for address, count in bars:
            assert f"{count} items" in client.get(html.unescape(address)).text


def test_short_timeline_has_no_strip(browser: httpx.Client) -> None:
    assert 'class="strip"' not in browser.get("/timeline").text


def test_timeline_without_a_match_leads_back(browser: httpx.Client) -> None:
    page = browser.get("/timeline?overlaps=1999&match=certain&start=x")
    assert page.status_code == 422
    page = browser.get("/timeline?overlaps=1999&match=certain&modality=occurred")
    assert "Nothing has a time under these filters." in page.text


def test_cell_of_the_crosstab_leads_to_the_records_that_it_counts(
    plain_bases: SqliteBases,
) -> None:
    with serving(plain_bases.make("varied")) as client:
        client.headers.update(BROWSER)
        redirect = client.get("/crosstab?collection=initiatives")
        address = "/crosstab?collection=initiatives&rows=focus_area&columns=modality"
        assert redirect.headers["Location"] == address
        page = client.get(f"{address}&as_of=1").text
        cells = re.findall(r'<td class="heat-[1-5]"><a href="([^"]*)">([\d,]+)</a>', page)
        assert cells
        for path, count in cells:
            assert "as_of=1" in path
            total = client.get(html.unescape(path)).text
            assert re.search(rf'role="status">{count} initiative', total), path


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-01-01", "2026-12-31", "some day in 2026"),
        ("2020-01-01", "2029-12-31", "some day from 2020 to 2029"),
        ("2026-02-01", "2026-02-28", "some day in February 2026"),
        ("2026-12-01", "2026-12-31", "some day in December 2026"),
        ("2025-12-01", "2026-02-28", "some day from December 2025 to February 2026"),
        ("2026-02-01", "2026-02-27", "some day from 1 February to 27 February 2026"),
        ("2026-12-01", "2026-12-30", "some day from 1 December to 30 December 2026"),
        ("2025-12-31", "2026-01-01", "some day from 31 December 2025 to 1 January 2026"),
        ("9999-01-01", "9999-12-31", "some day in 9999"),
    ],
)
def test_range_of_days_is_named(first: str, last: str, words: str) -> None:
    assert describe_days(date.fromisoformat(first), date.fromisoformat(last)) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=YEARLY", "every year"),
        ("FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
        ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
        ("FREQ=DAILY", "every day"),
    ],
)
def test_recurrence_is_named(rule: str, words: str) -> None:
    assert describe_recurrence(rule) == words
