"""Records over HTTP: created, read, changed and deleted."""

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.models import COLLECTIONS, LogEntry, Office
from tests.helpers import fictional
from tests.helpers.bases import engine_of
from tests.helpers.servers import serving
from tests.helpers.writing import etag, patch, revision

pytestmark = pytest.mark.either_engine

TYPES = {model.__tablename__: name for name, model in COLLECTIONS.items()}


@pytest.mark.parametrize("type_", TYPES)
def test_record_of_every_type_is_created_read_changed_and_deleted(
    curator: httpx.Client, type_: str
) -> None:
    office = (
        {"office_slug": "harbour-office"}
        if "office_slug" in fictional.DEFAULTS[type_]
        else {}
    )
    name = {"name": "A name of its own"} if type_ == "focus_area" else {}
    raw = fictional.record(type_, "new", **office, **name)
    list_, path = f"/v1/{TYPES[type_]}", f"/v1/{TYPES[type_]}/new"
    created = curator.post(list_, json=raw)
    assert (created.status_code, created.headers["location"]) == (201, path)
    got = curator.get(path)
    assert (created.json(), created.headers["etag"]) == (got.json(), got.headers["etag"])
    assert got.json()["version"] == 1
    assert {**raw, "citations": []}.items() <= got.json().items()

    reasons = dict.fromkeys(raw["derived"], "because")
    changed = patch(curator, path, {"derived": reasons}, **etag(curator, path))
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert set(changed.json()["derived"].values()) == {"because"}

    deleted = curator.delete(path, headers=etag(curator, path))
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert curator.get(path).status_code == 410
    assert deleted.headers["communique-revision"] == str(revision(curator)) == "4"
    log = curator.get("/v1/revisions").json()["items"]
    noun = type_.replace("_", " ")
    assert [(one["author"], one["message"]) for one in log[:3]] == [
        ("Rassendyll", f"Delete the {noun} 'new'"),
        ("Rassendyll", f"Update the {noun} 'new'"),
        ("Rassendyll", f"Create the {noun} 'new'"),
    ]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_was_read_can_be_sent_back(curator: httpx.Client, collection: str) -> None:
    for item in curator.get(f"/v1/{collection}?limit=200").json()["items"]:
        got = curator.get(item["url"])
        sent = curator.put(
            item["url"], json=got.json(), headers={"If-Match": got.headers["etag"]}
        )
        assert (sent.status_code, sent.json()) == (200, got.json())
    # Nothing changed, so there is nothing to remember.
    assert revision(curator) == 1


def test_included_records_and_snippets_can_be_sent_back_too(curator: httpx.Client) -> None:
    path = "/v1/initiatives/open-data-programme"
    got = curator.get(f"{path}?include=office,focus_areas,expected_outcomes").json()
    item = curator.get("/v1/initiatives?q=programme").json()["items"][0]
    for body in (got, item):
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
    created = curator.put(path, json=raw, headers=absent)
    assert (created.status_code, created.headers["location"]) == (201, path)
    again = curator.put(path, json=raw, headers=absent)
    assert (again.status_code, again.json()["errors"][0]["version"]) == (412, 1)
    renamed = curator.put(path, json=raw | {"slug": "locks"}, headers={"If-Match": "*"})
    assert (renamed.status_code, renamed.json()["errors"][0]["pointer"]) == (422, "/slug")


def test_post_of_what_is_there_is_a_conflict(shared_curator: httpx.Client) -> None:
    raw = fictional.focus_area("unused")
    there = shared_curator.post("/v1/focus-areas", json=raw)
    assert (there.status_code, there.json()["code"]) == (409, "already-exists")
    absent = shared_curator.post("/v1/focus-areas", json=raw, headers={"If-None-Match": "*"})
    assert (absent.status_code, absent.json()["errors"][0]["version"]) == (412, 1)
    assert revision(shared_curator) == 1


def test_patch_merges_objects_and_null_takes_away(curator: httpx.Client) -> None:
    path = "/v1/offices/office-of-science"
    before = curator.get(path).json()
    assert before["opened_on"] == "2030-01-02"
    answer = patch(
        curator,
        path,
        {"opened_on": None, "derived": {"opened_on": None}},
        **etag(curator, path),
    )
    assert answer.status_code == 200
    after = answer.json()
    assert after["opened_on"] is None
    assert after["derived"] == {
        k: v for k, v in before["derived"].items() if k != "opened_on"
    }
    unsupported = patch(curator, path, {"summary": "It studies."}, **etag(curator, path))
    assert (unsupported.status_code, unsupported.json()["code"]) == (422, "invalid-records")
    assert unsupported.json()["errors"][0]["pointer"] == "/summary"
    required = patch(curator, path, {"organization": None}, **etag(curator, path))
    assert "'organization' is required." in required.json()["errors"][0]["detail"]
    computed = patch(curator, path, {"version": 9}, **etag(curator, path))
    assert "'version' is unknown here." in computed.json()["errors"][0]["detail"]


def test_all_that_is_wrong_with_a_record_is_said_at_once(
    shared_curator: httpx.Client,
) -> None:
    raw = fictional.record(
        "initiative", "bad", office_slug="harbor-office", kind="wish", extra=1
    )
    del raw["derived"]["title"]
    problem = shared_curator.post("/v1/initiatives", json=raw).json()
    assert problem["code"] == "invalid-records"
    assert {found["pointer"] for found in problem["errors"]} == {
        "/kind", "/extra", "/title", "/office_slug",
    }  # fmt: skip
    details = " ".join(found["detail"] for found in problem["errors"])
    assert "Did you mean 'harbour-office'?" in details


def test_what_is_named_is_not_deleted_unless_asked_with_all_that_needs_it(
    shared_curator: httpx.Client,
) -> None:
    path = "/v1/offices/harbour-office"
    problem = shared_curator.delete(path, headers={"If-Match": "*"})
    assert (problem.status_code, problem.json()["code"]) == (409, "still-referenced")
    assert "initiative 'harbour-works'" in problem.json()["errors"][0]["detail"]
    refused = shared_curator.delete(f"{path}?cascade=true", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert revision(shared_curator) == 1


def test_cascade_takes_what_needs_a_record_and_unlinks_what_lists_it(varied_url: str) -> None:
    with serving(varied_url, scope="admin") as admin:
        before = admin.get("/v1").json()["counts"]
        admin.delete("/v1/focus-areas/open-data?cascade=true", headers={"If-Match": "*"})
        programme = admin.get("/v1/initiatives/open-data-programme").json()
        assert programme["focus_area_slugs"] == []
        assert "focus_area_slugs" not in programme["derived"]
        last = admin.get("/v1/timeline-items/last-data-set").json()
        assert last["focus_area_slugs"] == ["research"]
        admin.delete(
            "/v1/initiatives/open-data-programme?cascade=true", headers={"If-Match": "*"}
        )
        deleted = ["expected-outcomes/published-data-sets", "timeline-items/first-data-set"]
        # It dates the outcome that belongs to the initiative.
        deleted.append("timeline-items/last-data-set")
        assert [admin.get(f"/v1/{path}").status_code for path in deleted] == [410, 410, 410]
        document = admin.delete(
            "/v1/documents/harbour-report?cascade=true", headers={"If-Match": "*"}
        )
        assert document.status_code == 204
        assert admin.get("/v1/initiatives/harbour-works").status_code == 410
        after = admin.get("/v1").json()["counts"]
        assert after["offices"] == before["offices"]
        assert admin.get("/v1/revisions/4").json()["counts"]["delete"] >= 2


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


@pytest.mark.accept
def test_identifiers_are_written_found_replaced_and_found_in_their_time(
    curator: httpx.Client,
) -> None:
    path = "/v1/initiatives/loose-end"
    codes = [{"scheme": "IATI", "value": "ZZ-9"}, {"scheme": "SDG", "value": "4.4"}]
    changed = patch(
        curator,
        path,
        {"identifiers": codes, "derived": {"identifiers": "From the register"}},
        **etag(curator, path),
    )
    assert (changed.status_code, changed.json()["identifiers"]) == (200, codes)
    assert slugs(curator, "identifier=IATI:ZZ-9") == ["loose-end"]
    first = {"identifiers": codes[:1]}
    assert patch(curator, path, first, **etag(curator, path)).is_success
    assert slugs(curator, "identifier=4.4") == []
    assert slugs(curator, "identifier=4.4&as_of=2") == ["loose-end"]
    assert curator.get(f"{path}?as_of=1").json()["identifiers"] == []
    detail = curator.get(f"{path}/revisions/3").json()
    assert detail["difference"][0]["path"].startswith(
        ("/identifiers", "/updated", "/version")
    )
    restored = curator.post(f"{path}/revisions/2/restore", headers=etag(curator, path))
    assert restored.json()["identifiers"] == codes
    assert slugs(curator, "identifier=4.4") == ["loose-end"]
    assert curator.delete(path, headers=etag(curator, path)).status_code == 204
    assert slugs(curator, "identifier=4.4") == []


def slugs(client: httpx.Client, query: str) -> list[str]:
    items = client.get(f"/v1/initiatives?{query}").raise_for_status().json()["items"]
    return [item["slug"] for item in items]


def test_office_with_a_code_from_before_the_rule_is_read_and_not_written_again(
    varied_url: str,
) -> None:
    with engine_of(varied_url) as engine, Session(engine) as session, session.begin():
        session.execute(
            update(Office).where(Office.slug == "empty-office").values(country="ZZ")
        )
        entry = session.scalars(select(LogEntry).where(LogEntry.slug == "empty-office")).one()
        assert entry.snapshot is not None
        entry.snapshot = entry.snapshot | {"country": "ZZ"}
    path = "/v1/offices/empty-office"
    with serving(varied_url, scope="write") as client:
        assert client.get(path).json()["country"] == "ZZ"
        listed = client.get("/v1/offices?facet=country").json()
        assert "ZZ" in [item["country"] for item in listed["items"]]
        assert client.get(f"{path}/revisions/1").json()["record"]["country"] == "ZZ"
        refused = patch(client, path, {"name": "Empty"}, **etag(client, path))
        problem = {item["pointer"]: item["detail"] for item in refused.json()["errors"]}
        assert "'ZZ' is not a country code" in problem["/country"]
        assert patch(client, path, {"country": "AQ"}, **etag(client, path)).is_success
        unknown = client.get("/v1/offices?country=uk")
        assert (unknown.status_code, unknown.json()["errors"][0]["parameter"]) == (
            422,
            "country",
        )
        assert "Did you mean 'GB'" in unknown.json()["detail"]


@pytest.mark.accept
def test_labels_have_their_own_language_or_that_of_the_documents_they_quote(
    curator: httpx.Client,
) -> None:
    def areas(language: str, **query: str) -> list[str]:
        parameters = {"label_language": language, "sort": "slug", **query}
        page = curator.get("/v1/focus-areas", params=parameters).raise_for_status().json()
        return [item["slug"] for item in page["items"]]

    path = "/v1/focus-areas/open-data"
    assert areas("fr") == ["open-data"]
    # Both labels are marked: what the quoted document is written in does not matter then.
    marked = {"label_languages": {"Open Data": "EN", "Données ouvertes": "de-at"}}
    answer = patch(curator, path, marked, **etag(curator, path))
    assert answer.json()["label_languages"] == {
        "Open Data": "en",
        "Données ouvertes": "de-AT",
    }
    assert (areas("fr"), areas("de"), areas("en")) == (
        [],
        ["open-data"],
        ["open-data", "sea-trade"],
    )
    assert areas("fr", as_of="1") == ["open-data"]
    # Null takes one mark away, and the quoted document counts again for that label.
    unmarked = {"label_languages": {"Open Data": None}}
    assert patch(curator, path, unmarked, **etag(curator, path)).is_success
    assert areas("fr") == ["open-data"]
    document = "/v1/documents/harbour-report"
    translated = patch(curator, document, {"language": "it"}, **etag(curator, document))
    assert translated.is_success
    assert (areas("fr"), areas("it")) == ([], ["open-data"])
