"""The feed of changes: whoever replays it ends with the base, whatever happens on the way."""

import json
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from app.changes.apply import apply
from app.log.change_feed import read_batch
from app.log.feed_positions import FeedPosition
from app.schemas.record_types import ENTITIES
from app.store.models import MODELS
from app.store.revisions import NO_REVISION
from app.store.sessions import read_session, write_session
from examples.mirror import mirror
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, engine_of
from tests.helpers.examples import examples
from tests.helpers.live import Live, replay, some_changes
from tests.helpers.paths import ROOT
from tests.helpers.servers import serving
from tests.helpers.walking import walk


def whole_base(client: httpx.Client) -> dict[tuple[str, str], Any]:
    """Every record as its list shows it."""
    return {
        (type_, item["slug"]): item
        for type_, entity in ENTITIES.items()
        for page in walk(client, f"/v1/{entity.collection}?limit=200")
        for item in page["items"]
    }


def whole_copy(file: Path) -> dict[tuple[str, str], Any]:
    copy = sqlite3.connect(file)
    rows = copy.execute("SELECT type, slug, version, body FROM record").fetchall()
    copy.close()
    bodies = {(type_, slug): json.loads(body) for type_, slug, _, body in rows}
    assert all(bodies[type_, slug]["version"] == version for type_, slug, version, _ in rows)
    return bodies


class Interrupted(Exception):
    """The consumer was ended between two steps."""


@examples(12)
@given(seed=st.integers(0, 2**32), limit=st.integers(1, 7))
@pytest.mark.accept
def test_copy_is_the_base_however_it_is_interrupted_and_whatever_is_written_meanwhile(
    shared: Live, tmp_path_factory: pytest.TempPathFactory, seed: int, limit: int
) -> None:
    chance = random.Random(seed)
    file = tmp_path_factory.mktemp("copy") / "copy.db"
    steps = count()

    def fetch(address: str) -> Any:
        # For a while: a base that grows as fast as it is read is never copied.
        unruly = next(steps) < 40
        if unruly and chance.random() < 0.2:
            shared.write(some_changes(chance, shared))
        if unruly and chance.random() < 0.2:
            raise Interrupted
        path = urlsplit(address)
        since = parse_qs(path.query).get("since", ["0"])[0]
        page = shared.client.get(f"{path.path}?since={since}&limit={limit}").json()
        assert len(page["items"]) <= limit
        assert (page["next"] is None) != (page["delta"] is None)
        return page

    for _ in range(3):
        shared.write(some_changes(chance, shared))
    while True:
        try:
            mirror(shared.url, str(file), fetch)  # type: ignore[no-untyped-call]
        except Interrupted:
            # The copy is what the base was at some revision, and not between two of them.
            assert whole_copy(file) in shared.states.read()
            continue
        break
    mirror(shared.url, str(file))  # type: ignore[no-untyped-call]
    assert whole_copy(file) == whole_base(shared.client)


@pytest.mark.accept
def test_last_of_revision_is_where_another_follows(live: Live) -> None:
    for number in range(3):
        creations = [fictional.create("initiative", f"{number}-{i}") for i in range(4)]
        live.write([*creations, fictional.create("timeline_item", f"t-{number}")])
    several = "&type=initiative&type=timeline_item"
    for limit, (types, number) in product(
        range(1, 8), (("", 4), ("&type=initiative", 3), (several, 3))
    ):
        changes = replay(live.client, f"/v1/changes?limit={limit}{types}")
        following = [*(change["revision"] for change in changes[1:]), None]
        assert [change["last_of_revision"] for change in changes] == [
            change["revision"] != revision
            for change, revision in zip(changes, following, strict=True)
        ]
        assert sum(change["last_of_revision"] for change in changes) == number


def test_sqlite_reads_changes_of_types_from_an_index(tmp_path: Path) -> None:
    """However many changes of other types there are, and wherever its reader is."""
    url = SqliteBases(tmp_path).make("seeded")
    statements: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    with engine_of(url) as engine, read_session(engine) as session:
        event.listen(engine, "before_cursor_execute", note)
        read_batch(session, FeedPosition(NO_REVISION), ["office", "initiative"], 50, 10_000)
        event.remove(engine, "before_cursor_execute", note)
        statement, parameters = next(one for one in statements if "text_length" in one[0])
        plan = session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
        steps = [row[-1] for row in plan]
    index = "COVERING INDEX ix_change_type_revision_position (type=? AND (revision,position)>(?,?))"
    assert len([step for step in steps if index in step]) == 2, steps


@examples(10)
@given(seed=st.integers(0, 2**32))
@pytest.mark.accept
def test_no_record_comes_before_its_parents_or_goes_before_its_children(
    shared: Live, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        shared.write(some_changes(chance, shared))
    there: dict[tuple[str, str], dict[str, Any]] = {}
    last = (0, True)
    for change in replay(shared.client, "/v1/changes?limit=200"):
        # Revisions follow each other without a gap, each to its end.
        assert change["revision"] == (last[0] + 1 if last[1] else last[0])
        last = (change["revision"], change["last_of_revision"])
        key = (change["type"], change["slug"])
        assert change["version"] > there.get(key, {"version": 0})["version"]
        if change["record"] is None:
            del there[key]
            assert change["operation"] == "delete"
            assert all(key not in parents(record) for record in there.values())
        else:
            assert change["operation"] == ("update" if key in there else "create")
            there[key] = change["record"]
            assert all(parent in there for parent in parents(change["record"]))
    assert there == whole_base(shared.client)


def parents(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the record refers to, by type and slug; related focus areas aside, which refer to each
    other."""
    for citation in record["citations"]:
        yield "document", citation["document_slug"]
    for name, type_ in (("broader_slugs", "focus_area"), ("focus_area_slugs", "focus_area")):
        for slug in record.get(name, ()):
            yield type_, slug
    for type_ in ("office", "initiative", "expected_outcome"):
        if record.get(f"{type_}_slug") is not None:
            yield type_, record[f"{type_}_slug"]


@pytest.mark.accept
def test_reader_sees_every_revision_once_while_several_write(live: Live) -> None:
    """Revisions become visible in order: none commits behind a reader's back."""

    def write(name: str) -> None:
        for number in range(15):
            slug = f"{name}-{number}"
            assert live.write([fictional.create("initiative", slug)])

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    path, numbers = live.client.get("/v1/changes?since=now&limit=3").json()["delta"], []
    for writer in writers:
        writer.start()
    while True:
        over = not any(writer.is_alive() for writer in writers)
        page = live.client.get(path).raise_for_status().json()
        numbers += [change["revision"] for change in page["items"]]
        path = page["next"] or page["delta"]
        if over and page["next"] is None:
            break
    assert numbers == list(range(2, 47))


def test_late_commit_is_not_skipped(live: Live) -> None:
    """A revision that is being written is not there; the next one waits for it."""
    delta = live.client.get("/v1/changes?since=now").json()["delta"]
    second = threading.Thread(
        target=live.write, args=([fictional.create("initiative", "late")],)
    )
    with write_session(live.engine) as session:
        # The first statement takes the lock.
        session.scalar(select(MODELS["initiative"].slug))
        second.start()
        assert live.client.get(delta).json()["items"] == []
        apply(session, [fictional.create("initiative", "early")], "test", "Slowly")
    second.join()
    changes = live.client.get(delta).json()["items"]
    assert [(change["slug"], change["revision"]) for change in changes] == [
        ("early", 2),
        ("late", 3),
    ]


def test_export_and_feed_join_without_a_race(live: Live) -> None:
    export = live.client.get("/v1/initiatives?format=ndjson")
    revision = export.headers["Communique-Revision"]
    assert revision == "1"
    live.write([fictional.create("initiative", "new")])
    changes = replay(live.client, f"/v1/changes?since={revision}")
    assert [(change["operation"], change["slug"]) for change in changes] == [
        ("create", "new")
    ]


def test_types_have_a_feed_of_their_own_that_may_be_committed(live: Live) -> None:
    live.write(
        [
            fictional.create("initiative", "a"),
            fictional.create("timeline_item", "b"),
            fictional.create("expected_outcome", "c"),
        ]
    )
    path = "/v1/changes?type=initiative&type=office&limit=1"
    changes = replay(live.client, path)
    assert [(c["type"], c["revision"], c["last_of_revision"]) for c in changes] == [
        ("office", 1, True),
        ("initiative", 2, True),
    ]
    page = live.client.get("/v1/changes?type=office&type=initiative&since=2").json()
    live.write([fictional.create("timeline_item", "d")])
    again = live.client.get(page["delta"]).json()
    # Nothing of these types; yet its reader knows revision 3 now.
    assert again["items"] == []
    assert again["delta"] != page["delta"]


def test_slug_made_again_and_deletions_are_in_the_feed(live: Live) -> None:
    live.write([fictional.create("initiative", "x")])
    live.write([fictional.delete("initiative", "x")])
    live.write([fictional.create("initiative", "x", title="Again")])
    operations = [
        (c["operation"], c["version"], c["record"] and c["record"]["title"])
        for c in replay(live.client, "/v1/changes?since=1")
    ]
    assert operations == [
        ("create", 1, "Initiative"),
        ("delete", 2, None),
        ("create", 3, "Again"),
    ]


def test_page_is_short_where_records_are_long(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.log.change_feed.MAX_PAGE_CHARACTERS", 100)
    page = live.client.get("/v1/changes").json()
    assert len(page["items"]) == 1
    assert len(replay(live.client, "/v1/changes")) == 5


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("since=2", "invalid-request", "There is no revision 2 yet: the base is at 1."),
        ("since=99999999999999999999", "invalid-request", "There is no revision"),
        ("since=-1", "invalid-cursor", "'-1' is not a revision number, not 'now'"),
        ("since=yesterday", "invalid-cursor", "make a new copy"),
        ("since=", "invalid-request", "since"),
        ("type=focus-area", "invalid-request", "Did you mean 'focus_area'?"),
        ("focus_area=castles", "invalid-request", "'focus_area'"),
        ("limit=0", "invalid-request", "limit"),
    ],
)
def test_mistake_is_named(varied: httpx.Client, query: str, code: str, detail: str) -> None:
    response = varied.get(f"/v1/changes?{query}")
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert detail in response.json()["detail"]


def test_token_of_other_types_is_refused(live: Live) -> None:
    delta = live.client.get("/v1/changes").json()["delta"]
    response = live.client.get(f"{delta}&type=office")
    assert response.status_code == 422
    assert "with the same `type`" in response.json()["detail"]


def test_token_of_another_base_is_refused(live: Live, client: httpx.Client) -> None:
    delta = live.client.get("/v1/changes").json()["delta"]
    response = client.get(delta)
    assert response.status_code == 422
    assert "comes from another base" in response.json()["detail"]
    assert "Make a new copy" in response.json()["detail"]


def test_feed_of_an_empty_base(empty_url: str) -> None:
    with serving(empty_url) as client:
        page = client.get("/v1/changes").json()
        assert (page["items"], page["next"], page["revision"]) == ([], None, 0)
        with engine_of(empty_url) as engine, write_session(engine) as session:
            apply(session, fictional.changes(fictional.base()), "test", "First")
        assert len(client.get(page["delta"]).json()["items"]) == 5


def test_example_of_the_docs_keeps_a_copy(live: Live, tmp_path: Path) -> None:
    def run() -> dict[tuple[str, str], Any]:
        script = [sys.executable, str(ROOT / "examples" / "mirror.py"), live.url, "copy.db"]
        subprocess.run(script, cwd=tmp_path, check=True, timeout=60)
        return whole_copy(tmp_path / "copy.db")

    assert run() == whole_base(live.client)
    live.write([fictional.create("initiative", "x"), fictional.delete("focus_area", "trade")])
    assert run() == whole_base(live.client)
    assert (
        len((ROOT / "examples" / "mirror.py").read_text().split("def mirror")[1].split("\n"))
        <= 30
    )
