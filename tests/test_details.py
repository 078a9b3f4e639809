"""Details: one record with what belongs to it, its ETag, and what became of deleted ones."""

import httpx
import pytest

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.changes.apply import apply
from app.store.sessions import write_session
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of
from tests.helpers.servers import serving
from tests.helpers.statements import count_statements

pytestmark = pytest.mark.either_engine


@pytest.mark.parametrize("resource", CATALOG, ids=[found.name for found in CATALOG])
def test_detail_equals_its_place_in_the_list(
    client: httpx.Client, resource: Resource
) -> None:
    items = client.get(f"/v1/{resource.name}?limit=200").json()["items"]
    for item in items:
        assert client.get(item["url"]).raise_for_status().json() == item


def test_every_record_carries_its_citations(client: httpx.Client) -> None:
    for resource in CATALOG[1:]:
        for item in client.get(f"/v1/{resource.name}?limit=200").json()["items"]:
            assert item["citations"], item["slug"]
            for citation in item["citations"]:
                assert citation["end"] - citation["start"] == len(citation["exact"])


def test_dossier_shows_all_that_the_documents_say(client: httpx.Client) -> None:
    include = "broader,related,narrower,initiatives,expected_outcomes,timeline_items"
    dossier = (
        client.get(f"/v1/focus-areas/training?include={include}").raise_for_status().json()
    )
    assert [area["slug"] for area in dossier["narrower"]["items"]] == [
        "joint-training-exercises"
    ]
    assert dossier["initiatives"]["total"] == 4
    assert dossier["expected_outcomes"]["total"] == 3
    assert [item["wording"] for item in dossier["timeline_items"]["items"]] == [
        "2026 – Ongoing"
    ]
    assert [area["slug"] for area in dossier["related"]] == ["capacity-building"]
    assert dossier["broader"] == []


def test_relation_without_bound_shows_fifty_and_where_the_rest_is(empty_url: str) -> None:
    initiatives = [
        fictional.record("initiative", f"initiative-{i:02}", focus_area_slugs=["moats"])
        for i in range(60)
    ]
    with engine_of(empty_url) as engine, write_session(engine) as session:
        apply(session, fictional.changes(fictional.base(initiatives=initiatives)), "t", "m")
    with serving(empty_url) as client:
        engine = client.app.state.services.engine  # type: ignore[attr-defined]
        with count_statements(engine) as statements:
            detail = client.get("/v1/focus-areas/castles?include=initiatives").json()
        related = detail["initiatives"]
        following = client.get(related["next"]).raise_for_status().json()
    assert (len(related["items"]), related["total"], related["total_is_exact"]) == (
        50,
        60,
        True,
    )
    slugs = {item["slug"] for item in [*related["items"], *following["items"]]}
    assert len(slugs) == 60
    assert statements.count <= 15


@pytest.mark.accept
def test_detail_with_everything_costs_the_same_in_a_larger_base(
    bases: Bases,
) -> None:
    """The dossier of a focus area among them."""
    costs = []
    for size in (5, 40):
        url = bases.make("empty")
        with engine_of(url) as engine, write_session(engine) as session:
            apply(session, fictional.changes(fictional.many(size)), "t", "m")
        with serving(url) as client:
            engine = client.app.state.services.engine  # type: ignore[attr-defined]
            cost = {}
            for resource in CATALOG:
                names = [*resource.includes, *resource.listings]
                path = (
                    f"/v1/{resource.name}/{LINKED[resource.name]}?include={','.join(names)}"
                )
                with count_statements(engine) as statements:
                    client.get(path if names else path.partition("?")[0]).raise_for_status()
                cost[resource.name] = statements.count
            costs.append(cost)
    assert costs[0] == costs[1]


# Of `fictional.many`, those that most others belong to.
LINKED = {
    "documents": "memorandum",
    "offices": "strelsau",
    "focus-areas": "trade",
    "initiatives": "initiative-002",
    "expected-outcomes": "outcome-000",
    "timeline-items": "item-001",
}


def test_label_in_the_path_leads_to_the_slug(client: httpx.Client) -> None:
    response = client.get("/v1/focus-areas/Joint Military Exercises?include=initiatives")
    assert response.status_code == 307
    expected = "/v1/focus-areas/joint-training-exercises?include=initiatives"
    assert response.headers["Location"] == expected
    assert client.get(expected).status_code == 200


def test_slug_that_lives_on_as_an_alias_leads_to_what_it_was_merged_into(
    empty_url: str,
) -> None:
    with serving(empty_url) as client, engine_of(empty_url) as engine:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.base()), "t", "m")
        merged = fictional.update("focus_area", "castles", name="castles", aliases=["Trade"])
        with write_session(engine) as session:
            apply(session, [fictional.delete("focus_area", "trade"), merged], "t", "m")
        response = client.get("/v1/focus-areas/trade")
    assert response.status_code == 307
    assert response.headers["Location"] == "/v1/focus-areas/castles"
    assert response.headers["Communique-Revision"] == "2"


def test_etag_is_the_version_and_gives_304(client: httpx.Client) -> None:
    first = client.get("/v1/focus-areas/training")
    etag = first.headers["ETag"]
    assert etag.startswith('"1-')
    for if_none_match in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = client.get(
            "/v1/focus-areas/training", headers={"If-None-Match": if_none_match}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
    changed = client.get("/v1/focus-areas/training", headers={"If-None-Match": '"1-other"'})
    assert changed.status_code == 200
    assert client.get("/v1/focus-areas/training?include=broader").headers["ETag"] != etag


def test_list_etag_changes_when_the_base_does(seeded_url: str) -> None:
    with serving(seeded_url) as client, engine_of(seeded_url) as engine:
        before = client.get("/v1/offices")
        assert client.get("/v1/offices").headers["ETag"] == before.headers["ETag"]
        with write_session(engine) as session:
            apply(session, [fictional.create("focus_area", "castles")], "t", "m")
        after = client.get("/v1/offices")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert (before.headers["Communique-Revision"], after.headers["Communique-Revision"]) == (
        "1",
        "2",
    )


def test_deleted_record_is_gone_and_others_were_never_there(empty_url: str) -> None:
    with serving(empty_url) as client, engine_of(empty_url) as engine:
        with write_session(engine) as session:
            apply(session, fictional.changes(fictional.base()), "t", "m")
        with write_session(engine) as session:
            apply(session, [fictional.delete("focus_area", "trade")], "t", "m")
        deleted = client.get("/v1/focus-areas/trade")
        never = client.get("/v1/focus-areas/trad")
    assert (deleted.status_code, deleted.json()["code"]) == (410, "gone")
    assert "revision 2, after version 1" in deleted.json()["detail"]
    assert (never.status_code, never.json()["code"]) == (404, "not-found")


def test_timeline_item_keeps_the_honest_precision(client: httpx.Client) -> None:
    items = {i["wording"]: i for i in client.get("/v1/timeline-items").json()["items"]}
    quarter = items["2025 Q4 – 2027"]
    assert (quarter["edtf"], quarter["start_precision"]) == ("2025-1X/2027", "quarter")
    assert (quarter["start_earliest"], quarter["start_latest"]) == (
        "2025-10-01",
        "2025-12-31",
    )
    assert (quarter["end_earliest"], quarter["end_latest"]) == ("2027-01-01", "2027-12-31")
    ongoing = items["2026 – Ongoing"]
    assert (ongoing["edtf"], ongoing["end_kind"], ongoing["end_latest"]) == (
        "2026/..",
        "open",
        None,
    )
    immediate = items["Immediate"]
    assert (immediate["edtf"], immediate["approximate"]) == ("2025-09-16~/", True)
    assert "inauguration" in immediate["derived"]["start_edtf"]
    day = items["September 16, 2025"]
    assert (day["edtf"], day["start_earliest"], day["end_latest"], day["end_precision"]) == (
        "2025-09-16",
        "2025-09-16",
        "2025-09-16",
        "day",
    )
