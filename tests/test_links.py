"""Links of citations to the quoted words, wherever records are answered."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command
from sqlalchemy import text

from app.changes.apply import apply
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of, fill, filled
from tests.helpers.command_line import error_of, run
from tests.helpers.servers import serving
from tests.helpers.statements import count_statements
from tests.helpers.writing import patch
from tests.test_document_texts import run as run_migration

pytestmark = pytest.mark.either_engine

ADDRESS = "https://example.org/memorandum"
MOVED = "https://example.org/archive#page-2"
DIRECTIVE = ":~:text=is%20to%20be-,deep,-now."
LINK = f"{ADDRESS}#{DIRECTIVE}"
DOCUMENT = "/v1/documents/memorandum"
HARBOUR = "/v1/initiatives/harbour"
ANY = {"If-Match": "*"}


def cite(document_slug: str = "memorandum") -> fictional.Json:
    return {
        "document_slug": document_slug,
        "section": [],
        "exact": "deep",
        "prefix": "arbour is to be ",
        "suffix": " now. ",
        "start": 40,
        "end": 44,
        "supports": ["title"],
    }


def bundle(source_url: str | None = ADDRESS) -> fictional.Json:
    """An initiative and a timeline item that cite a document at this address, and an initiative
    that cites another one without an address."""
    documents = [
        fictional.record("document", "memorandum", source_url=source_url),
        fictional.record("document", "note"),
    ]
    cited = {"title": "deep", "citations": [cite()]}
    initiatives = [
        fictional.record("initiative", "harbour", **cited),
        fictional.record("initiative", "moat", title="deep", citations=[cite("note")]),
    ]
    items = [fictional.record("timeline_item", "opening", **cited)]
    base = fictional.base(initiatives=initiatives, timeline_items=items)
    return {**base, "documents": documents}


@pytest.fixture
def url(empty_url: str) -> str:
    return filled(empty_url, bundle())


@pytest.fixture
def client(url: str) -> Any:
    with serving(url, scope="admin") as client:
        yield client


def links(record: Any) -> list[str | None]:
    return [citation["link"] for citation in record["citations"]]


def get(client: httpx.Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def move(client: httpx.Client, source_url: str | None) -> httpx.Response:
    """Change the address of the document, or remove it."""
    reason = None if source_url is None else "fictional"
    fields = {"source_url": source_url, "derived": {"source_url": reason}}
    response = patch(client, DOCUMENT, fields, **ANY)
    assert response.status_code == 200, response.text
    return response


def test_every_answer_has_the_link(client: httpx.Client) -> None:
    assert links(get(client, HARBOUR)) == [LINK]
    assert links(get(client, "/v1/initiatives/moat")) == [None]
    page = get(client, "/v1/initiatives?sort=slug")
    assert [links(item) for item in page["items"]] == [[LINK], [None]]
    including = get(client, "/v1/offices/strelsau?include=initiatives")
    assert [links(item) for item in including["initiatives"]["items"]] == [[LINK], [None]]
    rows = get(client, "/v1/search?q=deep&sort=slug")["items"]
    assert {row["slug"]: row["link"] for row in rows} == {
        "harbour": LINK,
        "moat": None,
        "opening": LINK,
    }
    documents = get(client, "/v1/search?type=document&sort=slug")["items"]
    assert [row["link"] for row in documents] == [ADDRESS, None]
    changes = get(client, "/v1/changes?type=initiative")["items"]
    assert [links(change["record"]) for change in changes] == [[LINK], [None]]
    assert links(get(client, f"{HARBOUR}/revisions/1")["record"]) == [LINK]


def test_exports_have_the_link(client: httpx.Client) -> None:
    for path, column in (
        ("/v1/initiatives?format=csv&sort=slug", "citation_link"),
        ("/v1/search?format=csv&sort=slug&type=initiative", "link"),
    ):
        rows = list(csv.DictReader(io.StringIO(client.get(path).text)))
        assert [row[column] for row in rows] == [LINK, ""]
    lines = client.get("/v1/initiatives?format=ndjson&sort=slug").text.splitlines()
    assert [links(json.loads(line)) for line in lines] == [[LINK], [None]]


def test_page_links_to_the_words(client: httpx.Client) -> None:
    address = LINK.replace("&", "&amp;")
    assert f'href="{address}"' in client.get("/initiatives/harbour").text
    assert "In the original" not in client.get("/initiatives/moat").text


def test_new_address_is_a_new_version_of_the_records_that_cite(client: httpx.Client) -> None:
    before = client.get(HARBOUR)
    unrelated = client.get("/v1/initiatives/moat")
    move(client, MOVED)
    after = client.get(HARBOUR)
    link = f"{MOVED}{DIRECTIVE}"
    assert links(after.json()) == [link]
    assert links(get(client, "/v1/timeline-items/opening")) == [link]
    assert (before.json()["version"], after.json()["version"]) == (1, 2)
    assert before.json()["updated_at"] < after.json()["updated_at"]
    assert before.headers["etag"] != after.headers["etag"]
    assert client.get("/v1/initiatives/moat").headers["etag"] == unrelated.headers["etag"]
    # The past is as it was.
    assert get(client, f"{HARBOUR}?as_of=1") == before.json()
    assert links(get(client, f"{HARBOUR}/revisions/1")["record"]) == [LINK]
    # The base itself says which version is current.
    stale = patch(client, HARBOUR, {"kind": "cooperation"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412


def test_copy_of_the_base_learns_of_the_new_links(client: httpx.Client) -> None:
    move(client, MOVED)
    changes = get(client, "/v1/changes?since=1")["items"]
    assert [(change["type"], change["slug"]) for change in changes] == [
        ("document", "memorandum"),
        ("initiative", "harbour"),
        ("timeline_item", "opening"),
    ]
    for change in changes[1:]:
        collection = change["record"]["url"]
        assert change["record"] == get(client, collection)
    detail = get(client, f"{HARBOUR}/revisions/2")
    paths = {step["path"] for step in detail["difference"]}
    assert paths == {"/citations/0/link", "/version", "/updated_at"}
    assert get(client, "/v1/revisions/2")["counts"] == {"create": 0, "update": 3, "delete": 0}


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"title": "A note"}, 1),
        ({"source_url": ADDRESS}, 0),
    ],
)
def test_other_changes_of_a_document_change_no_link(
    client: httpx.Client, fields: fictional.Json, changed: int
) -> None:
    patch(client, DOCUMENT, fields, **ANY).raise_for_status()
    assert len(get(client, "/v1/changes?since=1")["items"]) == changed
    assert get(client, HARBOUR)["version"] == 1


def test_removed_address_removes_the_links(client: httpx.Client) -> None:
    move(client, None)
    assert links(get(client, HARBOUR)) == [None]
    move(client, ADDRESS)
    assert links(get(client, HARBOUR)) == [LINK]
    assert get(client, HARBOUR)["version"] == 3


def test_restored_address_restores_the_links(client: httpx.Client) -> None:
    before = get(client, HARBOUR)
    move(client, MOVED)
    restored = client.post("/v1/revisions/1/restore", headers=ANY)
    assert restored.status_code == 201, restored.text
    after = get(client, HARBOUR)
    assert (links(after), after["version"]) == (links(before), 3)


def test_change_list_gives_each_record_one_version(client: httpx.Client) -> None:
    changes = [
        {
            "operation": "update",
            "type": "document",
            "slug": "memorandum",
            "version": 1,
            "patch": {"source_url": MOVED},
        },
        {
            "operation": "update",
            "type": "initiative",
            "slug": "harbour",
            "version": 1,
            "patch": {"kind": "cooperation"},
        },
    ]
    body = {"message": "Move", "changes": changes}
    checked = client.post("/v1/changesets?validate_only=true", json=body)
    assert checked.status_code == 200, checked.text
    keys = [(change["slug"], change["version"]) for change in checked.json()["changes"]]
    assert keys == [("memorandum", 2), ("harbour", 2), ("opening", 2)]
    written = client.post("/v1/changesets", json=body)
    assert written.status_code == 201, written.text
    assert [change["slug"] for change in written.json()["changes"]] == [
        "memorandum",
        "harbour",
        "opening",
    ]
    record = get(client, HARBOUR)
    assert (record["version"], record["kind"]) == (2, "cooperation")
    assert links(record) == [f"{MOVED}{DIRECTIVE}"]


def test_new_address_changes_no_more_records_than_the_setting(url: str) -> None:
    body = {
        "message": "Move",
        "changes": [
            {
                "operation": "update",
                "type": "document",
                "slug": "memorandum",
                "version": 1,
                "patch": {"source_url": MOVED},
            }
        ],
    }
    with serving(url, scope="write", max_changes=2) as client:
        for response in (
            patch(client, DOCUMENT, {"source_url": MOVED}, **ANY),
            client.post("/v1/changesets", json=body),
            client.post("/v1/changesets?validate_only=true", json=body),
        ):
            assert (response.status_code, response.json()["code"]) == (422, "invalid-request")
            detail = response.json()["detail"]
            assert detail.startswith(
                "3 records would change, 2 of them because they cite 'mem"
            )
            assert "at most 2 may at once (COMMUNIQUE_MAX_CHANGES)" in detail
        assert get(client, HARBOUR)["version"] == 1
        # Without a new address, the citing records do not count.
        patch(client, DOCUMENT, {"title": "A note"}, **ANY).raise_for_status()


def test_new_address_leaves_what_has_no_link_alone(url: str) -> None:
    """Neither the parts of the records that cite are written, nor their search documents."""
    tables = (
        "citation",
        "timeline_item_focus_area",
        "search_document WHERE type <> 'document'",
    )
    with engine_of(url) as engine, serving(url, scope="write") as client:

        def read_tables() -> list[Any]:
            with engine.connect() as connection:
                statements = [text(f"SELECT * FROM {table}") for table in tables]
                return [sorted(map(repr, connection.execute(sql))) for sql in statements]

        before = read_tables()
        record = get(client, HARBOUR)
        move(client, MOVED)
        assert read_tables() == before
        after = get(client, HARBOUR)
        assert [name for name in record if record[name] != after[name]] == [
            "citations",
            "version",
            "updated_at",
        ]
        assert list(after) == list(record)
        updated = client.get("/v1/initiatives", params={"updated_since": after["updated_at"]})
        assert [item["slug"] for item in updated.json()["items"]] == ["harbour"]


def count_statements_to_move(url: str, *, citing: int) -> int:
    """How many statements a new address takes, insertions aside: SQLite names each row of them."""
    cited = [
        fictional.record("initiative", f"citing-{i}", title="deep", citations=[cite()])
        for i in range(citing)
    ]
    document = fictional.record("document", "memorandum", source_url=ADDRESS)
    fill(url, {**fictional.base(initiatives=cited), "documents": [document]})
    moved = fictional.replacement("document", {**document, "source_url": MOVED})
    with (
        engine_of(url) as engine,
        count_statements(engine) as statements,
        write_session(engine) as session,
    ):
        apply(session, [moved], "test", "Move")
    return len([sql for sql in statements.texts if not sql.startswith("INSERT")])


def test_number_of_statements_does_not_depend_on_the_citing_records(bases: Bases) -> None:
    few, many = [
        count_statements_to_move(bases.make("empty"), citing=citing) for citing in (2, 300)
    ]
    assert few == many


def test_record_may_be_sent_back_as_it_was_read(client: httpx.Client) -> None:
    record = get(client, HARBOUR)
    record["citations"][0]["link"] = "https://example.org/false"
    for response in (
        client.put(HARBOUR, json=record, headers=ANY),
        patch(client, HARBOUR, {"citations": record["citations"]}, **ANY),
    ):
        assert response.status_code == 200, response.text
        # Nothing that a curator sets has changed.
        assert (response.json()["version"], links(response.json())) == (1, [LINK])


def test_link_of_another_type_is_not_read(client: httpx.Client) -> None:
    citations = [{**cite(), "link": {"not": "text"}, "lnik": None}]
    refused = patch(client, HARBOUR, {"citations": citations}, **ANY)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/citations/0/lnik"]


def test_bundle_has_no_links(url: str, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    assert run(url, "export", str(file)).returncode == 0
    assert '"link"' not in file.read_text(encoding="utf-8")
    assert "Nothing to change" in run(url, "load", str(file)).stdout
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw["initiatives"][0]["citations"][0]["link"] = LINK
    file.write_text(json.dumps(raw), encoding="utf-8")
    assert "'citations/0/link'" in error_of(run(url, "load", str(file)))


def test_command_line_says_what_the_new_address_changed(url: str) -> None:
    with serving(url, scope="write") as client:
        move(client, MOVED)
    shown = run(url, "show", "2").stdout
    assert "~ initiative harbour\n    citations: linked to the new address" in shown


READS = (
    HARBOUR,
    "/v1/initiatives/moat",
    "/v1/initiatives?sort=slug",
    f"{HARBOUR}?as_of=1",
    f"{HARBOUR}/revisions/1",
    f"{HARBOUR}/revisions/2",
    "/v1/changes",
)


@pytest.mark.each_engine
@pytest.mark.parametrize("schema_version", [None, 2])
@pytest.mark.accept
def test_migration_makes_the_links_of_the_log(url: str, schema_version: int | None) -> None:
    """Each with the address of its revision; also of snapshots of a still earlier schema."""
    with engine_of(url) as engine:
        with serving(url, scope="write") as client:
            move(client, MOVED)
            client.delete("/v1/initiatives/moat", headers=ANY).raise_for_status()
            before = [client.get(path).json() for path in READS]
        run_migration(engine, command.downgrade, "0014")
        with engine.begin() as connection:
            versions = "SELECT DISTINCT schema_version FROM change"
            assert connection.scalars(text(versions)).all() == [4]
            snapshots = connection.scalars(text("SELECT snapshot FROM change")).all()
            assert not any('"link"' in json.dumps(snapshot) for snapshot in snapshots)
            if schema_version is not None:
                statement = text("UPDATE change SET schema_version = :version")
                connection.execute(statement, {"version": schema_version})
        run_migration(engine, command.upgrade, "head")
        with serving(url) as client:
            assert [client.get(path).json() for path in READS] == before
    assert links(before[0]) == [f"{MOVED}{DIRECTIVE}"]
    assert links(before[3]) == [LINK]
