"""What is claimed for when: every filter of time against an oracle that tries the readings."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates.edtf import parse_interval
from app.schemas.filters import MATCH_FILTERS
from tests.helpers.examples import examples
from tests.helpers.timeline import Items
from tests.helpers.walking import walk

ONGOING, QUARTER = (
    "joint-training-exercises-from-2026",
    "cybersecurity-collaboration-2025-2027",
)
IMMEDIATE, DAY = "intelligence-sharing-immediate", "inauguration-of-the-office"
ALL = {ONGOING, QUARTER, IMMEDIATE, DAY}


# "2026 – Ongoing", "2025 Q4 – 2027", "Immediate" (about 2025-09-16, end unknown), "September 16,
# 2025": what is possible, and what is certain.
@pytest.mark.parametrize(
    ("query", "possible", "certain"),
    [
        ("overlaps=2025-09-16", {IMMEDIATE, DAY}, {DAY}),
        ("overlaps=2025-09-15", set(), set()),
        ("overlaps=2025-10", {IMMEDIATE, QUARTER}, set()),
        ("overlaps=2025-36", {IMMEDIATE, QUARTER}, {QUARTER}),
        ("overlaps=2025", {IMMEDIATE, DAY, QUARTER}, {DAY, QUARTER}),
        ("overlaps=2026", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER, ONGOING}),
        ("overlaps=2026-06/2026-07", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER}),
        ("overlaps=2027-06", {IMMEDIATE, QUARTER, ONGOING}, {ONGOING}),
        ("overlaps=2028", {IMMEDIATE, ONGOING}, {ONGOING}),
        ("overlaps=../2024", set(), set()),
        ("overlaps=2027/..", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER, ONGOING}),
        ("overlaps=2025-1X/2027", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER, ONGOING}),
        ("active_on=2025-09-16", {IMMEDIATE, DAY}, {DAY}),
        ("active_on=2026-12-31", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER, ONGOING}),
        ("active_on=2026-12-30", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER}),
        ("active_on=9999-12-31", {IMMEDIATE, ONGOING}, {ONGOING}),
        ("starts_after=2025-09-15", ALL, {DAY, QUARTER, ONGOING}),
        ("starts_after=2025-09-16", {QUARTER, ONGOING}, {QUARTER, ONGOING}),
        ("starts_after=2025-10-01", {QUARTER, ONGOING}, {ONGOING}),
        ("starts_after=2025", {ONGOING}, {ONGOING}),
        ("starts_after=2026", set(), set()),
        ("starts_before=2025-10", {IMMEDIATE, DAY}, {DAY}),
        ("starts_before=2025-12-31", {IMMEDIATE, DAY, QUARTER}, {DAY}),
        ("starts_before=2026", {IMMEDIATE, DAY, QUARTER}, {DAY, QUARTER}),
        ("ends_after=2025", {IMMEDIATE, QUARTER, ONGOING}, {QUARTER, ONGOING}),
        ("ends_after=2027-01-01", {IMMEDIATE, QUARTER, ONGOING}, {ONGOING}),
        ("ends_before=2026", {IMMEDIATE, DAY}, {DAY}),
        ("ends_before=2027-07", {IMMEDIATE, DAY, QUARTER}, {DAY}),
        ("ends_before=2028", {IMMEDIATE, DAY, QUARTER}, {DAY, QUARTER}),
    ],
)
def test_date_filter_has_two_honest_answers(
    client: httpx.Client, query: str, possible: set[str], certain: set[str]
) -> None:
    for match, expected in (("possible", possible), ("certain", certain)):
        page = (
            client.get(f"/v1/timeline-items?{query}&match={match}").raise_for_status().json()
        )
        assert {item["slug"] for item in page["items"]} == expected, match
        assert page["total"] == len(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("overlaps=2XXX", ALL),
        ("overlaps=XXXX-10-XX/2025-10", {QUARTER, IMMEDIATE, DAY}),
        ("overlaps=1XXX", set()),
        ("end_kind=open", {ONGOING}),
        ("end_kind=unknown&end_kind=same", {IMMEDIATE, DAY}),
        ("precision=day", {IMMEDIATE, DAY}),
        ("precision=quarter", {QUARTER}),
        ("precision=year", {QUARTER, ONGOING}),
        ("precision=month", set()),
        ("approximate=true", {IMMEDIATE}),
        ("approximate=false", ALL - {IMMEDIATE}),
        ("overlaps=2026&active_on=2027-01-01&end_kind=dated", {QUARTER}),
    ],
)
def test_filter_of_what_is_said_of_dates(
    client: httpx.Client, query: str, expected: set[str]
) -> None:
    page = client.get(f"/v1/timeline-items?{query}").raise_for_status().json()
    assert {item["slug"] for item in page["items"]} == expected


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("overlaps=soon", "overlaps", "'soon' is not a period such as 2026"),
        ("overlaps=2027/2026", "overlaps", "ends before it starts. Swap the two dates"),
        ("overlaps=[2026,2027]", "overlaps", "is a set of dates. Give each by itself"),
        ("overlaps=2026-02-30/..", "overlaps", "'2026-02-30' is no date of the calendar"),
        ("overlaps=2026/2027/2028", "overlaps", "has more than two dates"),
        ("overlaps=2026..2027", "overlaps", "is not a period such as"),
        ("overlaps=20260401", "overlaps", "Write it as in 2026-04-01"),
        ("overlaps=Y12026", "overlaps", "is a year outside 0001–9999"),
        ("active_on=2026", "active_on", "'2026' is not a date such as"),
        ("starts_after=2026/..", "starts_after", "is not a date such as 2026"),
        ("ends_before=today", "ends_before", "'today' is not a date"),
        ("end_kind=never", "end_kind", "'by', 'dated', 'open', 'same', 'unknown'"),
        ("due_before=2027", "due_before", "'2027' is not a date such as"),
        ("recurrence=monthly", "recurrence", "'monthly'"),
        ("precision=week", "precision", "'week' is not one of its values"),
        ("approximate=1", "approximate", "neither true nor false"),
        ("starts_after=2026~&match=certain", "starts_after", "vague itself"),
        ("overlaps=2025-1X/202X&match=certain", "overlaps", "vague itself"),
        ("precision=day&match=certain", "match", "none is given"),
    ],
)
def test_mistake_in_a_date_is_named(
    client: httpx.Client, query: str, parameter: str, detail: str
) -> None:
    response = client.get(f"/v1/timeline-items?{query}")
    assert response.status_code == 422
    assert detail in response.json()["detail"]
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def is_said(item: dict[str, Any], side: str) -> bool:
    """Whether the document gives the side, and exactly: what is certain rests on nothing else."""
    sides = ["start", "end"] if side == "end" and item["end_kind"] == "same" else [side]
    derived = {f"{one}_{name}" for one in sides for name in ("edtf", "kind")} & set(
        item["derived"]
    )
    edtf = "".join(item[f"{one}_edtf"] or "" for one in sides)
    # "2026-21" is spring, of whichever hemisphere.
    return not (derived or set(edtf) & set("?~%") or edtf == "2026-21")


def readings(
    item: dict[str, Any], days: list[date], match: str
) -> Iterator[tuple[date, date]]:
    """The pairs of days on which the item may start and end, of these days. What says nothing may
    be any day that the other side allows, and so may, to be certain, what is not said."""
    kinds = {
        side: item[f"{side}_kind"]
        if match == "possible" or is_said(item, side)
        else "unknown"
        for side in ("start", "end")
    }

    def of_side(side: str) -> list[date]:
        if kinds[side] == "open":
            return [date.min if side == "start" else date.max]
        if kinds[side] == "unknown":
            return days
        earliest, latest = item[f"{side}_earliest"], item[f"{side}_latest"]
        if kinds[side] == "by":
            # On any day until the last one.
            earliest = "0001-01-01"
        return [day for day in days if earliest <= day.isoformat() <= latest]

    for start, end in product(of_side("start"), of_side("end")):
        if not {"unknown", "by"} & set(kinds.values()) or start <= end:
            yield start, end


HOLDS: dict[str, Any] = {
    "overlaps": lambda start, end, first, last: start <= last and end >= first,
    "active_on": lambda start, end, first, last: start <= last and end >= first,
    "starts_after": lambda start, end, first, last: start > last,  # noqa: ARG005
    "starts_before": lambda start, end, first, last: start < first,  # noqa: ARG005
    "ends_after": lambda start, end, first, last: end > last,  # noqa: ARG005
    "ends_before": lambda start, end, first, last: end < first,  # noqa: ARG005
}


def expect(items: Items, name: str, value: str, match: str) -> set[str]:
    """The slugs of the items of which the filter holds, by trying all readings."""
    first, last = parse_interval(value)
    bounds = [
        item[f"{side}_{bound}"]
        for item in items
        for side in ("start", "end")
        for bound in ("earliest", "latest")
    ]
    limits = {date.fromisoformat(bound) for bound in bounds if bound} | {first, last}
    days = {date.min, date.max} | limits
    days |= {day + timedelta(1) for day in limits - {date.max}}
    days |= {day - timedelta(1) for day in limits - {date.min}}
    quantify = any if match == "possible" else all

    def holds(item: dict[str, Any]) -> bool:
        is_deadline = item["end_kind"] == "by"
        if name.startswith("due"):
            return is_deadline and is_due(item, name, first, match)
        # It may be met on any earlier day, so no period is certain to have one of its days.
        if is_deadline and match == "certain" and name in ("overlaps", "active_on"):
            return False
        return quantify(
            HOLDS[name](*reading, first, last)
            for reading in readings(item, sorted(days), match)
        )

    return {item["slug"] for item in items if holds(item)}


def is_due(item: dict[str, Any], name: str, day: date, match: str) -> bool:
    last_day = date.fromisoformat(item["end_latest"])
    is_sure = match == "possible" or is_said(item, "end")
    return is_sure and (last_day < day if name == "due_before" else last_day > day)


days = st.dates(date(2023, 11, 1), date(2029, 2, 1)).map(date.isoformat)
periods = st.one_of(
    days,
    st.sampled_from(
        ["2024", "2025", "2026", "2027", "2028", "2026-04", "2026-06", "2026-34"]
    ),
    st.sampled_from(["2026-41", "2026-36", "2099", "1900", "2020"]),
)
intervals = st.one_of(
    periods,
    st.tuples(days, days).map(sorted).map("/".join),
    periods.map("{}/..".format),
    periods.map("../{}".format),
)


SORTS = ("start", "-start", "end", "-end", "-end,title", "slug")
questions = st.one_of(
    st.tuples(st.just("overlaps"), intervals),
    st.tuples(st.just("active_on"), days),
    st.tuples(st.sampled_from(MATCH_FILTERS[2:6]), periods),
    st.tuples(st.sampled_from(MATCH_FILTERS[6:]), days),
)


@examples(20)
@given(
    question=questions,
    match=st.sampled_from(["possible", "certain"]),
    sort=st.sampled_from(SORTS),
)
def test_filter_finds_what_the_readings_say(
    dated: httpx.Client,
    items: Items,
    question: tuple[str, str],
    match: str,
    sort: str,
) -> None:
    name, value = question
    path = f"/v1/timeline-items?{name}={value}&match={match}&sort={sort}&limit=7"
    pages = list(walk(dated, path))
    slugs = [item["slug"] for page in pages for item in page["items"]]
    expected = expect(items, name, value, match)
    assert len(slugs) == len(set(slugs))
    assert set(slugs) == expected
    assert {page["total"] for page in pages} == {len(expected)}
    if sort not in items.orders:
        everything = walk(dated, f"/v1/timeline-items?sort={sort}&limit=200")
        items.orders[sort] = [item["slug"] for page in everything for item in page["items"]]
    assert slugs == [slug for slug in items.orders[sort] if slug in expected]


def test_unbounded_sides_have_their_place_in_the_order(items: Items) -> None:
    """By start: open ones first, unknown ones last. By end: open and unknown ones last."""
    kinds = [item["start_kind"] for item in items]
    assert kinds == sorted(kinds, key=["open", "dated", "unknown"].index)
    starts = [item["start_earliest"] for item in items if item["start_kind"] == "dated"]
    assert starts == sorted(starts)


# Each with the kinds of its side, in order. What has no date comes last in either direction; what
# is open is before every day, or after every day.
@pytest.mark.parametrize(
    ("sort", "side", "bound", "kinds"),
    [
        ("start", "start", "earliest", ["open", "dated", "unknown"]),
        ("-start", "start", "earliest", ["dated", "open, unknown"]),
        ("end", "end", "latest", ["dated by", "open unknown"]),
        ("-end", "end", "latest", ["open", "dated by", "unknown"]),
    ],
)
def test_what_has_no_date_comes_last_in_either_direction(
    dated: httpx.Client, sort: str, side: str, bound: str, kinds: list[str]
) -> None:
    pages = walk(dated, f"/v1/timeline-items?sort={sort}&limit=13")
    ordered = [item for page in pages for item in page["items"]]

    def kind_of(item: dict[str, Any]) -> int:
        kind = item[f"{side}_kind"]
        if kind == "same":
            kind = "dated" if item["end_latest"] else "unknown"
        return next(i for i, group in enumerate(kinds) if kind in group)

    groups = [kind_of(item) for item in ordered]
    assert groups == sorted(groups)
    assert set(groups) == set(range(len(kinds)))
    bounds = [item[f"{side}_{bound}"] for item in ordered if item[f"{side}_{bound}"]]
    assert bounds == sorted(bounds, reverse=sort.startswith("-"))


@pytest.mark.parametrize("facet", ["year", "quarter"])
@pytest.mark.accept
def test_facet_of_time_counts_what_overlaps_each_period(
    dated: httpx.Client, items: Items, facet: str
) -> None:
    page = dated.get(f"/v1/timeline-items?facet={facet}&starts_before=2026-05").json()
    periods = page["facets"][facet]
    before = expect(items, "starts_before", "2026-05", "possible")
    assert periods["buckets"]
    for bucket in periods["buckets"][:: len(periods["buckets"]) // 12]:
        overlapping = expect(items, "overlaps", bucket["value"], "possible") & before
        assert bucket["count"] == len(overlapping)
        assert dated.get(bucket["url"]).json()["total"] == bucket["count"]


@pytest.mark.parametrize("query", ["", "&active_on=2026-08-01"])
@pytest.mark.accept
def test_facet_of_time_counts_what_is_certain(
    dated: httpx.Client, items: Items, query: str
) -> None:
    page = dated.get(f"/v1/timeline-items?facet=year,quarter&match=certain{query}").json()
    active = expect(items, "active_on", "2026-08-01", "certain" if query else "possible")
    among = active if query else {item["slug"] for item in items}
    for facet in page["facets"].values():
        for bucket in facet["buckets"][:: len(facet["buckets"]) // 8]:
            certain = expect(items, "overlaps", bucket["value"], "certain")
            assert bucket["count"] == len(certain & among), bucket["value"]
            assert dated.get(bucket["url"]).json()["total"] == bucket["count"]


# What is open has no bound, also at the ends of time.
@pytest.mark.parametrize("query", ["ends_after=9999", "starts_before=0001"])
def test_open_side_is_beyond_every_day(dated: httpx.Client, items: Items, query: str) -> None:
    side, kind = ("end", "end_kind") if "ends" in query else ("start", "start_kind")
    path = f"/v1/timeline-items?{query}&match=certain&limit=200"
    slugs = {item["slug"] for item in dated.get(path).json()["items"]}
    assert slugs == {
        item["slug"]
        for item in items
        if item[kind] == "open" and f"{side}_kind" not in item["derived"]
    }
    assert slugs


def test_quarters_of_the_four_wordings(client: httpx.Client) -> None:
    page = client.get("/v1/timeline-items?facet=quarter").json()
    labels = {
        b["value"]: (b["label"], b["count"]) for b in page["facets"]["quarter"]["buckets"]
    }
    assert labels["2025-35"] == ("2025 Q3", 2)
    assert labels["2025-36"] == ("2025 Q4", 2)
    assert labels["2026-33"] == ("2026 Q1", 3)
    assert labels["2027-36"] == ("2027 Q4", 3)
    assert "2028-33" not in labels


def test_periods_beyond_the_shown_ones_are_counted_as_other(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.value_counts.MAX_BUCKETS", 1)
    facet = client.get("/v1/timeline-items?facet=year").json()["facets"]["year"]
    assert [bucket["value"] for bucket in facet["buckets"]] == ["2025"]
    # "2026 – Ongoing" has no day in 2025.
    assert (facet["total_values"], facet["missing"], facet["other"]) == (3, 0, 1)
