"""The history of the base and of each record: every state that was, and what made it."""

import json
import random
from typing import Any

import httpx
import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.changes.apply import apply
from app.schemas.record_types import ENTITIES
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.examples import examples
from tests.helpers.live import Live, replay, some_changes
from tests.helpers.oracles import ask, needs_node
from tests.helpers.walking import walk

pytestmark = pytest.mark.either_engine

# What else each step of a JSON Patch has (RFC 6902 §4).
BESIDES = {"add": ["value"], "replace": ["value"], "remove": [], "move": ["from"]}


def history(client: httpx.Client, path: str, query: str = "") -> list[dict[str, Any]]:
    """All revisions of a record, or of the base."""
    return [
        item
        for page in walk(client, f"{path}/revisions?limit=3{query}")
        for item in page["items"]
    ]


@examples(8)
@given(seed=st.integers(0, 2**32))
@pytest.mark.accept
def test_history_is_what_the_log_says(shared: Live, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(4):
        shared.write(some_changes(chance, shared))
    changes = replay(shared.client, "/v1/changes?limit=200")
    of_record: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        path = f"/v1/{ENTITIES[change['type']].collection}/{change['slug']}"
        of_record.setdefault(path, []).append(change)
    for path in chance.sample(sorted(of_record), 3):
        entries = of_record[path]
        listed = history(shared.client, path)
        assert [
            (item["revision"], item["version"], item["operation"]) for item in listed
        ] == [
            (change["revision"], change["version"], change["operation"])
            for change in entries[::-1]
        ]
        start = chance.randrange(len(entries))
        before = entries[start - 1]["record"] if start else None
        previous = f"{path}/revisions/{entries[start - 1]['revision']}" if start else None
        for change in entries[start : start + 5]:
            url = f"{path}/revisions/{change['revision']}"
            detail = shared.client.get(url).raise_for_status().json()
            assert detail["url"] == url
            assert detail["record"] == change["record"]
            assert detail["previous"] == previous
            assert jsonpatch.apply_patch(before, detail["difference"]) == change["record"]
            for step in detail["difference"]:
                assert set(step) == {"op", "path", *BESIDES[step["op"]]}
            before, previous = change["record"], url


@needs_node
def test_differences_are_read_by_an_independent_implementation(live: Live) -> None:
    titles = [("One", ["moats"]), ("One / ~two", ["trade", "castles"]), ("é🎉", [])]
    live.write([fictional.create("initiative", "x", title="Zero")])
    for title, areas in titles:
        change: Any = {"title": title, "focus_area_slugs": areas}
        live.write([fictional.update("initiative", "x", **change)])
    live.write([fictional.delete("initiative", "x")])
    urls = [item["url"] for item in history(live.client, "/v1/initiatives/x")][::-1]
    details = [live.client.get(url).json() for url in urls]
    states = [None, *(detail["record"] for detail in details)]
    lines = [
        json.dumps({"document": state, "patch": detail["difference"]})
        for state, detail in zip(states, details, strict=False)
    ]
    assert ask("patch.mjs", "\n".join(lines)) == states[1:]


def test_revisions_say_who_when_why_and_how_much(live: Live) -> None:
    with write_session(live.engine) as session:
        creations = [fictional.create("initiative", "a"), fictional.create("initiative", "b")]
        apply(session, creations, "Flavia", "Two more")
    with write_session(live.engine) as session:
        changes = [
            fictional.update("initiative", "a", title="Other"),
            fictional.delete("initiative", "b"),
        ]
        apply(session, changes, "Rupert", "Mend and drop")
    newest, middle, first = history(live.client, "/v1")
    assert (newest["revision"], newest["author"], newest["message"]) == (
        3,
        "Rupert",
        "Mend and drop",
    )
    assert newest["counts"] == {"create": 0, "update": 1, "delete": 1}
    assert middle["counts"] == {"create": 2, "update": 0, "delete": 0}
    assert first["counts"]["create"] == 5
    assert live.client.get(middle["url"]).json() == middle
    changes_of = live.client.get(middle["changes"]).json()["items"]
    assert [change["slug"] for change in changes_of if change["revision"] == 2] == ["a", "b"]
    assert all(change["changed_at"] == middle["changed_at"] for change in changes_of[:2])
    by_author = history(live.client, "/v1", "&author=Flavia&author=test")
    assert [item["revision"] for item in by_author] == [2, 1]
    assert history(live.client, "/v1", "&author=flavia") == []


def test_deleted_record_says_where_its_history_is(live: Live) -> None:
    live.write([fictional.create("initiative", "x")])
    live.write([fictional.delete("initiative", "x")])
    response = live.client.get("/v1/initiatives/x")
    assert response.status_code == 410
    path = "/v1/initiatives/x/revisions"
    assert f"Its history is at {path}." in response.json()["detail"]
    assert response.headers["Link"] == f'<{path}>; rel="version-history"'
    deleted, created = history(live.client, "/v1/initiatives/x")
    assert (deleted["operation"], deleted["version"]) == ("delete", 2)
    detail = live.client.get(deleted["url"]).json()
    assert (detail["record"], detail["previous"]) == (None, created["url"])


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        (
            "/v1/initiatives/absent/revisions",
            404,
            "No initiative 'absent' was ever in the base.",
        ),
        ("/v1/offices/strelsa/revisions", 404, "Did you mean 'strelsau'?"),
        (
            "/v1/offices/strelsau/revisions/2",
            404,
            "Revision 2 did not change the office 'strelsau'",
        ),
        ("/v1/offices/strelsau/revisions/0", 422, "number"),
        ("/v1/offices/strelsau/revisions/x", 422, "number"),
        ("/v1/castles/strelsau/revisions", 422, "collection"),
        ("/v1/revisions/9", 404, "There is no revision 9: the base is at 2."),
        ("/v1/revisions/9999999999", 422, "number"),
        ("/v1/revisions?limit=0", 422, "limit"),
        ("/v1/revisions?operation=create", 422, "Unknown parameter 'operation'"),
        ("/v1/revisions?cursor=x", 422, "not one of ours"),
        ("/v1/revisions/1?limit=3", 422, "Unknown parameter 'limit'"),
    ],
)
def test_mistake_is_named(live: Live, path: str, status: int, detail: str) -> None:
    live.write([fictional.create("initiative", "x")])
    response = live.client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.json()["detail"]


def test_cursor_is_of_its_record_and_its_filter(live: Live) -> None:
    for title in ("One", "Two", "Three"):
        make = fictional.create if title == "One" else fictional.update
        live.write([make("initiative", "x", title=title)])
    page = live.client.get("/v1/initiatives/x/revisions?limit=1").json()
    assert (page["total"], page["total_is_exact"], page["revision"]) == (3, True, 4)
    cursor = page["next"].rpartition("cursor=")[2]
    for path in ("/v1/offices/strelsau/revisions", "/v1/revisions"):
        refused = live.client.get(f"{path}?limit=1&cursor={cursor}")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-cursor")
    assert live.client.get("/v1/initiatives/x/revisions?count=none").json()["total"] is None


def test_history_is_not_sent_again(live: Live) -> None:
    for path in ("/v1/revisions", "/v1/revisions/1", "/v1/offices/strelsau/revisions/1"):
        first = live.client.get(path)
        assert first.headers["Communique-Revision"] == "1"
        headers = {"If-None-Match": first.headers["ETag"]}
        assert live.client.get(path, headers=headers).status_code == 304
