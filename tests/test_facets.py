"""Facets keep two promises, and totals one, for any combination of filters (hypothesis)."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import CATALOG
from app.catalog.resource import Resource
from tests.helpers.examples import costly_examples
from tests.helpers.filters import filters, meaningful
from tests.helpers.walking import walk


def path_of(resource: Resource, query: dict[str, Any]) -> str:
    return f"/v1/{resource.name}?{urlencode(query, doseq=True)}"


SETTINGS = costly_examples(8)
EACH = pytest.mark.parametrize("resource", CATALOG, ids=[found.name for found in CATALOG])


@EACH
@SETTINGS
@given(data=st.data())
def test_total_is_the_number_of_rows_on_all_pages(
    varied: httpx.Client, resource: Resource, data: st.DataObject
) -> None:
    query = data.draw(filters(resource))
    pages = list(walk(varied, path_of(resource, query | {"limit": 2})))
    slugs = [item["slug"] for page in pages for item in page["items"]]
    assert len(slugs) == len(set(slugs))
    assert {page["total"] for page in pages} == {len(slugs)}


@EACH
@SETTINGS
@given(data=st.data())
def test_facets_keep_their_promises(
    varied: httpx.Client, resource: Resource, data: st.DataObject
) -> None:
    query = data.draw(filters(resource))
    path = path_of(resource, query | {"facet": ",".join(resource.facets), "limit": 1})
    facets = varied.get(path).raise_for_status().json()["facets"]
    assert list(facets) == list(resource.facets)
    for name, facet in facets.items():
        filter_name = getattr(resource.facets[name], "filter", name)
        without = meaningful(
            {key: value for key, value in query.items() if key != filter_name}
        )
        total = varied.get(path_of(resource, without)).json()["total"]
        counts = [bucket["count"] for bucket in facet["buckets"]]
        assert counts == sorted(counts, reverse=True)
        assert facet["total_values"] == len(counts)
        dimension = resource.dimensions.get(name)
        if dimension is not None and dimension.is_single_valued:
            assert sum(counts) + facet["missing"] + facet["other"] == total
        for bucket in facet["buckets"]:
            page = varied.get(bucket["url"]).raise_for_status().json()
            assert page["total"] == bucket["count"] > 0
            assert page["facets"].keys() == facets.keys()


def test_facet_shows_what_else_could_be_chosen(varied: httpx.Client) -> None:
    path = "/v1/initiatives?country=AQ&kind=recommendation&facet=kind,focus_area"
    facets = varied.get(path).json()["facets"]
    assert facets["kind"] == {
        "buckets": [
            {
                "value": kind,
                "label": kind,
                "count": 1,
                "url": f"/v1/initiatives?kind={kind}&country=AQ&facet=kind&facet=focus_area",
            }
            for kind in ("objective", "recommendation")
        ],
        "total_values": 2,
        "missing": 0,
        "other": 0,
    }
    assert [(b["value"], b["label"]) for b in facets["focus_area"]["buckets"]] == [
        ("sea-trade", "Sea-trade")
    ]


def test_facet_that_is_asked_for_twice_is_there_once(varied: httpx.Client) -> None:
    page = varied.get("/v1/initiatives?facet=kind,kind&facet=kind").json()
    (bucket, *_) = page["facets"]["kind"]["buckets"]
    assert bucket["url"] == "/v1/initiatives?facet=kind&kind=objective"


def test_bucket_leads_to_a_list_that_is_counted(varied: httpx.Client) -> None:
    page = varied.get("/v1/initiatives?facet=kind&count=none").json()
    assert page["total"] is None
    for bucket in page["facets"]["kind"]["buckets"]:
        assert varied.get(bucket["url"]).json()["total"] == bucket["count"]


def test_focus_area_has_what_narrower_ones_have_unless_the_query_says_not(
    varied: httpx.Client,
) -> None:
    def counts(filters: str) -> dict[str, int]:
        page = varied.get(f"/v1/initiatives?facet=focus_area{filters}").json()
        facet = page["facets"]["focus_area"]
        assert facet["missing"] == 1
        return {bucket["value"]: bucket["count"] for bucket in facet["buckets"]}

    assert counts("") == {"research": 2, "sea-trade": 2, "open-data": 1}
    assert counts("&narrower=false") == {"research": 1, "sea-trade": 2, "open-data": 1}


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("initiatives?narrower=false", "narrower"),
        ("initiatives?narrower=false&facet=kind", "narrower"),
        ("search?narrower=false&format=csv", "narrower"),
        ("timeline-items?match=certain", "match"),
        (
            "crosstab?collection=initiatives&rows=kind&columns=office&narrower=false",
            "narrower",
        ),
    ],
)
def test_what_would_mean_nothing_is_refused(
    varied: httpx.Client, path: str, parameter: str
) -> None:
    response = varied.get(f"/v1/{path}")
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]
    default = path.replace("narrower=false", "narrower=true").replace("certain", "possible")
    assert varied.get(f"/v1/{default}").status_code == 200


def test_values_beyond_the_shown_ones_are_counted_as_other(
    varied: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Counts that are stored, and others.
    monkeypatch.setattr("app.queries.stored_counts.MAX_BUCKETS", 1)
    monkeypatch.setattr("app.queries.value_counts.MAX_BUCKETS", 1)
    page = varied.get("/v1/initiatives?facet=modality,focus_area&narrower=false").json()
    modality, area = page["facets"]["modality"], page["facets"]["focus_area"]
    assert [bucket["value"] for bucket in modality["buckets"]] == ["stated"]
    assert (modality["total_values"], modality["missing"], modality["other"]) == (3, 0, 2)
    # One of the two that have sea-trade has research too; only open-data is without it.
    assert [bucket["value"] for bucket in area["buckets"]] == ["sea-trade"]
    assert (area["total_values"], area["missing"], area["other"]) == (3, 1, 1)


@pytest.mark.parametrize("narrower", ["true", "false"])
def test_stored_counts_are_those_of_a_filter_that_leaves_nothing_out(
    varied: httpx.Client, monkeypatch: pytest.MonkeyPatch, narrower: str
) -> None:
    monkeypatch.setattr("app.queries.stored_counts.MAX_BUCKETS", 1)
    monkeypatch.setattr("app.queries.value_counts.MAX_BUCKETS", 1)
    for collection, names in CLAIM_FACETS.items():
        path = f"/v1/{collection}?limit=1&facet={names}&narrower={narrower}"
        stored = varied.get(path).raise_for_status().json()["facets"]
        counted = varied.get(f"{path}&updated_since=0001-01-01T00:00:00Z").json()["facets"]
        for facets in (stored, counted):
            for facet in facets.values():
                for bucket in facet["buckets"]:
                    del bucket["url"]
        assert stored == counted


CLAIM_FACETS = {
    "initiatives": "office,country,focus_area,kind,modality,document",
    "expected-outcomes": "office,country,focus_area,modality,document,initiative",
    "timeline-items": "office,country,focus_area,modality,document,initiative,end_kind",
}


@pytest.mark.parametrize(
    "path",
    [
        "search?q=data&facet=type,modality,focus_area,office,document",
        "search?q=data&slug=open-data&facet=type,modality",
        "search?q=data&approximate=true&facet=type,kind",
    ],
)
def test_facets_of_a_search_do_not_depend_on_how_its_matches_are_found(
    varied: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    by_slug = varied.get(f"/v1/{path}").raise_for_status().json()["facets"]
    monkeypatch.setattr("app.queries.matches.MAX_MATCHES", 0)
    # At another address, so that the response is not a cached one.
    by_words = varied.get(f"/v1/{path}&limit=1").raise_for_status().json()["facets"]
    for facet in (*by_slug.values(), *by_words.values()):
        # The links repeat the limit.
        for bucket in facet["buckets"]:
            del bucket["url"]
    assert by_slug == by_words


@pytest.mark.parametrize("facet", ["kind", "office", "focus_area"])
def test_facet_of_a_filter_of_time_counts_rows_with_such_a_time(
    varied: httpx.Client, facet: str
) -> None:
    path = f"/v1/search?approximate=true&facet={facet}"
    page = varied.get(path).raise_for_status().json()
    for bucket in page["facets"][facet]["buckets"]:
        assert varied.get(bucket["url"]).json()["total"] == bucket["count"] > 0
