"""The timeline as a calendar: what is shown, and that two independent parsers read the same."""

import asyncio
import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.export.calendar_events import Feed, make_event
from app.export.feed_text import make_calendar_text
from app.main import create_app
from app.schemas.read import TimelineItemRead
from app.settings import Settings
from tests.helpers import fictional
from tests.helpers.examples import examples
from tests.helpers.live import Live
from tests.helpers.oracles import ask, needs_node
from tests.helpers.timeline import Items

pytestmark = pytest.mark.either_engine

PATH = "/v1/timeline.ics"
FEED = Feed("https://kb.example.org", "urn:x:", timedelta(hours=1), timedelta(days=30))


def read(client: httpx.Client, query: str = "") -> tuple[Any, dict[str, Any]]:
    """The calendar, and its events by the slug of their item."""
    response = client.get(f"{PATH}{query}").raise_for_status()
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    events = {
        str(event["url"]).rpartition("/")[2]: event for event in calendar.walk("VEVENT")
    }
    assert len(events) == len(calendar.walk("VEVENT"))
    return calendar, events


EVENTS = {
    "joint-training-exercises-from-2026": (
        "Recommended: Joint Training Exercises (open end)",
        ("2026-01-01", "2027-01-01"),
        "TENTATIVE",
        "2026/..",
    ),
    "cybersecurity-collaboration-2025-2027": (
        "Recommended: Cybersecurity Collaboration",
        ("2025-10-01", "2028-01-01"),
        "TENTATIVE",
        "2025-1X/2027",
    ),
    "intelligence-sharing-immediate": (
        "Recommended: Intelligence Sharing (approximate, unknown end)",
        ("2025-09-16", "2025-09-17"),
        "TENTATIVE",
        "2025-09-16~/",
    ),
    "inauguration-of-the-office": (
        "NATO officially inaugurated its Liaison Office in Amman, Jordan",
        ("2025-09-16", "2025-09-17"),
        "CONFIRMED",
        "2025-09-16",
    ),
}


def test_calendar_has_an_event_for_each_item(client: httpx.Client) -> None:
    _, events = read(client)
    assert set(events) == set(EVENTS)


@pytest.mark.parametrize("slug", EVENTS)
def test_event_has_the_days_and_the_status_of_its_wording(
    client: httpx.Client, slug: str
) -> None:
    summary, days, status, edtf = EVENTS[slug]
    event = read_event(client, slug)
    assert event["summary"] == summary
    assert (str(event["dtstart"].dt), str(event["dtend"].dt)) == days
    assert (event["status"], event["x-edtf"]) == (status, edtf)


@pytest.mark.parametrize("slug", EVENTS)
def test_event_lasts_whole_days_and_makes_nobody_busy(
    client: httpx.Client, slug: str
) -> None:
    event = read_event(client, slug)
    for name in ("dtstart", "dtend"):
        assert event[name].params["VALUE"] == "DATE"
    assert event["transp"] == "TRANSPARENT"


@pytest.mark.parametrize("slug", EVENTS)
def test_event_has_the_version_and_the_instants_of_its_item(
    client: httpx.Client, slug: str
) -> None:
    item, event = read_item(client, slug), read_event(client, slug)
    assert event["sequence"] == item["version"] - 1
    assert event["created"].dt == instant(item["created_at"])
    assert event["dtstamp"].dt == event["last-modified"].dt == instant(item["updated_at"])


@pytest.mark.parametrize("slug", EVENTS)
def test_description_has_the_wording_and_the_quotes(client: httpx.Client, slug: str) -> None:
    item, event = read_item(client, slug), read_event(client, slug)
    assert item["wording"] in event["description"]
    for citation in item["citations"]:
        assert citation["exact"] in event["description"]


@pytest.mark.parametrize("slug", EVENTS)
def test_event_names_its_modality_and_its_focus_areas(
    client: httpx.Client, slug: str
) -> None:
    item, event = read_item(client, slug), read_event(client, slug)
    assert item["modality"] in event.categories
    concepts = event.get("concept", [])
    if not isinstance(concepts, list):
        concepts = [concepts]
    assert [str(concept).rpartition("/")[2] for concept in concepts] == item[
        "focus_area_slugs"
    ]


@pytest.mark.parametrize("slug", EVENTS)
def test_event_leads_to_its_item_and_its_document(client: httpx.Client, slug: str) -> None:
    event = read_event(client, slug)
    assert event["url"].startswith(str(client.base_url))
    assert event["link"].params["LINKREL"] == "via"
    assert str(event["link"]).endswith("/v1/documents/nato-expands-presence-in-amman")


def read_event(client: httpx.Client, slug: str) -> Any:
    _, events = read(client)
    return events[slug]


def read_item(client: httpx.Client, slug: str) -> Any:
    return client.get(f"/v1/timeline-items/{slug}").json()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def test_event_of_every_kind_of_date(dated: httpx.Client, items: Items) -> None:
    calendar, events = read(dated)
    shown = [item for item in items if item["start_earliest"] or item["end_kind"] == "by"]
    assert set(events) == {item["slug"] for item in shown}
    for item in shown:
        event = events[item["slug"]]
        last = date.fromisoformat(item["end_latest"] or item["start_latest"])
        first = str(last) if item["end_kind"] == "by" else item["start_earliest"]
        assert str(event["dtstart"].dt) == first
        assert event["dtend"].dt == last + timedelta(1)
        modality = event["summary"].removeprefix(f"By {last:%-d %B %Y}: ")
        assert modality.startswith("Recommended: ")
        assert (modality != event["summary"]) == (item["end_kind"] == "by")
        assert event["status"] == "TENTATIVE"
        for kind in ("open", "unknown"):
            assert (f"{kind} end" in event["summary"]) == (item["end_kind"] == kind)
        assert ("approximate" in event["summary"]) == item["approximate"]
        assert event["x-edtf"] == item["edtf"]
    left_out = len(items) - len(shown)
    assert left_out > 5
    explained = f"{left_out} items without a known start or a deadline are left out"
    assert explained in calendar["description"]


DAY = ("start_edtf", "start_kind", "end_kind")
DAYS = (*DAY, "end_edtf")
# What is cited of a stated item (all else is derived), and whether it is confirmed then.
CONFIRMED: list[tuple[dict[str, Any], tuple[str, ...], bool]] = [
    ({"end_kind": "same"}, DAY, True),
    ({"end_kind": "same"}, ("start_edtf", "start_kind"), False),
    ({"end_kind": "same"}, ("start_kind", "end_kind"), False),
    ({"end_kind": "same", "modality": "recommended"}, DAY, False),
    ({"end_kind": "same", "modality": "prospective"}, DAY, False),
    ({"end_kind": "same", "modality": "occurred"}, DAY, True),
    ({"end_kind": "open"}, DAY, False),
    ({"end_kind": "unknown"}, DAY, False),
    ({"end_kind": "same", "start_edtf": "2026-05"}, DAY, False),
    ({"end_kind": "same", "start_edtf": "2026-05-03?"}, DAY, False),
    ({"end_kind": "dated", "end_edtf": "2026-05-05"}, DAYS, True),
    ({"end_kind": "dated", "end_edtf": "2026-06"}, DAYS, False),
]


def test_only_what_the_document_gives_to_the_day_is_confirmed(live: Live) -> None:
    for i, (fields, cited, _) in enumerate(CONFIRMED):
        words = [fictional.citation("memorandum", "then", *cited)]
        item = {
            "modality": "stated",
            "start_edtf": "2026-05-03",
            **fields,
            "citations": words,
        }
        assert live.write([fictional.create("timeline_item", f"t-{i:02}", **item)])
    _, events = read(live.client)
    statuses = {slug: event["status"] for slug, event in events.items()}
    assert statuses == {
        f"t-{i:02}": "CONFIRMED" if confirmed else "TENTATIVE"
        for i, (*_, confirmed) in enumerate(CONFIRMED)
    }


# Sides, and the days of the event: the day after the last one has to be a date, too.
AT_THE_ENDS_OF_TIME = {
    "last": ("9999-12-31", None, "9999-12-30", "9999-12-31"),
    "last-but-one": ("9999-12-30", None, "9999-12-30", "9999-12-31"),
    "last-year": ("9999", None, "9999-01-01", "9999-12-31"),
    "for-ever": ("2026-05-01", "9999-12-31", "2026-05-01", "9999-12-31"),
    "last-decade": ("2026-05-01", "999X", "2026-05-01", "9999-12-31"),
    "first": ("0001-01-01", None, "0001-01-01", "0001-01-02"),
    "first-year": ("0001", "0999", "0001-01-01", "1000-01-01"),
}


def test_event_at_an_end_of_time_has_an_end_after_its_start(live: Live) -> None:
    changes = []
    for slug, (start, end, *_) in AT_THE_ENDS_OF_TIME.items():
        dates = {"start_edtf": start, "end_kind": "same"}
        if end is not None:
            dates |= {"end_edtf": end, "end_kind": "dated"}
        changes.append(fictional.create("timeline_item", slug, modality="stated", **dates))
    assert live.write(changes)
    calendar, events = read(live.client)
    for slug, (*_, first, after) in AT_THE_ENDS_OF_TIME.items():
        event = events[slug]
        assert (str(event["dtstart"].dt), str(event["dtend"].dt)) == (first, after), slug
        # What a client computes, and where it failed.
        assert event.duration == event["dtend"].dt - event["dtstart"].dt > timedelta(0)
        is_cut_off = live.client.get(str(event["url"])).json()["end_latest"] == "9999-12-31"
        assert ("Shown until 9999-12-30" in event["description"]) == is_cut_off
    assert events["last"]["status"] == "TENTATIVE"
    assert "Start: 9999-12-31" in events["last"]["description"]
    assert calendar.to_ical()
    # The filters of the feed at the ends of time.
    for query in ("overlaps=9999-12-31", "active_on=9999-12-31", "ends_after=9999-12-30"):
        assert "last" in read(live.client, f"?{query}")[1], query
    for query in ("starts_after=9999-12-31", "ends_after=9999", "starts_before=0001-01-01"):
        assert not read(live.client, f"?{query}&end_kind=same&end_kind=dated")[1], query


def test_line_separators_of_unicode_do_not_end_a_line(live: Live) -> None:
    live.write([fictional.create("timeline_item", "t", title="A\u2028B\u2029C\u0085D")])
    text = live.client.get(PATH).text
    assert text.splitlines() == text.split("\r\n")[:-1]
    assert read(live.client)[1]["t"]["summary"] == "Recommended: A\nB\nC\nD (open end)"


def test_nothing_is_shown_today_because_it_is_immediate(client: httpx.Client) -> None:
    _, events = read(client)
    assert date.today() not in {event["dtstart"].dt for event in events.values()}  # noqa: DTZ011


@pytest.mark.parametrize(
    "query",
    [
        "?modality=recommended&overlaps=2026",
        "?focus_area=cyber-security",
        "?match=certain&active_on=2026-12-31",
        "?q=exercise*",
        "?slug=absent",
    ],
)
def test_calendar_has_the_items_of_the_list(client: httpx.Client, query: str) -> None:
    listed = client.get(f"/v1/timeline-items{query}").json()["items"]
    _, events = read(client, query)
    assert set(events) == {item["slug"] for item in listed}


def test_calendar_says_what_it_is_and_when_to_come_again(client: httpx.Client) -> None:
    calendar, _ = read(client)
    assert calendar["version"] == "2.0"
    assert calendar["name"] == calendar["x-wr-calname"] == "Communiqué timeline"
    assert calendar["refresh-interval"].dt == timedelta(hours=1)
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert calendar["x-published-ttl"] == "PT1H"
    assert "method" not in calendar


def test_calendar_is_named_after_what_it_was_asked_for(client: httpx.Client) -> None:
    query = "focus_area=joint+training%20exercises&modality=recommended&approximate=false"
    calendar, events = read(client, f"?{query}")
    name = "Communiqué timeline: approximate=false&focus_area=joint training exercises"
    assert calendar["name"] == calendar["x-wr-calname"] == f"{name}&modality=recommended"
    listed = client.get(str(calendar["url"])).json()["items"]
    assert {item["slug"] for item in listed} == set(events)


def test_calendar_that_is_known_is_not_sent_again(live: Live) -> None:
    live.write([fictional.create("timeline_item", "t")])
    first = live.client.get(PATH)
    headers = {"If-None-Match": first.headers["ETag"]}
    assert live.client.get(PATH, headers=headers).status_code == 304
    assert live.client.head(PATH).headers["ETag"] == first.headers["ETag"]
    assert live.client.get(f"{PATH}?modality=stated", headers=headers).status_code == 200
    live.write([fictional.update("timeline_item", "t", title="Another")])
    again = live.client.get(PATH, headers=headers)
    assert again.status_code == 200
    assert again.headers["Communique-Revision"] == "3"


def test_deleted_item_is_cancelled_and_comes_back(live: Live) -> None:
    live.write(
        [fictional.create("timeline_item", "t", title="Once", focus_area_slugs=["moats"])]
    )
    live.write(
        [fictional.update("timeline_item", "t", title="Twice", focus_area_slugs=["moats"])]
    )
    before = read(live.client)[1]["t"]
    live.write(
        [fictional.delete("timeline_item", "t"), fictional.create("timeline_item", "u")]
    )
    etag = live.client.get(PATH).headers["ETag"]
    events = read(live.client)[1]
    cancelled = events["t"]
    assert set(events) == {"t", "u"}
    assert (cancelled["status"], cancelled["summary"]) == (
        "CANCELLED",
        "Recommended: Twice (open end)",
    )
    assert cancelled["uid"] == before["uid"]
    assert cancelled["dtstart"].dt == before["dtstart"].dt
    assert cancelled["sequence"] == before["sequence"] + 1
    assert cancelled["last-modified"].dt >= before["last-modified"].dt
    app: Any = live.client.app  # type: ignore[attr-defined]
    services = app.state.services
    settings = services.settings.model_copy(update={"cancelled_days": 0})
    app.state.services = replace(services, settings=settings)
    assert set(read(live.client)[1]) == {"u"}
    assert live.client.get(PATH).headers["ETag"] != etag
    settings = services.settings.model_copy(update={"cancelled_days": 30})
    app.state.services = replace(services, settings=settings)
    live.write([fictional.create("timeline_item", "t", title="Again")])
    again = read(live.client)[1]["t"]
    assert (again["status"], again["uid"]) == ("TENTATIVE", before["uid"])
    assert again["sequence"] == cancelled["sequence"] + 1


def test_latest_deletions_are_shown(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.log.deleted_items.MAX_DELETIONS", 2)
    slugs = ["a", "b", "c", "d"]
    live.write([fictional.create("timeline_item", slug) for slug in slugs])
    for slug in ("b", "d", "a"):
        live.write([fictional.delete("timeline_item", slug)])
    for query in ("", "?modality=recommended"):
        events = read(live.client, query)[1]
        assert {slug for slug, event in events.items() if event["status"] == "CANCELLED"} == {
            "a",
            "d",
        }


# What was deleted, by the filter: whether a calendar that has it shows it as cancelled.
CANCELLED = {
    "?focus_area=castles": True,
    "?focus_area=trade": False,
    "?focus_area=castles&narrower=false": False,
    "?document=memorandum": True,
    "?country=BV&office=strelsau": True,
    "?country=HM": False,
    "?modality=recommended&end_kind=open&precision=year": True,
    "?overlaps=2026-05": True,
    "?overlaps=2025": False,
    "?overlaps=2027&match=certain": True,
    "?overlaps=2026-05&match=certain": False,
    "?starts_before=2026": False,
    "?has_initiative=true": False,
    "?updated_since=2999-01-01": False,
}


@pytest.mark.accept
def test_cancelled_item_meets_the_filters(live: Live) -> None:
    cited = [
        fictional.citation(
            "memorandum", "Harvest", "title", "start_edtf", "start_kind", "end_kind"
        )
    ]
    fields: Any = {"title": "Harvest", "focus_area_slugs": ["moats"], "citations": cited}
    live.write([fictional.create("timeline_item", "t", **fields)])
    for query, expected in CANCELLED.items():
        assert set(read(live.client, query)[1]) == ({"t"} if expected else set()), query
    assert set(read(live.client, "?q=harvest")[1]) == {"t"}
    live.write([fictional.delete("timeline_item", "t")])
    for query, expected in CANCELLED.items():
        events = read(live.client, query)[1]
        assert {slug: event["status"] for slug, event in events.items()} == (
            {"t": "CANCELLED"} if expected else {}
        ), query
    # What is deleted is not searched.
    assert read(live.client, "?q=harvest")[1] == {}


def test_address_that_is_set_is_named_and_makes_the_ids(seeded_url: str) -> None:
    ids = []
    for base in ("https://kb.example.org/policy", "https://other.example.org", None):
        app = create_app(Settings(database_url=seeded_url, base_url=base))
        events = events_of(app)
        address = base or "http://asked.example"
        assert all(str(event["url"]).startswith(f"{address}/v1/timeline") for event in events)
        ids.append({str(event["uid"]) for event in events})
        app.state.services.engine.dispose()
    assert len(set.union(*ids)) == 12


def events_of(app: Any) -> list[Any]:
    """The events of a calendar that is asked for under another name."""

    async def ask_app() -> bytes:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://asked.example"
        ) as client:
            return (await client.get(PATH)).content

    return list(Calendar.from_ical(asyncio.run(ask_app())).walk("VEVENT"))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?limit=5", "limit"),
        ("?sort=start", "sort"),
        ("?focus_area=nowhere", "focus_area"),
        ("?overlaps=x", "overlaps"),
    ],
)
def test_mistake_is_named(client: httpx.Client, query: str, parameter: str) -> None:
    response = client.get(f"{PATH}{query}")
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


anything = st.characters(codec="utf-8", exclude_characters="\0")
awkward = st.sampled_from('",;:\\\n\t🎉é')
texts = st.text(st.one_of(anything, awkward), min_size=1, max_size=200)
texts = texts.filter(lambda text: re.search(r"\S", text) is not None)


def make_item(title: str, exact: str) -> TimelineItemRead:
    computed = {
        "edtf": "2026/..",
        "start_earliest": "2026-01-01",
        "start_latest": "2026-12-31",
        "start_precision": "year",
        "end_earliest": None,
        "end_latest": None,
        "end_precision": None,
        "approximate": False,
        "uncertain": False,
        "version": 1,
        "created_at": fictional.NOW,
        "updated_at": fictional.NOW,
        "url": "/v1/timeline-items/t",
    }
    cited = [{**fictional.citation("memorandum", exact, "title"), "link": None}]
    raw = fictional.record("timeline_item", "t", title=title, citations=cited)
    return TimelineItemRead.model_validate(raw | computed, strict=False)


@examples(100)
@given(title=texts, exact=texts)
def test_any_text_is_folded_by_octets_and_comes_back(title: str, exact: str) -> None:
    event = make_event(make_item(title, exact), FEED).to_ical()
    for line in event.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
        assert b"\n" not in line
        assert b"\r" not in line
    (parsed,) = Event.from_ical(event, multiple=True)
    newlines = "\n".join(make_calendar_text(title).replace("\r\n", "\n").split("\r"))
    assert parsed["summary"] == f"Recommended: {newlines} (open end)"


def describe(component: Any) -> dict[str, list[str]]:
    """What `icalendar` reads of a component, as `tools/oracles/ical.mjs` writes it."""
    properties: dict[str, list[str]] = {}
    for name, value in component.property_items(recursive=False):
        if name in ("BEGIN", "END"):
            continue
        for part in value.cats if name == "CATEGORIES" else [value]:
            properties.setdefault(name.lower(), []).append(_as_text(part))
    return properties


def _as_text(value: Any) -> str:
    moment = getattr(value, "dt", value)
    if isinstance(moment, datetime):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(moment, timedelta):
        return str(value.to_ical().decode())
    return str(moment)


@pytest.fixture
def strange(live: Live) -> Live:
    """A base whose texts are what parsers stumble over."""
    titles = [
        'a;b,c\\n"d"',
        "é" * 100,
        "🎉" * 40,
        "\ttab",
        "line\nline",
        "ends with \\",
        "bell \x07 and \x85",
        "BEGIN:VEVENT",
        "x" * 600,
    ]
    for i, title in enumerate(titles):
        live.write([fictional.create("timeline_item", f"t-{i}", title=title, wording=title)])
    live.write([fictional.delete("timeline_item", "t-0")])
    return live


@needs_node
@pytest.mark.accept
def test_two_parsers_read_the_same(
    client: httpx.Client, dated: httpx.Client, strange: Live
) -> None:
    for source in (client, dated, strange.client):
        text = source.get(PATH).text
        calendar = Calendar.from_ical(text)
        (theirs, *events) = ask("ical.mjs", text)
        assert theirs == describe(calendar)
        assert events == [describe(event) for event in calendar.walk("VEVENT")]
        assert len(events) >= 4


def test_calendar_without_events(live: Live) -> None:
    calendar, events = read(live.client)
    assert events == {}
    assert "0 items without a known start" in calendar["description"]


@pytest.mark.accept
def test_long_calendar_is_an_export_and_says_the_same(
    dated: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = dated.get(PATH)
    assert "transfer-encoding" not in calendar.headers
    monkeypatch.setattr("app.api.calendar.MAX_INLINE_EVENTS", 10)
    streamed = dated.get(PATH)
    assert streamed.headers["transfer-encoding"] == "chunked"
    assert streamed.content == calendar.content
    headers = {"If-None-Match": streamed.headers["ETag"]}
    assert dated.get(PATH, headers=headers).status_code == 304
    assert dated.get(f"{PATH}?overlaps=2026", headers=headers).status_code == 200
    assert dated.get(f"{PATH}?overlaps=x").status_code == 422
    # An export ends on the server a moment after its client has it.
    pool = dated.app.state.services.engine.pool  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while pool.checkedout() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert pool.checkedout() == 0
