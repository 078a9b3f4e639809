"""Writing over HTTP: what may be sent, what must come with it, and what nobody can do unawares."""

import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.changes.apply import apply
from app.store.models import COLLECTIONS
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import engine_of, filled, make_key
from tests.helpers.command_line import run
from tests.helpers.servers import serving

Json = dict[str, Any]
MERGE = {"Content-Type": "application/merge-patch+json"}
TYPES = {model.__tablename__: name for name, model in COLLECTIONS.items()}


@pytest.fixture
def curator(empty_url: str) -> Iterator[httpx.Client]:
    """Somebody who may write to a base with a few records of every type."""
    with serving(filled(empty_url, fictional.varied()), scope="write") as client:
        yield client


def revision(client: httpx.Client) -> int:
    return int(client.get("/v1").json()["revision"])


def patch(client: httpx.Client, path: str, what: Json, **headers: str) -> httpx.Response:
    return client.patch(path, content=json.dumps(what), headers={**MERGE, **headers})


def etag(client: httpx.Client, path: str) -> dict[str, str]:
    return {"If-Match": client.get(path).headers["etag"]}


@pytest.mark.parametrize("type_", TYPES)
def test_record_of_every_type_is_created_read_changed_and_deleted(
    curator: httpx.Client, type_: str
) -> None:
    office = {"office_slug": "harbour-office"} if "office_slug" in fictional.DEFAULTS[type_] else {}
    name = {"name": "A name of its own"} if type_ == "focus_area" else {}
    raw = fictional.record(type_, "new", **office, **name)
    list_, path = f"/v1/{TYPES[type_]}", f"/v1/{TYPES[type_]}/new"
    made = curator.post(list_, json=raw)
    assert (made.status_code, made.headers["location"]) == (201, path)
    got = curator.get(path)
    assert (made.json(), made.headers["etag"]) == (got.json(), got.headers["etag"])
    assert got.json()["version"] == 1
    assert {**raw, "citations": []}.items() <= got.json().items()

    reasons = dict.fromkeys(raw["derived"], "because")
    changed = patch(curator, path, {"derived": reasons}, **etag(curator, path))
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert set(changed.json()["derived"].values()) == {"because"}

    gone = curator.delete(path, headers=etag(curator, path))
    assert (gone.status_code, gone.content) == (204, b"")
    assert curator.get(path).status_code == 410
    assert gone.headers["communique-revision"] == str(revision(curator)) == "4"
    log = curator.get("/v1/revisions").json()["items"]
    noun = type_.replace("_", " ")
    assert [(one["author"], one["message"]) for one in log[:3]] == [
        ("Rassendyll", f"Delete the {noun} 'new'"),
        ("Rassendyll", f"Update the {noun} 'new'"),
        ("Rassendyll", f"Create the {noun} 'new'"),
    ]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_was_read_can_be_sent_back(curator: httpx.Client, collection: str) -> None:
    for found in curator.get(f"/v1/{collection}?limit=200").json()["items"]:
        got = curator.get(found["url"])
        sent = curator.put(found["url"], json=got.json(), headers={"If-Match": got.headers["etag"]})
        assert (sent.status_code, sent.json()) == (200, got.json())
    # Nothing changed, so there is nothing to remember.
    assert revision(curator) == 1


def test_included_records_and_snippets_can_be_sent_back_too(curator: httpx.Client) -> None:
    path = "/v1/initiatives/open-data-programme"
    got = curator.get(f"{path}?include=office,focus_areas,expected_outcomes").json()
    found = curator.get("/v1/initiatives?q=programme").json()["items"][0]
    for body in (got, found):
        sent = curator.put(path, json=body | {"kind": "objective"}, headers={"If-Match": "*"})
        assert sent.status_code == 200
    assert curator.get(path).json()["kind"] == "objective"
    assert revision(curator) == 2


def test_put_creates_only_what_is_said_not_to_be_there(curator: httpx.Client) -> None:
    path = "/v1/focus-areas/canals"
    raw = fictional.focus_area("canals")
    del raw["slug"]  # The path says it.
    assert curator.put(path, json=raw).status_code == 428
    assert curator.put(path, json=raw, headers={"If-Match": "*"}).status_code == 412
    absent = {"If-None-Match": "*"}
    made = curator.put(path, json=raw, headers=absent)
    assert (made.status_code, made.headers["location"]) == (201, path)
    again = curator.put(path, json=raw, headers=absent)
    assert (again.status_code, again.json()["errors"][0]["version"]) == (412, 1)
    other = curator.put(path, json=raw | {"slug": "locks"}, headers={"If-Match": "*"})
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/slug")


def test_post_of_what_is_there_is_a_conflict(curator: httpx.Client) -> None:
    raw = fictional.focus_area("unused")
    there = curator.post("/v1/focus-areas", json=raw)
    assert (there.status_code, there.json()["code"]) == (409, "already-exists")
    absent = curator.post("/v1/focus-areas", json=raw, headers={"If-None-Match": "*"})
    assert (absent.status_code, absent.json()["errors"][0]["version"]) == (412, 1)
    assert revision(curator) == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("match", "status"),
    [
        (None, 428),
        ('"2"', 412),
        ('"1"', 200),
        ('W/"1-abc"', 200),
        ('"7", "1-x"', 200),
        ("*", 200),
        ("1", 422),
        ('"abc"', 422),
        ('"1" , x', 422),
    ],
)
def test_change_says_which_version_is_meant(
    curator: httpx.Client, method: str, match: str | None, status: int
) -> None:
    path = "/v1/focus-areas/unused"
    raw = fictional.focus_area("unused", aliases=["Idle"])
    headers = {"If-Match": match} if match is not None else {}
    if method == "PATCH":
        part = {"aliases": ["Idle"], "derived": {"aliases": "fictional"}}
        answer = patch(curator, path, part, **headers)
    else:
        body = {"json": raw} if method == "PUT" else {}
        answer = curator.request(method, path, headers=headers, **body)  # type: ignore[arg-type]
    assert answer.status_code in ([200, 204] if status == 200 else [status])
    assert revision(curator) == (2 if status == 200 else 1)
    if status in (412, 428):
        problem = answer.json()
        assert (problem["status"], problem["errors"][0]["version"]) == (status, 1)
        assert "If-Match" in problem["errors"][0]["header"]


def test_patch_merges_objects_and_null_takes_away(curator: httpx.Client) -> None:
    path = "/v1/offices/office-of-science"
    before = curator.get(path).json()
    assert before["opened_on"] == "2030-01-02"
    answer = patch(
        curator, path, {"opened_on": None, "derived": {"opened_on": None}}, **etag(curator, path)
    )
    assert answer.status_code == 200
    after = answer.json()
    assert after["opened_on"] is None
    assert after["derived"] == {k: v for k, v in before["derived"].items() if k != "opened_on"}
    unsupported = patch(curator, path, {"summary": "It studies."}, **etag(curator, path))
    assert (unsupported.status_code, unsupported.json()["code"]) == (422, "invalid-records")
    assert unsupported.json()["errors"][0]["pointer"] == "/summary"
    required = patch(curator, path, {"city": None}, **etag(curator, path))
    assert "'city' is required." in required.json()["errors"][0]["detail"]
    computed = patch(curator, path, {"version": 9}, **etag(curator, path))
    assert "'version' is unknown here." in computed.json()["errors"][0]["detail"]


def test_all_that_is_wrong_with_a_record_is_said_at_once(curator: httpx.Client) -> None:
    raw = fictional.record("initiative", "bad", office_slug="harbor-office", kind="wish", extra=1)
    del raw["derived"]["title"]
    problem = curator.post("/v1/initiatives", json=raw).json()
    assert problem["code"] == "invalid-records"
    assert {found["pointer"] for found in problem["errors"]} == {
        "/kind", "/extra", "/title", "/office_slug",
    }  # fmt: skip
    said = " ".join(found["detail"] for found in problem["errors"])
    assert "Did you mean 'harbour-office'?" in said


def test_what_is_named_is_not_deleted_unless_asked_with_all_that_needs_it(
    curator: httpx.Client,
) -> None:
    path = "/v1/offices/harbour-office"
    problem = curator.delete(path, headers={"If-Match": "*"})
    assert (problem.status_code, problem.json()["code"]) == (409, "still-referenced")
    assert "initiative 'harbour-works'" in problem.json()["errors"][0]["detail"]
    refused = curator.delete(f"{path}?cascade=true", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert revision(curator) == 1


def test_cascade_takes_what_needs_a_record_and_unlinks_what_lists_it(empty_url: str) -> None:
    with serving(filled(empty_url, fictional.varied()), scope="admin") as admin:
        before = admin.get("/v1").json()["counts"]
        admin.delete("/v1/focus-areas/open-data?cascade=true", headers={"If-Match": "*"})
        programme = admin.get("/v1/initiatives/open-data-programme").json()
        assert programme["focus_area_slugs"] == []
        assert "focus_area_slugs" not in programme["derived"]
        last = admin.get("/v1/timeline-items/last-data-set").json()
        assert last["focus_area_slugs"] == ["research"]
        admin.delete("/v1/initiatives/open-data-programme?cascade=true", headers={"If-Match": "*"})
        gone = ["expected-outcomes/published-data-sets", "timeline-items/first-data-set"]
        # It dates the outcome that belongs to the initiative.
        gone.append("timeline-items/last-data-set")
        assert [admin.get(f"/v1/{path}").status_code for path in gone] == [410, 410, 410]
        document = admin.delete(
            "/v1/documents/harbour-report?cascade=true", headers={"If-Match": "*"}
        )
        assert document.status_code == 204
        assert admin.get("/v1/initiatives/harbour-works").status_code == 410
        after = admin.get("/v1").json()["counts"]
        assert after["offices"] == before["offices"]
        assert admin.get("/v1/revisions/4").json()["counts"]["delete"] >= 2


def test_deleted_record_is_restored_and_a_changed_one_put_back(curator: httpx.Client) -> None:
    path = "/v1/focus-areas/unused"
    first = curator.get(path).json()
    area = {"name": "Idle", "derived": {"name": "fictional"}}
    patch(curator, path, area, **{"If-Match": '"1"'})
    curator.delete(path, headers={"If-Match": '"2"'})
    back = curator.post(f"{path}/revisions/1/restore")
    assert (back.status_code, back.headers["location"]) == (201, path)
    assert (back.json()["name"], back.json()["version"]) == (first["name"], 4)
    assert curator.post(f"{path}/revisions/2/restore").status_code == 428
    stale = curator.post(f"{path}/revisions/2/restore", headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["errors"][0]["version"]) == (412, 4)
    idle = curator.post(f"{path}/revisions/2/restore", headers={"If-Match": '"4"'})
    assert (idle.status_code, idle.json()["name"], idle.json()["version"]) == (200, "Idle", 5)
    same = curator.post(f"{path}/revisions/2/restore", headers={"If-Match": '"5"'})
    assert (same.status_code, same.json()["version"]) == (200, 5)
    deletion = curator.post(f"{path}/revisions/3/restore", headers={"If-Match": "*"})
    assert deletion.status_code == 422
    assert curator.post(f"{path}/revisions/9/restore", headers={"If-Match": "*"}).status_code == 404
    history = curator.get(f"{path}/revisions").json()["items"]
    assert [one["version"] for one in history] == [5, 4, 3, 2, 1]
    assert history[0]["message"] == "Restore the focus area 'unused' as of revision 2"


def test_restoring_what_refers_to_what_is_gone_is_refused(curator: httpx.Client) -> None:
    curator.delete("/v1/expected-outcomes/deeper-harbour", headers={"If-Match": "*"})
    curator.delete("/v1/initiatives/harbour-works", headers={"If-Match": "*"})
    answer = curator.post("/v1/expected-outcomes/deeper-harbour/revisions/1/restore")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/initiative_slug")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_change_of_what_is_not_there_says_so(curator: httpx.Client, method: str) -> None:
    def change(path: str, **headers: str) -> int:
        if method == "PATCH":
            return patch(curator, path, {"name": "x"}, **headers).status_code
        return curator.delete(path, headers=headers).status_code

    assert change("/v1/focus-areas/absent") == 404
    assert change("/v1/focus-areas/absent", **{"If-Match": '"1"'}) == 404
    curator.delete("/v1/focus-areas/unused", headers={"If-Match": "*"})
    assert change("/v1/focus-areas/unused") == 410


def test_changeset_is_one_revision_or_none(curator: httpx.Client) -> None:
    changes = [
        {"operation": "create", "type": "focus_area", "slug": "canals",
         "record": fictional.focus_area("canals")},
        {"operation": "update", "type": "initiative", "slug": "loose-end", "version": 1,
         "patch": {"focus_area_slugs": ["canals"], "derived": {"focus_area_slugs": "fictional"}}},
        {"operation": "delete", "type": "focus_area", "slug": "unused", "version": 1},
    ]  # fmt: skip
    body = {"message": "Dig", "changes": changes}
    seen = curator.post("/v1/changesets?validate_only=true", json=body)
    assert (seen.status_code, seen.json()["valid"], revision(curator)) == (200, True, 1)
    foreseen = {change["slug"]: change for change in seen.json()["changes"]}
    assert foreseen["loose-end"]["difference"] == [
        {"op": "add", "path": "/focus_area_slugs/0", "value": "canals"},
        {"op": "add", "path": "/derived/focus_area_slugs", "value": "fictional"},
    ]
    made = curator.post("/v1/changesets", json=body)
    assert (made.status_code, made.headers["location"]) == (201, "/v1/revisions/2")
    assert made.json()["revision"]["message"] == "Dig"
    assert made.json()["revision"]["counts"] == {"create": 1, "update": 1, "delete": 1}
    listed = [(one["operation"], one["slug"], one["version"]) for one in made.json()["changes"]]
    assert listed == [("create", "canals", 1), ("update", "loose-end", 2), ("delete", "unused", 2)]
    assert sorted(listed) == sorted(
        (one["operation"], one["slug"], one["version"]) for one in seen.json()["changes"]
    )
    assert curator.get("/v1/initiatives/loose-end").json()["focus_area_slugs"] == ["canals"]
    again = curator.post("/v1/changesets", json=body)
    assert (again.status_code, again.json()["code"]) == (412, "stale-version")
    pointers = {(one["pointer"], one.get("version")) for one in again.json()["errors"]}
    assert ("/changes/1/version", 2) in pointers
    assert revision(curator) == 2


def test_changeset_that_says_what_is_so_makes_no_revision(curator: httpx.Client) -> None:
    got = curator.get("/v1/offices/empty-office").json()
    record = {name: got[name] for name in fictional.record("office", "empty-office")}
    change = {"operation": "update", "type": "office", "slug": "empty-office", "version": 1}
    body = {"message": "Nothing", "changes": [change | {"record": record}]}
    answer = curator.post("/v1/changesets", json=body)
    assert (answer.status_code, answer.json()) == (200, {"revision": None, "changes": []})
    assert revision(curator) == 1


def test_changeset_names_everything_that_is_wrong(curator: httpx.Client) -> None:
    changes: list[Json] = [
        {"operation": "create", "type": "initiative", "slug": "one",
         "record": fictional.record("initiative", "one", office_slug="nowhere")},
        {"operation": "create", "type": "initiative", "slug": "two",
         "record": fictional.record("initiative", "other", office_slug="harbour-office")},
        {"operation": "update", "type": "initiative", "slug": "absent", "version": 1,
         "patch": {"title": "x"}},
    ]  # fmt: skip
    body = {"message": "Wrong", "changes": changes}
    seen = curator.post("/v1/changesets?validate_only=true", json=body).json()
    assert (seen["valid"], seen["code"]) == (False, "invalid-records")
    pointers = {found["pointer"] for found in seen["problems"]}
    assert pointers == {
        "/changes/0/record/office_slug",
        "/changes/1/record/slug",
        "/changes/2/slug",
    }
    refused = curator.post("/v1/changesets", json=body)
    assert refused.status_code == 422
    assert {found["pointer"] for found in refused.json()["errors"]} == pointers
    assert revision(curator) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"operation": "merge"}, "is not one of its values"),
        ({"operation": "create", "version": 1, "record": {}}, "has no `version` yet"),
        ({"operation": "update", "record": {}}, "needs a `version`"),
        ({"operation": "update", "version": 1}, "a `record` or a `patch`, one of them"),
        ({"operation": "delete", "version": 1, "record": {}}, "neither a `record` nor a `patch`"),
        ({"operation": "create", "record": [], "type": "office"}, "/changes/0/record"),
        ({"operation": "delete", "version": 1, "sulg": "x"}, "Did you mean 'slug'?"),
    ],
)
def test_change_list_has_a_form(curator: httpx.Client, change: Json, said: str) -> None:
    body = {"message": "x", "changes": [{"type": "office", "slug": "x", **change}]}
    problem = curator.post("/v1/changesets", json=body)
    assert (problem.status_code, problem.json()["code"]) == (422, "invalid-records")
    assert said in json.dumps(problem.json()["errors"])


@pytest.mark.parametrize(
    ("content", "headers", "status", "said"),
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
    empty_url: str, content: str | bytes, headers: dict[str, str], status: int, said: str
) -> None:
    filled(empty_url, fictional.base())
    with serving(empty_url, scope="write", max_body_bytes=1_000_000) as client:
        sent = {"Content-Type": "application/json", **headers}
        answer = client.post("/v1/focus-areas", content=content, headers=sent)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert said in answer.text
        assert revision(client) == 1


def test_change_list_is_not_longer_than_the_setting(empty_url: str) -> None:
    with serving(filled(empty_url, fictional.base()), scope="write", max_changes=2) as client:
        changes = [
            {"operation": "delete", "type": "focus_area", "slug": slug, "version": 1}
            for slug in ("moats", "castles", "trade")
        ]
        refused = client.post("/v1/changesets", json={"message": "x", "changes": changes})
        assert (refused.status_code, "COMMUNIQUE_MAX_CHANGES" in refused.text) == (422, True)
        taken = client.post("/v1/changesets", json={"message": "x", "changes": changes[:2]})
        assert taken.status_code == 201


def test_same_idempotency_key_gives_the_same_answer(curator: httpx.Client) -> None:
    raw = fictional.focus_area("canals")
    key = {"Idempotency-Key": "dig-1"}
    first = curator.post("/v1/focus-areas", json=raw, headers=key)
    again = curator.post("/v1/focus-areas", json=raw, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    kept = ("etag", "location", "content-type", "communique-revision")
    assert [again.headers[name] for name in kept] == [first.headers[name] for name in kept]
    assert (first.headers.get("idempotency-replayed"), revision(curator)) == (None, 2)
    assert again.headers["idempotency-replayed"] == "true"
    other = curator.post("/v1/focus-areas", json=raw | {"aliases": []}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    elsewhere = curator.post("/v1/offices", json=raw, headers=key)
    assert elsewhere.status_code == 422
    refused = curator.post("/v1/focus-areas", json=raw, headers={"Idempotency-Key": "dig-2"})
    assert refused.status_code == 409
    curator.delete("/v1/focus-areas/canals", headers={"If-Match": "*"})
    # What was refused stays refused under its key: the answer is the same.
    again = curator.post("/v1/focus-areas", json=raw, headers={"Idempotency-Key": "dig-2"})
    assert (again.status_code, again.content) == (409, refused.content)


def test_key_of_another_sender_is_another(curator: httpx.Client, empty_url: str) -> None:
    raw = fictional.focus_area("canals")
    key = {"Idempotency-Key": "1"}
    curator.post("/v1/focus-areas", json=raw, headers=key)
    other = {"Authorization": f"Bearer {make_key(empty_url, 'write', 'Sapt')}"}
    answer = curator.post("/v1/focus-areas", json=raw, headers=key | other)
    assert (answer.status_code, answer.json()["code"]) == (409, "already-exists")


def test_request_is_carried_out_once_however_often_it_is_sent_at_once(
    curator: httpx.Client,
) -> None:
    raw = fictional.focus_area("canals")
    start = threading.Barrier(12)

    def send(_: int) -> httpx.Response:
        start.wait()
        return curator.post("/v1/focus-areas", json=raw, headers={"Idempotency-Key": "once"})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(12)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    running = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert done
    assert len({answer.content for answer in done}) == 1
    assert set(running) <= {"still-running"}
    assert revision(curator) == 2
    assert curator.get("/v1/focus-areas/canals").json()["version"] == 1


def test_no_update_is_lost_among_fifty_patchers(curator: httpx.Client) -> None:
    path = "/v1/offices/empty-office"
    start = threading.Barrier(50)

    def append(number: int) -> int:
        """Adds a line to the summary, trying again until nobody came between."""
        start.wait()
        for tries in range(1, 200):
            got = curator.get(path)
            lines = [*(got.json()["summary"] or "").split("\n"), str(number)]
            part = {"summary": "\n".join(filter(None, lines)), "derived": {"summary": "x"}}
            answer = patch(curator, path, part, **{"If-Match": got.headers["etag"]})
            if answer.status_code == 200:
                return tries
            assert answer.status_code == 412, answer.text
            time.sleep(random.uniform(0, 0.05) * min(tries, 10))
        raise AssertionError(number)

    with ThreadPoolExecutor(50) as pool:
        tries = list(pool.map(append, range(50)))
    assert sorted(map(int, curator.get(path).json()["summary"].split("\n"))) == list(range(50))
    assert max(tries) > 1
    history = curator.get(f"{path}/revisions?limit=200").json()["items"]
    assert [one["version"] for one in history] == list(range(51, 0, -1))


def test_whole_base_is_restored_as_one_more_revision(empty_url: str) -> None:
    with serving(filled(empty_url, fictional.varied()), scope="admin") as admin:
        before = admin.get("/v1/search?limit=200&sort=type,slug").json()["items"]
        admin.delete("/v1/initiatives/harbour-works?cascade=true", headers={"If-Match": "*"})
        admin.post("/v1/focus-areas", json=fictional.focus_area("canals"))
        path = "/v1/revisions/1/restore"
        assert admin.post(path).status_code == 428
        stale = admin.post(path, headers={"If-Match": '"2"'})
        assert (stale.status_code, stale.json()["errors"][0]["version"]) == (412, 3)
        made = admin.post(path, headers={"If-Match": '"3"'})
        assert (made.status_code, made.headers["location"]) == (201, "/v1/revisions/4")
        after = admin.get("/v1/search?limit=200&sort=type,slug").json()["items"]
        shown = ("type", "slug", "text", "focus_area_slugs")
        assert [[one[name] for name in shown] for one in after] == [
            [one[name] for name in shown] for one in before
        ]
        assert admin.get("/v1/focus-areas/canals").status_code == 410
        again = admin.post(path, headers={"If-Match": '"4"'})
        assert (again.status_code, again.json()["revision"]) == (200, None)
        assert admin.post("/v1/revisions/9/restore", headers={"If-Match": "*"}).status_code == 404
    with serving(empty_url, scope="write") as client:
        assert client.post(path, headers={"If-Match": "*"}).status_code == 403


def test_command_line_restores_and_exports_as_of(plain_url: str, tmp_path: Path) -> None:
    filled(plain_url, fictional.varied())
    first = run(plain_url, "export").stdout
    bundle = json.loads(first)
    bundle["focus_areas"] = [one for one in bundle["focus_areas"] if one["slug"] != "unused"]
    bundle["initiatives"][0]["modality"] = "prospective"
    fewer = fictional.write(tmp_path / "fewer.json", bundle)
    assert run(plain_url, "load", str(fewer), "--prune").returncode == 0
    assert run(plain_url, "export", "--as-of", "1").stdout == first
    assert run(plain_url, "export", "--as-of", "2").stdout != first
    seen = run(plain_url, "restore", "1", "--dry-run")
    slug = bundle["initiatives"][0]["slug"]
    assert seen.stdout == (
        "+ focus_area unused: 'Unused'\n"
        f"~ initiative {slug}\n    modality: 'prospective' → 'recommended'\n"
        "Nothing was written.\n"
    )
    one = run(plain_url, "restore", "1", "focus-areas/unused", "--author", "Sapt")
    assert one.stdout == "+ focus_area unused: 'Unused'\nWritten as revision 3.\n"
    assert "Sapt: Restore focus-areas/unused as of revision 1" in run(plain_url, "log").stdout
    rest = run(plain_url, "restore", "1")
    assert rest.stdout.endswith("Written as revision 4.\n")
    assert run(plain_url, "export").stdout == first
    assert "Nothing to change" in run(plain_url, "restore", "1").stdout
    unknown = run(plain_url, "restore", "9")
    assert (unknown.returncode, "There is no revision 9" in unknown.stderr) == (1, True)
    for as_of, said in (("x", "neither the number"), ("9", "There is no revision 9 yet")):
        wrong = run(plain_url, "export", "--as-of", as_of)
        assert (wrong.returncode != 0, said in wrong.stderr, wrong.stdout) == (True, True, "")


def test_page_is_not_larger_than_the_setting(empty_url: str) -> None:
    with serving(filled(empty_url, fictional.base()), max_page_size=60) as client:
        assert client.get("/v1/focus-areas?limit=60").status_code == 200
        for path in ("/v1/focus-areas", "/v1/search", "/v1/changes", "/v1/revisions"):
            refused = client.get(f"{path}?limit=61")
            assert (refused.status_code, "60 is the most here" in refused.text) == (422, True)


def test_record_of_a_change_list_may_be_what_was_read(curator: httpx.Client) -> None:
    got = curator.get("/v1/timeline-items/last-data-set").json()
    change = {"operation": "update", "type": "timeline_item", "slug": got["slug"], "version": 1}
    body = {"message": "x", "changes": [change | {"record": got | {"modality": "stated"}}]}
    assert curator.post("/v1/changesets", json=body).status_code == 201
    assert curator.get(got["url"]).json()["modality"] == "stated"


def test_patch_with_null_for_what_is_no_field_or_the_slug_is_refused(curator: httpx.Client) -> None:
    path = "/v1/focus-areas/unused"
    for name in ("version", "slug", "nonsense"):
        answer = patch(curator, path, {name: None}, **{"If-Match": "*"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{name}")


def test_record_that_is_named_twice_is_refused_though_one_change_is_none(
    curator: httpx.Client,
) -> None:
    got = curator.get("/v1/focus-areas/unused").json()
    base = {"type": "focus_area", "slug": "unused", "version": 1}
    same = {"operation": "update", "record": got, **base}
    body = {"message": "x", "changes": [same, {"operation": "delete", **base}]}
    answer = curator.post("/v1/changesets", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/changes/1/slug")
    assert "is there twice, first at /changes/0" in answer.json()["detail"]
    assert revision(curator) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"slug": "zz", "name": "Zz", "\ud800": 1},
        {"slug": "zz", "name": "Zz", "derived": {"name": "x", "\udfff": "y"}},
        {"slug": "\ud800"},
        {"slug": "\u0000"},
        {"slug": 1e300, "name": None, "aliases": "x", "citations": [1], "derived": []},
    ],
)
def test_what_is_no_text_is_a_mistake_of_the_sender(curator: httpx.Client, body: Json) -> None:
    path = "/v1/focus-areas/unused"
    for headers in ({}, {"If-None-Match": "*"}, {"Idempotency-Key": "k"}):
        answer = curator.post(
            "/v1/focus-areas",
            content=json.dumps(body),
            headers={"Content-Type": "application/json", **headers},
        )
        assert answer.status_code == 422, answer.text
    assert patch(curator, path, body, **{"If-Match": "*"}).status_code == 422
    change = {"operation": "create", "type": "focus_area", "slug": "zz", "record": body}
    content = json.dumps({"message": "x", "changes": [change]})
    headers = {"Content-Type": "application/json"}
    answer = curator.post("/v1/changesets", content=content, headers=headers)
    assert answer.status_code == 422
    assert revision(curator) == 1


def test_nobody_writes_another_line_into_the_log(curator: httpx.Client, empty_url: str) -> None:
    change = {"operation": "delete", "type": "focus_area", "slug": "unused", "version": 1}
    body = {"message": "Line\n     9  2026  Sapt: forged \u001b[31m", "changes": [change]}
    assert curator.post("/v1/changesets", json=body).status_code == 422
    made = run(empty_url, "keys", "create", "Sapt\nforged", "--scope", "write")
    assert (made.returncode, made.stdout) == (1, "")
    with engine_of(empty_url) as engine, write_session(engine) as session:
        change_list = [fictional.create("focus_area", "canals")]
        apply(session, change_list, "Sapt\nforged", "a\u2028b \u001b[31m")
    printed = run(empty_url, "log").stdout
    assert len(printed.splitlines()) == 2
    assert "Sapt\\nforged: a\\u2028b \\x1b[31m" in printed


def test_cascade_is_not_larger_than_a_change_list(empty_url: str) -> None:
    with serving(filled(empty_url, fictional.varied()), scope="admin", max_changes=3) as admin:
        path = "/v1/offices/harbour-office?cascade=true"
        answer = admin.delete(path, headers={"If-Match": "*"})
        assert (answer.status_code, "COMMUNIQUE_MAX_CHANGES" in answer.text) == (422, True)
        assert revision(admin) == 1


def test_what_only_looks_takes_no_idempotency_key(
    curator: httpx.Client,
) -> None:
    change = {"operation": "delete", "type": "focus_area", "slug": "unused", "version": 1}
    body = {"message": "x", "changes": [change]}
    path = "/v1/changesets?validate_only=true"
    refused = curator.post(path, json=body, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["errors"][0]["header"]) == (422, "Idempotency-Key")
    assert curator.post(path, json=body).json()["valid"]
