"""The texts of documents: stored once, left out of lists and of the log, served by themselves."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from alembic import command
from sqlalchemy import Engine, Text, cast, func, select, text
from sqlalchemy.orm import Session

from app.bundles.load import load_bundle
from app.bundles.write import write_bundle
from app.schemas.snapshots import SCHEMA_VERSION
from app.store.models import DocumentText, LogEntry
from app.store.schema import migrate
from app.store.sessions import read_session
from app.store.upgrade import alembic_config
from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.bases import engine_of, filled
from tests.helpers.servers import serving
from tests.helpers.statements import count_statements
from tests.helpers.writing import Json, etag, patch

pytestmark = pytest.mark.either_engine

# Characters of one, two, three and four bytes, and line ends that must stay as they are.
TEXT = "Ships call.\r\nThe quay is 40 €, the café 🚢.\n" * 3
UTF8 = TEXT.encode()
PATH = "/v1/documents/plan"


def plan(**fields: Any) -> Json:
    return fictional.record(
        "document", "plan", **{"text": TEXT, "sha256": digest(TEXT)} | fields
    )


def holding(*documents: Json) -> Json:
    return fictional.base(documents=list(documents))


@pytest.fixture
def library(empty_url: str) -> Iterator[httpx.Client]:
    """A server over a base that holds the text of one of its two documents."""
    with serving(filled(empty_url, holding(plan())), scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def reading_room(plain_bases: Any) -> Iterator[httpx.Client]:
    """The same on SQLite, without a key, for tests that change nothing."""
    with serving(filled(plain_bases.make("empty"), holding(plan()))) as client:
        yield client


def test_only_the_document_alone_is_shown_with_its_text(library: httpx.Client) -> None:
    alone = library.get(PATH).json()
    assert (alone["text"], alone["text_length"]) == (TEXT, len(TEXT))
    assert alone["text_url"] == f"{PATH}/text"
    listed = {item["slug"]: item for item in library.get("/v1/documents").json()["items"]}
    assert listed["plan"] == {name: alone[name] for name in alone if name != "text"}
    assert (listed["memorandum"]["text_length"], listed["memorandum"]["text_url"]) == (
        None,
        None,
    )
    assert library.get("/v1/documents/memorandum").json() == listed["memorandum"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents?format=ndjson",
        "/v1/documents?format=csv",
        "/v1/changes",
        "/v1/documents/plan/revisions/1",
        "/v1/changes.atom",
    ],
)
def test_no_list_repeats_the_text(reading_room: httpx.Client, path: str) -> None:
    answer = reading_room.get(path).raise_for_status()
    assert "plan" in answer.text
    assert "The quay is 40 €, the café 🚢.\\n" not in answer.text
    assert "40 €, the café 🚢.\n" not in answer.text


def test_search_finds_and_shows_the_words_of_a_text(library: httpx.Client) -> None:
    (item,) = library.get("/v1/documents?q=quay").json()["items"]
    assert "<mark>quay</mark>" in item["snippet"]
    assert "text" not in item
    (row,) = library.get("/v1/search?q=cafe&type=document").json()["items"]
    assert "<mark>café</mark>" in row["snippet"]


def test_text_is_served_byte_by_byte_with_its_digest_as_etag(library: httpx.Client) -> None:
    answer = library.get(f"{PATH}/text")
    assert answer.content == UTF8
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["etag"] == f'"{digest(TEXT)}"'
    assert answer.headers["accept-ranges"] == "bytes"
    head = library.head(f"{PATH}/text", headers={"Range": "bytes=0-3"})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(UTF8)


SIZE = len(UTF8)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("bytes=0-4", UTF8[:5]),
        ("bytes=5-", UTF8[5:]),
        ("bytes=-7", UTF8[-7:]),
        (f"bytes={SIZE - 1}-", UTF8[-1:]),
        ("bytes=10-999999", UTF8[10:]),
        ("bytes=-999999", UTF8),
        # Within a character: a range is of bytes.
        ("bytes=32-33", UTF8[32:34]),
        ("Bytes=0-0", UTF8[:1]),
    ],
)
def test_range_is_the_part_that_it_names(
    library: httpx.Client, field: str, expected: bytes
) -> None:
    answer = library.get(f"{PATH}/text", headers={"Range": field})
    assert (answer.status_code, answer.content) == (206, expected)
    unit, first, last, size = re.split("[ /-]", answer.headers["content-range"])
    assert (unit, int(size)) == ("bytes", SIZE)
    assert UTF8[int(first) : int(last) + 1] == expected


@pytest.mark.parametrize(
    "field",
    ["bytes=0-1,4-5", "lines=1-2", "bytes=5-2", "bytes=", "bytes=-", "x", "bytes=a-b"],
)
def test_field_that_is_no_single_range_is_ignored(
    reading_room: httpx.Client, field: str
) -> None:
    answer = reading_room.get(f"{PATH}/text", headers={"Range": field})
    assert (answer.status_code, answer.content) == (200, UTF8)


@pytest.mark.parametrize("field", [f"bytes={SIZE}-", "bytes=9999999-10000000", "bytes=-0"])
def test_range_beyond_the_text_is_416_that_says_its_size(
    reading_room: httpx.Client, field: str
) -> None:
    answer = reading_room.get(f"{PATH}/text", headers={"Range": field})
    assert (answer.status_code, answer.json()["code"]) == (416, "range-not-satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert f"bytes=0-{SIZE - 1}" in answer.json()["detail"]


def test_conditions_come_before_the_range(reading_room: httpx.Client) -> None:
    whole = reading_room.get(f"{PATH}/text")
    tag = whole.headers["etag"]
    part = {"Range": "bytes=0-4"}

    def status(**headers: str) -> int:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return reading_room.get(f"{PATH}/text", headers=part | names).status_code

    assert status() == 206
    assert status(If_None_Match=tag) == 304
    assert status(If_None_Match='"x"') == 206
    assert status(If_Range=tag) == 206
    # A weak tag, another tag and a date name no text that the part would continue.
    assert status(If_Range=f"W/{tag}") == 200
    assert status(If_Range='"x"') == 200
    assert status(If_Range="Fri, 01 Jan 2027 00:00:00 GMT") == 200


def test_part_is_never_answered_from_the_cache_of_the_whole(plain_bases: Any) -> None:
    url = filled(plain_bases.make("empty"), holding(plan()))
    with serving(url, cache_bytes=1_000_000) as client:
        for _ in range(2):
            part = client.get(f"{PATH}/text", headers={"Range": "bytes=0-4"})
            whole = client.get(f"{PATH}/text")
            assert (part.content, whole.content) == (UTF8[:5], UTF8)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/v1/documents/memorandum/text", 404, "does not hold the text"),
        ("/v1/documents/plam/text", 404, "Did you mean 'plan'"),
        (f"{PATH}/text?x=1", 422, "'x'"),
    ],
)
def test_text_that_is_not_there_is_explained(
    reading_room: httpx.Client, path: str, status: int, words: str
) -> None:
    answer = reading_room.get(path)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_each_time_has_its_text(library: httpx.Client) -> None:
    new = "Another text."
    changed = patch(
        library, PATH, {"text": new, "sha256": digest(new)}, **etag(library, PATH)
    )
    assert (changed.status_code, changed.json()["text"]) == (200, new)
    assert library.get(f"{PATH}/text").text == new
    assert library.get(f"{PATH}/text?as_of=1").content == UTF8
    assert library.get(f"{PATH}?as_of=1").json()["text"] == TEXT
    assert library.get("/v1/documents?q=quay").json()["items"] == []
    (item,) = library.get("/v1/documents?q=quay&as_of=1").json()["items"]
    assert "<mark>quay</mark>" in item["snippet"]
    match = etag(library, PATH)
    restored = library.post(f"{PATH}/revisions/1/restore", headers=match)
    assert (restored.status_code, restored.json()["text"]) == (200, TEXT)
    assert library.delete(PATH, headers=etag(library, PATH)).status_code == 204
    assert library.get(f"{PATH}/text").status_code == 410


def test_document_sent_back_as_it_was_listed_keeps_its_text(library: httpx.Client) -> None:
    listed = library.get("/v1/documents?slug=plan").json()["items"][0]
    match = {"If-Match": "*"}
    assert library.put(PATH, json=listed, headers=match).json()["version"] == 1
    retitled = library.put(PATH, json=listed | {"title": "A plan"}, headers=match)
    assert (retitled.json()["version"], retitled.json()["text"]) == (2, TEXT)
    change = {"operation": "update", "type": "document", "slug": "plan", "version": 2}
    record = {"record": listed | {"title": "The plan"}}
    changeset = {"message": "Another title", "changes": [change | record]}
    assert library.post("/v1/changesets", json=changeset).status_code == 201
    assert library.get(f"{PATH}/text").content == UTF8

    other = library.put(PATH, json=listed | {"sha256": "0" * 64}, headers=match)
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/sha256")
    assert "give the `text`" in other.json()["errors"][0]["detail"]

    reasons = {name: reason for name, reason in listed["derived"].items() if name != "text"}
    without = listed | {"text": None, "derived": reasons}
    removed = library.put(PATH, json=without, headers=match)
    assert "text" not in removed.json()
    assert removed.json()["text_length"] is None
    assert library.get(f"{PATH}/text").status_code == 404
    assert library.get(f"{PATH}/text?as_of=1").content == UTF8


def log_characters(engine: Engine) -> int:
    with Session(engine) as session:
        lengths = func.sum(func.length(cast(LogEntry.snapshot, Text)))
        return session.scalar(select(lengths)) or 0


def test_log_holds_a_text_once_whatever_is_changed(empty_url: str) -> None:
    long = "A long text. " * 20_000
    documents = [
        fictional.record("document", slug, text=long, sha256=digest(long))
        for slug in ("a", "b")
    ]
    with (
        engine_of(filled(empty_url, holding(*documents))) as engine,
        serving(empty_url, scope="write") as client,
    ):
        for i in range(3):
            title = {"title": f"Title {i}"}
            assert patch(client, "/v1/documents/a", title, **{"If-Match": "*"}).is_success
        assert log_characters(engine) < 20_000
        with Session(engine) as session:
            (stored,) = session.scalars(select(DocumentText))
            assert stored.utf8 == long.encode()


@pytest.mark.accept
def test_lists_read_no_text_however_many_there_are(plain_bases: Any) -> None:
    """Counted in bytes and statements, not in time."""
    documents = []
    for i in range(8):
        long = f"Text {i}. " * 100_000
        documents.append(
            fictional.record("document", f"d-{i}", text=long, sha256=digest(long))
        )
    url = filled(plain_bases.make("empty"), holding(*documents))
    with serving(url, cache_bytes=0) as client:
        engine = client.app.state.services.engine  # type: ignore[attr-defined]
        with count_statements(engine) as statements:
            for query in ("limit=200", "format=ndjson", "format=csv"):
                assert len(client.get(f"/v1/documents?{query}").content) < 20_000
            assert len(client.get("/v1/changes?type=document").content) < 20_000
        assert not [sql for sql in statements.texts if "document_text" in sql]
        # A snippet needs the beginning of a text, not all of it.
        with count_statements(engine) as statements:
            assert len(client.get("/v1/documents?q=text").content) < 20_000
        reads = [sql for sql in statements.texts if "document_text" in sql]
        assert len(reads) == 8
        assert all("substr(" in sql for sql in reads)


def test_bundle_is_whole_and_loads_its_texts(
    empty_url: str, plain_url: str, tmp_path: Any
) -> None:
    with (
        engine_of(filled(empty_url, holding(plan()))) as engine,
        read_session(engine) as session,
    ):
        bundle = "".join(write_bundle(session))
    by_slug = {raw["slug"]: raw for raw in json.loads(bundle)["documents"]}
    assert (by_slug["plan"]["text"], by_slug["memorandum"]["text"]) == (TEXT, None)
    file = tmp_path / "bundle.json"
    file.write_text(bundle, encoding="utf-8")
    with engine_of(plain_url) as copy:
        load_bundle(copy, file, author="test")
        assert load_bundle(copy, file, author="test").counts == {}
        with read_session(copy) as session:
            assert "".join(write_bundle(session)) == bundle


# The schema version before texts left the log.
OLD_SCHEMA_VERSION = 2


@pytest.mark.each_engine
@pytest.mark.accept
def test_migration_moves_texts_out_of_tables_and_log_and_back(empty_url: str) -> None:
    with engine_of(filled(empty_url, holding(plan()))) as engine:
        with serving(empty_url, scope="write") as client:
            patch(client, PATH, {"title": "A plan"}, **{"If-Match": "*"})
            no_text = {"text": None, "derived": {"text": None}}
            assert patch(client, PATH, no_text, **{"If-Match": "*"}).is_success
            text_again = {"text": TEXT, "derived": {"text": "fictional"}}
            assert patch(client, PATH, text_again, **{"If-Match": "*"}).is_success
            before = client.get(PATH).json()
            history = [
                client.get(f"{PATH}/revisions/{n}").json()["record"] for n in (1, 2, 3)
            ]
        run(engine, command.downgrade, "0007")
        with engine.begin() as connection:
            logged = connection.execute(text("SELECT snapshot FROM change")).all()
            assert sum("The quay" in str(row.snapshot) for row in logged) == 3
            connection.execute(
                text("UPDATE change SET schema_version = :old"), {"old": OLD_SCHEMA_VERSION}
            )
        assert OLD_SCHEMA_VERSION < SCHEMA_VERSION
        migrate(engine)
        assert log_characters(engine) < 10_000
        with serving(empty_url) as client:
            assert client.get(PATH).json() == before
            assert [
                client.get(f"{PATH}/revisions/{n}").json()["record"] for n in (1, 2, 3)
            ] == history
            assert client.get(f"{PATH}/text?as_of=2").content == UTF8
            assert client.get(f"{PATH}/text?as_of=3").status_code == 404
            assert client.get("/v1/documents?q=quay").json()["total"] == 1


def run(engine: Engine, step: Any, revision: str) -> None:
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        step(config, revision)
