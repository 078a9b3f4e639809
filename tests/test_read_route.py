"""Requests to plain endpoints are read without FastAPI, as FastAPI would read them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st

from app.api import ROUTERS
from app.catalog import CATALOG
from app.http.read_dispatch import ReadDispatch
from app.http.read_route import ReadRoute
from tests.helpers.bases import SqliteBases
from tests.helpers.examples import costly_examples
from tests.helpers.servers import serving

ROUTES = [route for router in ROUTERS for route in router.routes]
PLAIN = [r for r in ROUTES if isinstance(r, ReadRoute) and r.plain_endpoint is not None]
# A calendar depends on the clock, too, and a feed on the address of the server.
COMPARED = [r for r in PLAIN if not r.path.endswith((".ics", ".atom"))]
NAMES = sorted({name for resource in CATALOG for name in resource.query.model_fields})
VALUES = [
    "",
    "0",
    "1",
    "-1",
    "true",
    "no",
    "slug",
    "-title,slug",
    "title,title",
    "2026",
    "x" * 700,
]
SEGMENTS = [
    "",
    "1",
    "0",
    "nobody",
    "capacity-building",
    "Training",
    "Ä b",
    "initiatives",
    "a%2Fb",
]


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """Of two servers over the same base, the second without the dispatch of reads."""
    url = SqliteBases(tmp_path_factory.mktemp("bases")).make("seeded")
    # The catalogue of APIs names the server, and each has a port of its own.
    settings: dict[str, Any] = {"cache_bytes": 0, "base_url": "https://kb.example"}
    with serving(url, **settings) as client, serving(url, **settings) as plain_client:
        routes = plain_client.app.router.routes  # type: ignore[attr-defined]
        assert isinstance(routes.pop(0), ReadDispatch)
        yield client, plain_client


@costly_examples(150)
@given(
    route=st.sampled_from(COMPARED),
    segments=st.lists(st.sampled_from(SEGMENTS), min_size=3, max_size=3),
    parameters=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4
    ),
)
@pytest.mark.accept
def test_response_is_that_of_fastapi(
    clients: tuple[httpx.Client, httpx.Client],
    route: ReadRoute,
    segments: list[str],
    parameters: list[tuple[str, str]],
) -> None:
    path = route.path
    for name, segment in zip(route.param_convertors, segments, strict=False):
        path = path.replace(f"{{{name}}}", segment)
    url = f"{path}?{urlencode(parameters)}"
    client, plain_client = clients
    response = client.get(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadRoute, "handle", APIRoute.handle)
        expected = plain_client.get(url)
    assert response.status_code == expected.status_code
    assert response.content == expected.content
    assert _headers(response) == _headers(expected)


def _headers(response: httpx.Response) -> dict[str, str]:
    """Without the date, and without the links, to which FastAPI's own route adds none."""
    left_out = ("date", "link")
    return {name: value for name, value in response.headers.items() if name not in left_out}


def test_most_reads_are_plain() -> None:
    """FastAPI reads the others itself: what takes headers of its own, and health."""
    reads = [r for r in ROUTES if isinstance(r, APIRoute) and r.methods == {"GET"}]
    left = {route.path for route in reads} - {route.path for route in PLAIN}
    assert left == {
        "/livez",
        "/readyz",
        "/v1/changes/stream",
        "/v1/documents/{slug}/text",
    }
