"""Crosstabs: every cell, total and missing against the records themselves."""

import csv
import io
from itertools import permutations
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.changes.apply import apply
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import engine_of
from tests.helpers.examples import costly_examples
from tests.helpers.filters import filters
from tests.helpers.servers import serving

PAIRS = [
    (resource, rows, columns)
    for resource in CATALOG
    for rows, columns in permutations(resource.dimensions, 2)
]


@costly_examples(30)
@given(data=st.data())
def test_counts_are_those_of_the_lists(varied: httpx.Client, data: st.DataObject) -> None:
    resource, rows, columns = data.draw(st.sampled_from(PAIRS))
    query = data.draw(filters(resource))
    parameters = query | {"collection": resource.name, "rows": rows, "columns": columns}
    table = varied.get("/v1/crosstab", params=parameters).raise_for_status().json()
    total = _total(varied, resource, query)
    assert table["totals"]["total"] == total
    by_rows, by_columns = set(query).isdisjoint({rows}), set(query).isdisjoint({columns})
    for row in table["rows"] if by_rows else []:
        assert row["total"] == _total(varied, resource, query | {rows: row["value"]})
        assert row["url"]
        for column, count in zip(table["columns"], row["counts"], strict=True):
            if by_columns:
                both = query | {rows: row["value"], columns: column["value"]}
                assert count == _total(varied, resource, both)
    for row in [*table["rows"], table["missing"], table["totals"]]:
        assert max([0, *row["counts"], row["missing"]]) <= row["total"]
        if resource.dimensions[columns].is_single_valued:
            assert sum(row["counts"]) + row["missing"] == row["total"]
    if resource.dimensions[rows].is_single_valued:
        totals = [row["total"] for row in [*table["rows"], table["missing"]]]
        assert sum(totals) == total


def _total(client: httpx.Client, resource: Resource, query: dict[str, Any]) -> int:
    page = client.get(f"/v1/{resource.name}", params=query | {"limit": 1}).raise_for_status()
    total: int = page.json()["total"]
    return total


def test_tree_rolls_up_and_totals_count_each_record_once(varied: httpx.Client) -> None:
    path = "/v1/crosstab?collection=initiatives&rows=focus_area&columns=modality"
    table = varied.get(path).json()
    assert [column["value"] for column in table["columns"]] == [
        "stated",
        "prospective",
        "recommended",
    ]
    assert {row["value"]: (row["counts"], row["total"]) for row in table["rows"]} == {
        "research": ([1, 1, 0], 2),
        "sea-trade": ([0, 1, 1], 2),
        "open-data": ([1, 0, 0], 1),
    }
    assert table["missing"] == {"counts": [1, 0, 0], "missing": 0, "total": 1}
    assert table["totals"] == {"counts": [2, 1, 1], "missing": 0, "total": 4}


def test_every_url_leads_to_a_list_without_narrower_ones(varied: httpx.Client) -> None:
    path = "/v1/crosstab?collection=initiatives&rows=focus_area&columns=kind&narrower=false"
    table = varied.get(path).json()
    totals = [row["total"] for row in table["rows"]] + table["totals"]["counts"]
    urls = [category["url"] for category in [*table["rows"], *table["columns"]]]
    assert [varied.get(url).raise_for_status().json()["total"] for url in urls] == totals


def test_csv_has_the_same_counts(varied: httpx.Client) -> None:
    path = "/v1/crosstab?collection=initiatives&rows=focus_area&columns=kind"
    table = varied.get(path).json()
    response = varied.get(path, headers={"Accept": "text/csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    header, *rows = csv.reader(io.StringIO(response.text, newline=""))
    columns = [column["value"] for column in table["columns"]]
    assert header == ["focus_area", "label", *columns, "missing", "total"]
    sums = [("", "missing", table["missing"]), ("", "total", table["totals"])]
    expected = [(row["value"], row["label"], row) for row in table["rows"]] + sums
    assert rows == [
        [value, label, *map(str, row["counts"]), str(row["missing"]), str(row["total"])]
        for value, label, row in expected
    ]


def test_csv_for_spreadsheets(empty_url: str) -> None:
    area = fictional.focus_area("formula", name="=1+1")
    bundle = fictional.base(
        focus_areas=[area],
        initiatives=[fictional.record("initiative", "one", focus_area_slugs=["formula"])],
    )
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(bundle), "test", "Formula")
        path = "/v1/crosstab?collection=initiatives&rows=focus_area&columns=kind&format=csv"
        assert "formula,=1+1,1,0,1" in client.get(path).text
        safe = client.get(f"{path}&bom=true&escape_formulas=true")
        assert safe.content.startswith(b"\xef\xbb\xbffocus_area,")
        assert "formula,'=1+1,1,0,1" in safe.text


@pytest.mark.parametrize(
    ("query", "parameter", "why"),
    [
        ("rows=kind&columns=modality", "collection", "is required"),
        ("collection=initiatives&rows=kind&columns=kind", "columns", "Choose two"),
        ("collection=offices&rows=kind&columns=country", "rows", "no dimension 'kind'"),
        (
            "collection=offices&rows=document&columns=country&kind=objective",
            "kind",
            "no filter",
        ),
        ("collection=initiatives&rows=kind&columns=colour", "columns", "'colour' is not one"),
        (
            "collection=initiatives&rows=kind&columns=office&bom=true",
            "bom",
            "only csv has one",
        ),
        (
            "collection=initiatives&rows=kind&columns=modality&nope=1",
            "nope",
            "Unknown parameter",
        ),
        (
            "collection=initiatives&rows=kind&columns=modality&office=x",
            "office",
            "no office 'x'",
        ),
    ],
)
def test_mistake_is_named(varied: httpx.Client, query: str, parameter: str, why: str) -> None:
    response = varied.get(f"/v1/crosstab?{query}")
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["parameter"] == parameter
    assert why in error["detail"]


def test_crosstab_is_json_or_csv(varied: httpx.Client) -> None:
    path = "/v1/crosstab?collection=initiatives&rows=focus_area&columns=kind"
    assert varied.get(path, headers={"Accept": "application/x-ndjson"}).status_code == 406
    assert varied.get(f"{path}&format=parquet").status_code == 422
