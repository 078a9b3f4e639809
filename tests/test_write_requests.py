"""What a request to write must look like: preconditions, body, headers and size.

None of this depends on the database engine, and a refused request changes nothing, so most tests
share one server over SQLite.
"""

import json
from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from app.changes.apply import apply
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, engine_of
from tests.helpers.command_line import run
from tests.helpers.servers import serving
from tests.helpers.writing import Json, patch, revision

METHODS = ("PUT", "PATCH", "DELETE")
JSON_TYPE = "application/json"
PATCH_TYPE = "application/merge-patch+json"
JSON = {"Content-Type": JSON_TYPE}

_numbers = count(1)


def create_area(client: httpx.Client) -> str:
    """The path of a new focus area, at version 1."""
    slug = f"area-{next(_numbers)}"
    response = client.post("/v1/focus-areas", json=fictional.focus_area(slug))
    assert response.status_code == 201
    return f"/v1/focus-areas/{slug}"


def change(client: httpx.Client, method: str, path: str, match: str | None) -> httpx.Response:
    """Change or delete a focus area, where `match` is the header If-Match."""
    headers = {"If-Match": match} if match is not None else {}
    if method == "DELETE":
        return client.delete(path, headers=headers)
    if method == "PATCH":
        fields = {"aliases": [path], "derived": {"aliases": "fictional"}}
        return patch(client, path, fields, **headers)
    record = fictional.focus_area(path.rpartition("/")[2], aliases=[path])
    return client.put(path, json=record, headers=headers)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("match", ['"1"', '"7", "of,another", W/"1", "1"', "*"])
def test_change_of_the_current_version_is_made(
    shared_curator: httpx.Client, method: str, match: str
) -> None:
    path = create_area(shared_curator)
    before = revision(shared_curator)
    assert change(shared_curator, method, path, match).is_success
    assert revision(shared_curator) == before + 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("match", "status"),
    [
        (None, 428),
        ('"2"', 412),
        ('W/"1"', 412),
        ('"01"', 412),
        ('"abc"', 412),
        ('"1-000000000000000000"', 412),
        ("1", 422),
        ('"1" , x', 422),
    ],
)
def test_change_of_no_version_or_another_is_refused(
    shared_curator: httpx.Client, method: str, match: str | None, status: int
) -> None:
    before = revision(shared_curator)
    response = change(shared_curator, method, "/v1/focus-areas/unused", match)
    assert (response.status_code, response.json()["status"]) == (status, status)
    assert "If-Match" in response.json()["errors"][0]["header"]
    assert revision(shared_curator) == before


REPRESENTATIONS = [
    ("", "identity"),
    ("", "gzip"),
    ("?include=broader,narrower,initiatives", "identity"),
    ("?include=broader,narrower,initiatives", "zstd"),
]


@pytest.mark.parametrize(("query", "coding"), REPRESENTATIONS)
def test_tag_of_any_representation_names_the_state_of_the_record(
    shared_curator: httpx.Client, query: str, coding: str
) -> None:
    path = create_area(shared_curator)
    fields = {"name": f"Area {path}", "derived": {"name": "fictional, " * 50}}
    etag = patch(shared_curator, path, fields, **{"If-Match": '"1"'}).headers["ETag"]
    # Without a key: responses to keys are not compressed.
    url = f"{shared_curator.base_url}{path}{query}"
    tag = httpx.get(url, headers={"Accept-Encoding": coding}, verify=False).headers["ETag"]
    assert (tag == etag) == (query == "" and coding == "identity")
    assert change(shared_curator, "PATCH", path, f"W/{tag}").status_code == 412
    assert change(shared_curator, "PATCH", path, tag).status_code == 200
    assert change(shared_curator, "PATCH", path, tag).status_code == 412


def test_tag_from_before_a_backup_was_restored_overwrites_nothing(
    plain_bases: SqliteBases,
) -> None:
    path = "/v1/focus-areas/unused"
    tags = []
    for name in ("Mine", "Theirs"):
        with serving(plain_bases.make("varied"), scope="write") as client:
            fields = {"name": name, "derived": {"name": "fictional"}}
            tags.append(patch(client, path, fields, **{"If-Match": '"1"'}).headers["ETag"])
            response = change(client, "DELETE", path, tags[0])
            assert response.status_code == (204 if name == "Mine" else 412)
    assert [tag.partition("-")[0] for tag in tags] == ['"2', '"2']


READ_PRECONDITIONS = [
    ("{etag}", 200),
    ('"other", {etag}', 200),
    ("*", 200),
    ("W/{etag}", 412),
    ('"other"', 412),
    ("other", 422),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/v1/focus-areas/unused", "/v1/offices", "/v1/offices?format=csv"]
)
@pytest.mark.parametrize(("match", "status"), READ_PRECONDITIONS)
def test_read_has_a_precondition_too(
    shared_curator: httpx.Client, method: str, path: str, match: str, status: int
) -> None:
    path = path.replace(".", "?format=")
    etag = shared_curator.get(path).headers["ETag"]
    # RFC 9110 §13.2.2: If-Match comes first.
    headers = {"If-Match": match.format(etag=etag), "If-None-Match": etag}
    response = shared_curator.request(method, path, headers=headers)
    assert response.status_code == (304 if status == 200 else status)
    if status != 200 and method == "GET":
        assert response.json()["errors"][0]["header"] == "If-Match"
    url = f"{shared_curator.base_url}{path}"
    anonymous = httpx.request(method, url, headers=headers, verify=False)
    assert anonymous.status_code == response.status_code


def test_precondition_of_what_is_not_there_does_not_matter(
    shared_curator: httpx.Client,
) -> None:
    headers = {"If-Match": '"other"'}
    assert shared_curator.get("/v1/offices/absent", headers=headers).status_code == 404


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("match", [None, '"2"'])
def test_refused_precondition_names_the_current_version(
    shared_curator: httpx.Client, method: str, match: str | None
) -> None:
    problem = change(shared_curator, method, "/v1/focus-areas/unused", match).json()
    assert problem["errors"][0]["version"] == 1


@pytest.mark.parametrize(
    ("method", "header", "value", "offers"),
    [
        (
            "POST",
            "Content-Type",
            "text/plain",
            {"accept": JSON_TYPE, "accept-post": JSON_TYPE},
        ),
        ("PUT", "Content-Type", "text/plain", {"accept": JSON_TYPE}),
        (
            "PATCH",
            "Content-Type",
            JSON_TYPE,
            {"accept": PATCH_TYPE, "accept-patch": PATCH_TYPE},
        ),
        ("PATCH", "Content-Encoding", "gzip", {"accept-encoding": "identity"}),
        ("POST", "Content-Encoding", "br, gzip", {"accept-encoding": "identity"}),
    ],
)
def test_refused_type_or_coding_says_what_is_accepted(
    shared_curator: httpx.Client, method: str, header: str, value: str, offers: dict[str, str]
) -> None:
    path = "/v1/focus-areas" if method == "POST" else "/v1/focus-areas/unused"
    content_type = PATCH_TYPE if method == "PATCH" else JSON_TYPE
    headers = {"Content-Type": content_type, "If-Match": "*"} | {header: value}
    response = shared_curator.request(method, path, content="{}", headers=headers)
    assert response.status_code == 415
    (error,) = response.json()["errors"]
    assert error["header"] == header
    assert error["detail"].startswith(f"{header} is {value!r}.")
    names = ("accept", "accept-post", "accept-patch", "accept-encoding")
    sent = {name: response.headers[name] for name in names if name in response.headers}
    assert sent == offers


def test_missing_content_type_is_called_missing(shared_curator: httpx.Client) -> None:
    response = shared_curator.post("/v1/focus-areas", content=b"{}")
    assert response.status_code == 415
    assert response.json()["detail"].startswith(
        "Content-Type is missing. Use application/json"
    )


def test_patch_of_half_a_pair_says_how_both_are_changed(shared_curator: httpx.Client) -> None:
    path = create_area(shared_curator)
    fields = {"related_slugs": ["unused"], "derived": {"related_slugs": "fictional"}}
    refused = patch(shared_curator, path, fields, **{"If-Match": "*"})
    assert refused.status_code == 422
    assert "a change list (POST /v1/changesets)" in refused.json()["detail"]


@pytest.fixture(scope="module")
def limited(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A client of a server that takes bodies of a megabyte."""
    with serving(
        plain_bases.make("small"), scope="write", max_body_bytes=1_000_000
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("content", "headers", "status", "detail"),
    [
        ("{", {}, 422, "is not JSON"),
        ("", {}, 422, "is empty"),
        ("[]", {}, 422, "is not a record"),
        ('{"slug": "a", "slug": "b"}', {}, 422, "names 'slug' twice"),
        ('{"slug": NaN}', {}, 422, "NaN is not a JSON number"),
        (b'{"slug": "\xff"}', {}, 422, "is not UTF-8"),
        ("[" * 40 + "]" * 40, {}, 422, "COMMUNIQUE_MAX_DEPTH"),
        ("[" * 100_000, {}, 422, "nested too deeply"),
        (" " * 2_000_000, {}, 413, "COMMUNIQUE_MAX_BODY_BYTES"),
        ("{}", {"Content-Type": "text/plain"}, 415, "application/json"),
        ("{}", {"Content-Type": "application/json; charset=latin-1"}, 415, "UTF-8"),
        ("{}", {"Content-Encoding": "gzip"}, 415, "compressed"),
        ("{}", {"Idempotency-Key": "a b"}, 422, "visible ASCII"),
        ("{}", {"If-Match": '"1"', "If-None-Match": "*"}, 422, "do not go together"),
        ("{}", {"If-None-Match": '"1"'}, 422, "can only be *"),
    ],
)
def test_body_and_headers_have_limits(
    limited: httpx.Client,
    content: str | bytes,
    headers: dict[str, str],
    status: int,
    detail: str,
) -> None:
    response = limited.post("/v1/focus-areas", content=content, headers=JSON | headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.text
    assert revision(limited) == 1


NOT_TEXT: list[Json] = [
    {"slug": "zz", "name": "Zz", "\ud800": 1},
    {"slug": "zz", "name": "Zz", "derived": {"name": "x", "\udfff": "y"}},
    {"slug": "\ud800"},
    {"slug": "\u0000"},
    {"slug": 1e300, "name": None, "aliases": "x", "citations": [1], "derived": []},
]


@pytest.mark.parametrize("body", NOT_TEXT)
@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}, {"Idempotency-Key": "k"}])
def test_record_that_is_not_text_is_not_created(
    shared_curator: httpx.Client, body: Json, headers: dict[str, str]
) -> None:
    content = json.dumps(body)
    response = shared_curator.post("/v1/focus-areas", content=content, headers=JSON | headers)
    assert response.status_code == 422, response.text


@pytest.mark.parametrize("body", NOT_TEXT)
def test_record_is_not_changed_to_what_is_not_text(
    shared_curator: httpx.Client, body: Json
) -> None:
    response = patch(shared_curator, "/v1/focus-areas/unused", body, **{"If-Match": "*"})
    assert response.status_code == 422


@pytest.mark.parametrize("body", NOT_TEXT)
def test_change_list_does_not_hold_what_is_not_text(
    shared_curator: httpx.Client, body: Json
) -> None:
    creation = {"operation": "create", "type": "focus_area", "slug": "zz", "record": body}
    content = json.dumps({"message": "x", "changes": [creation]})
    response = shared_curator.post("/v1/changesets", content=content, headers=JSON)
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["version", "slug", "nonsense"])
def test_patch_with_null_for_the_slug_or_no_field_is_refused(
    shared_curator: httpx.Client, name: str
) -> None:
    path = "/v1/focus-areas/unused"
    response = patch(shared_curator, path, {name: None}, **{"If-Match": "*"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (
        422,
        f"/{name}",
    )


@pytest.mark.parametrize(
    "path", ["/v1/focus-areas", "/v1/search", "/v1/changes", "/v1/revisions"]
)
def test_page_is_not_larger_than_the_setting(plain_bases: SqliteBases, path: str) -> None:
    with serving(plain_bases.make("small"), max_page_size=60) as client:
        assert client.get(f"{path}?limit=60").status_code == 200
        refused = client.get(f"{path}?limit=61")
        assert refused.status_code == 422
        assert "the largest here is 60" in refused.text


def test_cascade_is_not_larger_than_a_change_list(plain_bases: SqliteBases) -> None:
    path = "/v1/offices/harbour-office?cascade=true"
    with serving(plain_bases.make("varied"), scope="admin", max_changes=3) as admin:
        refused = admin.delete(path, headers={"If-Match": "*"})
        assert refused.status_code == 422
        assert "COMMUNIQUE_MAX_CHANGES" in refused.text
        assert revision(admin) == 1


def test_message_of_a_change_list_is_one_line(shared_curator: httpx.Client) -> None:
    deletion = {"operation": "delete", "type": "focus_area", "slug": "unused", "version": 1}
    message = "Line\n     9  2026  Sapt: forged \u001b[31m"
    body = {"message": message, "changes": [deletion]}
    assert shared_curator.post("/v1/changesets", json=body).status_code == 422


def test_name_of_a_key_is_one_line(plain_url: str) -> None:
    finished = run(plain_url, "keys", "create", "Sapt\nforged", "--scope", "write")
    assert (finished.returncode, finished.stdout) == (1, "")


def test_log_prints_a_revision_on_one_line(plain_url: str) -> None:
    """Also where a program has written a message with line breaks past the API."""
    with engine_of(plain_url) as engine, write_session(engine) as session:
        creation = fictional.create("focus_area", "canals")
        apply(session, [creation], "Sapt\nforged", "a\u2028b \u001b[31m")
    (line,) = run(plain_url, "log").stdout.splitlines()
    assert "Sapt\\nforged: a\\u2028b \\x1b[31m" in line
