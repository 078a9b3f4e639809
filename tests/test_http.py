"""What every answer has in common: problem details, CORS, HEAD, and an honest description."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from app.catalog import CATALOG
from app.errors import KnowledgeBaseError
from app.http.encoded_response import zstd
from app.main import create_app
from app.settings import Settings
from app.store.engine import make_engine
from tests.helpers.bases import SqliteBases
from tests.helpers.openapi import iterate_operations
from tests.helpers.paths import ROOT
from tests.helpers.problems import assert_problem
from tests.helpers.servers import serving

BAD_REQUESTS = [
    # path, status, code, the place that is named, what is suggested
    ("/v1/initiatives?focus=1", 422, "invalid-request", "focus", "focus_area"),
    ("/v1/initiatives?kind=objectiv", 422, "invalid-request", "kind", "objective"),
    ("/v1/initiatives?kind=", 422, "invalid-request", "kind", ""),
    ("/v1/initiatives?modality=promised", 422, "invalid-request", "modality", "recommended"),
    ("/v1/initiatives?sort=tittle", 422, "invalid-request", "sort", "title"),
    ("/v1/initiatives?sort=title,-title", 422, "invalid-request", "sort", "twice"),
    ("/v1/initiatives?include=offices", 422, "invalid-request", "include", "office"),
    ("/v1/initiatives?limit=0", 422, "invalid-request", "limit", "1"),
    ("/v1/initiatives?limit=201", 422, "invalid-request", "limit", "200"),
    ("/v1/initiatives?limit=ten", 422, "invalid-request", "limit", "integer"),
    ("/v1/initiatives?count=maybe", 422, "invalid-request", "count", "exact"),
    (
        "/v1/initiatives?narrower=perhaps",
        422,
        "invalid-request",
        "narrower",
        "neither true nor false",
    ),
    (
        "/v1/initiatives?office=nato",
        422,
        "invalid-request",
        "office",
        "nato-liaison-office-amman",
    ),
    ("/v1/initiatives?focus_area=trainin", 422, "invalid-request", "focus_area", "training"),
    ("/v1/initiatives?focus_area=", 422, "invalid-request", "focus_area", ""),
    ("/v1/focus-areas?broader=trainin", 422, "invalid-request", "broader", "training"),
    (
        "/v1/timeline-items?expected_outcome=faster-response",
        422,
        "invalid-request",
        "expected_outcome",
        "faster-response-times",
    ),
    (
        "/v1/offices/nato-liaison-office-amman?nope=1",
        422,
        "invalid-request",
        "nope",
        "include",
    ),
    ("/v1/documents/nato-expands-presence-in-amman?nope", 422, "invalid-request", "nope", ""),
    ("/v1/initiatives?limit=1&limit=2", 422, "invalid-request", "limit", "given 2 times"),
    ("/v1/initiatives?limit=1_0", 422, "invalid-request", "limit", "not an integer"),
    ("/v1/initiatives?limit=10.0", 422, "invalid-request", "limit", "not an integer"),
    ("/v1?x=1", 422, "invalid-request", "x", "Unknown parameter"),
    ("/livez?x=1", 422, "invalid-request", "x", "Unknown parameter"),
    ("/v1/initiatives?focus_area=a%ff", 422, "invalid-request", None, "not UTF-8"),
    ("/v1/focus-areas/training%ff", 422, "invalid-request", None, "not UTF-8"),
    (
        "/v1/initiatives?" + "&".join(["focus_area=training"] * 201),
        422,
        "invalid-request",
        "focus_area",
        "has 201 values, and 200 are allowed",
    ),
    ("/v1/offices?country=JOR", 422, "invalid-request", "country", "such as JO"),
    (
        "/v1/documents?language=english",
        422,
        "invalid-request",
        "language",
        "such as en or pt-BR",
    ),
    ("/v1/offices?limit=500", 422, "invalid-request", "limit", "'500' is more than 200."),
    ("/v1/offices?limit=0", 422, "invalid-request", "limit", "'0' is less than 1."),
    (
        "/v1/offices?updated_since=2026-01-01T00:00:00",
        422,
        "invalid-request",
        "updated_since",
        "In UTC it ends in Z",
    ),
    ("/v1/initiatives?cursor=nonsense", 422, "invalid-cursor", None, "next"),
    ("/v1/initiatives?focus_area=a%00b", 422, "invalid-request", None, "U+0000"),
    ("/v1/offices/a%00b", 422, "invalid-request", None, "U+0000"),
    ("/v1/offices/nato-liaison-ofice", 404, "not-found", None, "nato-liaison-office-amman"),
    ("/v1/focus-areas/trainin", 404, "not-found", None, "training"),
    ("/v1/initiatives/", 404, "not-found", None, "/v1/initiatives"),
    ("/v1/initiative", 404, "not-found", None, "/v1/initiatives"),
    ("/nope", 404, "not-found", None, ""),
]


@pytest.mark.parametrize(
    "instant",
    ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60Z"],
)
def test_instant_outside_the_years_of_the_base_is_called_that(
    client: httpx.Client, instant: str
) -> None:
    response = client.get("/v1/offices", params={"updated_since": instant})
    assert response.status_code == 422
    detail = response.json()["errors"][0]["detail"]
    assert f"{instant!r} is outside the years 1 to 9999 in UTC" in detail


@pytest.mark.parametrize(
    ("path", "status", "code", "parameter", "hint"),
    BAD_REQUESTS,
    ids=[r[0][:60] for r in BAD_REQUESTS],
)
def test_bad_request_is_problem_details(
    client: httpx.Client, path: str, status: int, code: str, parameter: str | None, hint: str
) -> None:
    problem = assert_problem(client.get(path), status, code)
    assert hint in problem["detail"]
    assert [item["parameter"] for item in problem["errors"]] == (
        [parameter] if parameter else []
    )


def test_answer_to_thousands_of_mistakes_is_short(client: httpx.Client) -> None:
    unknown = "&".join(f"p{i}=1" for i in range(2000))
    values = "&".join(f"focus_area=zzz{i}" for i in range(200))
    for query in (unknown, values):
        response = client.get(f"/v1/initiatives?{query}")
        assert_problem(response, 422, "invalid-request")
        assert len(response.content) < 30_000


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_forged_instant_is_no_failure(client: httpx.Client, instant: str) -> None:
    following = client.get("/v1/timeline-items?sort=updated_at&limit=1").json()["next"]
    cursor = following.partition("cursor=")[2]
    seal, _, slug = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    forged = base64.urlsafe_b64encode(json.dumps([seal, instant, slug]).encode()).decode()
    response = client.get(f"/v1/timeline-items?sort=updated_at&cursor={forged.rstrip('=')}")
    assert_problem(response, 422, "invalid-cursor")


def test_errors_say_the_revision_too(client: httpx.Client) -> None:
    for path in (
        "/v1/offices/nowhere",
        "/v1/offices?limit=0",
        "/v1/initiatives?office=nowhere",
    ):
        assert client.get(path).headers["Communique-Revision"] == "1"


def test_several_lines_of_if_none_match_are_one_list(client: httpx.Client) -> None:
    etag = client.get("/v1/offices").headers["ETag"]
    headers = [("If-None-Match", '"x"'), ("If-None-Match", etag)]
    assert client.get("/v1/offices", headers=headers).status_code == 304


def test_all_mistakes_are_named_at_once(client: httpx.Client) -> None:
    path = "/v1/initiatives?office=a&office=b&focus_area=zzz"
    problem = assert_problem(client.get(path), 422, "invalid-request")
    assert len(problem["errors"]) == 3


@pytest.mark.parametrize("path", ["initiatives?kind=objective", "initiatives?sort=-title"])
def test_cursor_of_another_query_is_refused(client: httpx.Client, path: str) -> None:
    following = client.get("/v1/initiatives?limit=1").json()["next"]
    cursor = following.partition("cursor=")[2]
    assert_problem(client.get(f"/v1/{path}&cursor={cursor}"), 422, "invalid-cursor")
    assert_problem(client.get(f"/v1/offices?cursor={cursor}"), 422, "invalid-cursor")
    assert (
        client.get(f"/v1/initiatives?limit=9&count=none&cursor={cursor}").status_code == 200
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/offices/nowhere", "DELETE, GET, HEAD, PATCH, PUT"),
        ("DELETE", "/v1/offices", "GET, HEAD, POST"),
        ("GET", "/v1/changesets", "POST"),
        ("PUT", "/v1/offices/nowhere/revisions/1", "GET, HEAD"),
        ("PATCH", "/livez", "GET, HEAD"),
    ],
)
def test_method_is_judged_before_the_record(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/offices", "/v1/focus-areas/training", "/v1/nope", "/livez"]
)
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert set(head.headers.items()) - {("date", head.headers["date"])} == set(
        get.headers.items()
    ) - {("date", get.headers["date"])}


@pytest.mark.parametrize("path", ["/v1", "/v1/offices", "/v1/nope", "/v1/offices?limit=0"])
def test_any_page_may_read(client: httpx.Client, path: str) -> None:
    for headers in ({}, {"Origin": "https://example.org"}):
        response = client.get(path, headers=headers)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Communique-Revision" in response.headers["Access-Control-Expose-Headers"]


def test_preflight_is_answered(client: httpx.Client) -> None:
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "If-None-Match",
    }
    response = client.options("/v1/offices", headers=headers)
    assert response.status_code == 204
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]


def test_overview_says_what_the_base_holds(client: httpx.Client) -> None:
    overview = client.get("/v1").raise_for_status().json()
    assert overview["revision"] == 1
    assert [document["slug"] for document in overview["documents"]] == [
        "nato-expands-presence-in-amman"
    ]
    for collection, count in overview["counts"].items():
        assert client.get(overview["links"][collection]).json()["total"] == count
    for path in overview["links"].values():
        # Not GET: the stream has no end.
        assert client.head(path).status_code == 200


def test_the_root_leads_programs_to_the_overview(client: httpx.Client) -> None:
    headers = {"Accept": "application/json"}
    overview = client.get("/", headers=headers, follow_redirects=True)
    assert overview.json()["name"] == "Communiqué"


def test_server_is_alive_and_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_server_over_a_base_without_schema_is_alive_but_not_ready(blank_url: str) -> None:
    with serving(blank_url) as client:
        assert client.get("/livez").status_code == 200
        assert_problem(client.get("/readyz"), 503, "unavailable")
        assert_problem(client.get("/v1/offices"), 503, "unavailable")


def test_base_that_is_damaged_while_serving_is_503(tmp_path: Path) -> None:
    with serving(SqliteBases(tmp_path).make("empty")) as client:
        (file,) = tmp_path.glob("base*.db")
        file.write_bytes(b"no database" * 500)
        for path in ("/readyz", "/v1", "/v1/offices"):
            assert_problem(client.get(path), 503, "unavailable")


@pytest.mark.parametrize("path", ["/readyz", "/v1", "/v1/offices", "/v1/absent?x=1"])
def test_unreachable_database_is_503_for_clients_and_has_its_reason_in_the_log(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = "postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing?application_name=hidden"
    with serving(url) as client:
        response = client.get(path)
    if path == "/v1/absent?x=1":
        assert response.status_code == 404
        return
    assert_problem(response, 503, "unavailable")
    for private in ("nobody", "secret", "127.0.0.1", "nothing", "hidden"):
        assert private not in response.text
    assert "nobody:***@127.0.0.1:1/nothing" in caplog.text
    assert "secret" not in caplog.text


def test_unexpected_failure_is_problem_details(
    bases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("app.api.responses.read_page", fail)
    with serving(bases.make("empty")) as client:
        response = client.get("/v1/offices")
    assert_problem(response, 500, "internal-error")
    assert "secret" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings(database_url="sqlite:///nowhere.db"))


def test_openapi_is_current(app: FastAPI) -> None:
    committed = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    assert committed == app.openapi()


@pytest.mark.accept
def test_answers_are_as_openapi_says(app: FastAPI, client: httpx.Client) -> None:
    document = app.openapi()
    for resource in CATALOG:
        include = ",".join([*resource.includes, *resource.listings])
        path = f"/v1/{resource.name}"
        item = client.get(path).json()["items"][0]
        query = f"?include={include}" if include else ""
        for url, template in ((path, path), (item["url"] + query, path + "/{slug}")):
            answers = document["paths"][template]["get"]["responses"]
            schema = answers["200"]["content"]["application/json"]["schema"]
            validator = Draft202012Validator({**schema, "components": document["components"]})
            assert list(validator.iter_errors(client.get(url).json())) == []


def test_every_parameter_is_described(app: FastAPI) -> None:
    for path, _, operation in iterate_operations(app.openapi()):
        for parameter in operation["parameters"]:
            assert parameter.get("description"), (path, parameter["name"])


def test_problems_are_as_openapi_says(app: FastAPI, client: httpx.Client) -> None:
    components = app.openapi()["components"]
    schema = {**components["schemas"]["Problem"], "components": components}
    for path, *_ in BAD_REQUESTS:
        assert list(Draft202012Validator(schema).iter_errors(client.get(path).json())) == []


def test_each_kind_of_error_has_one_code() -> None:
    def tree(root: type[KnowledgeBaseError]) -> list[type[KnowledgeBaseError]]:
        return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]

    # A page's own subclasses only carry what the page shows again; they keep the code.
    errors = [error for error in tree(KnowledgeBaseError) if error.__module__ == "app.errors"]
    codes = [error.code for error in errors]
    assert len(codes) == len(set(codes)) > 20


def test_every_error_of_openapi_is_problem_details(app: FastAPI) -> None:
    errors = 0
    for _, _, operation in iterate_operations(app.openapi()):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]
                errors += 1
    assert errors > 300


def test_sqlite_memory_is_refused() -> None:
    with pytest.raises(KnowledgeBaseError, match="in memory"):
        make_engine(Settings(database_url="sqlite://"))


HOSTS = [
    ("", 400),
    ("Host:", 400),
    ("Host: kb.example.org, other.example.org/", 400),
    ("Host: kb example org", 400),
    ("Host: kb.example.org:port", 400),
    ("Host: kb.example.org\r\nHost: kb.example.org", 400),
    ("Host: kb.example.org", 200),
    ("Host: [::1]:8000", 200),
]


@pytest.fixture(scope="module", params=["h11", "httptools"])
def raw(
    request: pytest.FixtureRequest, plain_bases: SqliteBases
) -> Iterator[Callable[[str], bytes]]:
    """The response to a request as it is, from a server with each of the two parsers."""
    with serving(plain_bases.make("small"), http=request.param) as client:

        def send(head: str) -> bytes:
            address = (client.base_url.host, client.base_url.port)
            with socket.create_connection(address, timeout=30) as connection:
                connection.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
                with connection.makefile("rb") as response:
                    return response.read()

        # So that the cache has the response.
        client.get("/v1/offices")
        yield send


@pytest.mark.parametrize("path", ["/v1/offices", "/v1/absent", "/openapi.json"])
@pytest.mark.parametrize(("host", "status"), HOSTS)
@pytest.mark.accept
def test_request_names_one_host(
    raw: Callable[[str], bytes], path: str, host: str, status: int
) -> None:
    head = f"GET {path} HTTP/1.1\r\n{host}".removesuffix("\r\n")
    if status == 200 and path == "/v1/absent":
        status = 404
    assert raw(head).startswith(f"HTTP/1.1 {status} ".encode())


def test_http_1_0_needs_no_host(raw: Callable[[str], bytes]) -> None:
    assert b" 200 " in raw("GET /v1/offices HTTP/1.0").partition(b"\r\n")[0]


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_document_of_the_application_is_revalidated_and_compressed(
    client: httpx.Client, path: str, coding: str
) -> None:
    headers = {"Accept-Encoding": coding}
    response = client.get(path, headers=headers)
    assert response.headers.get("Content-Encoding", "identity") == coding
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert response.headers["Vary"] == "Accept-Encoding"
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    # httpx decodes gzip, and zstd only with another package.
    content = zstd.decompress(response.content) if coding == "zstd" else response.content
    assert content == plain.content
    headers["If-None-Match"] = response.headers["ETag"]
    assert client.get(path, headers=headers).status_code == 304
    assert client.head(path, headers={"Accept-Encoding": coding}).status_code == 200
