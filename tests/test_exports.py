"""Exports: every format says what the JSON says, and a part is never taken for the whole."""

import csv
import gc
import io
import json
import socket
import sys
import time
from datetime import date, datetime
from typing import Any

import duckdb
import httpx
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from app.catalog import CATALOG
from app.changes.apply import apply
from app.export.tables import CITATION_FIELDS, escape_formula
from app.schemas.record_types import ENTITIES
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import engine_of, filled
from tests.helpers.servers import serving
from tests.helpers.walking import walk

PATHS = [f"/v1/{resource.name}" for resource in CATALOG] + [
    "/v1/search",
    "/v1/search?q=data",
    "/v1/initiatives?q=data&sort=-title",
    "/v1/documents?q=report",
    "/v1/focus-areas?q=open",
    "/v1/initiatives?kind=cooperation",
    "/v1/timeline-items?overlaps=2026&sort=-end",
]
TYPES = {resource.name: resource.type_ for resource in CATALOG}


def items(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    return [item for page in walk(client, path) for item in page["items"]]


def with_format(path: str, format_: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format={format_}"


def expected(path: str, item: dict[str, Any]) -> dict[str, Any]:
    """The columns of an item, as the documentation has them."""
    type_ = TYPES.get(path.removeprefix("/v1/").partition("?")[0])
    if type_ is None:
        return item
    row = {name: item[name] for name in ENTITIES[type_].read.model_fields}
    if type_ != "document":
        main = ENTITIES[type_].main
        quote: dict[str, Any] = next(
            (c for c in item["citations"] if main in c["supports"]), {}
        )
        row |= {f"citation_{name}": quote.get(name) for name in CITATION_FIELDS}
    return row | ({"snippet": item["snippet"]} if "q=" in path else {})


@pytest.mark.parametrize("path", PATHS)
def test_ndjson_is_the_items_of_the_list(varied: httpx.Client, path: str) -> None:
    response = varied.get(with_format(path, "ndjson")).raise_for_status()
    assert response.headers["content-type"] == "application/x-ndjson"
    rows = [json.loads(line) for line in response.text.splitlines()]
    assert rows == items(varied, path)


@pytest.mark.parametrize("path", PATHS)
def test_csv_is_the_items_of_the_list(varied: httpx.Client, path: str) -> None:
    response = varied.get(with_format(path, "csv")).raise_for_status()
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    records = [expected(path, item) for item in items(varied, path)]
    assert [
        {name: uncell(name, value, row[name]) for name, value in item.items()}
        for item, row in zip(records, rows, strict=True)
    ] == records
    assert [list(row) for row in rows] == [list(record) for record in records]


def uncell(name: str, like: Any, cell: str) -> Any:
    """A cell read as the type that the JSON has there."""
    if like is None:
        return cell or None
    if isinstance(like, bool):
        return {"true": True, "false": False}[cell]
    if isinstance(like, int):
        return int(cell)
    if isinstance(like, list) and name.endswith("_slugs"):
        return cell.split(";") if cell else []
    return json.loads(cell) if isinstance(like, list | dict) else cell


@pytest.mark.parametrize("path", PATHS)
def test_parquet_is_the_items_of_the_list(varied: httpx.Client, path: str) -> None:
    response = varied.get(with_format(path, "parquet")).raise_for_status()
    assert response.headers["content-type"] == "application/vnd.apache.parquet"
    table = pq.read_table(io.BytesIO(response.content), use_threads=False)
    rows = [expected(path, item) for item in items(varied, path)]
    assert [jsonable(row) for row in table.to_pylist(maps_as_pydicts="strict")] == rows
    if "updated_at" in table.column_names:
        assert str(table.schema.field("updated_at").type) == "timestamp[us, tz=UTC]"
    if "start_earliest" in table.column_names:
        assert str(table.schema.field("start_earliest").type) == "date32[day]"


def jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: jsonable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("path", ["/v1/search", "/v1/initiatives", "/v1/timeline-items"])
def test_duckdb_reads_csv_and_parquet_alike(
    client: httpx.Client, tmp_path: Any, path: str
) -> None:
    for format_ in ("csv", "parquet"):
        response = client.get(with_format(path, format_)).raise_for_status()
        (tmp_path / f"list.{format_}").write_bytes(response.content)
    total = client.get(path).json()["total"]
    with duckdb.connect() as base:
        for source in (f"read_csv('{tmp_path}/list.csv')", f"'{tmp_path}/list.parquet'"):
            rows = base.sql(f"SELECT slug, modality FROM {source}").fetchall()
            assert len(rows) == total
            assert [slug for slug, _ in rows] == [
                item["slug"] for item in items(client, path)
            ]


def test_ndjson_may_include_related_records(varied: httpx.Client) -> None:
    path = "/v1/expected-outcomes?include=office,initiative"
    lines = varied.get(with_format(path, "ndjson")).raise_for_status().text.splitlines()
    assert [json.loads(line) for line in lines] == items(varied, path)


def test_fields_choose_and_order_the_columns(varied: httpx.Client) -> None:
    path = (
        "/v1/initiatives?slug=harbour-works&fields=title,slug&fields=citation_exact&format="
    )
    assert varied.get(f"{path}csv").text == (
        "title,slug,citation_exact\r\nDeepen the harbour,harbour-works,Deepen the harbour\r\n"
    )
    table = pq.read_table(io.BytesIO(varied.get(f"{path}parquet").content), use_threads=False)
    assert table.column_names == ["title", "slug", "citation_exact"]


def test_empty_csv_has_its_header(varied: httpx.Client) -> None:
    response = varied.get("/v1/search?slug=absent&format=csv&fields=slug,text")
    assert response.text == "slug,text\r\n"
    table = varied.get("/v1/search?slug=absent&format=parquet")
    assert pq.read_table(io.BytesIO(table.content), use_threads=False).num_rows == 0
    assert varied.get("/v1/search?slug=absent&format=ndjson").content == b""


def test_csv_for_spreadsheets(varied: httpx.Client) -> None:
    path = "/v1/initiatives?slug=loose-end&fields=title&format=csv"
    assert varied.get(path).content == b"title\r\n=1+1\r\n"
    safe = varied.get(f"{path}&bom=true&escape_formulas=true")
    assert safe.content == b"\xef\xbb\xbftitle\r\n'=1+1\r\n"


@pytest.mark.parametrize(
    "start",
    [
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        "\n",
        "\r",
        "\t",
        " =",
        "\u00a0=",
        "\u200b@",
    ],
)
def test_cell_that_a_spreadsheet_would_run_is_escaped(start: str) -> None:
    assert escape_formula(f"{start}1+1") == f"'{start}1+1"
    for cell_text in ("1=1", "a - b", "\u2026 = x", ""):
        assert escape_formula(cell_text) == cell_text


def test_line_of_ndjson_is_a_line_for_every_client(plain_url: str) -> None:
    title = "A\u2028B\u2029C\u0085D\x1cE – F"
    initiative = fictional.record("initiative", "lines", title=title)
    filled(plain_url, fictional.base(initiatives=[initiative]))
    with serving(plain_url) as client:
        for path, field in (("/v1/initiatives", "title"), ("/v1/search", "text")):
            response = client.get(path, params={"format": "ndjson", "slug": "lines"})
            (line,) = response.text.splitlines()
            assert json.loads(line)[field] == title
            assert "A\\u2028B\\u2029C\\u0085D" in line


def test_limit_caps_an_export_only_where_it_is_given(empty_url: str) -> None:
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.many(60)), "test", "Crowd")
        path = "/v1/initiatives?fields=slug&format=ndjson"
        assert len(client.get(path).text.splitlines()) == 60
        assert len(client.get(f"{path}&limit=7").text.splitlines()) == 7
        assert len(client.get("/v1/search?q=title&format=ndjson").text.splitlines()) > 60


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json",
        ),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("application/json, text/csv", "application/json"),
        ("*/*, application/json;q=0", "text/csv; charset=utf-8"),
        ("application/jsonl", "application/x-ndjson"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("text/csv;q=0.1, image/png", "text/csv; charset=utf-8"),
        ("", "application/json"),
    ],
)
def test_accept_chooses_the_format(
    varied: httpx.Client, accept: str, media_type: str
) -> None:
    response = varied.get("/v1/offices", headers={"Accept": accept}).raise_for_status()
    assert response.headers["content-type"] == media_type
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    plain = varied.get("/v1/offices?format=json", headers={"Accept": accept})
    assert plain.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "accept", ["image/png", "text/csv;q=0", "application/xml, text/plain"]
)
def test_media_type_that_is_not_given_is_406(varied: httpx.Client, accept: str) -> None:
    response = varied.get("/v1/offices", headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json()["code"] == "not-acceptable"
    assert "text/csv" in response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "parameters", "why"),
    [
        ("format=xml", ["format"], "'xml' is not one of its values"),
        ("fields=slug", ["fields"], "does not go with json: only exports such as format=csv"),
        (
            "bom=true&escape_formulas=true",
            ["bom", "escape_formulas"],
            "does not go with json",
        ),
        ("format=csv&cursor=abc", ["cursor"], "does not go with csv"),
        ("format=csv&facet=kind&count=none", ["facet", "count"], "does not go with csv"),
        ("format=csv&include=office", ["include"], "ndjson has"),
        ("format=ndjson&bom=true", ["bom"], "does not go with ndjson"),
        ("format=csv&fields=titel", ["fields"], "Did you mean 'title'?"),
        ("format=ndjson&fields=citation_exact", ["fields"], "Known: 'citations'"),
        ("format=parquet&focus_area=opendta", ["focus_area"], "Did you mean"),
        ("format=csv&sort=title,title", ["sort"], "there twice"),
    ],
)
def test_what_does_not_go_with_a_format_is_refused(
    varied: httpx.Client, query: str, parameters: list[str], why: str
) -> None:
    response = varied.get(f"/v1/initiatives?{query}")
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == parameters
    assert why in response.json()["detail"]


def test_parquet_without_its_library_is_406_that_names_the_extra(
    varied: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "app.export.parquet", raising=False)
    response = varied.get("/v1/offices?format=parquet")
    assert response.status_code == 406
    assert "pip install 'communique[parquet]'" in response.json()["detail"]


def test_export_has_an_etag_and_is_not_sent_again(varied: httpx.Client) -> None:
    path = "/v1/initiatives?format=csv"
    first = varied.get(path)
    again = varied.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (
        varied.get("/v1/initiatives?format=ndjson").headers["etag"] != first.headers["etag"]
    )
    head = varied.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_export_has_another_etag_after_a_migration(
    varied: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration may change what a search finds, and leaves the revision as it is."""
    path = "/v1/initiatives?format=csv&q=open"
    before = varied.get(path).headers["etag"]
    monkeypatch.setattr("app.http.exports.head_revision", lambda: "9999")
    response = varied.get(path, headers={"If-None-Match": before})
    assert response.status_code == 200
    assert response.headers["etag"] != before


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet"])
def test_export_that_is_not_taken_gives_its_connection_back(
    empty_url: str, format_: str
) -> None:
    with serving(empty_url) as client:
        app = client.app  # type: ignore[attr-defined]
        path = f"/v1/documents?format={format_}"
        etag = client.get(path).headers["etag"]
        gc.disable()
        try:
            for _ in range(3):
                client.head(path)
                assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
            wait_until(lambda: app.state.services.engine.pool.checkedout() == 0)
        finally:
            gc.enable()


def fill(url: str, number: int, **fields: Any) -> None:
    with engine_of(url) as engine, write_session(engine) as session:
        bundle = fictional.base(
            initiatives=[
                fictional.record(
                    "initiative", f"i-{n:05}", title=f"{n:05} {'x' * 580}", **fields
                )
                for n in range(number)
            ]
        )
        apply(session, fictional.changes(bundle), "test", "Many")


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet"])
@pytest.mark.accept
def test_failed_export_is_never_taken_for_a_whole_one(empty_url: str, format_: str) -> None:
    fill(empty_url, 1_200)
    with engine_of(empty_url) as engine, engine.begin() as connection:
        # As a broken disk might: a record that cannot be read, after the first pieces were sent.
        connection.execute(text("DELETE FROM change WHERE slug = 'i-01100'"))
    with serving(empty_url) as client:
        # Each with a connection of its own: the server closes it after a failure.
        path = f"{client.base_url}/v1/initiatives?format={format_}"
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{path}&sort=slug")
        assert httpx.get(f"{path}&slug=i-01100").status_code == 500
        assert httpx.get(f"{path}&slug=i-00001").status_code == 200
        slots = client.app.state.services.export_slots  # type: ignore[attr-defined]
        wait_until(lambda: slots.semaphore._value == slots.limit)


@pytest.mark.accept
def test_client_that_takes_nothing_is_given_up(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.exports.MAX_SEND_SECONDS", 0.3)
    quotes = [fictional.citation("memorandum", "y" * 9_000, "kind")]
    fill(empty_url, 1_000, citations=quotes)
    with serving(empty_url) as client, socket.socket() as lazy:
        slots = client.app.state.services.export_slots  # type: ignore[attr-defined]
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect((client.base_url.host, client.base_url.port))
        lazy.sendall(b"GET /v1/initiatives?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: slots.semaphore._value == slots.limit - 1)
        wait_until(lambda: slots.semaphore._value == slots.limit)


def wait_until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_too_many_exports_at_once_are_told_to_wait(empty_url: str) -> None:
    with serving(empty_url) as client:
        slots = client.app.state.services.export_slots  # type: ignore[attr-defined]
        for _ in range(slots.limit):
            slots.acquire()
        response = client.get("/v1/offices?format=csv")
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert client.get("/v1/offices").status_code == 200
        slots.release()
        assert client.get("/v1/offices?format=csv").status_code == 200
