"""Duties, deadlines, recurrence, claims without an office, and texts of a paragraph: each in every
place where a reader meets it."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

import httpx
import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from app.cursors import cursor_scope, encode_cursor
from app.schemas.snapshots import read_snapshot
from tests.helpers import fictional
from tests.helpers.bases import Bases, filled
from tests.helpers.live import Live, live_base
from tests.helpers.oracles import ask, needs_node
from tests.helpers.servers import serving
from tests.helpers.walking import walk

Json = dict[str, Any]
UNDATED = {"start_edtf": None, "start_kind": "unknown"}
DEADLINE = {**UNDATED, "end_edtf": "2027-06-30", "end_kind": "by"}


def stated(slug: str, **fields: Any) -> Json:
    """A timeline item whose dates the document states."""
    raw = {**fictional.DEFAULTS["timeline_item"], **fields}
    names = ("start_edtf", "start_kind", "end_edtf", "end_kind")
    supports = [name for name in names if raw.get(name) is not None]
    cited = [fictional.citation("memorandum", "then", *supports)]
    return fictional.record("timeline_item", slug, **fields, citations=cited)


@pytest.fixture
def writer(empty_url: str) -> Iterator[httpx.Client]:
    """A client that may write to a base without claims."""
    with serving(filled(empty_url, fictional.base()), scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def refusing(bases: Bases) -> Iterator[httpx.Client]:
    """A client whose requests are all refused."""
    with serving(bases.make("small"), scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def reading(bases: Bases) -> Iterator[Live]:
    """A small base, which no test changes."""
    with live_base(bases.make("small")) as live:
        yield live


@pytest.fixture(scope="module")
def duties(bases: Bases) -> Iterator[Live]:
    """A base with an item of each kind that these tests are about, which none changes."""
    items = [
        stated("deadline", **DEADLINE),
        stated("started", start_edtf="2026-03-01", end_edtf="2027", end_kind="by"),
        fictional.record("timeline_item", "derived", **DEADLINE),
        stated("until", **UNDATED, end_edtf="2027-06-30", end_kind="dated"),
        stated("duty", title="Publish the data", modality="required", **DEADLINE),
    ]
    with live_base(bases.make("small")) as live:
        assert live.write(fictional.changes({"timeline_items": items}))
        yield live


def found(client: httpx.Client, query: str) -> set[str]:
    page = client.get(f"/v1/timeline-items?{query}").raise_for_status().json()
    return {item["slug"] for item in page["items"]}


# "By 30 June 2027", with a start ("from 1 March 2026, by 2027") and derived.
@pytest.mark.parametrize(
    ("query", "possible", "certain"),
    [
        ("overlaps=2020", {"deadline", "derived"}, set()),
        ("overlaps=2026-03-01", {"deadline", "derived", "started"}, set()),
        ("overlaps=2027-06-30", {"deadline", "derived", "started"}, set()),
        ("overlaps=2027-07", {"started"}, set()),
        ("overlaps=2028/..", set(), set()),
        ("overlaps=../2030", {"deadline", "derived", "started"}, set()),
        ("active_on=2026-02-28", {"deadline", "derived"}, set()),
        ("active_on=2027-07-01", {"started"}, set()),
        ("ends_before=2027-07", {"deadline", "derived", "started"}, {"deadline"}),
        ("ends_before=2028", {"deadline", "derived", "started"}, {"deadline", "started"}),
        ("ends_before=2026-03-01", {"deadline", "derived"}, set()),
        ("ends_after=2027-06-29", {"deadline", "derived", "started"}, set()),
        ("ends_after=2027-06-30", {"started"}, set()),
        ("ends_after=2026-02", {"deadline", "derived", "started"}, {"started"}),
        ("starts_before=2026-03-02", {"deadline", "derived", "started"}, {"started"}),
        (
            "starts_before=2027-07",
            {"deadline", "derived", "started"},
            {"deadline", "started"},
        ),
        ("starts_after=2027-06-29", {"deadline", "derived"}, set()),
        ("starts_after=2027-06-30", set(), set()),
        ("starts_after=2026-02", {"deadline", "derived", "started"}, {"started"}),
        ("due_before=2027-06-30", set(), set()),
        ("due_before=2027-07-01", {"deadline", "derived"}, {"deadline"}),
        (
            "due_before=2028-01-01",
            {"deadline", "derived", "started"},
            {"deadline", "started"},
        ),
        ("due_after=2027-06-30", {"started"}, {"started"}),
        ("due_after=2027-06-29", {"deadline", "derived", "started"}, {"deadline", "started"}),
    ],
)
def test_deadline_has_two_honest_answers(
    duties: Live, query: str, possible: set[str], certain: set[str]
) -> None:
    for match, expected in (("possible", possible), ("certain", certain)):
        slugs = found(duties.client, f"{query}&match={match}&modality=recommended")
        # "Until 30 June 2027" is no deadline.
        assert slugs - {"until"} == expected, match
        if query.startswith("due"):
            assert "until" not in slugs


def test_deadline_has_only_a_last_day(duties: Live) -> None:
    item = duties.client.get("/v1/timeline-items/deadline").json()
    bounds = {name: item[name] for name in ("end_earliest", "end_latest", "end_precision")}
    assert bounds == {
        "end_earliest": None,
        "end_latest": "2027-06-30",
        "end_precision": "day",
    }
    assert (item["edtf"], item["start_earliest"]) == ("/2027-06-30", None)
    assert found(duties.client, "end_kind=by") == {"deadline", "derived", "duty", "started"}


def test_deadline_counts_in_every_period_until_it(duties: Live) -> None:
    page = duties.client.get("/v1/timeline-items?facet=year,quarter&end_kind=by").json()
    years = {b["value"]: b["count"] for b in page["facets"]["year"]["buckets"]}
    # From the first bound, the start in 2026, to the last.
    assert years == {"2026": 4, "2027": 4}
    quarters = {b["value"]: b["count"] for b in page["facets"]["quarter"]["buckets"]}
    assert quarters == {
        **{"2026-33": 4, "2026-34": 4, "2026-35": 4, "2026-36": 4},
        **{"2027-33": 4, "2027-34": 4, "2027-35": 1, "2027-36": 1},
    }
    certain = duties.client.get("/v1/timeline-items?facet=year&end_kind=by&match=certain")
    assert certain.json()["facets"]["year"]["missing"] == 4


def test_what_is_due_first_comes_first(duties: Live) -> None:
    page = duties.client.get("/v1/timeline-items?end_kind=by&sort=end,slug").json()
    slugs = [item["slug"] for item in page["items"]]
    assert slugs == ["deadline", "derived", "duty", "started"]


@pytest.mark.parametrize(
    ("fields", "pointer", "detail"),
    [
        ({**UNDATED, "end_kind": "by"}, "/end_edtf", "is null though end_kind is 'by'"),
        (
            {"end_edtf": "2027", "end_kind": "open"},
            "/end_kind",
            "is 'open' though end_edtf is '2027'. Use 'dated', or 'by' for a deadline.",
        ),
        (
            {"start_edtf": "2028", "end_edtf": "2027", "end_kind": "by"},
            "/end_edtf",
            "ends on 2027-12-31 at the latest, before it starts on 2028-01-01",
        ),
        ({"start_kind": "by"}, "/start_kind", "'by' is not one of its values"),
        ({"recurrence": "FREQ=HOURLY"}, "/recurrence", "'FREQ=HOURLY'"),
        ({"recurrence": "FREQ=DAILY;INTERVAL=1"}, "/recurrence", "INTERVAL=1"),
        ({"recurrence": "FREQ=YEARLY;BYMONTH=3"}, "/recurrence", "BYMONTH"),
        ({"title": "a" * 2001}, "/title", "2000"),
    ],
)
def test_mistake_in_a_new_field_is_named(
    refusing: httpx.Client, fields: Json, pointer: str, detail: str
) -> None:
    record = fictional.record("timeline_item", "new", **fields)
    response = refusing.post("/v1/timeline-items", json=record)
    assert response.status_code == 422
    details = [e["detail"] for e in response.json()["errors"] if e["pointer"] == pointer]
    assert any(detail in found for found in details), response.json()


def events(client: httpx.Client) -> tuple[dict[str, Any], str]:
    """The events of the calendar by the slug of their item, and its text."""
    text = client.get("/v1/timeline.ics").raise_for_status().text
    walked = Calendar.from_ical(text).walk("VEVENT")
    return {str(event["url"]).rpartition("/")[2]: event for event in walked}, text


def test_calendar_shows_a_deadline_on_its_last_day(duties: Live) -> None:
    by_slug, _ = events(duties.client)
    event = by_slug["duty"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2027, 6, 30), date(2027, 7, 1))
    assert event["summary"] == "By 30 June 2027: Required: Publish the data"
    assert "End: 2027-06-30 at the latest (day)" in event["description"]
    assert event["status"] == "TENTATIVE"
    assert by_slug["started"]["dtstart"].dt == date(2027, 12, 31)
    # Without a start, "until" has no day on which it begins.
    assert "until" not in by_slug


RECURRING = {
    # Slug: the fields, and the first days on which both parsers say that it recurs.
    "yearly": (
        {"start_edtf": "2026-05-04", "end_kind": "open", "recurrence": "FREQ=YEARLY"},
        ["2026-05-04", "2027-05-04", "2028-05-04"],
    ),
    "quarterly": (
        {
            "start_edtf": "2026-01-15",
            "end_kind": "dated",
            "end_edtf": "2026-07",
            "recurrence": "FREQ=MONTHLY;INTERVAL=3",
        },
        ["2026-01-15", "2026-04-15", "2026-07-15"],
    ),
    "fortnightly": (
        {"start_edtf": "2026-01-01", "recurrence": "FREQ=WEEKLY;INTERVAL=2"},
        ["2026-01-01", "2026-01-15", "2026-01-29"],
    ),
    # The day of its start is known, though its end is about a year.
    "until-about": (
        {
            "start_edtf": "2026-02-10",
            "end_kind": "dated",
            "end_edtf": "2028~",
            "recurrence": "FREQ=YEARLY",
        },
        ["2026-02-10", "2027-02-10", "2028-02-10"],
    ),
}


@pytest.fixture(scope="module")
def recurring(bases: Bases) -> Iterator[Live]:
    """A base with items that recur, which no test changes."""
    items = [stated(slug, **fields) for slug, (fields, _) in RECURRING.items()]
    # Their days are not known, so they have no rule.
    items.append(stated("from-a-year", start_edtf="2026", recurrence="FREQ=YEARLY"))
    items.append(stated("about-a-day", start_edtf="2026-05-04~", recurrence="FREQ=YEARLY"))
    items.append(stated("due-yearly", **DEADLINE, recurrence="FREQ=YEARLY"))
    with live_base(bases.make("small")) as live:
        assert live.write(fictional.changes({"timeline_items": items}))
        yield live


@needs_node
def test_two_parsers_agree_when_it_recurs(recurring: Live) -> None:
    by_slug, text = events(recurring.client)
    theirs = {days["slug"]: days["days"] for days in ask("recurrence.mjs", text)}
    assert set(theirs) == set(RECURRING)
    for slug, (fields, days) in RECURRING.items():
        event = by_slug[slug]
        rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=event["dtstart"].dt)
        ours = [occurrence.date().isoformat() for occurrence in islice(rule, 4)]
        assert theirs[slug] == ours
        assert ours[:3] == days
        assert event["dtend"].dt.isoformat() == f"{days[0][:-1]}{int(days[0][-1]) + 1}"
        assert f"Recurs: {fields['recurrence']}" in event["description"]
    # Until the end of July 2026.
    assert len(theirs["quarterly"]) == 3
    for slug in ("from-a-year", "about-a-day", "due-yearly"):
        assert "rrule" not in by_slug[slug]
        assert "Recurs: FREQ=YEARLY" in by_slug[slug]["description"]


def test_what_recurs_is_filtered_and_counted(recurring: Live) -> None:
    assert found(recurring.client, "recurrence=FREQ=WEEKLY;INTERVAL=2") == {"fortnightly"}
    assert found(recurring.client, "has_recurrence=false") == set()
    assert len(found(recurring.client, "has_recurrence=true")) == 7
    page = recurring.client.get("/v1/timeline-items?facet=recurrence").json()
    counts = {b["value"]: b["count"] for b in page["facets"]["recurrence"]["buckets"]}
    assert counts == {
        "FREQ=YEARLY": 5,
        "FREQ=MONTHLY;INTERVAL=3": 1,
        "FREQ=WEEKLY;INTERVAL=2": 1,
    }


MODALITIES = ("occurred", "stated", "prospective", "required", "recommended")


@pytest.fixture
def modal(live: Live) -> Live:
    """A base with two initiatives of each modality."""
    initiatives = [
        fictional.record("initiative", f"{sort}-{modality}", modality=modality)
        for modality in reversed(MODALITIES)
        for sort in ("a", "z")
    ]
    assert live.write(fictional.changes({"initiatives": initiatives}))
    return live


def test_duty_is_between_promise_and_advice_everywhere(modal: Live) -> None:
    client = modal.client
    for sort, expected in (
        ("modality", MODALITIES),
        ("-modality", tuple(reversed(MODALITIES))),
    ):
        pages = walk(client, f"/v1/initiatives?sort={sort}&limit=3")
        items = [item for page in pages for item in page["items"]]
        assert len(items) == 10
        assert tuple(dict.fromkeys(item["modality"] for item in items)) == expected
        exported = client.get(f"/v1/initiatives?sort={sort}&format=csv&fields=modality").text
        assert tuple(dict.fromkeys(exported.split()[1:])) == expected
    # With equal counts, in its order; with a filter, they are counted anew.
    for query in ("", "&slug=a-required&slug=a-recommended&slug=a-stated"):
        page = client.get(f"/v1/initiatives?facet=modality{query}").json()
        values = [bucket["value"] for bucket in page["facets"]["modality"]["buckets"]]
        assert values == [m for m in MODALITIES if not query or f"a-{m}" in query]
    page = client.get("/v1/search?facet=modality&type=initiative").json()
    values = [bucket["value"] for bucket in page["facets"]["modality"]["buckets"]]
    assert tuple(values) == MODALITIES
    table = client.get("/v1/crosstab?collection=initiatives&rows=kind&columns=modality")
    assert tuple(column["value"] for column in table.json()["columns"]) == MODALITIES
    feed = client.get("/v1/changes.atom").text
    assert "Required: Initiative" in feed


def test_claims_about_no_office_are_found_and_counted(writer: httpx.Client) -> None:
    records = {
        "offices": fictional.record("office", "nowhere", city=None, country=None),
        "initiatives": fictional.record("initiative", "alone", office_slug=None),
        "expected-outcomes": fictional.record("expected_outcome", "hope", office_slug=None),
        "timeline-items": fictional.record("timeline_item", "then", office_slug=None),
    }
    for collection, record in records.items():
        created = writer.post(f"/v1/{collection}", json=record)
        assert created.status_code == 201, created.text
    other = fictional.record("initiative", "other", office_slug="nowhere")
    writer.post("/v1/initiatives", json=other).raise_for_status()
    for collection in ("initiatives", "expected-outcomes", "timeline-items"):
        without = writer.get(f"/v1/{collection}?has_office=false&include=office").json()
        assert without["total"] == 1
        assert without["items"][0]["office_slug"] is None
        assert without["items"][0]["office"] is None
    page = writer.get("/v1/initiatives?facet=office,country&has_office=true").json()
    assert [item["slug"] for item in page["items"]] == ["other"]
    facets = writer.get("/v1/initiatives?facet=office,country").json()["facets"]
    assert facets["office"]["missing"] == 1
    # The office "nowhere" has no country, and the claim about no office has none either.
    assert (facets["country"]["missing"], facets["country"]["buckets"]) == (2, [])
    assert [b["value"] for b in facets["office"]["buckets"]] == ["nowhere"]
    table = writer.get("/v1/crosstab?collection=initiatives&rows=office&columns=kind").json()
    assert table["missing"]["total"] == 1
    text = writer.get("/v1/initiatives?format=csv&sort=office").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["office_slug"] for row in rows] == ["nowhere", ""]
    for sort in ("office", "-office"):
        page = writer.get(f"/v1/initiatives?sort={sort}&limit=1").json()
        assert page["items"][0]["slug"] == "other"
        assert writer.get(page["next"]).json()["items"][0]["slug"] == "alone"
    found_in_search = writer.get("/v1/search?has_office=false").json()
    assert {row["slug"] for row in found_in_search["items"]} == {"alone", "hope", "then"}
    assert writer.get("/v1/offices?has_city=false&has_country=false").json()["total"] == 1
    for sort in ("city", "-city", "country", "-country"):
        offices = list(walk(writer, f"/v1/offices?sort={sort}&limit=1"))
        assert offices[-1]["items"][0]["slug"] == "nowhere"
    calendar = writer.get("/v1/timeline.ics?has_office=false").raise_for_status().text
    assert calendar.count("BEGIN:VEVENT") == 1


def test_office_of_a_claim_comes_and_goes(writer: httpx.Client) -> None:
    record = fictional.record("initiative", "claim")
    etag = writer.post("/v1/initiatives", json=record).raise_for_status().headers["ETag"]
    patch = {"office_slug": None, "derived": {"office_slug": None}}
    headers = {"If-Match": etag, "Content-Type": "application/merge-patch+json"}
    patched = writer.patch("/v1/initiatives/claim", json=patch, headers=headers)
    assert patched.status_code == 200, patched.text
    assert patched.json()["office_slug"] is None
    facet = writer.get("/v1/initiatives?facet=office").json()["facets"]["office"]
    assert (facet["missing"], facet["buckets"]) == (1, [])


def test_long_texts_are_sorted_by_their_beginning(writer: httpx.Client) -> None:
    beginning = "é" * 600
    titles = {"c": f"{beginning}{'a' * 1400}", "b": f"{beginning}z", "a": "é" * 599}
    for slug, title in titles.items():
        record = fictional.record("initiative", slug, title=title)
        writer.post("/v1/initiatives", json=record).raise_for_status()
    # Equal to the 600th character: then by slug.
    pages = list(walk(writer, "/v1/initiatives?sort=title&limit=1"))
    slugs = [item["slug"] for page in pages for item in page["items"]]
    assert slugs == ["a", "b", "c"]
    assert writer.get("/v1/initiatives/c").json()["title"] == titles["c"]
    rows = writer.get("/v1/search?type=initiative&sort=text&limit=1").json()
    assert rows["items"][0]["text"] == titles["a"]
    assert len(rows["next"]) < 6_000
    assert writer.get(rows["next"]).json()["items"][0]["slug"] == "b"


# A cursor that was made before descending orders had a column of their own.
@pytest.mark.parametrize(
    ("collection", "sort", "keys", "value"),
    [
        ("timeline-items", "-start", ["-start_order", "-slug"], "2026-01-01"),
        ("timeline-items", "-end", ["-end_order", "-slug"], "2026-01-01"),
        ("timeline-items", "title", ["title", "slug"], "Item"),
        ("initiatives", "office", ["office_slug", "slug"], "strelsau"),
        ("offices", "-city", ["-city", "-slug"], "Strelsau"),
        ("documents", "-published_on", ["-published_order", "-slug"], "2026-01-01"),
    ],
)
def test_cursor_from_before_goes_on(
    reading: Live, collection: str, sort: str, keys: list[str], value: str
) -> None:
    scope = cursor_scope(collection, {}, keys)
    cursor = encode_cursor(scope, [value, "m"])
    path = f"/v1/{collection}?sort={sort}&cursor={cursor}"
    assert reading.client.get(path).status_code == 200


def test_snapshot_from_before_has_no_recurrence() -> None:
    # An item as version 3 of the schema logged it.
    item = {"slug": "then", "end_kind": "dated", "wording": "by 2030", "citations": []}
    assert read_snapshot("timeline_item", 3, item) == {**item, "recurrence": None}
    initiative = {"slug": "i", "citations": []}
    assert read_snapshot("initiative", 3, initiative) == initiative


def test_item_that_does_not_recur_says_so(writer: httpx.Client) -> None:
    record = fictional.record("timeline_item", "then")
    assert writer.post("/v1/timeline-items", json=record).json()["recurrence"] is None
    header = writer.get("/v1/timeline-items?format=csv").text.partition("\n")[0]
    assert "recurrence" in header.split(",")
