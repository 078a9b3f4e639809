"""Change lists over HTTP: one revision or none, and every problem at once."""

import json
from typing import Any

import httpx
import pytest

from tests.helpers import fictional
from tests.helpers.servers import serving
from tests.helpers.writing import Json, revision

pytestmark = pytest.mark.either_engine

CREATION = {
    "operation": "create",
    "type": "focus_area",
    "slug": "canals",
    "record": fictional.focus_area("canals"),
}
UPDATE = {
    "operation": "update",
    "type": "initiative",
    "slug": "loose-end",
    "version": 1,
    "patch": {"focus_area_slugs": ["canals"], "derived": {"focus_area_slugs": "fictional"}},
}
DELETION = {"operation": "delete", "type": "focus_area", "slug": "unused", "version": 1}
DIG = {"message": "Dig", "changes": [CREATION, UPDATE, DELETION]}
PREVIEW = "/v1/changesets?validate_only=true"


def summarize(changes: list[Json]) -> list[tuple[Any, ...]]:
    return [(change["operation"], change["slug"], change["version"]) for change in changes]


def test_preview_shows_the_changes_and_writes_nothing(curator: httpx.Client) -> None:
    preview = curator.post(PREVIEW, json=DIG)
    assert (preview.status_code, preview.json()["valid"]) == (200, True)
    (update,) = [
        change for change in preview.json()["changes"] if change["slug"] == "loose-end"
    ]
    assert update["difference"] == [
        {"op": "add", "path": "/focus_area_slugs/0", "value": "canals"},
        {"op": "add", "path": "/derived/focus_area_slugs", "value": "fictional"},
    ]
    assert revision(curator) == 1


def test_change_list_is_one_revision(curator: httpx.Client) -> None:
    response = curator.post("/v1/changesets", json=DIG)
    assert (response.status_code, response.headers["location"]) == (201, "/v1/revisions/2")
    assert response.json()["revision"]["message"] == "Dig"
    assert response.json()["revision"]["counts"] == {"create": 1, "update": 1, "delete": 1}
    assert curator.get("/v1/initiatives/loose-end").json()["focus_area_slugs"] == ["canals"]


def test_preview_names_the_versions_that_are_written(curator: httpx.Client) -> None:
    preview = curator.post(PREVIEW, json=DIG).json()
    response = curator.post("/v1/changesets", json=DIG).json()
    assert summarize(response["changes"]) == [
        ("create", "canals", 1),
        ("update", "loose-end", 2),
        ("delete", "unused", 2),
    ]
    assert sorted(summarize(preview["changes"])) == sorted(summarize(response["changes"]))


def test_change_list_of_stale_versions_writes_nothing(curator: httpx.Client) -> None:
    curator.post("/v1/changesets", json=DIG)
    again = curator.post("/v1/changesets", json=DIG)
    assert (again.status_code, again.json()["code"]) == (412, "stale-version")
    versions = {error["pointer"]: error.get("version") for error in again.json()["errors"]}
    assert versions["/changes/1/version"] == 2
    assert revision(curator) == 2


def test_changeset_that_says_what_is_so_makes_no_revision(curator: httpx.Client) -> None:
    got = curator.get("/v1/offices/empty-office").json()
    record = {name: got[name] for name in fictional.record("office", "empty-office")}
    change = {"operation": "update", "type": "office", "slug": "empty-office", "version": 1}
    body = {"message": "Nothing", "changes": [change | {"record": record}]}
    answer = curator.post("/v1/changesets", json=body)
    assert (answer.status_code, answer.json()) == (200, {"revision": None, "changes": []})
    assert revision(curator) == 1


def test_changeset_names_everything_that_is_wrong(shared_curator: httpx.Client) -> None:
    changes: list[Json] = [
        {"operation": "create", "type": "initiative", "slug": "one",
         "record": fictional.record("initiative", "one", office_slug="nowhere")},
        {"operation": "create", "type": "initiative", "slug": "two",
         "record": fictional.record("initiative", "other", office_slug="harbour-office")},
        {"operation": "update", "type": "initiative", "slug": "absent", "version": 1,
         "patch": {"title": "x"}},
    ]  # fmt: skip
    body = {"message": "Wrong", "changes": changes}
    preview = shared_curator.post("/v1/changesets?validate_only=true", json=body).json()
    assert (preview["valid"], preview["code"]) == (False, "invalid-records")
    pointers = {found["pointer"] for found in preview["problems"]}
    assert pointers == {
        "/changes/0/record/office_slug",
        "/changes/1/record/slug",
        "/changes/2/slug",
    }
    refused = shared_curator.post("/v1/changesets", json=body)
    assert refused.status_code == 422
    assert {found["pointer"] for found in refused.json()["errors"]} == pointers
    assert revision(shared_curator) == 1


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"operation": "merge"}, "is not one of its values"),
        ({"operation": "create", "version": 1, "record": {}}, "has no `version` yet"),
        ({"operation": "update", "record": {}}, "needs a `version`"),
        ({"operation": "update", "version": 1}, "either a `record` or a `patch`"),
        (
            {"operation": "delete", "version": 1, "record": {}},
            "neither a `record` nor a `patch`",
        ),
        ({"operation": "create", "record": [], "type": "office"}, "/changes/0/record"),
        ({"operation": "delete", "version": 1, "sulg": "x"}, "Did you mean 'slug'?"),
    ],
)
def test_change_list_has_a_form(
    shared_curator: httpx.Client, change: Json, detail: str
) -> None:
    body = {"message": "x", "changes": [{"type": "office", "slug": "x", **change}]}
    problem = shared_curator.post("/v1/changesets", json=body)
    assert (problem.status_code, problem.json()["code"]) == (422, "invalid-records")
    assert detail in json.dumps(problem.json()["errors"])


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({"changes": [CREATION]}, "/message", "'message' is required."),
        ({"message": "x"}, "/changes", "'changes' is required."),
        ({"message": "", "changes": [CREATION]}, "/message", "'message' is empty."),
        (
            {"message": "x", "changes": [{"operation": "delete", "slug": "x"}]},
            "/changes/0/type",
            "'changes/0/type' is required.",
        ),
        ([], "", "The change list [] is not an object."),
    ],
)
def test_missing_field_of_a_change_list_is_named(
    shared_curator: httpx.Client, body: Any, pointer: str, detail: str
) -> None:
    problem = shared_curator.post("/v1/changesets", json=body).json()
    (error,) = problem["errors"]
    assert (error["pointer"], error["detail"]) == (pointer, detail)
    assert detail in problem["detail"]


def test_change_list_is_not_longer_than_the_setting(small_url: str) -> None:
    with serving(small_url, scope="write", max_changes=2) as client:
        changes = [
            {"operation": "delete", "type": "focus_area", "slug": slug, "version": 1}
            for slug in ("moats", "castles", "trade")
        ]
        refused = client.post("/v1/changesets", json={"message": "x", "changes": changes})
        assert (refused.status_code, "COMMUNIQUE_MAX_CHANGES" in refused.text) == (422, True)
        accepted = client.post(
            "/v1/changesets", json={"message": "x", "changes": changes[:2]}
        )
        assert accepted.status_code == 201


def test_record_of_a_change_list_may_be_what_was_read(curator: httpx.Client) -> None:
    got = curator.get("/v1/timeline-items/last-data-set").json()
    change = {
        "operation": "update",
        "type": "timeline_item",
        "slug": got["slug"],
        "version": 1,
    }
    body = {"message": "x", "changes": [change | {"record": got | {"modality": "stated"}}]}
    assert curator.post("/v1/changesets", json=body).status_code == 201
    assert curator.get(got["url"]).json()["modality"] == "stated"


def test_record_that_is_named_twice_is_refused_though_one_change_is_none(
    shared_curator: httpx.Client,
) -> None:
    got = shared_curator.get("/v1/focus-areas/unused").json()
    base = {"type": "focus_area", "slug": "unused", "version": 1}
    same = {"operation": "update", "record": got, **base}
    body = {"message": "x", "changes": [same, {"operation": "delete", **base}]}
    answer = shared_curator.post("/v1/changesets", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
        422,
        "/changes/1/slug",
    )
    assert "is there twice, first at /changes/0" in answer.json()["detail"]
    assert revision(shared_curator) == 1


def test_what_only_looks_takes_no_idempotency_key(
    shared_curator: httpx.Client,
) -> None:
    change = {"operation": "delete", "type": "focus_area", "slug": "unused", "version": 1}
    body = {"message": "x", "changes": [change]}
    path = "/v1/changesets?validate_only=true"
    refused = shared_curator.post(path, json=body, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["errors"][0]["header"]) == (
        422,
        "Idempotency-Key",
    )
    assert shared_curator.post(path, json=body).json()["valid"]


def test_change_may_name_the_etag_instead_of_the_version(curator: httpx.Client) -> None:
    deletion = {name: value for name, value in DELETION.items() if name != "version"}
    path = "/v1/focus-areas/unused"
    etag = curator.get(path).headers["ETag"]
    included = curator.get(f"{path}?include=initiatives").headers["ETag"]
    assert included != etag
    for stale in ('"1-000000000000000000"', f"W/{etag}", '"2"', '"another-server"'):
        body = {"message": "Stale", "changes": [deletion | {"etag": stale}]}
        problem = curator.post("/v1/changesets", json=body).json()
        assert (problem["status"], problem["errors"][0]["version"]) == (412, 1)
        assert problem["errors"][0]["pointer"] == "/changes/0/etag"
        assert curator.post(PREVIEW, json=body).json()["code"] == "stale-version"
    body = {"message": "Unused", "changes": [deletion | {"etag": included}]}
    assert curator.post("/v1/changesets", json=body).status_code == 201


def test_change_that_changes_nothing_names_the_state_too(curator: httpx.Client) -> None:
    patch = {"operation": "update", "type": "focus_area", "slug": "unused", "patch": {}}
    etag = curator.get("/v1/focus-areas/unused").headers["ETag"]
    for tag, status in ((etag, 200), ('"1-000000000000000000"', 412)):
        body = {"message": "Nothing", "changes": [patch | {"etag": tag}]}
        assert curator.post("/v1/changesets", json=body).status_code == status


def test_creation_names_no_state(shared_curator: httpx.Client) -> None:
    body = {"message": "New", "changes": [CREATION | {"etag": '"1"'}]}
    response = shared_curator.post("/v1/changesets", json=body)
    assert response.status_code == 422
    assert "create has no `version` yet, and no `etag`" in response.json()["detail"]
